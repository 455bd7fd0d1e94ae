"""Proves the sixteen invariants of docs/rules.md for one run from evidence that is not dsarbot's own word.

What was planted is known from the generator, what arrived from the mail server's folders, what left from the files
that the receiving server wrote, and the database is read by plain SQL. Sealed bytes are opened by a reader of the
documented format. From dsarbot itself come only pure functions: the clock, and the folding of facts into a case.
"""
