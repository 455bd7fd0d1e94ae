"""What a letter says of itself, proposed from the places of its words. Pure; French, English, German and Dutch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from dsarbot.documents.pages import Page, Piece
from dsarbot.scans import addresses, days
from dsarbot.scans.blocks import head
from dsarbot.scans.proposed import Fields, Proposed

_SUBJECT: Final = re.compile(
    r"\W*(?:objet|concerne|sujet|subject|re|betreff|betrifft|betr\.|betreft|onderwerp)\s*[:.\u2013-]\s*(?P<words>.*)",
    re.IGNORECASE,
)
_CLOSING: Final = re.compile(
    r"freundlich\w*\s*gr[üu](?:ß|ss|B)|hochachtungsvoll|mit\s*besten\s*gr|beste\s*gr[üu]|viele\s*gr[üu]"
    r"|salutations|cordialement|sentiments\s*(?:distingu|respect)|bien\s*à\s*vous|respectueusement|distinguée?s\W*$"
    r"|yours\s*(?:sincerely|faithfully|truly)|sincerely\s*(?:yours)?\W*$|(?:kind|best|warm)\s*regards"
    r"|hoogachtend|vriendelijke\s*groet|met\s*groet|mat\s*(?:beschte|frëndleche)\s*gr",
    re.IGNORECASE,
)
_UPPER: Final = 0.7
_MOST_SIGNED: Final = 4
#: The signature is no further below the closing formula than so many heights of a line.
_NEAR: Final = 12


def fields(pages: Sequence[Page], *, own: Sequence[str], today: date) -> Fields:
    """Proposals from the pages of one letter. own: names of ours; today: where it is read."""
    with_text = [each for each in pages if each.pieces]
    if not with_text:
        return Fields()
    first = with_text[0]
    signed = signature(with_text[-1])
    signing = next((found for line in signed.value if (found := addresses.name(line))), "") if signed else ""
    postal = addresses.sender(first, signing, own)
    stamps = (days.stamped(each, today) for each in with_text)
    return Fields(
        sender=_sender(signing, postal),
        postal=postal,
        written=days.written(first, today),
        subject=subject(first),
        signed=signed,
        stamped=next((each for each in stamps if each is not None), None),
    )


def subject(page: Page) -> Proposed[str] | None:
    """What stands behind "Objet :", "Betreff:", ..."""
    pieces = head(page, _UPPER)
    for piece, after in pairwise((*pieces, None)):
        found = _SUBJECT.fullmatch(piece.text) if piece else None
        if found is None or piece is None:
            continue
        # Readers part the word from what follows it on the same line.
        beside = after.text if after and abs(after.middle - piece.middle) < piece.height else ""
        words = found["words"].strip() or beside
        if words:
            return Proposed(value=words, confidence=0.95 * piece.confidence)
    return None


def signature(page: Page) -> Proposed[tuple[str, ...]] | None:
    """The lines below the closing formula."""
    rows = page.rows
    at = max((n for n, row in enumerate(rows) if _CLOSING.search(_text(row))), default=None)
    if at is None:
        return None
    formula = rows[at][0]
    below = [row for row in rows[at + 1 :] if row[0].middle - formula.middle <= _NEAR * max(formula.height, 1)]
    # A formula of two lines ends with "distinguées.", and with no name.
    below = [row for row in below if not _CLOSING.search(_text(row))][:_MOST_SIGNED]
    if not below:
        return None
    sure = any(addresses.name(_text(row)) for row in below)
    return Proposed(value=tuple(_text(row) for row in below), confidence=0.9 if sure else 0.5)


def _sender(signing: str, postal: Proposed[tuple[str, ...]] | None) -> Proposed[str] | None:
    """The name below the letter and the one on top of it: two that agree are one that is known."""
    above = addresses.name_in(postal.value) if postal else ""
    if signing and above:
        agree = addresses.same_name(signing, above)
        return Proposed(value=above if agree else signing, confidence=0.95 if agree else 0.6)
    if signing:
        return Proposed(value=signing, confidence=0.8)
    return Proposed(value=above, confidence=0.6) if above else None


def _text(row: Sequence[Piece]) -> str:
    return " ".join(piece.text for piece in row)
