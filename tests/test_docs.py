"""Documents that cannot lag: they are compared with the code they speak of."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

import handlers
from dsarbot.cli.main import parser
from dsarbot.core.case import Moment, Outcome, Status
from dsarbot.core.moves import diagram
from tests.commands_page import commands, page

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


ALL = list(commands(parser(), "dsarbot"))


def test_the_page_of_commands_is_what_the_parsers_say() -> None:
    assert page() == COMMANDS, "run: python -m tests.commands_page > docs/commands.md"


@pytest.mark.parametrize(("name", "child", "line"), ALL, ids=[name for name, _, _ in ALL])
def test_every_command_and_option_says_what_it_does(name: str, child: argparse.ArgumentParser, line: str) -> None:
    assert line or child.description, name
    silent = [action.dest for action in child._actions if not action.help]
    silent = [each for each in silent if each not in ("command", *child_commands(child))]
    assert not silent, f"{name}: no help for {silent}"


def child_commands(child: argparse.ArgumentParser) -> list[str]:
    return [each.dest for each in child._actions if isinstance(each, argparse._SubParsersAction)]


def test_the_map_shows_the_moves_of_the_table() -> None:
    assert diagram() in (ROOT / "docs" / "map.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*Status, *Outcome, *Moment, *handlers.by_slug()])
def test_every_status_outcome_moment_and_right_is_explained(word: str) -> None:
    assert f"`{word}`" in COMMANDS


def test_the_readme_shows_the_two_commands_first() -> None:
    assert README.index("make demo") < README.index("make test") < README.index("dsarbot init")
