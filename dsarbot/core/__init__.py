"""The law and the life of a case, pure: no I/O, no async, no clock, no ORM."""
