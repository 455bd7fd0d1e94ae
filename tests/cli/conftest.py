"""Fixtures of the command tests."""

from tests.cli.desk_world import terminal, world

__all__ = ["terminal", "world"]
