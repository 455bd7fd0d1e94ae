"""What the core must know of a right. The rights themselves are modules of `handlers`; core names none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["fr", "en", "de"]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A lawful reason to refuse. second: needs a second person; article as it is cited in letters."""

    slug: str
    article: str
    second: bool = False


@dataclass(frozen=True, kw_only=True)
class Right:
    """One right. article: as cited; goal_days: internal aim in working days from receipt (law 1.1);
    names: what letters call it, per language; rung: lowest sufficient proof for the normal case (law 3);
    grounds: lawful refusals, empty when there is none (objection to marketing, Art. 21(2)-(3));
    tell_recipients: Art. 19 applies to the answer; holds: what an answer must contain (law 2)."""

    slug: str
    article: str
    names: Mapping[str, str]
    goal_days: int
    rung: str
    grounds: tuple[Ground, ...]
    holds: tuple[str, ...]
    tell_recipients: bool = False


#: GDPR 11(2), 12(2): the controller demonstrates that it cannot identify the person. Possible for every right.
NOT_IDENTIFIED = Ground(slug="not-identified", article="11(2), 12(2)")
#: GDPR 12(5)(b) with 11(2), 12(2): what may be held against any request, each of 12(5) with a second person.
AGAINST_ANY = (
    Ground(slug="manifestly-unfounded", article="12(5)(b)", second=True),
    Ground(slug="excessive", article="12(5)(b)", second=True),
    NOT_IDENTIFIED,
)
