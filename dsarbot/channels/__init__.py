"""How things arrive and leave: IMAP, SMTP."""
