"""One line of the digest in words, for each kind of fact. Pure; nothing here knows text or HTML."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from dsarbot.desk.dating import short, with_distance
from dsarbot.desk.digest_facts import (
    SOON_DAYS,
    AwayLine,
    CaseLine,
    DayOff,
    HeldLine,
    InquiryLine,
    Sign,
    TodoLine,
    TroubleLine,
    WaitLine,
)
from dsarbot.desk.digest_words import Words

State = Literal["late", "soon", "waiting", "done", "unsure"]

_JOBS: Final = frozenset({"digest", "notice", "copy", "webhook", "code"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """state and badge: how it stands, as colour and as word; lead: what it is; when: its date; details: the rest."""

    state: State
    badge: str
    lead: str
    when: str = ""
    details: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sayer:
    """Puts facts into words, as seen on a local day."""

    words: Words
    day: date
    zone: str

    def when(self, day: date | None) -> str:
        """``Tue 5 January (in 12 days)``."""
        return with_distance(day, self.day, self.words.language) if day else self.words.text("no_date")

    def short(self, day: date) -> str:
        return short(day, self.words.language)

    def ago(self, day: date) -> str:
        """``Mon 16 November (8 days)``; without a number for today."""
        days = (self.day - day).days
        return f"{self.short(day)} ({self.words.days(days)})" if days > 0 else self.short(day)

    def moment(self, at: datetime) -> tuple[str, str]:
        """Day and time of the organisation's zone."""
        local = at.astimezone(ZoneInfo(self.zone))
        return self.short(local.date()), f"{local:%H:%M}"

    def both(self, first: str, second: str) -> str:
        return self.words.text("both", first=first, second=second)

    def rights(self, slugs: tuple[str, ...]) -> str:
        """``Access + Portability``. A right that was plugged in shows its slug."""
        return " + ".join(self.words.texts.get(f"rights.{slug}", slug) for slug in slugs)

    # --- one method for each kind of fact ----------------------------------------------------------------------

    def case(self, line: CaseLine, badge: str = "") -> Row:
        """A case by its date; *badge*: another word than the one for its date."""
        state: State = "unsure"
        word = "unconfirmed"
        if line.target is not None:
            left = (line.target - self.day).days
            state, word = ("late", "late") if left < 0 else ("soon", "soon") if left <= SOON_DAYS else ("done", "later")
        closed = line.last_office_day
        return Row(
            state=state,
            badge=self.words.text(f"badges.{badge or word}"),
            lead=line.reference,
            when=self.when(line.target),
            details=(
                " · ".join(part for part in (self.rights(line.rights), line.who, self._acting(line)) if part),
                # practice 15: where the office is closed on the last day, the last office day is named.
                *((self.words.text("closed", day=self.short(closed)),) if closed else ()),
            ),
        )

    def _acting(self, line: CaseLine) -> str:
        return self.words.text(f"acting.{line.acting}") if line.acting else ""

    def new(self, line: CaseLine) -> Row:
        row = self.case(line, "new")
        received = self.words.text("received", day=self.short(line.received_on))
        return replace(row, state="waiting", details=(*row.details, received))

    def unconfirmed(self, line: CaseLine) -> Row:
        row = self.case(line, "unconfirmed")
        received = self.words.text("received", day=self.ago(line.received_on))
        return replace(row, state="unsure", details=(*row.details, received))

    def away(self, line: AwayLine) -> Row:
        words = self.words
        until = (
            words.text("away.until", colleague=line.colleague, day=self.short(line.until))
            if line.until
            else words.text("away.gone", colleague=line.colleague)
        )
        over = words.text("away.over", deputy=line.takes_over) if line.takes_over else words.text("away.nobody")
        row = self.case(line.case)
        state: State = "late" if row.state == "late" else "soon"
        return replace(
            row, state=state, badge=words.text("badges.away"), details=(*row.details, self.both(until, over))
        )

    def todo(self, line: TodoLine) -> Row:
        words = self.words
        letter = words.either(f"letters.{line.moment or ''}", "letters.letter")
        since = self.ago(line.since) if line.since else words.text("unknown_day")
        late = line.target is not None and line.target < self.day
        return Row(
            state="late" if late else "soon",
            badge=words.text(f"badges.{line.todo}"),
            lead=line.reference,
            when=self.when(line.target) if line.target else "",
            details=(words.text(f"todo.{line.todo}", letter=letter, day=since),),
        )

    def wait(self, line: WaitLine) -> Row:
        words = self.words
        since = self.ago(line.since) if line.since else words.text("unknown_day")
        key = f"waits.{line.on}-{line.question}" if line.question else f"waits.{line.on}"
        row = self.case(line.case)
        late = row.state == "late"
        return replace(
            row,
            state="late" if late else "waiting",
            badge=row.badge if late else words.text("badges.waiting"),
            details=(*row.details, words.text(key, day=since)),
        )

    def held(self, line: HeldLine) -> Row:
        words = self.words
        arrived = self.ago(line.received_on)
        where = (
            words.text("held.from", mailbox=line.mailbox, day=arrived)
            if line.mailbox
            else words.text("held.desk", day=arrived)
        )
        authority = line.kind == "authority"
        # practice 23: an authority's letter has its own date; no month runs for it.
        due = () if authority or not line.safe_due else (words.text("held.due", day=self.when(line.safe_due)),)
        late = line.safe_due is not None and line.safe_due < self.day
        return Row(
            state="late" if late or authority else "unsure",
            badge=words.text("badges.authority" if authority else "badges.held"),
            lead=words.either(f"held.{line.kind}", "held.other"),
            details=(where, *due),
        )

    def inquiry(self, line: InquiryLine) -> Row:
        """practice 23: by its own date, which no month rule moves."""
        left = (line.due - self.day).days
        return Row(
            state="late" if left < 0 else "soon",
            badge=self.words.text("badges.late" if left < 0 else "badges.inquiry"),
            lead=line.reference,
            when=self.when(line.due),
            details=(self.words.text("received", day=self.ago(line.opened_on)),),
        )

    def trouble(self, line: TroubleLine) -> Row:
        words = self.words
        what = words.text(f"jobs.{line.kind if line.kind in _JOBS else 'letter'}")
        if line.moment:
            what = words.either(f"letters.{line.moment}", "letters.letter")
        said = words.text(f"trouble.{line.state}")
        return Row(
            state="late",
            badge=words.text("badges.undelivered"),
            lead=line.reference or what,
            when=words.text("trouble.since", day=self.ago(line.since)) if line.since else "",
            details=(words.text("said", what=what, said=said) if line.reference else said,),
        )

    def sign(self, sign: Sign) -> Row:
        words = self.words
        day, time = self.moment(sign.last) if sign.last else ("", "")
        last = words.text("health.last", day=day, time=time) if sign.last else words.text("health.never")
        minutes = max(1, round(sign.limit.total_seconds() / 60))
        return Row(
            state="done" if sign.ok else "late",
            badge=words.text("badges.ok" if sign.ok else "badges.fault"),
            lead=words.text(f"health.{sign.kind}", name=sign.name),
            details=(last if sign.ok else self.both(last, words.count("health.limit", minutes)),),
        )

    def day_off(self, off: DayOff) -> Row:
        words = self.words
        name = off.names[words.language] if off.names else words.text("days.closure")
        days = (
            self.when(off.first)
            if off.first == off.last
            else words.text("days.until", first=self.short(off.first), last=self.short(off.last))
        )
        return Row(state="waiting", badge=words.text("badges.off"), lead=name, when=days)
