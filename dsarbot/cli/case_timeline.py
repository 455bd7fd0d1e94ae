"""The days of a case as the terminal says them."""

from __future__ import annotations

from datetime import date
from typing import Final

from dsarbot.cli import shown
from dsarbot.cli.timeline import Band, Flag, Timeline
from dsarbot.core.case import Case, Moment
from dsarbot.core.rules import Rules
from dsarbot.desk.timeline import days_of

_SENT: Final = {
    Moment.ACKNOWLEDGED: "acknowledged",
    Moment.IDENTITY_ASKED: "identity asked",
    Moment.IDENTITY_CODE: "code sent",
    Moment.CONTACT_TOLD: "contact told",
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
    Moment.CONTROLLER_QUESTIONED: "questioned",
    Moment.PROCESSOR_INSTRUCTED: "instructed",
    Moment.RECIPIENT_TOLD: "recipient told",
}
_DATES: Final = {
    "received": "received",
    "target": "TARGET",
    "promise": "promise",
    "safe": "safe date",
    "legal": "legal date",
    "extended": "extended date",
}


def timeline(case: Case, rules: Rules, today: date) -> Timeline | None:
    """The picture's values; None for a case without claims."""
    days = days_of(case, rules, today)
    if days is None:
        return None
    return Timeline(
        first=days.first,
        last=days.last,
        today=days.today,
        flags=tuple(
            Flag(day=each.day, label=f"{', '.join(map(_word, each.slugs))} {_short(each.day)}", strong=each.strong)
            for each in days.events
        ),
        pauses=tuple(Band(first=each.first, last=each.last) for each in days.stops),
        off=days.off,
    )


def _word(slug: str) -> str:
    kind, _, what = slug.partition(":")
    if kind == "sent":
        return _SENT[Moment(what)]
    return f"{what} answered" if kind == "answered" else _DATES[slug]


def _short(day: date) -> str:
    return shown.day(day, day).partition(" ")[2]
