"""A letter as pages: everything that stands on the paper, and nothing else. Pure.

The body is the tree that the mail's forms are made of, so paper and mail say the same words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import dropwhile, takewhile
from typing import Final

from dsarbot.core.case import Case, Letter, LetterStatus, Section
from dsarbot.desk.dating import known, local_day, long
from dsarbot.desk.letterhead import Letterhead
from dsarbot.desk.sections import Blocks, Paragraph, clean, read
from dsarbot.paper.stationery import Stationery, Window, Words

#: A section that is a translation begins a page of its own; it was approved with the letter like every other.
_COURTESY: Final = re.compile(r"courtesy-([a-z]{2})")
#: Letters of which this is not the text that leaves.
_UNFINISHED: Final = frozenset({LetterStatus.DRAFTED, LetterStatus.RETURNED, LetterStatus.CANCELLED})
_REFERENCE: Final = "reference"
_DOT: Final = " · "


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One section of the letter."""

    key: str
    blocks: Blocks


@dataclass(frozen=True, kw_only=True, slots=True)
class Courtesy:
    """A translation. note: says which version binds."""

    language: str
    note: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One entry of the block of references."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PageSet:
    """All that one letter shows. running: on top of every page but the first; page: "page {page} of {pages}";
    draft: the word that marks an unapproved letter, "" for none; picture: SVG before the text, "" for none."""

    language: str
    title: str
    sender: str
    day: date
    window: Window
    return_line: str
    address: tuple[str, ...]
    references: tuple[Row, ...]
    subject: str
    parts: tuple[Part, ...]
    running: str
    foot: tuple[str, ...]
    page: str
    draft: str
    courtesy: Courtesy | None = None
    picture: str = ""


def page_set(case: Case, letter: Letter, paper: Stationery) -> PageSet:
    """The pages of a letter; marked as a draft until it is approved."""
    head, language = paper.head, known(letter.language, paper.head.fallback)
    words = paper.words[language]
    # The day of the letter is part of it: printed again, it is the same letter to the byte.
    day = local_day(letter.drafted_at or case.opened_at, head.zone)
    # A business letter's date goes without the weekday.
    written = long(day, language).partition(" ")[2]
    parts = _parts(tuple(takewhile(_is_letter, letter.sections)))
    named = _rows(next((part for part in parts if part.key == _REFERENCE), None))
    return PageSet(
        language=language,
        title=clean(letter.subject),
        sender=head.organisation,
        day=day,
        window=paper.window,
        return_line=_DOT.join(head.postal) or head.organisation,
        address=tuple(line for each in letter.recipient.splitlines() if (line := clean(each))),
        references=(*(named or _named(case, words)), *_references(head, words, language, written)),
        subject=clean(letter.subject),
        parts=tuple(part for part in parts if not (named and part.key == _REFERENCE)),
        running=_DOT.join((head.organisation, case.reference, written)),
        foot=_foot(head),
        page=words.page,
        draft=words.draft if letter.status in _UNFINISHED else "",
        courtesy=_courtesy(letter, paper),
    )


def _is_letter(section: Section) -> bool:
    return not _COURTESY.fullmatch(section.key)


def _courtesy(letter: Letter, paper: Stationery) -> Courtesy | None:
    rest = tuple(dropwhile(_is_letter, letter.sections))
    if not rest or not (found := _COURTESY.fullmatch(rest[0].key)):
        return None
    language = known(found[1], paper.head.fallback)
    binding = paper.head.binding_language or known(letter.language, paper.head.fallback)
    return Courtesy(language=language, note=paper.words[language].courtesy[binding], parts=_parts(rest))


def _parts(sections: Sequence[Section]) -> tuple[Part, ...]:
    return tuple(Part(key=each.key, blocks=blocks) for each in sections if (blocks := read(each.text)))


def _rows(part: Part | None) -> tuple[Row, ...]:
    """What a mail says below its signature in lines of "**label:** value" stands beside the address on paper; () when
    somebody has written it otherwise: then it stays where it is."""
    if part is None or not all(isinstance(block, Paragraph) for block in part.blocks):
        return ()
    lines = [line for block in part.blocks if isinstance(block, Paragraph) for line in block.lines]
    if any([span.bold for span in line] != [True, False] for line in lines):
        return ()
    return tuple(Row(label=label.text.rstrip(" :\u00a0\u202f"), lines=(value.text.strip(),)) for label, value in lines)


def _named(case: Case, words: Words) -> tuple[Row, ...]:
    return (Row(label=words.reference, lines=(case.reference,)),)


def _references(head: Letterhead, words: Words, language: str, day: str) -> tuple[Row, ...]:
    contact = (head.said(head.contact_title, language), head.contact_email, head.contact_phone)
    return (
        Row(label=words.date, lines=(day,)),
        Row(label=words.contact, lines=tuple(each for each in contact if each)),
    )


def _foot(head: Letterhead) -> tuple[str, ...]:
    """Who the company is and how it is reached: its name and registration, then the rest."""
    postal = [each for each in head.postal if each != head.organisation]
    first = (head.organisation, head.registration)
    second = (*postal, head.contact_email, head.contact_phone)
    return tuple(_DOT.join(each for each in line if each) for line in (first, second) if any(line))
