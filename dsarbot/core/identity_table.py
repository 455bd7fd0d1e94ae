"""The identity ladder as data: the cells of `identity.toml` as frozen values.

What is enough for whom is a legal judgement that a DPO must be able to read and correct without reading code. What
the table could get wrong in a dangerous way, a rung above R6, cannot be loaded.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from dsarbot.core.dates import Language

Rung = Literal["R0", "R1", "R2", "R3", "R4", "R5", "R6"]
Harm = Literal["low", "normal", "high"]
Channel = Literal["portal", "mail", "discord", "post"]
State = Literal[
    "logged-in", "on-file-authenticated", "on-file-doubtful", "unknown", "linked", "unlinked", "on-file-signed",
    "new-address",
]  # fmt: skip
Role = Literal["person", "employee", "staff", "agent", "lawyer", "parent", "heir"]
#: What the files hold about somebody of that name: one person, several, one who left, a bare identifier (Art. 11).
Record = Literal["one", "several", "former", "identifier"]
Refer = Literal["", "customer", "officer"]

_TABLE: Final = "identity.toml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One sufficient way. rungs: all of them; proofs: papers besides; on_doubt: papers only where a doubt is recorded;
    by, only, through: how it is done, for what alone it holds, by which door."""

    rungs: tuple[Rung, ...]
    proofs: tuple[str, ...] = ()
    on_doubt: tuple[str, ...] = ()
    by: str = ""
    only: str = ""
    through: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One row of the table. doubt: what the way of writing alone raises; refer: who is asked instead of the person."""

    key: str
    doubt: str
    cells: Mapping[Harm, tuple[Way, ...]]
    channel: str = ""
    state: str = ""
    role: str = "person"
    record: str = "one"
    jurisdiction: str = ""
    refer: Refer = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with the rule it rests on."""

    rule: str
    texts: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy shows, shows only where the doubt needs it, and hides."""

    visible: tuple[str, ...]
    on_doubt: tuple[str, ...]
    masked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The whole file."""

    cases: tuple[Case, ...]
    copy: Copy
    say: Mapping[str, Said]


@cache
def table() -> Table:
    """The shipped table."""
    return read(files(__package__).joinpath(_TABLE).read_text("utf-8"))


def read(text: str) -> Table:
    """A table as written. ValueError on a rung that may not be asked for: a mistake here reaches people."""
    raw = tomllib.loads(text)
    return Table(
        cases=tuple(_case(row) for row in raw["case"]),
        copy=Copy(*(tuple(raw["copy"][name]) for name in ("visible", "on_doubt", "masked"))),
        say=MappingProxyType({code: _said(row) for code, row in raw["say"].items()}),
    )


def _case(row: Mapping[str, Any]) -> Case:
    harms: tuple[Harm, ...] = get_args(Harm)
    cells = {harm: tuple(_way(each) for each in row[harm]) for harm in harms if harm in row}
    return Case(cells=MappingProxyType(cells), **{key: value for key, value in row.items() if key not in harms})


def _way(row: Mapping[str, Any]) -> Way:
    if strange := [rung for rung in row["rungs"] if rung not in get_args(Rung)]:
        raise ValueError(f"{strange[0]} may not be asked for; the ladder ends with R6, a masked copy")
    return Way(
        rungs=tuple(row["rungs"]),
        proofs=tuple(row.get("proofs", ())),
        on_doubt=tuple(row.get("on_doubt", ())),
        by=row.get("by", ""),
        only=row.get("only", ""),
        through=row.get("through", ""),
    )


def _said(row: Mapping[str, Any]) -> Said:
    texts: dict[Language, str] = {language: row[language] for language in get_args(Language)}
    return Said(row["rule"], MappingProxyType(texts))
