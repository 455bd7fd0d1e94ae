"""Greetings, small talk and names around some of the texts, so that the model does not take politeness for a sign."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tests.reading.train.labelled import Labelled

#: Of all texts so many are dressed, and so many of these tell something before.
DRESSED, TOLD = 0.5, 0.4


def dressed(items: Iterable[Labelled]) -> Iterator[Labelled]:
    """The same items, some of them as a whole letter. Seeded: the same every time."""
    table = tomllib.loads(Path(__file__).with_name("dressing.toml").read_text("utf-8"))
    chance = random.Random(4)
    for item in items:
        words = table.get(item.language) if item.kind != "newsletter" else None
        yield replace(item, text=_dress(item.text, words, table["names"], chance)) if words else item


def _dress(text: str, words: Mapping[str, Sequence[str]], names: Sequence[str], chance: random.Random) -> str:
    polite, told = chance.random() < DRESSED, chance.random() < TOLD
    listed = words["greetings"], words["stories"], words["closings"], names
    greeting, story, closing, name = map(chance.choice, listed)
    if not polite or text.startswith(tuple(each.split()[0].rstrip(",:!") for each in words["greetings"])):
        return text
    return "\n\n".join((greeting, *([story] if told else []), text, f"{closing}\n{name}"))
