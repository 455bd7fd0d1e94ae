"""Which case stands in which section: pure, over the clear columns of all open cases, one pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime

from dsarbot.core.case import DONE, Status
from dsarbot.desk.digest_facts import BUCKETS, SOON_DAYS, Listed, cut
from dsarbot.ports import CaseRow

_WITH_US = frozenset({Status.OPEN, Status.UNCONFIRMED})
_WITH_OTHERS = frozenset({Status.WAITING_PERSON, Status.WAITING_PARTY})


@dataclass(frozen=True, kw_only=True, slots=True)
class Selected:
    """The cases of each section, bounded, in the order of the list they came from (by target). bars: all cases
    that somebody must act on; references: of every case that may be shown, by id."""

    away: Listed[CaseRow]
    late: Listed[CaseRow]
    due: Listed[CaseRow]
    waiting: Listed[CaseRow]
    new: Listed[CaseRow]
    unconfirmed: Listed[CaseRow]
    bars: tuple[int, ...]
    references: Mapping[str, str]


def select(
    rows: Sequence[CaseRow],
    *,
    today: date,
    since: datetime,
    away: AbstractSet[str],
    present: AbstractSet[str],
    owner: str,
    confidential: AbstractSet[str],
) -> Selected:
    """Sort the open cases into the sections of a digest of *today*.

    away: keys of colleagues who are absent; present: keys of all who work here; owner: answers for cases that are
    assigned to nobody; confidential: ids of cases that only count (practice 12).
    """
    active = [row for row in rows if row.status not in DONE]

    def listed(chosen: Iterable[CaseRow]) -> Listed[CaseRow]:
        found = list(chosen)
        plain = [row for row in found if row.id not in confidential]
        return cut(plain, len(found) - len(plain))

    def waits_for_absent(row: CaseRow) -> bool:
        who = row.assignee or owner
        return row.status in _WITH_US and (who in away or who not in present)

    left = {row.id: (row.target - today).days for row in active if row.target is not None}
    return Selected(
        away=listed(row for row in active if waits_for_absent(row)),
        late=listed(row for row in active if left.get(row.id, 0) < 0),
        due=listed(row for row in active if 0 <= left.get(row.id, -1) <= SOON_DAYS),
        waiting=listed(row for row in active if row.status in _WITH_OTHERS),
        new=listed(row for row in active if row.opened_at > since),
        # A case without a date would stand nowhere else; the date is never null, so a person must look.
        unconfirmed=listed(row for row in active if row.status == Status.UNCONFIRMED or row.target is None),
        bars=_bars(left.values()),
        references={row.id: row.reference for row in rows if row.id not in confidential},
    )


def _bars(left: Iterable[int]) -> tuple[int, ...]:
    numbers = [0] * len(BUCKETS)
    for days in left:
        numbers[next(n for n, (_, last) in enumerate(BUCKETS) if last is None or days <= last)] += 1
    return tuple(numbers)
