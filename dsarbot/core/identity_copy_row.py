"""What is known of a file that may be the copy of a paper, before any case and beside it: codes, counters, instants.

The row is what destruction works from: it outlives the file, and a case may never come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

#: suspect: to be looked at; copy: to be set apart; apart: set apart, until its verdict or its time; dying: to be
#: destroyed; leaving: gone from the vault, being removed elsewhere; gone: nowhere that is known; released: no copy.
State = Literal["suspect", "copy", "apart", "dying", "leaving", "gone", "released"]
#: Of a place. open: the copy may be there; stuck: it is there, and nothing here can remove it; clean: it is not.
PlaceState = Literal["open", "stuck", "clean"]

#: What set a file apart: how it is called, the words around it, what stands on it, its machine-readable zone.
NAME, WORDS, LABELS, ZONE = "file-name", "words-of-the-mail", "words-on-it", "machine-readable-zone"
#: Places that only a person can clean: the sheet of paper, and a file from elsewhere.
SHEET, FILE = "paper", "file"
ON_PAPER = "on-paper"


@dataclass(frozen=True, kw_only=True, slots=True)
class CopyRow:
    """One file. scope: whose; origin: under whose key `digest` was made; digest, size: of its content; object: the
    message as it came, set apart from what everybody may read; rest: of a document, the pages that are none; old: what
    is to be destroyed once it is set apart; pages: of the document, those that are a paper; source, source_size: the
    same as digest and size for the file of a scan."""

    id: str
    scope: str
    origin: str
    inbound: str
    case: str = ""
    guess: str = "paper"
    why: str = ""
    state: State = "suspect"
    arrived_at: datetime
    delete_by: datetime
    digest: str
    size: int
    object: str = ""
    rest: str = ""
    old: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    source: str = ""
    source_size: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class CopyPlace:
    """Where a copy is, was or may be. place: a code; why: what keeps it there; ticked_by: who says it is gone."""

    copy: str
    place: str
    state: PlaceState
    why: str = ""
    since: datetime
    ticked_by: str = ""
