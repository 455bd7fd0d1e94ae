"""The pages as the JSON that `templates/paper/letter.typ` reads. Every text is data; there is no markup to escape."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict
from typing import Any, Final

from dsarbot.desk.sections import Block, Bullets, Line, plain
from dsarbot.paper.page import PageSet, Part

#: A word longer than this may break anywhere, so that it never runs out of the paper: 40 of the widest letters fill a
#: line. So may words longer than a line that unbreakable spaces hold together.
_LONGEST_WORD: Final = 40
_LONG_WORD: Final = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
_LONG_CHAIN: Final = re.compile(r"[^ \u200b]{81,}")
_MAY_BREAK: Final = "\u200b"
#: The longest paragraph, in characters, that goes to the next page with what it leads up to: about two lines.
_LEAD: Final = 200
#: What ends a sentence, or a gap that stands for one.
_ENDS: Final = frozenset(".!?…]")
#: So many items of a list stay together with the signature below it.
_TOGETHER: Final = 3
#: Sections of which no line may stand alone on a page.
_WHOLE: Final = frozenset({"signature", "reference"})


def data(pages: PageSet) -> str:
    """The whole as one JSON object."""
    window = asdict(pages.window)
    del window["jurisdictions"]
    courtesy = pages.courtesy
    whole = {
        "language": pages.language,
        "title": _composed(pages.title),
        "author": _composed(pages.sender),
        "day": [pages.day.year, pages.day.month, pages.day.day],
        "window": window,
        "return_line": _text(pages.return_line),
        "address": [_text(each) for each in pages.address],
        "references": [{"label": row.label, "lines": [_text(each) for each in row.lines]} for row in pages.references],
        "subject": _text(pages.subject),
        "parts": _parts(pages.parts),
        "running": _text(pages.running),
        "foot": [_text(each) for each in pages.foot],
        "page": pages.page,
        "draft": pages.draft,
        "picture": pages.picture,
        "courtesy": courtesy
        and {"language": courtesy.language, "note": courtesy.note, "parts": _parts(courtesy.parts)},
    }
    return json.dumps(whole, ensure_ascii=False)


def _parts(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [_part(part, before_signature=_is_signature(parts, n + 1)) for n, part in enumerate(parts)]


def _is_signature(parts: tuple[Part, ...], n: int) -> bool:
    return n < len(parts) and parts[n].key == "signature"


def _part(part: Part, *, before_signature: bool) -> dict[str, Any]:
    """A signature never stands alone on a page: the end of what is above it goes along."""
    last = len(part.blocks) - 1
    blocks = [_block(block, keep=_introduces(part, n)) for n, block in enumerate(part.blocks[:last])]
    return {
        "whole": part.key in _WHOLE,
        "sign": part.key == "signature",
        "above": 2 if part.key == "reference" else 0.85,
        "blocks": blocks + _last(part.blocks[last], keep=before_signature or _introduces(part, last)),
    }


def _last(block: Block, *, keep: bool) -> list[dict[str, Any]]:
    """Of a long list only the end goes along: all of it would not."""
    if isinstance(block, Bullets) and keep and len(block.items) > _TOGETHER:
        first, rest = Bullets(block.items[:-_TOGETHER]), Bullets(block.items[-_TOGETHER:])
        return [_block(first, keep=False), {**_block(rest, keep=True), "goes_on": True}]
    return [_block(block, keep=keep)]


def _introduces(part: Part, n: int) -> bool:
    """Whether it leads up to what follows and must not be parted from it; a long paragraph stands for itself."""
    said = plain(part.blocks[n : n + 1])
    to_a_list = n + 1 < len(part.blocks) and isinstance(part.blocks[n + 1], Bullets)
    return len(said) <= _LEAD and (to_a_list or said.endswith(":") or _is_heading(part.blocks[n]))


def _is_heading(block: Block) -> bool:
    """A line that begins in bold and is no sentence: **Your other rights** (point (e))."""
    if isinstance(block, Bullets) or len(block.lines) != 1:
        return False
    (line,) = block.lines
    return line[0].bold and line[-1].text.rstrip()[-1:] not in _ENDS


def _block(block: Block, *, keep: bool) -> dict[str, Any]:
    if isinstance(block, Bullets):
        return {"kind": "list", "keep": keep, "goes_on": False, "lines": [_line(each) for each in block.items]}
    return {"kind": "paragraph", "keep": keep, "lines": [_line(each) for each in block.lines]}


def _line(line: Line) -> list[dict[str, Any]]:
    return [{"text": _text(span.text), "bold": span.bold} for span in line]


def _text(text: str) -> str:
    for too_long in (_LONG_WORD, _LONG_CHAIN):
        text = too_long.sub(lambda found: _breakable(found[0]), text)
    return _composed(text)


def _composed(text: str) -> str:
    """An accent that was typed after its letter becomes one with it, so that fonts have a picture for it."""
    return unicodedata.normalize("NFC", text)


def _breakable(word: str) -> str:
    return _MAY_BREAK.join(word[n : n + _LONGEST_WORD] for n in range(0, len(word), _LONGEST_WORD))
