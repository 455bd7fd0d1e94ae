"""A text cut once, for everyone who reads it: its sentences, and the folded words of each.

The rules, the languages and the learned model all look at the same words, so a mail is cut once. A sentence that
stands there twice is read once, and addresses and links are masked: what stands in them was said by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from dsarbot.reading.lexicons import fold

MOST_SENTENCES = 3_000
#: What stands for an address and for a link among the words.
MAIL, LINK = "xmailx", "xurlx"

#: Ends of sentences and of list items. A full stop counts only before white space and a capital, so that
#: "Art. 17" and "gem. art. 15" stay whole; never behind a figure ("vom 2. Februar"). The first sign is common to all
#: of them, so that the search runs from sign to sign. No two parts can match the same run of white space twice over.
_BREAK = re.compile(
    r"[!?;.\n](?:(?<=[!?])[!?]*|(?<=;)|(?<!\d\.)(?<=\.)(?=\s+[A-ZÀ-ÖØ-Þ\"«„“(])|(?<=\.)\s*\n"
    r"|(?<=\n)[^\S\n]*\n\s*|(?<=\n)[^\S\n]*(?:[-*•·–]|\(?\w{1,2}[.)]|\[[ xX]?\]|[☐☑☒])(?=\s))"
)
_ITEM = re.compile(r"\n[^\S\n]*[-*•·–(\w\[☐☑☒]")
#: The boxes of a form: what stands behind an empty one was read by the writer and not chosen.
_EMPTY, _TICKED = re.compile(r"\n[^\S\n]*(?:\[ ?\]|☐)"), re.compile(r"\n[^\S\n]*(?:\[[xX]\]|[☑☒])")

#: A word: letters and digits, and combining marks (text that was typed on a Mac often has them apart). An underscore
#: joins words to the name of a file.
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_PLAIN = re.compile(r"[A-Za-z0-9]+")
_TOKEN = re.compile(
    rf"(?P<{LINK}>(?:https?://|www\.)\S{{1,500}})|(?P<{MAIL}>(?<![\w.+-])[\w.+-]{{1,64}}@[\w.-]{{1,255}})|{_WORD.pattern}"
)
_folded = lru_cache(maxsize=8_192)(fold)


class Sentence(NamedTuple):
    """A piece of a text: [start, end) in characters, and its words; none if it stood there before.

    ``item`` if it is one item of a list, ``ticked`` if it is one of a form that was chosen. One that was not chosen has
    no words.
    """

    start: int
    end: int
    item: bool
    question: bool
    words: tuple[str, ...]
    ticked: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """A text and its sentences; ``whole`` unless there were too many of them."""

    text: str
    sentences: tuple[Sentence, ...]
    whole: bool

    def places(self, number: int) -> list[tuple[int, int]]:
        """Where each word of a sentence stands, [start, end) in characters of the text."""
        start, end = self.sentences[number][:2]
        raw = self.text[start:end]
        return [(start + word.start(), start + word.end()) for word in _pattern(raw).finditer(raw)]

    def count(self, start: int, end: int) -> int:
        """How many words stand at [start, end)."""
        raw = self.text[start:end] if start < end else ""
        return sum(1 for _ in _pattern(raw).finditer(raw)) if raw else 0


def cut(text: str) -> Cut:
    """Cut a text at sentence ends, blank lines and list items. Linear; never raises."""
    found = list(islice(_sentences(text), MOST_SENTENCES + 1))
    return Cut(text=text, sentences=tuple(found[:MOST_SENTENCES]), whole=len(found) <= MOST_SENTENCES)


def _sentences(text: str) -> Iterator[Sentence]:
    seen: set[str] = set()
    start, item, empty, ticked = 0, False, False, False
    for sign in _BREAK.finditer(text):
        end, behind = sign.span()
        if end > start:
            words = () if empty else _words(text[start:end], seen)
            yield Sentence(start, end, item, "?" in sign[0], words, ticked)
        start, item = behind, _ITEM.match(sign[0]) is not None
        empty, ticked = item and _EMPTY.match(sign[0]) is not None, item and _TICKED.match(sign[0]) is not None
    yield Sentence(start, len(text), item, False, () if empty else _words(text[start:], seen), ticked)


def _words(raw: str, seen: set[str]) -> tuple[str, ...]:
    if raw in seen:
        return ()
    seen.add(raw)
    pattern = _pattern(raw)
    masked = (token.lastgroup or token[0] for token in _TOKEN.finditer(raw))
    if pattern is _PLAIN:
        return tuple(_PLAIN.findall(raw.lower()))
    found = masked if pattern is _TOKEN else _WORD.findall(raw)
    return tuple([word.lower() if word.isascii() else _folded(word) for word in found])


def _pattern(raw: str) -> re.Pattern[str]:
    """Most sentences hold no address, and many only plain letters, and then a plainer search does."""
    if "@" in raw or "://" in raw or "www." in raw:
        return _TOKEN
    return _PLAIN if raw.isascii() else _WORD
