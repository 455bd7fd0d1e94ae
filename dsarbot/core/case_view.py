"""A list of cases that somebody has saved, and what may be saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dsarbot.errors import NotAllowed

#: More than anybody keeps apart.
MOST: Final = 20
LONGEST: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """query: of the list's address, which holds nothing personal; text: what was searched for."""

    name: str
    query: str
    text: str = ""


def added(views: Sequence[View], view: View) -> tuple[View, ...]:
    """With that one, which takes the place of another of its name."""
    name = " ".join(view.name.split())[:LONGEST]
    others = [each for each in views if each.name.casefold() != name.casefold()]
    if not name:
        raise NotAllowed("view-without-name", "A saved list needs a name.")
    if len(others) >= MOST:
        raise NotAllowed("too-many-views", f"There are {MOST} saved lists; remove one first.")
    return (*others, View(name=name, query=view.query, text=view.text))


def without(views: Sequence[View], name: str) -> tuple[View, ...]:
    """All but that one."""
    return tuple(each for each in views if each.name != name)
