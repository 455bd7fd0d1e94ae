"""From the configuration to what `dsarbot watch` expects of the service. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dsarbot.config import Settings
from dsarbot.core.calendars import DAY
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.core.watch import LOOPS, DigestDue, Limits
from dsarbot.settings.organisations import OrganisationSettings
from dsarbot.settings.profile import Profile
from dsarbot.settings.watch import WatchSettings


def limits(watch: WatchSettings) -> Limits:
    """How old each thing may become."""
    return Limits(
        service=timedelta(minutes=watch.service_minutes),
        loops=timedelta(minutes=watch.loops_minutes),
        mailbox=timedelta(minutes=watch.mailbox_minutes),
        outbox=timedelta(minutes=watch.outbox_minutes),
        timers=timedelta(minutes=watch.timers_minutes),
    )


def loops(settings: Settings) -> tuple[str, ...]:
    """The loops of a service with this configuration. Where no folder of scans is watched any more, and no page takes
    any, what is left of that loop is an old sign of life."""
    watched = any(own.scan_dir for own in settings.organisations)
    without = {"scans": not watched, "uploads": settings.web is None, "discord": not settings.discord}
    return tuple(each for each in LOOPS if not without.get(each, False))


def digests_due(
    settings: Settings, profiles: Mapping[str, Profile], limit: timedelta, now: datetime
) -> Iterator[DigestDue]:
    """For each reader of each organisation the last digest that must have left by now, with some grace."""
    for own in settings.organisations:
        zone = ZoneInfo(zone_of(own, profiles[own.key]))
        day = now.astimezone(zone).date()
        while datetime.combine(day, own.digest.local_time, zone) + limit > now:
            day -= DAY
        for key in dict.fromkeys(own.digest.recipients):
            person = settings.person(key)
            # practice 13: nobody else gets one, so nobody else can miss it.
            if person.active and person.email and own.key in person.organisations:
                since = datetime.combine(day, time.min, zone)
                yield DigestDue(beat=f"digest:{own.key}:{key}", subject=f"{own.key}/{key}", since=since)


def zone_of(own: OrganisationSettings, profile: Profile) -> str:
    """The zone in which the digests of an organisation have their hour."""
    return own.digest.zone or jurisdiction(own.jurisdiction or profile.jurisdiction).zone
