"""A table of parties and contracts becomes a register: one line per contract, every mistake said at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from dsarbot.core import parties as p
from dsarbot.core.evolve import replace
from dsarbot.core.parties import Contract, Kind, Notice, Party, Register, Role
from dsarbot.errors import TheirInput

#: Between several values in one cell.
SEVERAL: Final = "|"
_MOST_ERRORS: Final = 40
_LONGEST: Final = 300
_YES, _NO = frozenset({"yes", "y", "true", "1", "oui", "ja"}), frozenset({"no", "n", "false", "0", "non", "nein"})
#: Columns about the party; on further lines of the same party they may stay empty.
OF_PARTY: Final = ("party", "name", "kind", "language", "contact", "postal", "instructs", "brands")
#: Columns with several values.
LISTS: Final = ("postal", "instructs", "brands", "services", "domains", "networks", "invoices", "uses")
_OF_CONTRACT: Final = ("services", "domains", "networks", "invoices", "uses")
NUMBERS: Final = ("forward-hours", "reminders", "days", "backup-days")
FLAGS: Final = ("may-name", "direct", "id-copies", "cooling")
COLUMNS: Final = (
    *OF_PARTY, "role", "our-role", "through", "services", "domains", "networks", "invoices", "notice", "uses",
    *NUMBERS, *FLAGS,
)  # fmt: skip
_CHOICES: Final[Mapping[str, Sequence[str]]] = {
    "kind": p.KINDS, "role": p.ROLES, "our-role": p.ROLES, "notice": p.NOTICES, "language": p.LANGUAGES,
}  # fmt: skip
Cells = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What a file changes in the register: keys of parties."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()


def read_rows(head: Sequence[str], lines: Iterable[tuple[int, Sequence[str]]]) -> tuple[Party, ...]:
    """The parties of a file. TheirInput with every mistake that a line has in itself; nothing is taken then."""
    columns = _columns(head)
    wrong: list[str] = []
    made: dict[str, Party] = {}
    for number, row in lines:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(columns):
            wrong.append(f"line {number}: {len(row)} columns instead of {len(columns)}")
            continue
        cells = {column: cell.strip() for column, cell in zip(columns, row, strict=True)}
        found = list(_mistakes(cells, made.get(cells["party"])))
        wrong += (f"line {number}, {each}" for each in found)
        if not found:
            made[cells["party"]] = with_line(made.get(cells["party"]), cells)
    refuse(wrong)
    return tuple(made.values())


def refuse(wrong: Sequence[str]) -> None:
    """TheirInput with all that is wrong, if anything is."""
    if wrong:
        more = [f"... and {len(wrong) - _MOST_ERRORS} more"] if len(wrong) > _MOST_ERRORS else []
        raise TheirInput("\n".join(["Nothing was changed:", *wrong[:_MOST_ERRORS], *more]))


def merged(known: Register, parties: Sequence[Party]) -> tuple[Register, Changes]:
    """The register with these parties, each as the file has it; who is not in the file stays."""
    after = known
    sorts: dict[str, list[str]] = {"new": [], "changed": [], "same": []}
    for party in parties:
        before = known.party(party.key)
        sorts["new" if before is None else "same" if before == party else "changed"].append(party.key)
        after = after.put(party)
    return after, Changes(**{sort: tuple(keys) for sort, keys in sorts.items()})


def _columns(head: Sequence[str]) -> tuple[str, ...]:
    columns = tuple(re.sub(r"[\s_]+", "-", name.strip().casefold()) for name in head)
    known = ", ".join(COLUMNS)
    wrong = [f"line 1: there is no column '{each}'; use {known}" for each in columns if each not in COLUMNS]
    wrong += [f"line 1: the column '{each}' is missing" for each in ("party", "kind") if each not in columns]
    wrong += [f"line 1: the column '{each}' stands twice" for each in sorted(set(columns)) if columns.count(each) > 1]
    refuse(wrong)
    return columns


def _mistakes(cells: Cells, known: Party | None) -> Iterator[str]:
    for column, text in cells.items():
        if text and (problem := _problem(column, text)):
            yield f"column {column}: {problem}"
    if not cells["party"]:
        yield "column party: a key is missing, such as acme"
    if known is None and not cells["kind"]:
        yield f"column kind: say which of {', '.join(p.KINDS)}"
    if known is not None and not _agrees(cells, known):
        yield f"the party {known.key} stood otherwise on a line before; say it once or alike"


def _agrees(cells: Cells, known: Party) -> bool:
    told = {column: cells[column] for column in OF_PARTY if cells.get(column)}
    return with_line(known, {**told, "party": known.key}, contract=False) == known


def _problem(column: str, text: str) -> str:
    if len(text) > _LONGEST * (10 if column in LISTS else 1) or not text.isprintable():
        return "too long, or with characters that cannot be printed"
    if column in _CHOICES and text not in _CHOICES[column]:
        return f"use one of {', '.join(_CHOICES[column])}"
    if column in FLAGS and text.casefold() not in _YES | _NO:
        return "write yes or no"
    if column in NUMBERS and not re.fullmatch(r"\d{1,4}", text):
        return "write a whole number"
    return ""


def with_line(party: Party | None, cells: Cells, *, contract: bool = True) -> Party:
    """The party with what a line says of it, and with its contract as one more. The cells have no mistakes."""
    values: dict[str, Any] = {
        column: parts(cells[column]) if column in LISTS else cells[column] for column in OF_PARTY if cells.get(column)
    }
    values["key"] = values.pop("party")
    kind = cast("Kind", values.get("kind") or (party.kind if party else ""))
    after = replace(party, **values) if party else Party(**{"name": "", **values})
    return replace(after, contracts=(*after.contracts, _contract(cells, kind))) if contract else after


def _contract(cells: Cells, kind: Kind) -> Contract:
    theirs, ours = p.roles(kind, cast("Role | None", cells.get("role") or None))
    values: dict[str, Any] = {name: parts(cells.get(name, "")) for name in _OF_CONTRACT}
    values |= {name.replace("-", "_"): int(cells.get(name) or 0) for name in NUMBERS}
    values |= {name.replace("-", "_"): _flag(cells.get(name, ""), otherwise=name == "cooling") for name in FLAGS}
    return Contract(
        theirs=theirs,
        ours=cast("Role", cells.get("our-role") or ours),
        through=cells.get("through", ""),
        notice=cast("Notice", cells.get("notice") or "neutral"),
        **values,
    )


def _flag(text: str, *, otherwise: bool) -> bool:
    return text.casefold() in _YES if text else otherwise


def parts(cell: str) -> tuple[str, ...]:
    """The values of one cell."""
    return tuple(part.strip() for part in cell.split(SEVERAL) if part.strip())
