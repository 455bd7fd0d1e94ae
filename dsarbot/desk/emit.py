"""A letter's tree in the forms that leave the house: plain text and HTML. The same words in both.

The HTML is for mail programs: paragraphs, lists and bold, a little inline style, nothing that is fetched. Every text
is escaped; there is no other way for a character of a letter to get into it.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from dsarbot.core.case import Section
from dsarbot.desk.sections import Block, Blocks, Bullets, Line, read

WIDTH: Final = 76

_BODY_STYLE: Final = (
    "font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:16px;line-height:1.5;max-width:40em"
)


def tree(sections: Sequence[Section]) -> Blocks:
    """The tree of a whole letter."""
    return tuple(block for section in sections for block in read(section.text))


def letter_text(sections: Sequence[Section]) -> str:
    """The plain text of a whole letter: `emit_text` of its tree."""
    return "\n\n".join(text for section in sections if (text := _forms(section.text)[0])) + "\n"


def letter_html(sections: Sequence[Section], *, language: str, title: str) -> str:
    """The HTML of a whole letter: `emit_html` of its tree."""
    bodies = [body for section in sections if (body := _forms(section.text)[1])]
    return _document("\n".join(bodies), language=language, title=title)


@lru_cache(maxsize=128)
def _forms(text: str) -> tuple[str, str]:
    """Plain text and HTML of one section, "" for one without blocks. Most sections of a letter come again."""
    blocks = read(text)
    return "\n\n".join(_text_block(block, WIDTH) for block in blocks), "\n".join(map(_html_block, blocks))


def emit_text(blocks: Sequence[Block], *, width: int = WIDTH) -> str:
    """Plain text with lines of at most *width* characters, where words allow; ends with a line break."""
    return "\n\n".join(_text_block(block, width) for block in blocks) + "\n"


def _text_block(block: Block, width: int) -> str:
    if isinstance(block, Bullets):
        return "\n".join(_wrapped(line, width, first="- ", other="  ") for line in block.items)
    return "\n".join(_wrapped(line, width) for line in block.lines)


def _wrapped(line: Line, width: int, first: str = "", other: str = "") -> str:
    words = "".join(span.text for span in line)
    # textwrap lets go of what is nothing but blanks, of whatever kind.
    if _PLAIN.fullmatch(words) and not any(map(str.isspace, words.split(" "))):
        return _filled(words, width, first, other)
    # textwrap breaks at ASCII blanks only, so the unbreakable spaces of French and of citations stay whole.
    return textwrap.fill(
        words,
        width,
        initial_indent=first,
        subsequent_indent=other,
        break_long_words=False,
        break_on_hyphens=False,
    )


#: Words with one space between them and no other blank that textwrap knows.
_PLAIN: Final = re.compile(r"[^ \t\n\v\f\r]+(?: [^ \t\n\v\f\r]+)*")


def _filled(words: str, width: int, first: str, other: str) -> str:
    """What textwrap makes of such words, without its preparations: nearly every line of a letter is one."""
    lines: list[str] = []
    mark, start = first, 0
    while len(words) - start > (room := width - len(mark)):
        end = words.rfind(" ", start, start + room + 1)
        if end < 0:
            # A word that is longer than a line stays whole.
            end = words.find(" ", start + room)
        if end < 0:
            break
        lines.append(mark + words[start:end])
        mark, start = other, end + 1
    return "\n".join([*lines, mark + words[start:]])


def emit_html(blocks: Sequence[Block], *, language: str, title: str) -> str:
    """A complete HTML document of lines that a mail may carry."""
    return _document("\n".join(_html_block(block) for block in blocks), language=language, title=title)


def _document(body: str, *, language: str, title: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{html.escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{html.escape(title)}</title>\n</head>\n"
        f'<body style="{_BODY_STYLE}">\n{body}\n</body>\n</html>\n'
    )


def _html_block(block: Block) -> str:
    if isinstance(block, Bullets):
        items = "\n".join(f"<li>{_html_line(line)}</li>" for line in block.items)
        return f"<ul>\n{items}\n</ul>"
    return "<p>" + "<br>\n".join(_html_line(line) for line in block.lines) + "</p>"


def _html_line(line: Line) -> str:
    return "".join(
        f"<strong>{html.escape(span.text)}</strong>" if span.bold else html.escape(span.text) for span in line
    )
