"""Commands for people, a file per group."""
