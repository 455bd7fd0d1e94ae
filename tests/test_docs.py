"""Documents that cannot lag: they are compared with the code they speak of."""

from __future__ import annotations

import argparse
import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

import handlers
from dsarbot.cli.main import parser
from dsarbot.core.case import Moment, Outcome, Status
from dsarbot.core.moves import diagram
from tests import rights_page
from tests.commands_page import commands, page

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


ALL = list(commands(parser(), "dsarbot"))


def test_the_page_of_commands_is_what_the_parsers_say() -> None:
    assert page() == COMMANDS, "run: python -m tests.commands_page > docs/commands.md"


def test_the_page_of_rights_is_what_the_handlers_say() -> None:
    page_of_rights = (ROOT / "docs" / "rights.md").read_text(encoding="utf-8")
    assert rights_page.page() == page_of_rights, "run: python -m tests.rights_page > docs/rights.md"


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


RULES = frozenset(
    re.findall(r"^\*\*([a-z]+ [^*]+)\.\*\* ", (ROOT / "docs" / "rules.md").read_text(encoding="utf-8"), re.MULTILINE)
)
#: "practice 16", "law 1.1 (d)", "practice 23-24, 27", "journal 6 and 7", "journal rule 1", '"The journal", 2'.
CITED = re.compile(
    r"\b(practice|security|journal|invariant|law)(?:\.md)?\"?,?(?:\s+rule)?\s+"
    r"(\d+(?:\.\d+)*(?:\s+\([a-l]\))?)((?:(?:-|,\s+|\s+and\s+)\d+\b)*)",
    re.IGNORECASE,
)
#: Documents that no reader of the project has; docs/security.md is ours.
OUTSIDE = re.compile(
    r"(?<![\w-])(?:law|practice|stack|design|looks|performance|organisations|style)\.md"
    r"|(?<!docs/)(?<!\]\()(?<![\w-])security\.md"
)


def files(*folders: str) -> list[Path]:
    kinds = {".py", ".md", ".toml", ".txt", ".html", ".in"}
    return sorted(each for folder in folders for each in (ROOT / folder).rglob("*") if each.suffix in kinds)


def prose(source: str) -> Iterator[str]:
    """Comments and strings, among them the docstrings."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def cited(text: str) -> Iterator[str]:
    """The rules that a text cites, as they are called in docs/rules.md."""
    for name, first, more in CITED.findall(text):
        yield f"{name.lower()} {' '.join(first.split())}"
        last = first
        for joint, number in re.findall(r"(-|,|and)\s*(\d+)", more):
            for each in range(int(last) + 1, int(number)) if joint == "-" else ():
                yield f"{name.lower()} {each}"
            yield f"{name.lower()} {number}"
            last = number


def test_citations_are_recognised_in_every_form() -> None:
    assert list(cited("Practice 23-25, 27; law 1.1 (d): law 5")) == [
        *(f"practice {each}" for each in (23, 24, 25, 27)), "law 1.1 (d)", "law 5",
    ]  # fmt: skip
    assert list(cited('(journal 6 and 7) "The journal", 2; journal rule 1; the law of 1978')) == [
        f"journal {each}" for each in (6, 7, 2, 1)
    ]


def test_every_rule_that_the_code_cites_stands_in_the_rules() -> None:
    found = {
        (rule, path.relative_to(ROOT).as_posix())
        for path in files("dsarbot", "handlers")
        if path.suffix == ".py"
        for text in prose(path.read_text(encoding="utf-8"))
        for rule in cited(text)
    }
    assert len(found) > 100
    assert not sorted((rule, path) for rule, path in found if rule not in RULES)


def test_the_rules_are_numbered_without_a_gap() -> None:
    for name, last in {"practice": 34, "security": 25, "journal": 8, "invariant": 16}.items():
        assert {rule for rule in RULES if rule.startswith(f"{name} ")} == {f"{name} {n}" for n in range(1, last + 1)}
    law = {"1.1", "1.2", "2", "3", "5", "6"} | {f"1.1 ({x})" for x in "abcdefghijkl"} | {f"4.{n}" for n in range(1, 11)}
    assert {rule for rule in RULES if rule.startswith("law ")} == {f"law {each}" for each in law}


def test_no_file_speaks_of_documents_that_its_reader_does_not_have() -> None:
    found = []
    for path in files("dsarbot", "handlers", "tests", "docs", "templates", "profiles", "benchmarks"):
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {each}" for each in OUTSIDE.findall(text)]
    assert not found
