"""Every order about a case or an inquiry as a declared form: its fields, what it makes of them, what it needs."""
