"""What a year of requests looks like in numbers: received, answered, late, extended, and how long it took."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dsarbot.core.register import Fate


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Of one month, or of one right, channel or outcome over the year. key: its slug; days: from receipt to answer, of
    each that was answered, in order."""

    key: str
    received: int
    answered: int
    late: int
    extended: int
    days: tuple[int, ...]

    @property
    def median(self) -> int | None:
        return quantile(self.days, 0.5)

    @property
    def ninetieth(self) -> int | None:
        return quantile(self.days, 0.9)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Of one year. whole: all of it; hidden: how many of these stand in cases that the reader may not see."""

    year: int
    whole: Counts
    months: tuple[Counts, ...]
    rights: tuple[Counts, ...]
    channels: tuple[Counts, ...]
    outcomes: tuple[Counts, ...]


def figures(fates: Sequence[Fate], year: int, today: date) -> Figures:
    """Each event counts on its day: what came in December and was answered in January is received in the one year and
    answered in the other."""

    def of_year(day: date | None) -> bool:
        return day is not None and day.year == year

    def by(key: Callable[[Fate], str]) -> tuple[Counts, ...]:
        keys = sorted({key(each) for each in fates})
        found = [_counts(each, [fate for fate in fates if key(fate) == each], of_year, today) for each in keys]
        return tuple(sorted((each for each in found if each.received or each.answered), key=_most))

    return Figures(
        year=year,
        whole=_counts(str(year), fates, of_year, today),
        months=tuple(_counts(f"{year}-{month:02}", fates, _inside(year, month), today) for month in range(1, 13)),
        rights=by(lambda fate: fate.right),
        channels=by(lambda fate: fate.channel),
        outcomes=by(lambda fate: fate.outcome.value),
    )


def _inside(year: int, month: int) -> Callable[[date | None], bool]:
    return lambda day: day is not None and (day.year, day.month) == (year, month)


def _most(counts: Counts) -> tuple[int, str]:
    return -counts.received, counts.key


def _counts(key: str, fates: Iterable[Fate], inside: Callable[[date | None], bool], today: date) -> Counts:
    every = list(fates)
    answered = [(each.received, each.answered) for each in every if each.answered and inside(each.answered)]
    return Counts(
        key=key,
        received=sum(inside(each.received) for each in every),
        answered=len(answered),
        late=sum(inside(each.missed(today)) for each in every),
        extended=sum(inside(each.extended) for each in every),
        days=tuple(sorted((end - start).days for start, end in answered)),
    )


def quantile(ordered: Sequence[int], share: float) -> int | None:
    """The smallest value that is not exceeded by that share of them (the nearest rank); None of nothing."""
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1] if ordered else None
