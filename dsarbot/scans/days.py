"""The dates on a letter: the day it was written, and the day that a stamp says it was received. Pure; proposals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from typing import Final

from dsarbot.documents.pages import Page, Piece
from dsarbot.reading.quoted_dates import parse_quoted_date
from dsarbot.scans.blocks import head
from dsarbot.scans.proposed import Proposed

#: A letter older than this is not one that arrives now.
_OLDEST: Final = timedelta(days=400)
_SEPARATOR = r"[./\u2013-]"
_DATE: Final = re.compile(
    rf"\d{{1,2}}\s?{_SEPARATOR}\s?\d{{1,2}}\s?{_SEPARATOR}\s?(?:20)?\d{{2}}(?!\d)"
    rf"|20\d\d{_SEPARATOR}\d\d{_SEPARATOR}\d\d"
    r"|\d{1,2}(?:er|st|nd|rd|th|\.)?\s?(?:de\s)?[^\W\d_]{3,9}\.?,?\s?20\d\d"
    r"|[^\W\d_]{3,9}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s20\d\d",
    re.IGNORECASE,
)
#: What may stand beside the date in the line that dates a letter: a place, "le", "den".
_MOST_BESIDE: Final = 40
_UPPER: Final = 0.55
#: Readers lose the spaces around numbers.
_RUN_TOGETHER: Final = re.compile(r"(?<=\d)(?=[^\W\d_]{3})|(?<=\d\.)(?=[^\W\d_]{3})|(?<=[^\W\d_]{3})(?=\d)")
_AROUND_SIGNS: Final = re.compile(rf"(?<=\d)\s?({_SEPARATOR})\s?(?=\d)")
_RECEIVED: Final = re.compile(
    r"\W*(?:courrier\s)?(?:re[çcg]u|arriv[ée]e?)(?:\sle|\sau)?\b"
    r"|\W*(?:post)?eing(?:egangen|ang(?:en|sstempel)?|\.)(?:\sam)?\b|\W*erhalten(?:\sam)?\b"
    r"|\W*(?:date\s)?received(?:\son)?\b"
    r"|\W*(?:ontvangen|binnengekomen|ingekomen|ontvangst)(?:\sop)?\b|\W*(?:datum\s)?ontvangst\b",
    re.IGNORECASE,
)
#: A stamp says little; a longer line is a sentence about something else that was received.
_MOST_OF_A_STAMP: Final = 45
#: The date stands so near below the word, in heights of it.
_BELOW: Final = 4.0


def written(page: Page, today: date) -> Proposed[date] | None:
    """The day of the letter: in a line with little else, in the upper half."""
    stamp = _stamp(page, today)
    for piece in head(page, _UPPER):
        if stamp is not None and piece in stamp[:2]:
            continue
        for text, day in _days(piece.text, today):
            if len(piece.text) - len(text) <= _MOST_BESIDE:
                return Proposed(value=day, confidence=0.9 * piece.confidence)
    return None


def stamped(page: Page, today: date) -> Proposed[date] | None:
    """The day that a stamp of reception says."""
    found = _stamp(page, today)
    if found is None:
        return None
    word, place, day = found
    sure = 0.85 if place is word else 0.7
    return Proposed(value=day, confidence=sure * min(word.confidence, place.confidence))


def _stamp(page: Page, today: date) -> tuple[Piece, Piece, date] | None:
    """Where the word of a stamp stands, where its date, and which."""
    stamps = [each for each in page.pieces if _RECEIVED.match(each.text) and len(each.text) <= _MOST_OF_A_STAMP]
    for word in stamps:
        for place in (word, *(each for each in page.pieces if _belongs(each, word))):
            for _, day in _days(place.text, today):
                return word, place, day
    return None


def _days(text: str, today: date) -> Iterator[tuple[str, date]]:
    """What looks like a date in the text, and the day it says; none that lies ahead or long ago."""
    for found in _DATE.finditer(text):
        together = _AROUND_SIGNS.sub(r"\1", found[0]).replace("\u2013", "-")
        spaced = _RUN_TOGETHER.sub(" ", together)
        at = parse_quoted_date(spaced, UTC)
        if at is not None and today - _OLDEST <= at.date() <= today:
            yield found[0], at.date()


def _belongs(below: Piece, piece: Piece) -> bool:
    gap = below.middle - piece.middle
    overlaps = below.box[0] < piece.box[2] + piece.height * 4 and below.box[2] > piece.box[0] - piece.height * 4
    return below is not piece and overlaps and -piece.height / 2 <= gap <= _BELOW * max(piece.height, below.height)
