"""Mails as broken and strange programs write them, each with what a person would say about it."""

from __future__ import annotations

from tests.reading.odd_mails import contents, encodings, headers, senders, structures, texts
from tests.reading.odd_mails.case import Odd

ODD: tuple[Odd, ...] = (
    *senders.CASES,
    *headers.CASES,
    *encodings.CASES,
    *structures.CASES,
    *texts.CASES,
    *contents.CASES,
)
