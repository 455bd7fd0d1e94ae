"""What a rule of the pre-send check looks at, and what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from dsarbot.core.case import Case, Claim, Letter
from dsarbot.core.rights import Right


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """rule: stable slug. text: what is wrong and what to do. source: the rule quoted. section: where, if in one."""

    rule: str
    severity: Literal["block", "warn"]
    text: str
    source: str
    section: str = ""


@dataclass(frozen=True, kw_only=True)
class Look:
    """A letter beside its case. text: each section as its reader sees it, by key."""

    letter: Letter
    case: Case
    today: date
    must_hold: tuple[str, ...]
    verified: frozenset[str]
    languages: frozenset[str]
    language_reason: str
    authority_names: tuple[str, ...]
    rights: Mapping[str, Right]
    text: Mapping[str, str]

    @property
    def claims(self) -> tuple[Claim, ...]:
        return tuple(claim for claim in self.case.claims if claim.id in self.letter.claims)

    def section_of(self, claim: Claim, item: str) -> str:
        """The section of an answer that says this to this claim, such as ``access-purposes``; of several claims of a
        right, all but the first have their number after it."""
        alike = [each for each in self.letter.claims if _slug(self.case.claim(each)) == _slug(claim)]
        number = alike.index(claim.id) + 1
        return f"{_slug(claim)}-{item}" if number == 1 else f"{_slug(claim)}-{number}-{item}"

    @property
    def whole(self) -> str:
        return "\n\n".join(self.text.values())


def _slug(claim: Claim) -> str:
    return f"{claim.right}-marketing" if claim.marketing else claim.right


#: A section such as ``courtesy-en``: the letter again, in a language that does not bind.
COURTESY: Final = "courtesy"


def block(rule: str, text: str, source: str, section: str = "") -> Finding:
    """A finding that stops the letter."""
    return Finding(rule=rule, severity="block", text=text, source=source, section=section)


def warn(rule: str, text: str, source: str, section: str = "") -> Finding:
    """A finding for the reader."""
    return Finding(rule=rule, severity="warn", text=text, source=source, section=section)


def plain(text: str) -> str:
    """A section as its reader sees it: without marks of bold and escapes, with ordinary spaces."""
    text = re.sub(r"(?<!\\)\*\*", "", text.replace("\u00a0", " "))
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def folded(text: str) -> str:
    """For comparing: without case, with single spaces."""
    return " ".join(text.casefold().replace("’", "'").split())
