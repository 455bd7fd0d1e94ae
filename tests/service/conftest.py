"""The service in an invented office."""

from tests.cli.desk_world import world

__all__ = ["world"]
