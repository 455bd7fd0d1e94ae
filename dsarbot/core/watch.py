"""What `dsarbot watch` makes of what it sees: which parts of the service are silent, and who is told when. Pure.

Everything is judged by age alone, so that nothing of the service has to work for it (security 20).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

#: security 19: so much later than this clock says, no entry of the journal can be.
_AHEAD: Final = timedelta(minutes=2)
#: The loops of the service by the names of their signs of life.
LOOPS: Final = (
    "intake",
    "outbox",
    "webhooks",
    "wake",
    "digest",
    "alarms",
    "tray",
    "scans",
    "attachments",
    "uploads",
    "copies",
    "discord",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Glance:
    """What was read from the database, straight and without a key. None: there is none.

    beats: signs of life by name; late_job: when the mail that waits longest should have left; staff_mail: since when
    the oldest digest or notice is tried in vain; wake: the earliest timer that has not fired; entry: the newest entry
    of the journal; writable: a sign could be left there, as the service does every half minute."""

    beats: Mapping[str, datetime] = field(default_factory=dict)
    late_job: datetime | None = None
    staff_mail: datetime | None = None
    wake: datetime | None = None
    entry: datetime | None = None
    writable: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestDue:
    """The last digest that must have left by now. beat: its sign of life; since: the earliest instant that counts."""

    beat: str
    subject: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How old each thing may become."""

    service: timedelta
    loops: timedelta
    mailbox: timedelta
    outbox: timedelta
    timers: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Something that is silent or late. subject: a code, such as the key of a mailbox; since: None: never seen."""

    kind: str
    subject: str = ""
    since: datetime | None = None

    @property
    def key(self) -> str:
        """By which it is known from one look to the next."""
        return f"{self.kind}:{self.subject}"


def troubles(
    seen: Glance,
    limits: Limits,
    *,
    loops: Collection[str],
    mailboxes: Collection[str],
    digests: Collection[DigestDue],
    now: datetime,
) -> tuple[Trouble, ...]:
    """All that is wrong. Where the service is down, what follows from it is not said once more for each part."""
    service = seen.beats.get("service")
    if _old(service, limits.service, now):
        found: list[Trouble] = [Trouble(kind="service", since=service)]
    else:
        found = [*standing_still(seen.beats, loops, limits.loops, now), *_mailboxes(seen, limits, mailboxes, now)]
    if not seen.writable:
        found.append(Trouble(kind="database-write"))
    return (*found, *_late(seen, limits, now), *_digests(seen, digests))


def _old(at: datetime | None, limit: timedelta, now: datetime) -> bool:
    """A sign from the future says as little as an old one."""
    return at is None or abs(now - at) > limit


def standing_still(
    beats: Mapping[str, datetime], loops: Collection[str], limit: timedelta, now: datetime
) -> Iterator[Trouble]:
    """Loops that once did something and have not for so long."""
    for name in loops:
        at = beats.get(name)
        # A service that runs some of its parts only gives no sign of the others.
        if at is not None and _old(at, limit, now):
            yield Trouble(kind="loop", subject=name, since=at)


def _mailboxes(seen: Glance, limits: Limits, mailboxes: Collection[str], now: datetime) -> Iterator[Trouble]:
    for key in mailboxes:
        at = seen.beats.get(f"mailbox:{key}")
        if _old(at, limits.mailbox, now):
            yield Trouble(kind="mailbox", subject=key, since=at)


def _late(seen: Glance, limits: Limits, now: datetime) -> Iterator[Trouble]:
    if seen.late_job is not None and now - seen.late_job > limits.outbox:
        yield Trouble(kind="outbox", since=seen.late_job)
    if seen.staff_mail is not None and now - seen.staff_mail > limits.outbox:
        yield Trouble(kind="staff-mail", since=seen.staff_mail)
    if seen.wake is not None and now - seen.wake > limits.timers:
        yield Trouble(kind="timers", since=seen.wake)
    if seen.entry is not None and seen.entry > now + _AHEAD:
        yield Trouble(kind="clock", since=seen.entry)


def _digests(seen: Glance, digests: Collection[DigestDue]) -> Iterator[Trouble]:
    for due in digests:
        at = seen.beats.get(due.beat)
        if at is None or at < due.since:
            yield Trouble(kind="digest", subject=due.subject, since=at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A trouble that somebody was told of: when it was found, and when it was last told."""

    trouble: Trouble
    found_at: datetime
    told_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What has changed since the last look. is_due: it must be told now; known: what to remember once it was."""

    is_due: bool
    new: tuple[Trouble, ...] = ()
    lasting: tuple[Told, ...] = ()
    over: tuple[Told, ...] = ()
    known: tuple[Told, ...] = ()


def report(known: Sequence[Told], found: Sequence[Trouble], *, now: datetime, again: timedelta) -> Report:
    """Once for each trouble, again while it lasts, and when it is over. One mail says everything that there is."""
    before = {each.trouble.key: each for each in known}
    current = {each.key for each in found}
    new = tuple(each for each in found if each.key not in before)
    lasting = tuple(replace(before[each.key], trouble=each) for each in found if each.key in before)
    over = tuple(each for each in known if each.trouble.key not in current)
    is_due = bool(new or over or any(abs(now - each.told_at) >= again for each in lasting))
    kept = (
        *(replace(each, told_at=now) if is_due else each for each in lasting),
        *(Told(trouble=each, found_at=now, told_at=now) for each in new),
    )
    return Report(is_due=is_due, new=new, lasting=lasting, over=over, known=kept)
