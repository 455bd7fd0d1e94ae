"""Fixtures of the tests of paper."""

from tests.cli.desk_world import world

__all__ = ["world"]
