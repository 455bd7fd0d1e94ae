"""A stack of sheets, parted into letters at the separator sheets. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from dsarbot.documents.pages import Page


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter of a file. whole: it is the file."""

    pages: tuple[Page, ...]
    whole: bool

    @property
    def first(self) -> int:
        return self.pages[0].number

    @property
    def last(self) -> int:
        return self.pages[-1].number

    @property
    def text(self) -> str:
        return "\n\n".join(text for page in self.pages if (text := page.text))


def letters(pages: Sequence[Page]) -> tuple[Letter, ...]:
    """The letters between the separator sheets; a file without any is one letter.

    The blank back of a separator sheet belongs to no letter, nor do the blank pages before the next one."""
    if not any(each.separator for each in pages):
        return (Letter(pages=tuple(pages), whole=True),) if pages else ()
    runs = (tuple(run) for separator, run in groupby(pages, lambda each: each.separator) if not separator)
    return tuple(Letter(pages=kept, whole=False) for run in runs if (kept := _without_blank_ends(run)))


def _without_blank_ends(pages: tuple[Page, ...]) -> tuple[Page, ...]:
    written = [n for n, each in enumerate(pages) if each.how != "blank"]
    return pages[written[0] : written[-1] + 1] if written else ()
