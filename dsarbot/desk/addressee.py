"""Whom a letter is for when it is not the person: a controller, a reseller, a processor, a recipient, our own desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

#: What the contract lets us tell the person of a request that was passed on (practice 26).
PersonNotice = Literal["neutral", "full", "none"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Party:
    """One party of the chain, as a letter to it or about it needs it.

    address: mail address or lines of an envelope of its contact. language: of letters to it. contact: the lines that
    a person may be given (`notice` "full"). asked_on: when it had the request; reminder: the how manieth this is;
    last: no other one follows (law 4.6, practice 27). instruction: its number; relayed: it came from the controller,
    not from us. link: a page for its named contact, "" without. answer_by: when we want to hear from it."""

    name: str
    address: str = ""
    language: str = ""
    reseller: bool = False
    notice: PersonNotice = "neutral"
    contact: tuple[str, ...] = ()
    asked_on: date | None = None
    reminder: int = 1
    last: bool = False
    instruction: str = ""
    relayed: bool = False
    link: str = ""
    answer_by: date | None = None
