"""The words of machines: loads ``automatic.toml`` and folds its phrases, so that each is one plain search in a text."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_SAME = {0x2019: "'", 0x2018: "'", 0xB4: "'", 0x60: "'", 0xDF: "ss", 0x153: "oe", 0xE6: "ae", 0xF8: "o", 0x142: "l"}
_SAME |= dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), "-") | dict.fromkeys((0xAD, 0x200B), "")
#: Combining marks, which texts typed on a Mac carry apart from their letters.
_SAME |= dict.fromkeys(range(0x300, 0x370), "")
#: Letters with one mark (é, ü, č, ...) to the letter: a table, because it is asked for each mail.
for _point in range(0xC0, 0x180):
    _letter = unicodedata.normalize("NFKD", chr(_point))[0]
    if _letter.isascii():
        _SAME[_point] = _letter


def folded(text: str) -> str:
    """Without case, accents and kinds of quotes and dashes, every blank one space: "Réponse  Automatique" and
    "reponse automatique" are the same."""
    text = text.lower()
    return " ".join((text if text.isascii() else text.translate(_SAME)).split())


_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Plain:
    """A folded text and the words that occur in it."""

    text: str
    words: frozenset[str]


def plain(text: str) -> Plain:
    """``text`` made ready for being searched."""
    text = folded(text)
    return Plain(text, frozenset(_WORD.findall(text)))


@dataclass(frozen=True, slots=True)
class Phrases:
    """Folded phrases, found by their longest word but the last (which may be only the beginning of a word): a text is
    searched for the few whose word occurs in it, because each mail is asked for hundreds of them."""

    every: tuple[str, ...]
    by_word: Mapping[str, tuple[str, ...]]
    short: tuple[str, ...]

    def found(self, where: Plain) -> Iterator[str]:
        """Those that stand anywhere in the text."""
        for word in sorted(where.words & self.by_word.keys()):
            yield from (phrase for phrase in self.by_word[word] if phrase in where.text)
        yield from (phrase for phrase in self.short if phrase in where.text)

    def first(self, where: Plain) -> str:
        """One that stands in the text, or ""."""
        return next(self.found(where), "")


def _phrases(written: Iterable[str]) -> Phrases:
    known = tuple(dict.fromkeys(map(folded, written)))
    by_word: dict[str, tuple[str, ...]] = {}
    for phrase in known:
        if inner := _WORD.findall(phrase)[:-1]:
            word = max(inner, key=len)
            by_word[word] = (*by_word.get(word, ()), phrase)
    return Phrases(known, by_word, tuple(phrase for phrase in known if len(_WORD.findall(phrase)) < 2))


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The lists of ``automatic.toml`` by their names there, folded; ``status``: (code, phrases) in their order."""

    daemons: frozenset[str]
    likely_daemons: frozenset[str]
    daemon_starts: tuple[str, ...]
    daemon_names: Phrases
    likely_names: Phrases
    bounce_starts: tuple[str, ...]
    bounce_inside: Phrases
    bounce_texts: Phrases
    delayed: Phrases
    copies: tuple[str, ...]
    status: tuple[tuple[str, Phrases], ...]
    receipt_starts: tuple[str, ...]
    receipt_texts: Phrases
    complaint_starts: tuple[str, ...]
    complaint_texts: Phrases
    answer_starts: tuple[str, ...]
    answer_inside: Phrases
    answer_perhaps: tuple[str, ...]
    away: Phrases
    back: Phrases
    said: Phrases
    ticket: Phrases
    challenge: Phrases
    desks: frozenset[str]


@cache
def words() -> Words:
    """The phrases, loaded once."""
    table = tomllib.loads((files("dsarbot.reading") / "automatic.toml").read_text(encoding="utf-8"))
    lists = {name: {key: _phrases(value) for key, value in section.items()} for name, section in table.items()}
    daemons, bounce, receipt, answer = lists["daemons"], lists["bounce"], lists["receipt"], lists["answer"]
    return Words(
        daemons=frozenset(daemons["sure"].every),
        likely_daemons=frozenset(daemons["likely"].every),
        daemon_starts=daemons["starts"].every,
        daemon_names=daemons["names"],
        likely_names=daemons["names_likely"],
        bounce_starts=bounce["subject_starts"].every,
        bounce_inside=bounce["subject_inside"],
        bounce_texts=bounce["texts"],
        delayed=bounce["delayed"],
        copies=bounce["copies"].every,
        status=tuple(lists["status"].items()),
        receipt_starts=receipt["subject_starts"].every,
        receipt_texts=receipt["texts"],
        complaint_starts=lists["complaint"]["subject_starts"].every,
        complaint_texts=lists["complaint"]["texts"],
        answer_starts=answer["subject_starts"].every,
        answer_inside=answer["subject_inside"],
        answer_perhaps=answer["subject_perhaps"].every,
        away=answer["away"],
        back=answer["back"],
        said=answer["said"],
        ticket=answer["ticket"],
        challenge=answer["challenge"],
        desks=frozenset(lists["desks"]["locals"].every),
    )
