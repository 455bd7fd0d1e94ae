"""What stands about copies of identity papers and must be heard of: a verdict that is due, a copy that is still
somewhere. Codes and dates only (practice 13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Protocol

from dsarbot.core.alarms import Cause, Level
from dsarbot.core.case import Case
from dsarbot.core.identity_copy import IdCopy
from dsarbot.core.identity_copy_row import CopyPlace, CopyRow, State
from dsarbot.core.jurisdictions import Jurisdiction
from dsarbot.errors import NotFound
from dsarbot.ports import Scope, Store

#: Alarms about dates come in the morning, as the clock's own do.
_MORNING: Final = time(7)
_DAY: Final = timedelta(days=1)
#: A mailbox that does not answer for so long is heard of elsewhere; then the copy in it is, too.
_PATIENCE: Final = timedelta(hours=4)
_STATES: Final[tuple[State, ...]] = ("apart", "leaving")


class CopyRows(Protocol):
    """The rows of `store.id_copies` that are asked for here."""

    async def of_scope(self, scope: str, states: tuple[State, ...], limit: int = ...) -> Sequence[CopyRow]: ...
    async def places(self, copies: Sequence[str]) -> Sequence[CopyPlace]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One copy with its case, and where it may still be."""

    row: CopyRow
    case: Case
    copy: IdCopy
    places: tuple[CopyPlace, ...]


async def standing(scope: Scope, rows: CopyRows, store: Store) -> list[Standing]:
    """The copies of an organisation that are not at their end. There are few: none lives longer than two weeks."""
    found = [row for row in await rows.of_scope(scope, _STATES) if row.case]
    places = await rows.places([row.id for row in found])
    cases: dict[str, Case] = {}
    for case_id in dict.fromkeys(row.case for row in found):
        try:
            cases[case_id] = await store.case(scope, case_id)
        except NotFound:
            continue
    return [
        Standing(row=row, case=cases[row.case], copy=copy, places=tuple(each for each in places if each.copy == row.id))
        for row in found
        if row.case in cases and (copy := _known(cases[row.case], row.id))
    ]


def _known(case: Case, copy_id: str) -> IdCopy | None:
    return next((each for each in case.copies if each.id == copy_id), None)


def of_copies(every: Iterable[Standing], place: Jurisdiction, now: datetime) -> Iterator[Cause]:
    """practice 31: "Verdict due in 2 working days (deputy alarm on day 3)"; practice 32: what cannot be removed is
    listed "until a person ticks it"."""
    for each in every:
        if each.row.state == "apart" and each.copy.waits:
            yield from _verdict(each, place, now)
        still = [one for one in each.places if _is_there(one, now)] if each.row.state == "leaving" else []
        if still:
            yield Cause(
                key=f"copy-still-at:{each.row.id}:{_since(still):%Y%m%dT%H%M%S}",
                matter=f"copy-still-at:{each.row.id}",
                kind="copy-still-at",
                subject=each.case.reference,
                case=each.case.id,
            )


def _verdict(each: Standing, place: Jurisdiction, now: datetime) -> Iterator[Cause]:
    dates = each.copy.dates(place)
    steps: Mapping[Level, date] = {Level.OWNER: dates.verdict_due, Level.DEPUTY: dates.deputy_on}
    if each.copy.extension is not None:
        # Somebody has looked and said why it takes longer; before it is too late everybody is told once more.
        last = place.local_date(dates.delete_by) - _DAY
        steps = {Level.DEPUTY: last}
    come = [level for level, day in steps.items() if now >= datetime.combine(day, _MORNING, place.tz)]
    if come:
        level = max(come)
        yield Cause(
            key=f"copy-verdict-{level.name.lower()}:{each.row.id}:{steps[level]}",
            matter=f"copy-verdict:{each.row.id}",
            kind="copy-verdict",
            subject=each.case.reference,
            case=each.case.id,
            day=place.local_date(dates.delete_by),
            rank=int(level),
            level=level,
            urgent=level == Level.DEPUTY,
        )


def _is_there(place: CopyPlace, now: datetime) -> bool:
    if place.ticked_by or place.state == "clean":
        return False
    return place.state == "stuck" or now - place.since >= _PATIENCE


def _since(places: Sequence[CopyPlace]) -> datetime:
    return min(each.since for each in places)
