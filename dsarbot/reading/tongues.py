"""Which languages a text may be in: a cheap first look, so that only their phrases are compiled and searched.

Small words and a few of every letter's own words ("my", "data", "please") stand in ``lexicon/tongues.toml``. A word
of several languages counts less for each. Nothing is decided by the best language alone: half translated letters
are read with the phrases of all that show up, and those of the main languages are always read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from itertools import chain

from dsarbot.reading.cutting import Cut
from dsarbot.reading.lexicons import MAIN, fold

#: Words that are read at the beginning and at the end of each text: who translates halfway does so somewhere.
EDGE = 600
#: A further language is read with at least this much of its own, alone and beside the strongest.
ENOUGH, BESIDE = 0.4, 0.15
MOST = 4


@cache
def _tongues() -> dict[str, tuple[str, ...]]:
    path = files("dsarbot.reading") / "lexicon" / "tongues.toml"
    known: dict[str, tuple[str, ...]] = {}
    same: dict[tuple[str, ...], tuple[str, ...]] = {}
    for language, words in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for word in dict.fromkeys(fold(word) for word in words.split()):
            languages = (*known.get(word, ()), language)
            known[word] = same.setdefault(languages, languages)
    return known


def languages(texts: Iterable[Cut]) -> dict[str, float]:
    """Language (ISO 639-1) -> how much speaks for it. Linear; never raises."""
    known = _tongues()
    counts: dict[tuple[str, ...], int] = {}
    for text in texts:
        words = list(chain.from_iterable([sentence.words for sentence in text.sentences]))
        for word in words if len(words) <= 2 * EDGE else (*words[:EDGE], *words[-EDGE:]):
            if (of := known.get(word)) is not None:
                counts[of] = counts.get(of, 0) + 1
    scores: dict[str, float] = {}
    for of, count in counts.items():
        for language in of:
            scores[language] = scores.get(language, 0.0) + count / len(of)
    return scores


def beside_main(scores: Mapping[str, float]) -> tuple[str, ...]:
    """The further languages whose phrases are worth a search, strongest first."""
    best = max(scores.values(), default=0.0)
    least = max(ENOUGH, BESIDE * best)
    found = [language for language, score in scores.items() if score >= least and language not in MAIN]
    return tuple(sorted(found, key=lambda language: (-scores[language], language))[:MOST])
