"""A stack of sheets, parted into letters at the separator sheets. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from dsarbot.documents.pages import Page
from dsarbot.errors import TheirInput


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


def parted(pages: Sequence[Page], ranges: Sequence[tuple[int, int]]) -> tuple[Letter, ...]:
    """The letters as a person says where each begins and ends. TheirInput when a page would be lost or is not there."""
    last = 0
    for first, end in ranges:
        if first <= last or end < first:
            raise TheirInput(f"pages {first}-{end} do not come after page {last}; name the letters in their order.")
        last = end
    if last > len(pages):
        raise TheirInput(f"there is no page {last}: it has {len(pages)}.")
    named = {number for first, end in ranges for number in range(first, end + 1)}
    left = [page.number for page in pages if page.number not in named and page.how != "blank"]
    if left:
        raise TheirInput(f"page {left[0]} belongs to no letter; name it, too.")
    whole = len(ranges) == 1 and len(named) == len(pages)
    return tuple(Letter(pages=tuple(pages[first - 1 : end]), whole=whole) for first, end in ranges)


def ranges_of(written: str) -> tuple[tuple[int, int], ...]:
    """``1-2,3,4-6`` as first and last pages. TheirInput for anything else."""
    found = []
    for each in written.split(","):
        first, dash, last = each.strip().partition("-")
        if not (first.isascii() and first.isdigit()) or (dash and not (last.isascii() and last.isdigit())):
            raise TheirInput(f'"{each.strip()}" names no pages; write the pages of each letter, as 1-2,3,4-6.')
        found.append((int(first), int(last or first)))
    return tuple(found)


def _without_blank_ends(pages: tuple[Page, ...]) -> tuple[Page, ...]:
    written = [n for n, each in enumerate(pages) if each.how != "blank"]
    return pages[written[0] : written[-1] + 1] if written else ()
