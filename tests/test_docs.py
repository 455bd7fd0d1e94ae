"""Documents that cannot lag: they are compared with the code they speak of."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

import handlers
from dsarbot.cli.main import parser
from dsarbot.core.case import Moment, Outcome, Status
from dsarbot.core.moves import diagram

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(whole: argparse.ArgumentParser, path: str = "") -> list[tuple[str, list[str]]]:
    """Every command with its options: ("cases extend", ["--reason", ...])."""
    found: list[tuple[str, list[str]]] = []
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                full = f"{path} {name}".strip()
                options = [each for act in child._actions for each in act.option_strings if each.startswith("--")]
                found.append((full, [each for each in options if each != "--help"]))
                found += commands(child, full)
    return found


ALL = commands(parser())


@pytest.mark.parametrize(("name", "options"), ALL, ids=[name for name, _ in ALL])
def test_every_command_and_option_is_documented(name: str, options: list[str]) -> None:
    assert f"dsarbot {name}" in COMMANDS
    missing = [each for each in options if f"`{each}" not in COMMANDS]
    assert not missing, f"docs/commands.md says nothing of {missing} of dsarbot {name}"


def test_the_map_shows_the_moves_of_the_table() -> None:
    assert diagram() in (ROOT / "docs" / "map.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*Status, *Outcome, *Moment, *handlers.by_slug()])
def test_every_status_outcome_moment_and_right_is_explained(word: str) -> None:
    assert f"`{word}`" in COMMANDS


def test_the_readme_shows_the_two_commands_first() -> None:
    assert README.index("make demo") < README.index("make test") < README.index("dsarbot init")
