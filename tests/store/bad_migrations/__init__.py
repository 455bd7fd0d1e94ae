"""A release with a mistake: a column of ours is removed."""

from dsarbot.store import migrations

# Everything that this release has is a part of it.
__path__ = [*__path__, *migrations.__path__]
