"""Who wrote: the block of the sender's address, and the name in it. Pure; proposals, not proof."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from dsarbot.documents.pages import Page
from dsarbot.scans.blocks import Block, blocks
from dsarbot.scans.proposed import Proposed

#: A postal code with its town, as it is written in the countries that write to us: LU, FR, DE, BE, NL, CH, AT, GB, IE.
_TOWN: Final = re.compile(
    r"(?:\b(?:L|F|D|B|CH|A|NL)\s?[-\u2013]\s?)?\b\d{4,5}\s?[^\W\d_]{2,}"
    r"|\b\d{4}\s?[A-Z]{2}\s+[^\W\d_]{2,}"
    r"|\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b"
    r"|\b[A-Z]\d[\dW]\s?[A-Z\d]{4}\b"
)
_STREET: Final = re.compile(
    r"\b\d{1,4}\s?[a-zA-Z]?\b|\b(?:rue|avenue|av\.|boulevard|bd|place|chemin|route|impasse|allée|straße|strasse|str\.|weg|"
    r"platz|gasse|street|road|lane|straat|laan|plein|bp|postfach|postbus)\b",
    re.IGNORECASE,
)
#: To whom one writes, never who writes.
_OURS: Final = re.compile(
    r"délégué|protection des données|data protection|datenschutz|gegevensbescherming|\bDP[OD]\b|à l['’]attention|"
    r"z\.\s?h(?:d|\.)|attn|t\.\s?a\.\s?v|service client|kundenservice|customer service|"
    r"recommandé|einschreiben|registered",
    re.IGNORECASE,
)
_TITLES: Final = re.compile(
    r"^(?:m\.|mme\.?|mlle|monsieur|madame|herrn?|frau|mr\.?|mrs\.?|ms\.?|dr\.?|dhr\.|mevr\.)\s+", re.IGNORECASE
)
_NAME: Final = re.compile(r"[^\W\d_]['’\w.-]*(?:\s+[^\W\d_]['’\w.-]*){1,4}")
#: An address is written in the upper part of the first page, in two to seven lines.
_UPPER, _FEWEST, _MOST = 0.5, 2, 7
#: The one line above the window of an envelope: name, street and town with signs between them.
_PARTED: Final = re.compile(r"\s*[·•|∙]\s*|\s*,\s+|\s+[-\u2013]\s+")


def sender(page: Page, signed: str, own: Sequence[str]) -> Proposed[tuple[str, ...]] | None:
    """The lines of the sender's address. signed: the name below the letter, "" when none was found; own: names of
    ours, to which letters are addressed."""
    ours = [folded(each) for each in own if each]
    found = [each for each in (_address(block) for block in blocks(page)) if each is not None]
    found = [(block, lines) for block, lines in found if not _is_ours(lines, ours)]
    if not found:
        return None
    for _, lines in found:
        if signed and any(same_name(signed, line) for line in lines[:2]):
            return Proposed(value=lines, confidence=0.95)
    # Who writes stands above whom one writes to.
    _, lines = found[0]
    return Proposed(value=lines, confidence=0.4 if signed else 0.6)


def name_in(lines: Sequence[str]) -> str:
    """The name on top of an address, without its title; "" when the first line is none."""
    return name(lines[0]) if lines else ""


def name(line: str) -> str:
    """The line if it is a person's name, without a title; "" otherwise."""
    bare = _TITLES.sub("", line.strip().rstrip(",.;"))
    known = _NAME.fullmatch(bare) and not _OURS.search(bare) and sum(each[0].isupper() for each in bare.split()) >= 2
    return bare if known else ""


def same_name(one: str, other: str) -> bool:
    """Whether two lines name the same person: in any order, without accents, initials for first names."""
    first, second = folded(_TITLES.sub("", one)).split(), folded(_TITLES.sub("", other)).split()
    if not first or not second or max(map(len, first)) < 2:
        return False
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= 2 and all(any(_same_word(a, b) for b in longer) for a in shorter)


def folded(text: str) -> str:
    """Lower case, without accents and signs."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[^\W_]+", "".join(each for each in plain if not unicodedata.combining(each))))


def _same_word(one: str, other: str) -> bool:
    return one == other or (len(min(one, other, key=len)) == 1 and one[0] == other[0])


def _address(block: Block) -> tuple[Block, tuple[str, ...]] | None:
    """The block when it is an address: it ends with a town, or with the country below it."""
    if block.top > _UPPER:
        return None
    if len(block.lines) == 1:
        parted = tuple(each for each in _PARTED.split(block.lines[0]) if each)
        return (block, parted) if len(parted) >= _FEWEST + 1 and _TOWN.search(parted[-1]) else None
    lines = block.lines[:_MOST]
    at = next((n for n, line in enumerate(lines) if _TOWN.search(line)), None)
    if at is None or at == 0:
        return None
    country = at + 1 < len(lines) and bool(re.fullmatch(r"[^\W\d_][\w' -]{2,24}", lines[at + 1]))
    street = any(_STREET.search(line) for line in lines[:at])
    return (block, lines[: at + 1 + country]) if street or at >= _FEWEST else None


def _is_ours(lines: Sequence[str], own: Sequence[str]) -> bool:
    return any(_OURS.search(line) or any(each in folded(line) for each in own) for line in lines)
