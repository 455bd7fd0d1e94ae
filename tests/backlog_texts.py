"""What invented persons, robots and businesses write, in French, English and German: `tests/data/backlog.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """One language. Pairs are (subject, text); quoting: the line above a quotation, with {name} and {date}."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    greetings: tuple[str, ...]
    asks: tuple[Pair, ...]
    stories: tuple[str, ...]
    closings: tuple[str, ...]
    additions: tuple[str, ...]
    quoting: str
    away: Pair
    news: Pair
    bounced: Pair
    business: tuple[Pair, ...]
    notices: tuple[Pair, ...]


def _load() -> Mapping[str, Words]:
    table = tomllib.loads((Path(__file__).parent / "data" / "backlog.toml").read_text(encoding="utf-8"))
    return {
        language: Words(**{each.name: _frozen(words[each.name]) for each in fields(Words)})
        for language, words in table.items()
    }


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


LANGUAGES = _load()
