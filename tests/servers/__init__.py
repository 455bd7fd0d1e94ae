"""Real mail servers and a real PostgreSQL for the tests: started on loopback with throw-away configuration.

A double speaks IMAP as its author understood it; Dovecot, Postfix and PostgreSQL are what operators run. Each
server lives in one temporary folder, listens on ports of its own, and ends with the test session.
"""
