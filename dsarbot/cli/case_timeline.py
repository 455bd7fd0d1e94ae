"""Which days of a case stand in its timeline: receipt, letters that left, answers, and every date of its clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from dsarbot.cli import shown
from dsarbot.cli.timeline import Band, Flag, Timeline
from dsarbot.core.case import Case, Claim, Moment, summary
from dsarbot.core.rules import Rules

_SENT: Final = {
    Moment.ACKNOWLEDGED: "acknowledged",
    Moment.IDENTITY_ASKED: "identity asked",
    Moment.CLARIFICATION_ASKED: "scope asked",
    Moment.EXTENDED: "extended",
    Moment.REMINDER: "reminded",
    Moment.ANSWERED: "answered",
    Moment.REFUSED: "refused",
    Moment.CLOSED: "closing letter",
    Moment.FORWARDED: "passed on",
    Moment.FEE_ASKED: "fee asked",
    Moment.LIFTING: "lifting announced",
    Moment.RECALLED: "recalled",
    Moment.MANDATE_ASKED: "mandate asked",
    Moment.CONTESTED: "under review",
    Moment.DIRECTIVES_REVOKED: "revoked",
    Moment.BREACH_TOLD: "breach told",
    Moment.HANDED_OVER: "handed over",
    Moment.DESK_TOLD: "desk told",
    Moment.CONTROLLER_ASKED: "controller asked",
    Moment.CONTROLLER_REMINDED: "controller reminded",
    Moment.CONTROLLER_REPORTED: "controller told",
    Moment.PROCESSOR_INSTRUCTED: "instructed",
    Moment.RECIPIENT_TOLD: "recipient told",
}
_DAY: Final = timedelta(days=1)


def leading(case: Case) -> Claim | None:
    """The claim that speaks for the case: the most urgent open one, else the first."""
    wanted = summary(case).target if case.claims else None
    urgent = [claim for claim in case.active if claim.dates and claim.dates.target == wanted]
    return next(iter((*urgent, *case.active, *case.claims)), None)


def timeline(case: Case, rules: Rules, today: date) -> Timeline | None:
    """The picture's values; None for a case without claims."""
    claim = leading(case)
    if claim is None:
        return None
    place = rules.jurisdiction
    by_day: dict[date, list[str]] = {}
    for day, word in (*_happened(case, rules), *_dates(claim)):
        words = by_day.setdefault(day, [])
        if word not in words:
            words.append(word)
    target = claim.dates.target if claim.dates and case.active else None
    flags = tuple(
        Flag(day=day, label=f"{', '.join(words)} {_short(day)}", strong=day == target)
        for day, words in sorted(by_day.items())
    )
    last = max(*by_day, today) if case.active else max(by_day)
    first = min(by_day)
    days = (first + _DAY * n for n in range((last - first).days + 1))
    return Timeline(
        first=first,
        last=last,
        today=today,
        flags=flags,
        pauses=tuple(Band(first=p.asked_on, last=min(p.answered_on or last, last)) for p in claim.pauses),
        off=frozenset(day for day in days if not place.calendar.is_working_day(day)),
    )


def _happened(case: Case, rules: Rules) -> Iterator[tuple[date, str]]:
    local = rules.jurisdiction.local_date
    yield local(min(claim.received_at for claim in case.claims)), "received"
    for letter in case.letters:
        if letter.sent_at is not None:
            yield local(letter.sent_at), _SENT[letter.moment]
    for claim in case.claims:
        for question in claim.questions:
            if question.answered_on is not None:
                yield question.answered_on, f"{question.kind} answered"


def _dates(claim: Claim) -> Iterator[tuple[date, str]]:
    """Target first, so that it stands first in a label that it shares."""
    dates = claim.dates
    if dates is None:
        return
    yield dates.target, "TARGET"
    for day, word in (
        (dates.promise_due, "promise"),
        (dates.safe_due, "safe date"),
        (dates.legal_due, "legal date"),
        (dates.extended_due, "extended date"),
    ):
        if day is not None and not (word == "legal date" and day == dates.safe_due):
            yield day, word


def _short(day: date) -> str:
    return shown.day(day, day).partition(" ")[2]
