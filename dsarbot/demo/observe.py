"""What the demo's screen shows: the open cases, and what has happened since the last look.

It reads through the service's own store, as a screen for people would. The final check does not: see `check.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dsarbot.app import App
from dsarbot.core.case import Case
from dsarbot.demo.office import COMPANIES, MAILBOXES
from dsarbot.demo.stage import ZONE
from dsarbot.ports import CaseRow, InboundRow, JobRow, Scope, mailbox_scope

What = Literal["mail", "case", "letter", "trouble", "digest", "alarm", "note"]

_COMPANY = {each.key: each.short for each in COMPANIES}
#: What became of a mail that opened no case, for the log below the table.
_FATE = {
    "held": "Held for a person today: {kind}",
    "automatic": "From a machine ({kind}): recorded, never answered",
    "bounce": "A letter came back ({kind}): its case has an alarm",
    "ordinary": "Ordinary mail: stays in the mailbox, listed",
    "duplicate": "The same mail again: linked, not answered twice",
    "own": "One of our own letters: left alone",
}
_ALARMS = {
    "half-time": "half time",
    "three-quarter": "three quarters of the time",
    "due-5": "5 working days left",
    "due-2": "2 working days left",
    "due-1": "1 working day left",
    "extension-plan": "plan an extension now",
    "extension-last": "last safe day for an extension notice",
    "promise": "the promised day",
    "safe-due": "the last day",
    "legal-due": "the last day by law",
    "extended-due": "the last day after the extension",
}
_MANY = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One open case as the table shows it. left: days to the target, negative when late."""

    reference: str
    company: str
    rights: tuple[str, ...]
    language: str
    person: str
    target: date | None
    left: int | None
    status: str

    @property
    def initials(self) -> str:
        """Of the first and the last name, as lists show people."""
        words = self.person.split()
        return "".join(f"{word[0].upper()}." for word in (words[:1] + words[1:][-1:]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """One thing that happened, in words for people."""

    what: What
    text: str


class Observer:
    """Looks at the store again and again; tells each thing once."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._cases: dict[str, tuple[int, Case]] = {}
        self._told: set[str] = set()
        self._mails: set[str] = set()
        self._waiting = 0

    async def look(self) -> tuple[tuple[Line, ...], tuple[Happening, ...]]:
        """(open cases, most urgent first; what is new since the last look)."""
        happened: list[Happening] = []
        lines: list[Line] = []
        self._waiting = 0
        today = self._app.clock().astimezone(ZONE).date()
        for scope in (*self._scopes(), *(mailbox_scope(each) for each in MAILBOXES)):
            happened += self._arrived(await self._app.store.inbounds(scope, limit=_MANY))
        for scope in self._scopes():
            rows = await self._app.store.rows(scope)
            for row in rows:
                before, case = await self._case(scope, row)
                happened += _changes(before, case, row)
                lines.append(_line(row, case, today))
            happened += self._delivered(await self._app.store.jobs(scope, limit=_MANY))
        lines.sort(key=lambda each: (each.target or date.max, each.reference))
        return tuple(lines), tuple(happened)

    async def settled(self, mails: int) -> bool:
        """Whether so many mails had been read at the last look, nothing waits to be sent, and no alarm to fire."""
        if len(self._mails) < mails or self._waiting:
            return False
        next_wake = await self._app.store.next_wake()
        return next_wake is None or next_wake > self._app.clock()

    def _scopes(self) -> tuple[Scope, ...]:
        return tuple(Scope(each.key) for each in COMPANIES)

    async def _case(self, scope: Scope, row: CaseRow) -> tuple[Case | None, Case]:
        version, known = self._cases.get(row.id, (0, None))
        if known is not None and version == row.version:
            return known, known
        case = await self._app.store.case(scope, row.id)
        self._cases[row.id] = (row.version, case)
        return known, case

    def _arrived(self, rows: Sequence[InboundRow]) -> Iterator[Happening]:
        for row in rows:
            if row.state == "kept":
                self._waiting += 1
                continue
            if row.mailbox and row.channel == "mail":
                # Neither the second company's copy of a mail nor what lies in the Sent folder was handed in.
                self._mails.add(row.id)
            if f"mail:{row.id}" not in self._told and row.disposition in _FATE:
                yield Happening(what="mail", text=_FATE[row.disposition].format(kind=row.kind or row.problem))
            self._told.add(f"mail:{row.id}")

    def _delivered(self, jobs: Sequence[JobRow]) -> Iterator[Happening]:
        now = self._app.clock()
        for job in jobs:
            if job.state in ("queued", "claimed"):
                self._waiting += job.due_at <= now
                continue
            key = f"job:{job.id}:{job.state}"
            if key in self._told or job.kind == "copy":
                continue
            self._told.add(key)
            yield self._sent(job)

    def _sent(self, job: JobRow) -> Happening:
        company = _COMPANY[job.scope]
        if job.kind != "letter":
            return Happening(what="digest", text=f"{company}: {job.kind} {job.state}")
        case = self._cases[job.case][1] if job.case in self._cases else None
        letter = next((each for each in case.letters if each.id == job.letter), None) if case else None
        name = f"{case.reference}: {letter.moment}" if case and letter else job.letter
        to = letter.recipient if letter else ""
        if job.state == "sent":
            return Happening(what="letter", text=f"{name} letter to {to}")
        return Happening(what="trouble", text=f"{name} letter to {to}: {job.state}, {job.last}")


def _changes(before: Case | None, case: Case, row: CaseRow) -> Iterator[Happening]:
    if before is None:
        rights = " + ".join(row.rights)
        yield Happening(what="case", text=f"{case.reference} opened for {case.person.name}: {rights}")
    elif len(case.inbounds) > len(before.inbounds):
        yield Happening(what="mail", text=f"{case.reference}: a further message from {case.person.name}")
    fired = case.alarms[len(before.alarms) if before else 0 :]
    if fired:
        kinds = ", ".join(dict.fromkeys(_alarm(each) for each in fired))
        yield Happening(what="alarm", text=f"{case.reference}: {kinds}")


def _alarm(key: str) -> str:
    kind = key.partition(":")[0]
    return _ALARMS.get(kind, kind)


def _line(row: CaseRow, case: Case, today: date) -> Line:
    return Line(
        reference=row.reference,
        company=_COMPANY[row.organisation],
        rights=row.rights,
        language=row.language,
        person=case.person.name or case.person.address,
        target=row.target,
        left=(row.target - today).days if row.target else None,
        status=str(row.status),
    )
