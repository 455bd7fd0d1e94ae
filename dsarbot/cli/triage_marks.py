"""The phrases that made up triage's mind, shown where they stand: a few words before and after each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_AROUND: Final = 70
_MOST: Final = 3
#: A phrase that spans half a letter is shown by its beginning.
_LONGEST: Final = 160


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """label: what the phrase speaks for; before, after: what stands around it, "" where it was not found again."""

    label: str
    phrase: str
    before: str = ""
    after: str = ""


def marked(label: str, phrases: Sequence[str], words: Sequence[str]) -> Iterator[Marked]:
    """The first phrases of one label, each at its first place. words: everything that was read, text first."""
    # Line breaks of a mail program are no part of what was said.
    flat = [" ".join(each.split()) for each in words]
    said = dict.fromkeys(" ".join(phrase.split()) for phrase in phrases)
    longest = [each for each in said if not any(each in other and each != other for other in said)]
    for phrase in longest[:_MOST]:
        yield _found(label, phrase, flat)


def _found(label: str, phrase: str, words: Sequence[str]) -> Marked:
    for text in words:
        start = text.find(phrase)
        if start >= 0:
            end = start + len(phrase)
            return Marked(
                label=label,
                phrase=_cut(phrase),
                before=_tail(text[:start]),
                after=_head(text[end:]),
            )
    return Marked(label=label, phrase=_cut(phrase))


def _cut(phrase: str) -> str:
    return phrase if len(phrase) <= _LONGEST else f"{phrase[:_LONGEST]}..."


def _tail(text: str) -> str:
    if len(text) <= _AROUND:
        return text
    # From the next whole word on, where there is one.
    return f"... {text[-_AROUND:].partition(' ')[2] or text[-_AROUND:]}"


def _head(text: str) -> str:
    if len(text) <= _AROUND:
        return text
    return f"{text[:_AROUND].rpartition(' ')[0] or text[:_AROUND]} ..."
