"""The text of a message with the phrases marked that made triage think of a right, each named beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of the text. rights: whose phrase it is, () for what triggered nothing."""

    text: str
    rights: tuple[str, ...] = ()


def pieces(text: str, phrases: Mapping[str, Sequence[str]]) -> tuple[Piece, ...]:
    """The whole text in order. phrases: by right; blanks in one match any white space, longer ones win."""
    by_phrase: dict[str, list[str]] = {}
    for right, found in phrases.items():
        for each in found:
            if key := _key(each):
                by_phrase.setdefault(key, []).append(right)
    if not by_phrase:
        return (Piece(text=text),) if text else ()
    longest = sorted(by_phrase, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(each).replace(r"\ ", r"\s+") for each in longest), re.IGNORECASE)
    out: list[Piece] = []
    at = 0
    for match in pattern.finditer(text):
        if match.start() > at:
            out.append(Piece(text=text[at : match.start()]))
        out.append(Piece(text=match[0], rights=tuple(dict.fromkeys(by_phrase.get(_key(match[0]), ())))))
        at = match.end()
    return (*out, Piece(text=text[at:])) if at < len(text) else tuple(out)


def _key(phrase: str) -> str:
    return " ".join(phrase.casefold().split())
