"""What `dsarbot doctor` asks the database: can it be used, is nothing stuck, does the service live, is the clock right.

It never makes a database: one made by the wrong user could not be written by the service.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from dsarbot.app import App, opened
from dsarbot.cli.doctor_findings import Finding, fault, from_error, note, ok, split
from dsarbot.cli.doctor_local import other_owner
from dsarbot.cli.doctor_watch import SERVICE, WATCH, loop_findings, watch_finding
from dsarbot.config import Settings
from dsarbot.core.dates import long_date
from dsarbot.desk.wake import demand_sane_clock
from dsarbot.errors import ClockJumped, DsarbotError, KeyProblem, StoreProblem
from dsarbot.ports import JobRow, Scope, mailbox_scope
from dsarbot.store import schema
from dsarbot.store.connections import key_file
from dsarbot.store.database import connected, packages_of
from dsarbot.store.sql import dialect, run
from dsarbot.wiring.digests import digest_desk
from dsarbot.wiring.servers import database_password, database_url

#: Seconds to open the database; to look through a SQLite file.
OPEN: Final = 5.0
_LOOK: Final = 10.0
#: A service that has not given a sign for so long is not running; it does so every 30 seconds.
_SILENT: Final = timedelta(minutes=2)
_STUCK: Final = timedelta(hours=1)
_MOST: Final = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class DataReport:
    """The findings, and the mailboxes from which mails were taken in before."""

    findings: tuple[Finding, ...]
    begun: frozenset[str] = frozenset()


async def check_data(settings: Settings, environ: Mapping[str, str], clock: Callable[[], datetime]) -> DataReport:
    """Every check that needs the database; whatever happens its connections are closed."""
    path = settings.database.sqlite_path(settings.service.data_dir)
    if path is not None and (early := _file(path) or await _damaged(path)) is not None:
        return DataReport(findings=(early,))
    try:
        return await _opened(settings, environ, clock, path)
    except KeyProblem as error:
        found = split("fault", "master key", str(error))
    except TimeoutError:
        found = fault("database", f"no answer in {OPEN:g} s", "check [database] and its server")
    except OSError as error:
        found = fault("database", f"cannot be opened ({error.strerror})", "check its owner and its folder")
    except DsarbotError as error:
        return DataReport(findings=from_error("database", error))
    return DataReport(findings=(found,))


async def _opened(
    settings: Settings, environ: Mapping[str, str], clock: Callable[[], datetime], path: Path | None
) -> DataReport:
    async with AsyncExitStack() as stack:
        async with asyncio.timeout(OPEN):
            if (early := await _version(settings, environ)) is not None:
                return DataReport(findings=(early,))
            app = await stack.enter_async_context(opened(settings, environ=environ, clock=clock))
        findings = [each async for each in _findings(app, path)]
        begun = [each.key for each in settings.mailboxes if await app.store.position(each.key, each.folder)]
        return DataReport(findings=tuple(findings), begun=frozenset(begun))


def _file(path: Path) -> Finding | None:
    """What can be said of a SQLite file before it is opened."""
    if owner := other_owner(path):
        return note("database", f"{path} belongs to {owner}, not to you", f"run doctor as {owner} to have it checked")
    if not path.is_file():
        return note("database", f"there is none yet at {path}", "the first `dsarbot run` makes it")
    if not key_file(path).is_file():
        return fault("database", f"{key_file(path).name} is missing: without it nothing opens", "restore the back-up")
    return None


async def _version(settings: Settings, environ: Mapping[str, str]) -> Finding | None:
    """An empty or an older database, which `opened` would set up or refuse. NewerDatabase for a newer one."""
    async with connected(database_url(settings), password=database_password(settings, environ)) as config:
        if await schema.is_empty(packages_of(config)):
            return note("database", "it is reached and empty", "the first `dsarbot run` sets it up")
        if not await schema.is_current(packages_of(config)):
            return fault("database", "it is of an older version of dsarbot", "run `dsarbot db upgrade`")
    return None


async def _findings(app: App, path: Path | None) -> AsyncIterator[Finding]:
    yield await _database(app, path)
    yield ok("master key", "it opens the database")
    now = app.clock()
    beats = await app.store.beats()
    yield _heartbeat(beats.get(SERVICE), now)
    for finding in loop_findings(app.settings, beats, now):
        yield finding
    yield await _clock(app, beats.get(SERVICE))
    for finding in outbox_findings(await _jobs(app), now):
        yield finding
    held = [await app.store.inbounds(each, state="held", limit=_MOST) for each in scopes(app)]
    if count := sum(len(each) for each in held):
        yield note("held items", f"{count} wait for a person", "look at them: dsarbot cases list")
    else:
        yield ok("held items", "none")
    for finding in _digests(app, now):
        yield finding
    yield watch_finding(app.settings, beats.get(WATCH), now)


def scopes(app: App) -> list[Scope]:
    """Of the organisations, and of the mailboxes that serve several."""
    return [
        *(Scope(each.key) for each in app.settings.organisations),
        *(mailbox_scope(each.key) for each in app.settings.mailboxes),
    ]


async def _database(app: App, path: Path | None) -> Finding:
    """Whether it keeps what it says it has (security 4), and whether its file is whole."""
    async with app.store.transaction() as transaction:
        db = transaction.work.db
        kind = dialect(db)
        if kind == "sqlite":
            [row] = await run(db, "PRAGMA synchronous")
            safe = row["synchronous"] >= 2
        else:
            rows = [*await run(db, "SHOW synchronous_commit"), *await run(db, "SHOW fsync")]
            safe = {**rows[0], **rows[1]} == {"synchronous_commit": "on", "fsync": "on"}
    if not safe:
        return fault("database", "a commit may be lost at a power failure", "set synchronous_commit and fsync to on")
    if path is None:
        return ok("database", "PostgreSQL, reached, of this version; commits are synced")
    return ok("database", f"SQLite {path}, of this version, whole; commits are synced")


async def _damaged(path: Path) -> Finding | None:
    """What SQLite finds wrong in its files, before anything else opens them. Reads only."""
    for each in (path, key_file(path)):
        if (said := await asyncio.to_thread(_quick_check, each)) != "ok":
            return fault("database", f"{each} is damaged ({said})", "stop the service and restore the back-up")
    return None


def _quick_check(path: Path) -> str:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
    try:
        # Ends by itself: a thread in the library cannot be left behind.
        until = time.monotonic() + _LOOK
        connection.set_progress_handler(lambda: int(time.monotonic() > until), 100_000)
        return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError as error:
        # Interrupted by us, or busy: not checked is not damaged.
        return "ok" if "malformed" not in str(error) else "malformed"
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        connection.close()


def _heartbeat(last: datetime | None, now: datetime) -> Finding:
    if last is None:
        return note("service", "it has never run", "start it: dsarbot run")
    if abs(now - last) > _SILENT:
        return note("service", f"not running; last sign of life {_when(last)}", "start it: dsarbot run")
    return ok("service", f"running; last sign of life {_when(last)}")


async def _clock(app: App, last: datetime | None) -> Finding:
    try:
        await demand_sane_clock(app.desk, last)
    except ClockJumped as error:
        return fault("clock", str(error))
    return ok("clock", f"{_when(app.clock())}, after the newest entry of the journal")


async def _jobs(app: App) -> list[JobRow]:
    states = ("queued", "claimed", "shunted")
    return [row for each in scopes(app) for row in await app.store.jobs(each, states=states, limit=_MOST)]


def outbox_findings(rows: Sequence[JobRow], now: datetime) -> Iterator[Finding]:
    """What is stuck or was given up."""
    waiting = [each for each in rows if each.state != "shunted"]
    stuck = [each for each in waiting if each.due_at < now - _STUCK]
    deferred = [each for each in waiting if each.attempts and each not in stuck]
    if stuck:
        oldest = min(each.due_at for each in stuck)
        text = f"{_messages(len(stuck))} should have left over an hour ago, the oldest {_when(oldest)}"
        yield fault("outbox", text, "start the service, or see the sender above")
    if deferred:
        yield note("outbox", f"{_messages(len(deferred))} deferred by the mail server; tried again by itself")
    if given_up := len(rows) - len(waiting):
        yield fault("outbox", f"{_messages(given_up)} could not be delivered", "see the digest: dsarbot digest")
    if not (stuck or deferred or given_up):
        yield ok("outbox", f"{_messages(len(waiting))} waiting" if waiting else "empty")


def _digests(app: App, now: datetime) -> Iterator[Finding]:
    for key, organisation in app.organisations.items():
        desk = digest_desk(app.settings, organisation, app.profiles[key].organisation.legal_name)
        readers = ", ".join(each.key for each in desk.readers)
        if not readers:
            yield fault("digest", f"nobody gets that of {key}", "set digest.recipients to active staff with an address")
            continue
        today = desk.due_at(desk.day(now))
        due = today if today > now else desk.due_at(desk.day(now) + timedelta(days=1))
        local = due.astimezone(ZoneInfo(desk.zone))
        yield ok("digest", f"{key}: to {readers}; next {long_date(local.date())} at {local:%H:%M} ({desk.zone})")


def _messages(number: int) -> str:
    return "1 message" if number == 1 else f"{number} messages"


def _when(at: datetime) -> str:
    local = at.astimezone()
    return f"{long_date(local.date())}, {local:%H:%M}"


async def accept_clock(app: App, actor: str) -> None:
    """Write down that the clock is right: from now on the service may start. StoreProblem when the journal is ahead."""
    now, newest = app.clock(), await app.store.newest_entry()
    if newest is not None and now < newest - timedelta(minutes=2):
        raise StoreProblem(
            f"The clock says {_when(now)}, the newest entry of the journal is of {_when(newest)}. A clock that is "
            "behind the journal cannot be accepted: set it right (timedatectl), or wait until that time has come."
        )
    async with app.store.transaction() as transaction:
        for each in app.settings.organisations:
            await transaction.ledger(Scope(each.key), "clock-accepted", {}, at=now, actor=actor)
    await app.store.beat("doctor", SERVICE, now)
