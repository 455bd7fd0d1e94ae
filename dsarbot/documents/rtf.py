"""The text of an RTF file (specification 1.9.1): groups, control words, characters by code page or Unicode."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from typing import Final

from dsarbot.documents.answer import MOST_CHARACTERS, Text, shortened

_TOKEN: Final = re.compile(
    rb"(?P<open>\{)|(?P<close>\})"
    rb"|\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?"
    rb"|\\'(?P<hex>[0-9A-Fa-f]{2})"
    rb"|\\(?P<sign>[^A-Za-z'])"
    rb"|(?P<plain>[^\\{}\r\n]+)"
    rb"|(?P<layout>[\r\n]+|\\)"
)
#: Groups whose text is not on the page.
_ASIDE: Final = frozenset((
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "listtable", "listoverridetable", "rsidtbl",
    "generator", "themedata", "colorschememapping", "latentstyles", "datastore", "xmlnstbl", "fldinst", "filetbl",
    "revtbl", "deleted",
))  # fmt: skip
_BREAKS: Final = {"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "cell": "\t", "tab": "\t"}
_SIGNS: Final = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
}  # fmt: skip
#: \ansicpg numbers that Python calls otherwise; the rest is cpN.
_CODE_PAGES: Final = {10000: "mac_roman", 65001: "utf-8"}
_DEEPEST: Final = 1000


@dataclass(frozen=True)
class _State:
    """What a group inherits and gives back at its end. replacement: characters that follow \\u for old readers."""

    aside: bool = False
    replacement: int = 1


class _Reader:
    def __init__(self) -> None:
        self._groups: list[_State] = []
        self._now = _State()
        self._page = "cp1252"
        self._skip = 0
        self._bytes = bytearray()
        self.pieces: list[str] = []
        self.length = 0

    def take(self, token: re.Match[bytes]) -> None:
        kind = token.lastgroup
        if token["word"]:
            self._word(token["word"].decode("ascii"), int(token["number"]) if token["number"] else None)
        elif kind == "open":
            self._groups.append(self._now)
        elif kind == "close":
            self._now, self._skip = (self._groups.pop() if self._groups else _State()), 0
        elif kind == "hex":
            self._characters(bytes.fromhex(token["hex"].decode("ascii")))
        elif kind == "plain":
            self._characters(token["plain"])
        elif kind == "sign":
            self._sign(token["sign"])

    @property
    def deep(self) -> bool:
        return len(self._groups) > _DEEPEST

    def flush(self) -> None:
        """Bytes of one code page are decoded together: a character may take two."""
        if self._bytes:
            self._add(self._bytes.decode(self._page, "replace"))
            self._bytes.clear()

    def _characters(self, data: bytes) -> None:
        dropped, self._skip = min(self._skip, len(data)), max(self._skip - len(data), 0)
        if not self._now.aside:
            self._bytes += data[dropped:]

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            # A destination that only newer readers know; none of those holds the letter's text.
            self._now = replace(self._now, aside=True)
        elif sign in b"{}\\":
            self._characters(sign)
        elif sign in (b"~", b"\r", b"\n"):
            self._put(" " if sign == b"~" else "\n")

    def _word(self, word: str, number: int | None) -> None:
        if word == "u" and number is not None:
            # Signed 16 bits; what lies beyond comes as two surrogates.
            self._put(chr(number % 65536))
            self._skip = self._now.replacement
        elif word == "uc" and number is not None:
            self._now = replace(self._now, replacement=min(max(number, 0), 16))
        elif word == "ansicpg" and number:
            self._page = _known_page(_CODE_PAGES.get(number, f"cp{number}"))
        elif word in _ASIDE:
            self._now = replace(self._now, aside=True)
        elif word in _BREAKS or word in _SIGNS:
            self._put(_BREAKS.get(word) or _SIGNS[word])

    def _put(self, text: str) -> None:
        self.flush()
        if not self._now.aside:
            self._add(text)

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)


def read(data: bytes) -> Text:
    """The text of an RTF file."""
    reader = _Reader()
    for token in _TOKEN.finditer(data):
        reader.take(token)
        if reader.length > MOST_CHARACTERS:
            break
        if reader.deep:
            return Text(unread="broken")
    reader.flush()
    text = "".join(reader.pieces)
    return shortened(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _known_page(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
