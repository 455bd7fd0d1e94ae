"""A release after this one: the real tables, and then columns changed in every way that loses things on SQLite."""

from dsarbot.store import migrations

# Everything that this release has is a part of it.
__path__ = [*__path__, *migrations.__path__]
