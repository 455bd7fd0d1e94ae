"""Reading the machine-readable zone of an identity paper: fields, check digits, repairs, and what is wrong.

The zone is never asked for (practice 31); where a person left it visible it helps whoever looks at the paper. Any text
may come in and nothing is raised: what holds no zone gives a result without a format.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Final, TypedDict

from dsarbot.core.mrz_fields import Fields, Problem, fields_of, problems_of
from dsarbot.core.mrz_find import Found, zones
from dsarbot.core.mrz_layout import Format, Layout
from dsarbot.core.mrz_repair import Doubt, Mended, Repair, mended

_NO_ZONE: Final = Problem(code="no-zone", field="", text="no machine-readable zone was found")


class RepairJson(TypedDict):
    """A repair as the contract of `dsarbot mrz --json` has it."""

    field: str
    line: int
    column: int | None
    read: str
    meant: str
    confirmed: bool


class ProblemJson(TypedDict):
    """A problem as the contract has it."""

    code: str
    field: str
    text: str


class ZoneJson(TypedDict):
    """The contract of `dsarbot mrz --json`: these keys and no others."""

    format: Format | None
    fields: dict[str, str | None]
    check_digits: dict[str, bool]
    valid: bool
    repairs: list[RepairJson]
    problems: list[ProblemJson]


@dataclass(frozen=True, kw_only=True, slots=True)
class Zone:
    """What was read. check_digits: each with whether it fits; valid: the zone is as Doc 9303 wants it, which says
    nothing about whether the paper has ended or whose it is."""

    format: Format | None = None
    fields: Fields = field(default_factory=Fields)
    check_digits: tuple[tuple[str, bool], ...] = ()
    repairs: tuple[Repair, ...] = field(default=(), repr=False)
    problems: tuple[Problem, ...] = field(default=(), repr=False)

    @property
    def valid(self) -> bool:
        """Every check digit fits, and no field holds what cannot stand there."""
        fit = all(fits for _, fits in self.check_digits)
        return self.format is not None and fit and not any(problem.fatal for problem in self.problems)

    @property
    def name_cut(self) -> bool:
        """The names may go on where the zone has no place left."""
        return any(problem.code == "name-cut" for problem in self.problems)


def parse(text: str, today: date) -> Zone:
    """The zone in a text; the likeliest one when there are several, which is said."""
    read = [_read(found, today) for found in zones(text)]
    if not read:
        return Zone(problems=(_NO_ZONE,))
    best = max(read, key=lambda zone: (zone.valid, sum(fits for _, fits in zone.check_digits), -len(zone.repairs)))
    others = {zone.fields for zone in read if zone.valid and not zone.repairs} - {best.fields}
    if not (best.valid and others):
        return best
    another = Problem(code="another-zone", field="", text="the text holds another valid zone", fatal=False)
    return Zone(
        format=best.format,
        fields=best.fields,
        check_digits=best.check_digits,
        repairs=best.repairs,
        problems=(*best.problems, another),
    )


def as_json(zone: Zone) -> ZoneJson:
    """The zone by the contract."""
    return ZoneJson(
        format=zone.format,
        fields=asdict(zone.fields),
        check_digits=dict(zone.check_digits),
        valid=zone.valid,
        repairs=[
            RepairJson(
                field=each.field,
                line=each.line,
                column=each.column,
                read=each.read,
                meant=each.meant,
                confirmed=each.confirmed,
            )
            for each in zone.repairs
        ],
        problems=[ProblemJson(code=each.code, field=each.field, text=each.text) for each in zone.problems],
    )


def _read(found: Found, today: date) -> Zone:
    layout, after = found.layout, mended(found.flat, found.layout)
    fields = fields_of(after.flat, layout, today)
    digits = tuple((check.name, check.fits(after.flat)) for check in layout.checks_of(after.flat))
    return Zone(
        format=layout.format,
        fields=fields,
        check_digits=digits,
        repairs=(*_counted(found, layout), *after.repairs),
        problems=(*_wrong_digits(digits, after), *problems_of(after.flat, layout, fields)),
    )


def _counted(found: Found, layout: Layout) -> Iterator[Repair]:
    """Fillers that were counted anew or written with another sign."""
    whole = layout.size if len(found.resized) == 1 and found.resized[0][1] > layout.width * 3 // 2 else layout.width
    for line, length in found.resized:
        yield Repair(
            field="length of the line", line=line, column=None, read=str(length), meant=str(whole), confirmed=False
        )
    if found.signs:
        yield Repair(field="fillers", line=1, column=None, read="other signs", meant="<", confirmed=False)


def _wrong_digits(digits: tuple[tuple[str, bool], ...], after: Mended) -> Iterator[Problem]:
    doubts: dict[str, Doubt] = {doubt.check: doubt for doubt in after.doubts}
    for name, fits in digits:
        if fits:
            continue
        yield Problem(code="check-digit", field=name, text="the check digit does not fit")
        if name in doubts:
            ways = ", ".join(doubts[name].ways)
            yield Problem(code="ambiguous-repair", field=name, text=f"not repaired: it could be any of {ways}")
