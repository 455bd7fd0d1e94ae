"""Alarms as values: when one begins, when it climbs, who hears of it, when it is over. Pure.

What stands at this moment is computed afresh at each look and compared with the alarms that are open: nothing is
counted down, so a crash loses no alarm and doubles none. An alarm holds codes only (practice 13): a kind, the
reference of a case or the key of a mailbox, dates and keys of staff.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from typing import Final
from zoneinfo import ZoneInfo

from dsarbot.core.calendars import DAY, TeamCalendar

#: Alarms that are raised outside these hours are counted from the next morning: nobody is there to see them.
_MORNING: Final = time(8)
_EVENING: Final = time(17)
_LONGEST_CLOSURE: Final = 366


class Level(IntEnum):
    """How far an alarm has climbed (practice 11: owner, deputy, escalation contact)."""

    OWNER = 0
    DEPUTY = 1
    ESCALATION = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """Something that somebody must hear of, for as long as it stands.

    key: unique for ever, raised once; matter: what it is about, which has one open alarm at a time; rank: of two
    causes of one matter the higher one takes over; subject: a code to show; case: its id, "" for none; day: the date
    it warns of; level: where it begins; urgent: a notice about it waits for no other.
    """

    key: str
    matter: str
    kind: str
    subject: str = ""
    case: str = ""
    day: date | None = None
    rank: int = 0
    level: Level = Level.OWNER
    urgent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """One alarm as it is kept. climbed_at: since when it has its level; told: keys of staff who got a notice."""

    id: str
    organisation: str
    key: str
    matter: str
    kind: str
    subject: str
    case: str
    day: date | None
    rank: int
    level: Level
    urgent: bool
    raised_at: datetime
    climbed_at: datetime
    told: tuple[str, ...] = ()
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Nobody has said that they are on it."""
        return self.ended_at is None and self.acknowledged_at is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What one look makes of the alarms."""

    raised: tuple[Alarm, ...] = ()
    ended: tuple[Alarm, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class People:
    """Who answers for an organisation; "" where nobody is named. present: keys of those who are there today;
    reachable: of those who have an address at all."""

    owner: str
    deputy: str
    escalation: str
    present: frozenset[str]
    reachable: frozenset[str]


def compare(
    open_alarms: Sequence[Alarm],
    causes: Iterable[Cause],
    *,
    organisation: str,
    now: datetime,
    new_id: Callable[[], str],
) -> Changes:
    """Raise what is new, end what stands no longer or has been overtaken by something more urgent of its matter."""
    standing = _most_urgent(causes)
    raised: list[Alarm] = []
    ended: list[Alarm] = []
    known = {alarm.matter: alarm for alarm in sorted(open_alarms, key=lambda each: each.rank)}
    for alarm in open_alarms:
        cause = standing.get(alarm.matter)
        if cause is None or cause.rank > alarm.rank or known[alarm.matter] is not alarm:
            ended.append(replace(alarm, ended_at=now))
    for cause in standing.values():
        before = known.get(cause.matter)
        if before is None or cause.rank > before.rank:
            raised.append(_raised(cause, before, organisation=organisation, now=now, new_id=new_id))
    return Changes(raised=tuple(raised), ended=tuple(ended))


def _most_urgent(causes: Iterable[Cause]) -> dict[str, Cause]:
    found: dict[str, Cause] = {}
    for cause in causes:
        if cause.matter not in found or cause.rank > found[cause.matter].rank:
            found[cause.matter] = cause
    return found


def _raised(
    cause: Cause, before: Alarm | None, *, organisation: str, now: datetime, new_id: Callable[[], str]
) -> Alarm:
    # What nobody answered has climbed already: the next warning about it begins there and not at the bottom again.
    level = max(cause.level, before.level) if before and before.waits else cause.level
    return Alarm(
        id=new_id(),
        organisation=organisation,
        key=cause.key,
        matter=cause.matter,
        kind=cause.kind,
        subject=cause.subject,
        case=cause.case,
        day=cause.day,
        rank=cause.rank,
        level=level,
        urgent=cause.urgent,
        raised_at=now,
        climbed_at=now,
    )


def climb(alarm: Alarm, now: datetime, *, team: TeamCalendar, zone: ZoneInfo) -> Alarm:
    """The alarm at the level it has by now: an alarm that nobody acknowledged for a working day climbs (security 20).

    After a long stand-still it climbs one level, not all: the deputy too gets a working day."""
    if not alarm.waits or alarm.level == Level.ESCALATION or now < climbs_at(alarm, team=team, zone=zone):
        return alarm
    return replace(alarm, level=Level(alarm.level + 1), climbed_at=now)


def climbs_at(alarm: Alarm, *, team: TeamCalendar, zone: ZoneInfo) -> datetime:
    """One working day of the team after the alarm reached its level, at the same hour."""
    local = alarm.climbed_at.astimezone(zone)
    day, hour = local.date(), local.time()
    if hour >= _EVENING or not team.is_office_day(day):
        day, hour = _next_office_day(day, team), _MORNING
    return datetime.combine(_next_office_day(day, team), max(hour, _MORNING), zone)


def _next_office_day(day: date, team: TeamCalendar) -> date:
    """The first office day after the day; simply the next day where the office is closed for a whole year."""
    days = (day + DAY * offset for offset in range(1, _LONGEST_CLOSURE))
    return next((each for each in days if team.is_office_day(each)), day + DAY)


def hearers(alarm: Alarm, people: People) -> tuple[str, ...]:
    """Keys of those who must have heard of an alarm at its level, each once.

    practice 11: what waits for somebody away goes to the deputy at once; where nobody is there at all, an alarm goes
    to whoever has an address rather than to nobody.
    """
    chain = (people.owner, people.deputy, people.escalation)
    wanted = [_stands_in(place, chain, people) for place in range(alarm.level + 1)]
    return tuple(dict.fromkeys(each for each in wanted if each))


def _stands_in(place: int, chain: Sequence[str], people: People) -> str:
    """Whoever is there for that place: itself, else the next ones above it, else the nearest below."""
    order = (*chain[place:], *reversed(chain[:place]))
    there = [each for each in order if each in people.present and each in people.reachable]
    return next(iter(there), next((each for each in order if each in people.reachable), ""))


def unheard(
    alarms: Iterable[Alarm], people: People, confided: Mapping[str, Collection[str]]
) -> dict[str, tuple[Alarm, ...]]:
    """By key of staff: the waiting alarms that they must hear of and have not. confided: by id of each confidential
    case, who may see it; for the others its alarm is a number, so these hear of it as well."""
    found: dict[str, tuple[Alarm, ...]] = {}
    for alarm in alarms:
        named = [each for each in confided.get(alarm.case, ()) if each in people.reachable]
        for key in dict.fromkeys((*hearers(alarm, people), *named)) if alarm.waits else ():
            if key not in alarm.told:
                found[key] = (*found.get(key, ()), alarm)
    return found


def may_write(alarms: Iterable[Alarm], last: datetime | None, now: datetime, pause: timedelta) -> bool:
    """Whether a notice may leave now: alarms that are raised together go in one mail, and no storm of mails hides
    what they say; what is urgent never waits."""
    return last is None or now >= last + pause or now < last or any(alarm.urgent for alarm in alarms)
