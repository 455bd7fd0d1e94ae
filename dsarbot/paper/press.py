"""Prints a letter into bytes, in a thread. What typesets is loaded with the first letter: most processes print none."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from dsarbot.core.case import Case, Letter
from dsarbot.paper.data import data
from dsarbot.paper.errors import NoPress
from dsarbot.paper.page import page_set
from dsarbot.paper.stationery import Stationery, program


class Press:
    """The PDF letters of one organisation. fonts: folders with more fonts than typst brings along."""

    def __init__(self, paper: Stationery, fonts: Sequence[Path] = ()) -> None:
        self._paper = paper
        self._fonts = tuple(fonts)

    async def printed(self, case: Case, letter: Letter, *, picture: str = "") -> bytes:
        """The PDF; a draft is marked as one. NoPress, or Unprintable with what to change. picture: SVG of our own
        making, which stands before the text."""
        return await asyncio.to_thread(self._made, case, letter, picture)

    def _made(self, case: Case, letter: Letter, picture: str) -> bytes:
        pages = replace(page_set(case, letter, self._paper), picture=picture)
        return _typesetter()(data(pages), pages.day, program(), self._fonts)


def installed() -> bool:
    """Whether letters can be printed here."""
    return importlib.util.find_spec("typst") is not None


def _typesetter() -> Callable[..., bytes]:
    if not installed():
        raise NoPress
    made: Callable[..., bytes] = importlib.import_module("dsarbot.paper.typesetting").typeset
    return made
