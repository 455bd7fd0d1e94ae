"""*Health*: whether everything gives signs of life, for whoever runs the service; and the three addresses that programs
ask: is it alive, is it ready, how is it in numbers."""

from __future__ import annotations

import asyncio
import hmac
import platform
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from ipaddress import ip_address
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from dsarbot import __version__
from dsarbot.core.access import Permission
from dsarbot.core.calendars import DAY
from dsarbot.core.dates import Language
from dsarbot.core.watch import Glance, Trouble, troubles
from dsarbot.desk.digest_facts import BUCKETS
from dsarbot.desk.digest_words import words as read_words
from dsarbot.errors import OurMistake
from dsarbot.ports import Scope
from dsarbot.settings.watch import WatchSettings
from dsarbot.web.case_lines import today_of
from dsarbot.web.metrics import MEDIA_TYPE, Seen, Tally, metrics, written
from dsarbot.web.site import Site, Visitor, needs, site_of
from dsarbot.wiring.watch import digests_due, limits, loops

router = APIRouter()

Keeper = Annotated[Visitor, Depends(needs(Permission.ACCOUNTS))]
#: Libraries whose version somebody asks for first.
_LIBRARIES: Final = ("fastapi", "tortoise-orm", "cryptography", "pydantic", "jinja2")
#: Which troubles mean that requests may wait unread, or answers unsent.
_NOT_READY: Final = frozenset({"service", "mailbox", "outbox", "database-write"})
_FORWARDED: Final = ("x-forwarded-for", "forwarded", "x-real-ip")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """When a part last gave a sign of life. kind: service, loop, mailbox or digest; None: never."""

    kind: str
    name: str
    last: datetime | None
    fault: bool


@router.get("/health")
async def health(request: Request, visitor: Keeper) -> HTMLResponse:
    """Everything on one page, without personal content."""
    site = site_of(request)
    beats, vitals = await site.app.store.beats(), await site.app.store.vitals()
    found = _troubles(site, Glance(beats=beats, late_job=vitals.oldest, wake=vitals.wake, entry=vitals.entry))
    disk = await asyncio.to_thread(shutil.disk_usage, site.app.settings.service.data_dir)
    return site.screens.page(
        "health.html", visitor.language, visitor=visitor, here="health", vitals=vitals, now=site.app.clock(),
        zone=next(iter(site.app.organisations.values())).rules.jurisdiction.zone,
        troubles=[told(each, visitor.language) for each in found],
        signs=tuple(_signs(site, beats, found)), versions=tuple(_versions()),
        free=disk.free / disk.total, free_bytes=disk.free,
    )  # fmt: skip


@router.get("/readyz")
async def ready(request: Request) -> PlainTextResponse:
    """Whether requests are taken in and answers leave: the store, each mailbox, the outbox."""
    site = site_of(request)
    try:
        beats = await site.app.store.beats()
        missing = sorted({each.kind for each in await wrong(site) if each.kind in _NOT_READY})
    except OurMistake:
        return PlainTextResponse("store\n", 503)
    if "outbox" not in beats and "outbox" not in missing:
        missing.append("outbox")
    return PlainTextResponse("".join(f"{each}\n" for each in missing) or "ready\n", 503 if missing else 200)


@router.get("/metrics")
async def numbers(request: Request) -> Response:
    """For a program on this machine, or one that has the token of the configuration."""
    site = site_of(request)
    if not _may_measure(request, site):
        return PlainTextResponse("A token is needed.\n", 401, headers={"WWW-Authenticate": "Bearer"})
    now, beats = site.app.clock(), await site.app.store.beats()
    seen = Seen(
        now=now,
        vitals=await site.app.store.vitals(),
        tallies=tuple([await _tally(site, key) for key in site.app.organisations]),
        mailboxes={each.key: beats.get(f"mailbox:{each.key}") for each in site.app.settings.mailboxes},
        ocr_seconds=site.app.scanner.busy,
        ocr_pages=site.app.scanner.pages,
    )
    return PlainTextResponse(written(metrics(seen)), media_type=MEDIA_TYPE)


def _may_measure(request: Request, site: Site) -> bool:
    """A proxy on this machine asks for strangers, so that nearness alone counts only where there is none."""
    source = site.settings.metrics_token
    if source is not None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if hmac.compare_digest(given.encode(), source.read(site.app.environ).get_secret_value().encode()):
            return True
    if site.settings.public_url or any(each in request.headers for each in _FORWARDED) or request.client is None:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def _tally(site: Site, key: str) -> Tally:
    today = today_of(site, key)
    ends = [last for _, last in BUCKETS if last is not None]
    statuses, due = await site.app.store.tally(Scope(key), [today + DAY * last for last in ends])
    names = [_bucket(first, last) for first, last in BUCKETS]
    return Tally(organisation=key, statuses=statuses, due=dict(zip(names, due, strict=True)))


def _bucket(first: int | None, last: int | None) -> str:
    if first is None:
        return "late"
    return f"{first}+" if last is None else f"{first}-{last}"


async def wrong(site: Site) -> tuple[Trouble, ...]:
    """What gives no sign of life, and what should have left long ago; two small statements."""
    beats, late = await site.app.store.beats(), await site.app.store.next_job_due()
    return _troubles(site, Glance(beats=beats, late_job=late))


def told(trouble: Trouble, language: Language) -> tuple[str, str, datetime | None]:
    """Its name, what to do, and since when: in the words of `dsarbot watch`."""
    words = read_words(language, "watch")
    name = words.text(f"kinds.{trouble.kind}.name", subject=trouble.subject)
    return name, words.text(f"kinds.{trouble.kind}.said"), trouble.since


def _troubles(site: Site, seen: Glance) -> tuple[Trouble, ...]:
    """As `dsarbot watch` judges, with what the service itself can see."""
    settings, now = site.app.settings, site.app.clock()
    watch = settings.watch or WatchSettings.model_construct()
    due = tuple(digests_due(settings, site.app.profiles, timedelta(minutes=watch.digest_minutes), now))
    boxes = [each.key for each in settings.mailboxes]
    return troubles(seen, limits(watch), loops=loops(settings), mailboxes=boxes, digests=due, now=now)


def _signs(site: Site, beats: Mapping[str, datetime], found: tuple[Trouble, ...]) -> Iterator[Sign]:
    faults = {(each.kind, each.subject) for each in found}
    yield Sign(kind="service", name="", last=beats.get("service"), fault=("service", "") in faults)
    for box in site.app.settings.mailboxes:
        beat = beats.get(f"mailbox:{box.key}")
        yield Sign(kind="mailbox", name=box.key, last=beat, fault=("mailbox", box.key) in faults)
    for name in loops(site.app.settings):
        yield Sign(kind="loop", name=name, last=beats.get(name), fault=("loop", name) in faults)
    for own in site.app.settings.organisations:
        for key in dict.fromkeys(own.digest.recipients):
            beat = beats.get(f"digest:{own.key}:{key}")
            name = f"{own.key}/{key}"
            yield Sign(kind="digest", name=name, last=beat, fault=("digest", name) in faults)


def _versions() -> Iterator[tuple[str, str]]:
    yield "dsarbot", __version__
    yield "python", platform.python_version()
    for name in _LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue
