"""The labelled texts that the model learns from. The held-out half is never among them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from dsarbot.reading.learned import KIND, REQUEST, RIGHT
from tests.reading.triage_labels import items as older_items

FOLDER = Path(__file__).parents[1] / "triage"
DEVELOPMENT = ("dev.jsonl", "blind-2.jsonl", "blind-3.jsonl")
OLDER = ("triage_items.toml", "triage_items_heldout.toml")


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One mail. ``answers`` are the names of the model's answers that are true of it."""

    text: str
    subject: str
    attached: str
    kind: str
    rights: frozenset[str]
    language: str
    register: str

    @property
    def answers(self) -> frozenset[str]:
        """What the model ought to say."""
        if self.kind == "request":
            return frozenset({REQUEST, *(f"{RIGHT}{right}" for right in self.rights)})
        return frozenset({f"{KIND}{self.kind}"})


def from_lines(path: Path) -> list[Labelled]:
    """One JSON object per line, as ``tests/reading/triage/README.md`` describes them."""
    lines = (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())
    return [
        Labelled(
            text=line["text"],
            subject=line["subject"],
            attached=line.get("attachment", ""),
            kind=line["kind"],
            rights=frozenset(line["rights"]),
            language=line["language"],
            register=line["register"],
        )
        for line in lines
    ]


def development() -> list[Labelled]:
    """What the rules are written with."""
    return [item for name in DEVELOPMENT for item in from_lines(FOLDER / name)]


def training() -> list[Labelled]:
    """What was written to be learned from."""
    return [item for path in sorted(FOLDER.glob("train-*.jsonl")) for item in from_lines(path)]


def older() -> list[Labelled]:
    """Learned from as well, but too coarsely labelled to measure anything on."""
    return [
        Labelled(
            text=item.text,
            subject="",
            attached="",
            # "ordinary" is all other mail there, also newsletters and support.
            kind="" if item.kind == "ordinary" else item.kind,
            rights=item.rights,
            language=item.language,
            register="",
        )
        for name in OLDER
        for item in older_items(name)
    ]
