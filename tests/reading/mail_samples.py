"""The sample mails beside this file and what a person would say about each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "mails"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One mail with its expectations; a missing key expects nothing."""

    key: str
    raw: bytes = field(repr=False)
    expected: Mapping[str, Any]


def _load() -> tuple[Sample, ...]:
    table = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
    return tuple(
        Sample(key=key, raw=(FOLDER / f"{key}.eml").read_bytes(), expected=expected) for key, expected in table.items()
    )


SAMPLES = _load()


def sample(key: str) -> bytes:
    """The raw mail of that name."""
    return next(one.raw for one in SAMPLES if one.key == key)


def having(name: str) -> list[Sample]:
    """Samples that expect something of that name."""
    found = [one for one in SAMPLES if name in one.expected]
    assert found, f"no sample expects {name}"
    return found
