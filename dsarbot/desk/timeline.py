"""Which days of a case stand in its picture: receipt, letters that left, answers, pauses, and every date of its clock.

Slugs, no words: a terminal and a page say the same thing in their own way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dsarbot.core.case import Case, Claim, summary
from dsarbot.core.rules import Rules

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """What is on a day, the most important first: ``received``, ``sent:<moment>``, ``answered:<question>``, ``target``,
    ``promise``, ``safe``, ``legal``, ``extended``. strong: the date that people work to."""

    day: date
    slugs: tuple[str, ...]
    strong: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """A pause: its first and last day, and the question that makes it."""

    kind: str
    first: date
    last: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """first, last: the ends. off: days on which nobody works."""

    first: date
    last: date
    today: date
    events: tuple[Event, ...]
    stops: tuple[Stop, ...]
    off: frozenset[date]


def leading(case: Case) -> Claim | None:
    """The claim that speaks for the case: the most urgent open one, else the first."""
    wanted = summary(case).target if case.claims else None
    urgent = [claim for claim in case.active if claim.dates and claim.dates.target == wanted]
    return next(iter((*urgent, *case.active, *case.claims)), None)


def days_of(case: Case, rules: Rules, today: date) -> Days | None:
    """The picture's values; None for a case without claims."""
    claim = leading(case)
    if claim is None:
        return None
    by_day: dict[date, list[str]] = {}
    for day, slug in (*_happened(case, rules), *_dates(claim)):
        slugs = by_day.setdefault(day, [])
        if slug not in slugs:
            slugs.append(slug)
    target = claim.dates.target if claim.dates and case.active else None
    first, last = min(by_day), max(*by_day, today) if case.active else max(by_day)
    every = (first + _DAY * n for n in range((last - first).days + 1))
    return Days(
        first=first,
        last=last,
        today=today,
        events=tuple(Event(day=day, slugs=tuple(each), strong=day == target) for day, each in sorted(by_day.items())),
        stops=tuple(Stop(kind=p.kind, first=p.asked_on, last=min(p.answered_on or last, last)) for p in claim.pauses),
        off=frozenset(day for day in every if not rules.jurisdiction.calendar.is_working_day(day)),
    )


def _happened(case: Case, rules: Rules) -> Iterator[tuple[date, str]]:
    local = rules.jurisdiction.local_date
    yield local(min(claim.received_at for claim in case.claims)), "received"
    for letter in case.letters:
        if letter.sent_at is not None:
            yield local(letter.sent_at), f"sent:{letter.moment}"
    for claim in case.claims:
        for question in claim.questions:
            if question.answered_on is not None:
                yield question.answered_on, f"answered:{question.kind}"


def _dates(claim: Claim) -> Iterator[tuple[date, str]]:
    """Target first, so that it stands first in a label that it shares."""
    dates = claim.dates
    if dates is None:
        return
    yield dates.target, "target"
    for day, slug in (
        (dates.promise_due, "promise"),
        (dates.safe_due, "safe"),
        (dates.legal_due, "legal"),
        (dates.extended_due, "extended"),
    ):
        if day is not None and not (slug == "legal" and day == dates.safe_due):
            yield day, slug
