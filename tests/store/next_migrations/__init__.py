"""A release after this one: the real tables, and then columns changed in every way that loses things on SQLite."""
