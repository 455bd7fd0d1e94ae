"""The instance under the hands of a test, as for the other commands."""

from tests.cli.desk_world import world

__all__ = ["world"]
