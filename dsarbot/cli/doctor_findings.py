"""What `dsarbot doctor` found: one finding per line, for a terminal, a pipe or a program."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from dsarbot.errors import ConfigError, DsarbotError

Level = Literal["ok", "note", "fault"]

_GLYPHS: Final = {"ok": "✓", "note": "!", "fault": "✗"}
#: ECMA-48 SGR: green, yellow, bold red.
_COLOURS: Final = {"ok": "32", "note": "33", "fault": "1;31"}
_NAME: Final = 19


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """check: what was looked at; text: what was found; remedy: what to do, "" for nothing."""

    level: Level
    check: str
    text: str
    remedy: str = ""


def ok(check: str, text: str) -> Finding:
    """All is well."""
    return Finding(level="ok", check=check, text=text)


def note(check: str, text: str, remedy: str = "") -> Finding:
    """Allowed, but to be looked at."""
    return Finding(level="note", check=check, text=text, remedy=remedy)


def fault(check: str, text: str, remedy: str = "") -> Finding:
    """Something does not work."""
    return Finding(level="fault", check=check, text=text, remedy=remedy)


def split(level: Level, check: str, line: str) -> Finding:
    """A line of the form "what is wrong; what to do"."""
    text, _, remedy = line.partition("; ")
    return Finding(level=level, check=check, text=text, remedy=remedy)


def from_error(check: str, error: DsarbotError) -> tuple[Finding, ...]:
    """An error of ours, whose message says what to do; one line for each problem of a configuration."""
    if isinstance(error, ConfigError):
        return tuple(split("fault", check, each) for each in error.problems)
    return (split("fault", check, str(error)),)


def on_terminal(finding: Finding, *, width: int, colour: bool) -> str:
    """Glyph, word, what was checked, and the finding beside it, broken under itself."""
    mark = f"{_GLYPHS[finding.level]} {finding.level.upper():<5}"
    if colour:
        mark = f"\x1b[{_COLOURS[finding.level]}m{mark}\x1b[0m"
    indent = " " * (9 + _NAME)
    said = textwrap.wrap(_sentence(finding), max(width - len(indent), 30), break_long_words=False) or [""]
    name = finding.check
    first = f"{mark}  {name:<{_NAME}}{said[0]}" if len(name) < _NAME else f"{mark}  {name}\n{indent}{said[0]}"
    return "\n".join([first, *(f"{indent}{line}" for line in said[1:])])


def in_pipe(finding: Finding) -> str:
    """One line with tabs: word, check, finding, remedy."""
    cells = (finding.level.upper(), finding.check, finding.text, finding.remedy)
    return "\t".join(" ".join(each.split()) for each in cells)


def as_json(findings: Sequence[Finding]) -> str:
    """One object for programs."""
    return json.dumps(
        {
            "ok": not faults(findings),
            "faults": faults(findings),
            "notes": sum(each.level == "note" for each in findings),
            "checks": [
                {"level": each.level, "check": each.check, "text": each.text, "remedy": each.remedy}
                for each in findings
            ],
        },
        ensure_ascii=False,
    )


def faults(findings: Iterable[Finding]) -> int:
    """How many things do not work."""
    return sum(each.level == "fault" for each in findings)


def summary(findings: Sequence[Finding]) -> str:
    """The last line."""
    notes = sum(each.level == "note" for each in findings)
    counts = [_count(len(findings), "line"), _count(faults(findings), "fault"), _count(notes, "note")]
    end = "What does not work is marked FAULT." if faults(findings) else "Everything that is needed works."
    return f"{counts[0]}: {counts[1]}, {counts[2]}. {end}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number or 'no'} {word}s"


def _sentence(finding: Finding) -> str:
    if not finding.remedy:
        return finding.text
    remedy = finding.remedy
    return f"{finding.text.rstrip('.')}. {remedy[:1].upper()}{remedy[1:]}{'' if remedy.endswith('.') else '.'}"
