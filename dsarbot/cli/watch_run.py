"""One look of `dsarbot watch`: see, judge, write if need be, remember what was told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dsarbot.cli.watch_state import read_state, write_state
from dsarbot.config import Settings
from dsarbot.core.watch import Glance, Report, Trouble, report, troubles
from dsarbot.errors import ConfigError, StoreProblem
from dsarbot.profiles import load_profiles
from dsarbot.settings.watch import WatchSettings
from dsarbot.store.glance import glance
from dsarbot.wiring.servers import database_password, database_url
from dsarbot.wiring.watch import digests_due, limits, loops


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What one look gave. readable: the database could be read; written: addresses that were written to; failed: how
    handing over failed, by address."""

    report: Report
    readable: bool
    written: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def found(self) -> tuple[Trouble, ...]:
        return (*self.report.new, *(each.trouble for each in self.report.lasting))

    @property
    def code(self) -> int:
        """0 fine, 1 trouble, 2 cannot tell."""
        return 2 if not self.readable else 1 if self.found else 0

    def lines(self) -> Iterator[str]:
        """For a person or a log."""
        for each in self.found:
            since = f" (last {each.since.isoformat(timespec='seconds')})" if each.since else ""
            yield f"TROUBLE {each.kind} {each.subject}".rstrip() + since
        for told in self.report.over:
            yield f"OVER {told.trouble.kind} {told.trouble.subject}".rstrip()
        if not self.found:
            yield "Everything gives signs of life."
        if self.written:
            yield f"Written to {len(self.written)} of {len(self.written) + len(self.failed)} recipients."
        yield from (f"NOT WRITTEN: {each}" for each in self.failed)

    def as_dict(self) -> dict[str, object]:
        """For a monitoring program."""
        return {
            "ok": not self.code,
            "readable": self.readable,
            "troubles": [
                {"kind": each.kind, "subject": each.subject, "since": each.since.isoformat() if each.since else None}
                for each in self.found
            ],
            "over": [{"kind": each.trouble.kind, "subject": each.trouble.subject} for each in self.report.over],
            "written": len(self.written),
            "failed": list(self.failed),
        }


async def look(settings: Settings, environ: Mapping[str, str], *, now: datetime, mail: bool) -> Seen:
    """Look, write to whoever must hear of it, and remember it once somebody has it."""
    # Who only prints needs limits as well: those of a [watch] that says nothing of them.
    watch = settings.watch or WatchSettings.model_construct()
    found, readable = await _found(settings, watch, environ, now)
    folder = settings.service.data_dir
    told = report(read_state(folder), found, now=now, again=timedelta(hours=watch.again_hours))
    if settings.watch is None or not mail or not told.is_due:
        return Seen(report=told, readable=readable)
    from dsarbot.cli.watch_write import write

    written, failed = await write(settings, watch, environ, told, now=now)
    if written:
        try:
            write_state(folder, told.known)
        except OSError as why:
            failed = (*failed, f"{folder}: what was told cannot be remembered ({type(why).__name__})")
    return Seen(report=told, readable=readable, written=written, failed=failed)


async def _found(
    settings: Settings, watch: WatchSettings, environ: Mapping[str, str], now: datetime
) -> tuple[tuple[Trouble, ...], bool]:
    """What is wrong, and whether the database could be asked at all."""
    try:
        seen: Glance = await glance(database_url(settings), password=database_password(settings, environ), now=now)
    except (StoreProblem, ConfigError):
        return (Trouble(kind="database"),), False
    profiles = load_profiles(settings.organisations, settings.service.profiles_dir)
    digests = tuple(digests_due(settings, profiles, timedelta(minutes=watch.digest_minutes), now))
    boxes = [each.key for each in settings.mailboxes]
    parts = loops(settings)
    return troubles(seen, limits(watch), loops=parts, mailboxes=boxes, digests=digests, now=now), True
