"""The tree of a letter: paragraphs, lists, bold. Text in a small Markdown subset is read into it and written from it.

Templates and texts typed by people are the same subset and go through the same tree; emitters read only the tree.
Values (a name, an address, a reason) are put into the tree as text, never into markup, so a person called
``<b>**{x}`` stays exactly that in every form of the letter.

The subset: paragraphs are separated by an empty line, a line break is kept; a line starting with ``- `` is a list
item; ``**`` switches bold on and off within a line; a backslash takes the next punctuation mark literally.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text. Never empty, and two neighbours differ in `bold`, once a line is normalised."""

    text: str
    bold: bool = False


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together; the breaks between them are kept."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; each item is one line."""

    items: tuple[Line, ...]


Block = Paragraph | Bullets
Blocks = tuple[Block, ...]

#: A line as written: whether it is a list item, and what stands in it.
Row = tuple[bool, Line]

_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_TOKENS: Final = re.compile(r"\\[!-/:-@\[-`{-~]|\*\*")
_BULLET: Final = "- "

# Marks that reorder what is shown, so that a name could pretend to be something else; and surrogates, which no
# charset can carry.
_CONTROL: Final = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\u2028\u2029]")
_UNWANTED: Final = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def clean(text: str, *, keep_breaks: bool = False) -> str:
    """Text that may stand in a letter: no control characters, no direction overrides; line breaks become spaces
    unless they are kept."""
    if text.isprintable():
        # Nothing of all that is in it.
        return text if keep_breaks else text.strip()
    text = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if keep_breaks:
        return _CONTROL.sub(" ", text)
    return _CONTROL.sub(" ", text.replace("\n", " ")).strip()


def read(text: str) -> Blocks:
    """Text in the subset -> its tree. Total: whatever is no markup is text."""
    rows: list[list[Row]] = [[]]
    for written in clean(text, keep_breaks=True).split("\n"):
        line = written.strip()
        if not line:
            rows.append([])
            continue
        is_item = line.startswith(_BULLET)
        rows[-1].append((is_item, inline(line.removeprefix(_BULLET) if is_item else line)))
    return tuple(block for group in rows for block in blocks(group))


@lru_cache(maxsize=512)
def inline(line: str) -> Line:
    """One line of the subset without its list mark -> spans. Most lines of a letter come again in the next one."""
    if "\\" not in line and "**" not in line:
        return tidy((Span(line),))
    pieces: list[str] = []
    at = 0
    switches = 0
    for token in _TOKENS.finditer(line):
        if token[0] != "**":
            continue
        pieces.append(line[at : token.start()])
        at = token.end()
        switches += 1
    pieces.append(line[at:])
    if switches % 2:  # the last switch closes nothing: it is text
        last = pieces.pop()
        pieces[-1] = f"{pieces[-1]}\\*\\*{last}"
    return tidy(Span(_ESCAPED.sub(r"\1", piece), bold=bool(n % 2)) for n, piece in enumerate(pieces))


def tidy(spans: Iterable[Span]) -> Line:
    """Neighbours of the same kind joined, empty ones left out, no white space at the ends of the line."""
    filled = [span for span in spans if span.text]
    if len({span.bold for span in filled}) < 2:
        text = "".join([span.text for span in filled]).strip()
        return (Span(text, filled[0].bold),) if text else ()
    joined = [
        Span("".join(span.text for span in run), bold) for bold, run in groupby(filled, key=lambda span: span.bold)
    ]
    if joined:
        joined[0] = Span(joined[0].text.lstrip(), joined[0].bold)
    if joined:
        joined[-1] = Span(joined[-1].text.rstrip(), joined[-1].bold)
    kept = tuple(span for span in joined if span.text)
    return kept if len(kept) == len(joined) else tidy(kept)


def blocks(rows: Sequence[Row]) -> Blocks:
    """The lines of one group (no empty line between them) -> blocks; lines with nothing in them are left out."""
    found: list[Block] = []
    for is_item, run in groupby(((item, line) for item, line in rows if line), key=lambda row: row[0]):
        lines = tuple(line for _, line in run)
        found.append(Bullets(lines) if is_item else Paragraph(lines))
    return tuple(found)


def write(tree: Sequence[Block]) -> str:
    """The tree -> text in the subset; `read(write(tree)) == tree` for every tree that `read` can give."""
    return "\n\n".join(
        "\n".join(_written(line, mark=_BULLET) for line in block.items)
        if isinstance(block, Bullets)
        else "\n".join(_written(line) for line in block.lines)
        for block in tree
    )


def _written(line: Line, *, mark: str = "") -> str:
    text = "".join(f"**{_escape(span.text)}**" if span.bold else _escape(span.text) for span in line)
    # A line of text that looks like a list item must not become one.
    if not mark and text.startswith("-"):
        text = f"\\{text}"
    return mark + text


def _escape(text: str) -> str:
    # Braces and brackets mean nothing in the subset and stay as they are; the pre-send check looks for them.
    return text.replace("\\", "\\\\").replace("*", "\\*")


def plain(tree: Sequence[Block]) -> str:
    """The words alone, one line each: for checks and searches."""
    lines = [line for block in tree for line in (block.items if isinstance(block, Bullets) else block.lines)]
    return "\n".join("".join(span.text for span in line) for line in lines)
