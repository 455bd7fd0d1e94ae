"""Spaces that must not break. French sets one before : ; ? ! and inside guillemets; a number stays with its word."""

from __future__ import annotations

import re
from typing import Final

NO_BREAK: Final = "\u00a0"

#: "Art. 12" or "§ 3" must not be torn apart at a line's end, in any language.
_CITED: Final = re.compile(
    r"(?<![^\W\d_])(articles?|artikel|art\.|abs\.|buchst\.|no\.|n°|§{1,2}) (?=\d|[a-z]\))", re.IGNORECASE
)
_FRENCH_BEFORE: Final = re.compile(r" (?=[:;?!»](?!\w))")
_FRENCH_AFTER: Final = re.compile(r"(?<=«) ")


def set_spaces(text: str, language: str) -> str:
    """*text* (ours, not a person's) with the unbreakable spaces that its language wants."""
    text = _CITED.sub(rf"\1{NO_BREAK}", text)
    if language == "fr":
        text = _FRENCH_BEFORE.sub(NO_BREAK, text)
        text = _FRENCH_AFTER.sub(NO_BREAK, text)
    return text
