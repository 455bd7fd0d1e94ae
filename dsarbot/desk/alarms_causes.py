"""What stands at this moment and must be heard of: cases and held items by their dates, parts of the service that are
silent. Pure, over clear columns; what is wrong with letters is said by `alarms_letters`.

The dates are computed afresh from the target at each look, with the same rules by which the clock wakes a case; so an
alarm about a date cannot be lost with a timer, nor with a loop that died.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dsarbot.core.alarms import Cause, Level
from dsarbot.core.calendars import DAY, TeamCalendar
from dsarbot.core.case import DONE
from dsarbot.core.wakes import warnings
from dsarbot.desk.chain_mail import LOOK_ALIKE
from dsarbot.desk.digest_desk import GRACE, DigestDesk
from dsarbot.desk.digest_send import beat_name
from dsarbot.desk.handing import TO_HAND_OVER
from dsarbot.ports import CaseRow, InboundRow, InquiryRow, JobRow

#: Alarms about dates come in the morning, as the clock's own do.
_MORNING: Final = time(7)
_OVERDUE: Final = 9
#: Late enough that the day's mail was looked at, early enough to hand something over the same day.
_AFTERNOON: Final = time(15)
_LONGEST_CLOSURE: Final = 366
#: security 19: another machine's sign of life from so far in the future means that one of the clocks is wrong.
_AHEAD: Final = timedelta(minutes=2)
#: What nobody mended is forgotten after so long: by then the digest has said it many times.
_REMEMBERED: Final = timedelta(days=3)
#: Mails to staff and copies; letters are spoken of by their case.
_OF_THE_DESK: Final = frozenset({"digest", "notice", "copy"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How old things may become before somebody must hear of it."""

    held: timedelta = timedelta(days=1)
    mailbox: timedelta = timedelta(minutes=60)
    outbox: timedelta = timedelta(minutes=60)
    unread: timedelta = timedelta(minutes=60)


@dataclass(frozen=True, kw_only=True, slots=True)
class Signs:
    """How the service is. started: since when this process looks; oldest_job: when the earliest mail that still
    waits should have left; unread: the mail that waits longest to be read; shunted: what was given up."""

    started: datetime
    beats: Mapping[str, datetime]
    oldest_job: datetime | None = None
    unread: InboundRow | None = None
    shunted: Sequence[JobRow] = ()


def of_dates(
    rows: Iterable[CaseRow], held: Iterable[InboundRow], *, desk: DigestDesk, team: TeamCalendar, now: datetime
) -> Iterator[Cause]:
    """Cases and held items near their date or past it (practice 4: held items have all alarms)."""
    reached = _Reached(ZoneInfo(desk.zone), team, now)
    for row in rows:
        if row.target is None or row.status in DONE:
            continue
        if step := reached.step(row.target):
            yield _dated(f"case:{row.id}", step, row.target, subject=row.reference, case=row.id)
    for item in held:
        if item.safe_due is not None and (step := reached.step(item.safe_due)):
            yield _dated(f"held:{item.id}", step, item.safe_due, subject=item.id, prefix="held-")


def of_inquiries(
    rows: Iterable[InquiryRow], *, desk: DigestDesk, team: TeamCalendar, now: datetime
) -> Iterator[Cause]:  # fmt: skip
    """Inquiries near the authority's own date, or past it (practice 23)."""
    reached = _Reached(ZoneInfo(desk.zone), team, now)
    for row in rows:
        if step := reached.step(row.due):
            yield _dated(f"inquiry:{row.id}", step, row.due, subject=row.reference, prefix="inquiry-")


def of_handing(held: Iterable[InboundRow], *, desk: DigestDesk, team: TeamCalendar, now: datetime) -> Iterator[Cause]:
    """practice 24: handed over "the same day"; what came when the office was closed, on the next day it is open."""
    zone = ZoneInfo(desk.zone)
    for item in held:
        if item.kind not in TO_HAND_OVER:
            continue
        day = _office_day(item.received_at.astimezone(zone).date(), team)
        late = now >= datetime.combine(day + DAY, time.min, zone)
        if late or now >= datetime.combine(day, _AFTERNOON, zone):
            kind = "held-hand-over-late" if late else "held-hand-over"
            yield Cause(
                key=f"{kind}:{item.id}",
                matter=f"hand-over:{item.id}",
                kind=kind,
                subject=item.id,
                day=day,
                rank=int(late),
                level=Level.DEPUTY if late else Level.OWNER,
                urgent=True,
            )


def _office_day(day: date, team: TeamCalendar) -> date:
    """That day, or the first after it on which somebody is there."""
    later = (day + DAY * offset for offset in range(_LONGEST_CLOSURE))
    return next((each for each in later if team.is_office_day(each)), day)


def of_held(held: Iterable[InboundRow], limit: timedelta, now: datetime) -> Iterator[Cause]:
    """Items that nobody has looked at for too long, whether or not a date is near."""
    for item in held:
        if now - item.kept_at > limit:
            yield Cause(key=f"waiting:{item.id}", matter=f"waiting:{item.id}", kind="held", subject=item.id)


def of_forged(held: Iterable[InboundRow]) -> Iterator[Cause]:
    """Somebody writes from an address that is made to look like a customer's (practice 28)."""
    for item in held:
        if item.kind == LOOK_ALIKE:
            key = f"look-alike:{item.id}"
            yield Cause(key=key, matter=key, kind="held-look-alike", subject=item.id, level=Level.DEPUTY, urgent=True)


def of_service(
    signs: Signs, limits: Limits, *, desk: DigestDesk, scopes: AbstractSet[str], now: datetime
) -> Iterator[Cause]:
    """Parts of the service that are silent, as far as the service itself can still say so (security 20)."""
    for key in desk.mailboxes:
        last = signs.beats.get(f"mailbox:{key}")
        if now - max(last or signs.started, signs.started) > limits.mailbox:
            yield _trouble("mailbox", key, last)
    if signs.oldest_job is not None and now - max(signs.oldest_job, signs.started) > limits.outbox:
        yield _trouble("outbox", "", signs.oldest_job)
    if signs.unread and signs.unread.scope in scopes and now - max(signs.unread.kept_at, signs.started) > limits.unread:
        yield _trouble("unread", "", signs.unread.kept_at)
    if ahead := [at for at in signs.beats.values() if at > now + _AHEAD]:
        yield _trouble("clock", "", max(ahead))
    for kind in sorted({job.kind for job in signs.shunted if _recent(job, now)} & _OF_THE_DESK):
        # One for all of a kind: a notice that cannot be delivered must not bring forth another notice for ever.
        newest = max(job.due_at for job in signs.shunted if job.kind == kind)
        yield _trouble("undeliverable", kind, newest)
    if unheard := [job.due_at for job in signs.shunted if job.kind == "webhook" and _recent(job, now)]:
        yield _trouble("unheard", "", max(unheard))
    yield from _digests(signs, desk, now)


def soonest_unwarned(today: date, team: TeamCalendar) -> date:
    """The first date of which nobody is to be warned yet: what is due before it must be looked at."""
    day = today
    while min(on for _, on in warnings(day, team)) <= today and (day - today).days < _LONGEST_CLOSURE:
        day += DAY
    return day


def _recent(job: JobRow, now: datetime) -> bool:
    return now - job.due_at <= _REMEMBERED


class _Reached:
    """How near a date is, computed once for each date."""

    def __init__(self, zone: ZoneInfo, team: TeamCalendar, now: datetime) -> None:
        self._zone, self._team, self._now = zone, team, now
        self._known: dict[date, tuple[str, int] | None] = {}

    def step(self, target: date) -> tuple[str, int] | None:
        """The last warning whose time has come, with its rank; None before the first."""
        if target not in self._known:
            steps = [*warnings(target, self._team), ("due-0", self._team.last_office_day_before_or_on(target))]
            come = [(kind, rank) for rank, (kind, on) in enumerate(steps) if self._now >= self._morning(on)]
            # Past is past, also on a day off: nobody waits for Monday to learn of it.
            late = self._now >= datetime.combine(target + DAY, time.min, self._zone)
            self._known[target] = ("overdue", _OVERDUE) if late else come[-1] if come else None
        return self._known[target]

    def _morning(self, day: date) -> datetime:
        return datetime.combine(day, _MORNING, self._zone)


def _dated(
    what: str, step: tuple[str, int], day: date, *, subject: str, case: str = "", prefix: str = ""
) -> Cause:  # fmt: skip
    kind, rank = step
    late = kind == "overdue"
    return Cause(
        key=f"{kind}:{what}:{day}",
        matter=f"{what}:{day}",
        kind=f"{prefix}{kind}",
        subject=subject,
        case=case,
        day=day,
        rank=rank,
        level=Level.DEPUTY if late else Level.OWNER,
        urgent=late,
    )


def _trouble(kind: str, subject: str, since: datetime | None) -> Cause:
    matter = f"{kind}:{subject}"
    began = f"{since:%Y%m%dT%H%M%S}" if since else "never"
    return Cause(key=f"{matter}:{began}", matter=matter, kind=kind, subject=subject)


def _digests(signs: Signs, desk: DigestDesk, now: datetime) -> Iterator[Cause]:
    """security 20: the digest that should have come and did not."""
    today = desk.day(now)
    if now < desk.due_at(today) + GRACE or now < signs.started + GRACE:
        return
    for reader in desk.readers:
        last = signs.beats.get(beat_name(desk, reader.key))
        if last is None or desk.day(last) < today:
            key = f"digest:{reader.key}"
            yield Cause(key=f"{key}:{today}", matter=key, kind="digest", subject=reader.key, day=today)
