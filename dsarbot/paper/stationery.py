"""What the paper of one organisation looks like: its letterhead, the window of its envelopes, a few words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dsarbot import resources
from dsarbot.desk.letterhead import Letterhead

_FOLDER: Final = "paper"


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Where an envelope shows the address; lengths in millimetres from the upper left corner of an A4 sheet.

    strip: upper part of the window, for the sender's line. side: the block with reference, date and contact.
    text_top: where the subject begins. jurisdictions: countries whose envelopes have it."""

    left: float
    top: float
    width: float
    height: float
    strip: float
    side_left: float
    side_top: float
    side_width: float
    text_top: float
    folds: tuple[float, ...]
    jurisdictions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What stands beside the letter itself, in one language. courtesy: by the language that binds."""

    reference: str
    date: str
    contact: str
    page: str
    draft: str
    courtesy: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stationery:
    """The paper of one organisation. words: by language, at least in every language of the letterhead."""

    head: Letterhead
    window: Window
    words: Mapping[str, Words]


def stationery(head: Letterhead, *, jurisdiction: str, window: str = "") -> Stationery:
    """The paper for that letterhead; window: its name, or that of the place ("")."""
    return Stationery(head=head, window=window_of(jurisdiction, window), words=words())


def window_of(jurisdiction: str, name: str = "") -> Window:
    """The window of that name (KeyError when there is none), else the one that is usual in the country."""
    found = windows()
    if name:
        return found[name]
    country = jurisdiction.partition("-")[0]
    return next((each for each in found.values() if country in each.jurisdictions), next(iter(found.values())))


def windows() -> Mapping[str, Window]:
    """Every window by its name, the usual one first."""
    return {
        name: Window(**{**row, "folds": tuple(row["folds"]), "jurisdictions": tuple(row["jurisdictions"])})
        for name, row in _table("windows.toml").items()
    }


def words() -> Mapping[str, Words]:
    """The words by language."""
    return {language: Words(**row) for language, row in _table("words.toml").items()}


def program() -> Path:
    """The file that typesets."""
    return resources.find("templates", f"{_FOLDER}/letter.typ")


def _table(name: str) -> Mapping[str, Any]:
    return tomllib.loads(resources.find("templates", f"{_FOLDER}/{name}").read_text("utf-8"))
