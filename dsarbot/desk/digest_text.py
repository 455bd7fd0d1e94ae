"""The digest as plain text: for mail programs without HTML, and for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from dsarbot.desk.digest_lines import State
from dsarbot.desk.digest_page import Bar, Block, Page

WIDTH: Final = 76
_LONGEST_BAR: Final = 40

#: State is word + sign + colour, never colour alone. Signs that no mail program turns into a picture.
SIGNS: Final[dict[State, str]] = {"late": "▲", "soon": "◆", "waiting": "○", "done": "✓", "unsure": "?"}


def as_text(page: Page) -> str:
    """Lines of at most 76 characters where words allow."""
    return "\n".join(_lines(page)).rstrip() + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield page.title
    yield page.day
    yield ""
    yield from _wrapped(page.headline)
    for block in page.blocks:
        yield ""
        yield from _block(block)
    yield ""
    if page.picture:
        yield page.picture
        yield from _bars(page)
        yield ""
    if page.witness:
        yield page.witness
    for line in page.foot:
        yield from _wrapped(line)


def _block(block: Block) -> Iterator[str]:
    yield block.title.upper()
    yield from _wrapped(block.hint)
    for row in block.rows:
        yield f"  {SIGNS[row.state]} {'  '.join(part for part in (row.lead, row.when) if part)}  [{row.badge}]"
        for detail in row.details:
            yield from _wrapped(detail, "    ")
    for line in block.tail:
        yield from _wrapped(line, "  ")


def _bars(page: Page) -> Iterator[str]:
    if not page.bars:
        return
    each = scale(page.bars)
    width = max(len(bar.label) for bar in page.bars)
    for bar in page.bars:
        signs = "#" * -(-bar.number // each)
        yield f"  {bar.label:<{width}}  {signs}{' ' if signs else ''}{bar.written}"
    if each > 1:
        yield f"  {page.scale.format(n=each)}"


def scale(bars: tuple[Bar, ...]) -> int:
    """How many cases one sign stands for, so that the longest bar fits."""
    return max(1, -(-max(bar.number for bar in bars) // _LONGEST_BAR))


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
