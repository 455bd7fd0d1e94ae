"""The labelled texts of triage: how they are read and how triage is measured on them."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dsarbot.reading.triage import Triage, triage

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One text with its labels. ``rights``: slugs, "objection!" for an objection to advertising."""

    kind: str
    language: str
    rights: frozenset[str]
    text: str


def items(name: str) -> tuple[Item, ...]:
    """All items of one file."""
    tables = tomllib.loads((HERE / name).read_text(encoding="utf-8"))
    return tuple(
        Item(
            kind=inner if outer == "other" else outer,
            language=inner,
            rights=frozenset(label.split("+")) if outer == "request" else frozenset(),
            text=text,
        )
        for outer, languages in tables.items()
        for inner, labels in languages.items()
        for label, texts in labels.items()
        for text in texts
    )


def slugs(found: Triage) -> frozenset[str]:
    """The rights as they are labelled."""
    return frozenset(right.right + "!" * right.marketing for right in found.rights)


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """Shares from 0 to 1, precision and recall per right, and the wrong ones as readable lines."""

    recognised: float
    exact: float
    false_alarms: float
    per_right: dict[str, tuple[float, float]]
    confusion: str


def measure(labelled: Iterable[Item]) -> Measured:
    """Run triage over labelled texts."""
    wrong: list[str] = []
    hits: Counter[str] = Counter()
    found_all: Counter[str] = Counter()
    wanted_all: Counter[str] = Counter()
    requests = recognised = exact = others = alarms = 0
    for item in labelled:
        found = triage(item.text)
        got = slugs(found) if found.kind == "request" else frozenset()
        if item.kind == "request":
            requests += 1
            recognised += found.kind == "request"
            exact += got == item.rights
            hits.update(got & item.rights)
            found_all.update(got)
            wanted_all.update(item.rights)
        elif item.kind == "ordinary":
            others += 1
            alarms += found.kind != "ordinary"
        if found.kind != item.kind or got != item.rights:
            wanted = "+".join(sorted(item.rights))
            wrong.append(f"{item.kind} {wanted} became {found.kind} {'+'.join(sorted(got))}: {item.text[:100]!r}")
    return Measured(
        recognised=recognised / requests,
        exact=exact / requests,
        false_alarms=alarms / others,
        per_right={
            right: (hits[right] / max(1, found_all[right]), hits[right] / wanted)
            for right, wanted in wanted_all.items()
        },
        confusion="\n".join(wrong),
    )
