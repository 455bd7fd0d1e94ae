"""What is asked of the process that looks at papers, and what it answers: codes and numbers, no word that stands on
one. So nothing of a paper ever reaches the process that holds keys and writes logs.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Final, get_args

from dsarbot.core.identity_check import Check, Examination, Name, Result
from dsarbot.core.identity_copy import Match
from dsarbot.documents.answer import Unread, reasons
from dsarbot.documents.papers import Guess, Look
from dsarbot.errors import TheirInput

MOST_ANSWER: Final = 64 * 1024
MOST_WANTED: Final = 4 * 1024
#: Nobody copies a paper over more pages; of a longer document these are looked at.
MOST_PAGES: Final = 20

_GUESSES: Final[dict[str, Guess]] = {each: each for each in get_args(Guess)}
_NAMES: Final[dict[str, Name]] = {each: each for each in get_args(Name)}
_RESULTS: Final[dict[str, Result]] = {each: each for each in get_args(Result)}
_MATCHES: Final[dict[str, Match]] = {each: each for each in get_args(Match)}
_NOTHING: Final = Look()


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a paper is compared with, and on which day."""

    today: date
    name: str = field(default="", repr=False)
    birth: date | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What came of one file. papers: numbers of the pages that look like a paper; count: of all pages; unread: why
    nobody could look; checks: ``name:result:code``."""

    look: Look = _NOTHING
    papers: tuple[int, ...] = ()
    count: int = 0
    unread: Unread = ""
    proposal: Match = "unclear"
    doc_type: str = field(default="", repr=False)
    checks: tuple[str, ...] = ()


def wanted_bytes(wanted: Wanted) -> bytes:
    """As it crosses the pipe."""
    birth = wanted.birth.isoformat() if wanted.birth else ""
    return json.dumps({"today": wanted.today.isoformat(), "name": wanted.name[:300], "birth": birth}).encode("ascii")


def wanted_of(body: bytes) -> Wanted:
    """Read in the process itself."""
    found = json.loads(body)
    birth = date.fromisoformat(found["birth"]) if found["birth"] else None
    return Wanted(today=date.fromisoformat(found["today"]), name=found["name"], birth=birth)


def checks_of(found: Examination) -> tuple[str, ...]:
    """The checks as codes; what decided about a name stays in the process."""
    return tuple(_code(each) for each in found.checks)


def _code(check: Check) -> str:
    return f"{check.name}:{check.result}:{check.code}"


def paper_bytes(paper: Paper) -> bytes:
    """The answer as it crosses the pipe."""
    return json.dumps(asdict(paper)).encode("ascii")


def paper_of(body: bytes) -> Paper:
    """Read as if an attacker had written it (security 15). TheirInput when it is no answer of ours."""
    try:
        found = json.loads(body)
    except ValueError:
        raise TheirInput("The reader of papers did not answer in JSON.") from None
    match found:
        case {
            "look": {"guess": str(guess), "why": str(why), "letter": bool(letter)},
            "papers": [*papers],
            "count": int(count),
            "unread": str(unread),
            "proposal": str(proposal),
            "doc_type": str(doc_type),
            "checks": [*checks],
        } if guess in _GUESSES and unread in reasons() and proposal in _MATCHES:
            return Paper(
                look=Look(guess=_GUESSES[guess], why=why[:40], letter=letter),
                papers=tuple(each for each in papers if isinstance(each, int))[:MOST_PAGES],
                count=count,
                unread=reasons()[unread],
                proposal=_MATCHES[proposal],
                doc_type=doc_type[:40],
                checks=tuple(str(each) for each in checks if _is_check(each)),
            )
    raise TheirInput("The answer of the reader of papers has another shape than agreed.")


def _is_check(found: object) -> bool:
    name, _, rest = str(found).partition(":")
    result, _, code = rest.partition(":")
    return name in _NAMES and result in _RESULTS and code.replace("-", "").isalpha() and len(code) <= 40
