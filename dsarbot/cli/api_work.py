"""What `dsarbot api` does. Whoever manages accounts manages keys, for the organisations they work for."""

from __future__ import annotations

import argparse
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from dsarbot.app import App
from dsarbot.cli.common import staff_member
from dsarbot.core import api_keys as keys
from dsarbot.core.access import Permission, may
from dsarbot.core.api_keys import ApiKey
from dsarbot.core.webhooks import EventKind
from dsarbot.errors import ConfigError, NotAllowed, NotFound, TheirInput
from dsarbot.ports import Scope
from dsarbot.settings.api import ApiSettings
from dsarbot.settings.organisations import StaffSettings
from dsarbot.wiring.hooks import new_hook

_MOST: Final = 200


def _manager(app: App) -> StaffSettings:
    person = staff_member(app)
    if not may(person.roles, Permission.ACCOUNTS):
        raise NotAllowed("accounts-role", f"Your role is {', '.join(person.roles)}: a dpo or an admin manages keys.")
    return person


def _scope(person: StaffSettings, organisation: str) -> Scope:
    """The organisation that is named, or the only one."""
    if not organisation and len(person.organisations) == 1:
        return Scope(person.organisations[0])
    if not organisation:
        raise TheirInput(f"--organisation is missing; yours are: {', '.join(person.organisations)}.")
    if organisation not in person.organisations:
        raise NotFound(f"{organisation} is none of your organisations: {', '.join(person.organisations)}.")
    return Scope(organisation)


def _settings(app: App) -> ApiSettings:
    if app.settings.api is None:
        raise ConfigError(["[api] is missing; add it to the configuration, or there is no API"])
    return app.settings.api


async def add_key(app: App, args: argparse.Namespace) -> int:
    """A new one. Of one name there is one living key, but for the overlap of a rotation."""
    _settings(app)
    person = _manager(app)
    scope, now = _scope(person, args.organisation), app.clock()
    if await _living(app, scope, args.name, now):
        raise NotAllowed("api-key-exists", f"There is a key {args.name} already; rotate it, or revoke it first.")
    key, text = keys.new_key(
        secret=secrets.token_bytes(keys.SECRET_BYTES), organisation=scope, name=args.name, scopes=args.scope,
        lives=timedelta(days=args.days), now=now, by=person.key,
    )  # fmt: skip
    await _save(app, [key], "api-key-added", key, person)
    _show(key, text)
    return 0


async def rotate_key(app: App, args: argparse.Namespace) -> int:
    """The newest of that name is replaced; nothing is cut off in the meantime."""
    person = _manager(app)
    scope, now = _scope(person, args.organisation), app.clock()
    old = await _newest(app, scope, args.name, now)
    ending, key, text = keys.rotated(
        old, secret=secrets.token_bytes(keys.SECRET_BYTES), overlap=timedelta(days=args.overlap),
        lives=timedelta(days=args.days), now=now, by=person.key,
    )  # fmt: skip
    await _save(app, [ending, key], "api-key-rotated", key, person)
    _show(key, text)
    print(f"The old key works until {ending.expires_at:%Y-%m-%d %H:%M} UTC.")
    return 0


async def revoke_key(app: App, args: argparse.Namespace) -> int:
    """Every living key of that name."""
    person = _manager(app)
    scope, now = _scope(person, args.organisation), app.clock()
    living = await _living(app, scope, args.name, now)
    if not living:
        raise NotFound(f"There is no living key {args.name} of {scope}.")
    await _save(app, [keys.revoked(each, now) for each in living], "api-key-revoked", living[0], person)
    print(f"{args.name}: revoked; it opens nothing any more.")
    return 0


async def list_keys(app: App, args: argparse.Namespace) -> int:
    """Of all organisations of whoever asks."""
    person, now = _manager(app), app.clock()
    found = [key for each in person.organisations for key in await app.store.api.keys(Scope(each))]
    rows = [
        {
            "name": key.name,
            "organisation": key.organisation,
            "scopes": sorted(key.scopes),
            "state": _state(key, now),
            "made_at": key.made_at.isoformat(),
            "expires_at": key.expires_at.isoformat(),
            "by": key.by,
        }
        for key in found
    ]
    if args.json:
        print(json.dumps(rows))
    for key in () if args.json else found:
        until = f"until {key.expires_at:%Y-%m-%d}"
        print(f"{key.name:<20}  {key.organisation:<16}  {_state(key, now):<8}  {until}  {' '.join(sorted(key.scopes))}")
    return 0


def _state(key: ApiKey, now: datetime) -> str:
    return "revoked" if key.revoked_at else "living" if key.alive(now) else "expired"


async def _living(app: App, scope: Scope, name: str, now: datetime) -> Sequence[ApiKey]:
    return [key for key in await app.store.api.keys(scope) if key.name == name and key.alive(now)]


async def _newest(app: App, scope: Scope, name: str, now: datetime) -> ApiKey:
    living = await _living(app, scope, name, now)
    if not living:
        raise NotFound(f"There is no living key {name} of {scope}.")
    return max(living, key=lambda key: key.made_at)


async def _save(app: App, changed: Sequence[ApiKey], what: str, key: ApiKey, person: StaffSettings) -> None:
    public = {"name": key.name, "scopes": " ".join(sorted(key.scopes))}
    async with app.store.transaction() as transaction:
        for each in changed:
            await transaction.save_api_key(each)
        await transaction.ledger(Scope(key.organisation), what, public, at=app.clock(), actor=person.key)


def _show(key: ApiKey, text: str) -> None:
    print(f"The key {key.name} of {key.organisation}, shown now and never again:")
    print(f"  {text}")
    print(f"It may: {', '.join(sorted(key.scopes))}. It ends on {key.expires_at:%Y-%m-%d}.")


# --- webhooks ------------------------------------------------------------------------------------------------------


async def add_hook(app: App, args: argparse.Namespace) -> int:
    """Where to tell what."""
    settings, person = _settings(app), _manager(app)
    scope = _scope(person, args.organisation)
    events = _events(args.events)
    hook = new_hook(settings, organisation=scope, url=args.url, events=events, by=person.key, now=app.clock())
    async with app.store.transaction() as transaction:
        await transaction.save_hook(hook)
        public = {"webhook": hook.id, "events": " ".join(sorted(hook.events))}
        await transaction.ledger(scope, "webhook-added", public, at=hook.made_at, actor=person.key)
    print(f"Webhook {hook.id} of {scope}: {', '.join(sorted(hook.events))}.")
    print("Its signatures are made with this secret, shown now and never again:")
    print(f"  {hook.secret}")
    return 0


def _events(given: str) -> frozenset[EventKind]:
    known = {each.value: each for each in EventKind}
    named = [each.strip() for each in given.split(",") if each.strip()] or list(known)
    if unknown := [each for each in named if each not in known]:
        raise TheirInput(f"There is no event {', '.join(unknown)}; there are: {', '.join(known)}.")
    return frozenset(known[each] for each in named)


async def list_hooks(app: App, args: argparse.Namespace) -> int:
    """With what waits and what was given up."""
    person, rows = _manager(app), list[dict[str, object]]()
    for each in person.organisations:
        scope = Scope(each)
        jobs = await app.store.jobs(scope, states=("queued", "claimed", "shunted"), limit=_MOST)
        mine = [job for job in jobs if job.kind == "webhook"]
        for hook in await app.store.api.hooks(scope):
            own = [job for job in mine if job.id.endswith(f"-{hook.id}")]
            rows.append({
                "id": hook.id,
                "organisation": hook.organisation,
                "url": hook.url,
                "events": sorted(hook.events),
                "waiting": sum(job.state != "shunted" for job in own),
                "given_up": sum(job.state == "shunted" for job in own),
                "last": next((job.last for job in own if job.last), ""),
            })  # fmt: skip
    if args.json:
        print(json.dumps(rows))
    for row in () if args.json else rows:
        print(f"{row['id']}  {row['organisation']}  {row['url']}")
        last = f"; last answer: {row['last']}" if row["last"] else ""
        print(
            f"  {', '.join(map(str, _list(row['events'])))}; {row['waiting']} waiting, {row['given_up']} given up{last}"
        )
    return 0


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


async def remove_hook(app: App, args: argparse.Namespace) -> int:
    """What still waits for it ends."""
    person = _manager(app)
    scope = _scope(person, args.organisation)
    async with app.store.transaction() as transaction:
        await transaction.remove_hook(scope, args.webhook)
        public = {"webhook": args.webhook}
        await transaction.ledger(scope, "webhook-removed", public, at=app.clock(), actor=person.key)
    print(f"Webhook {args.webhook}: removed.")
    return 0


# --- calendars -------------------------------------------------------------------------------------------------------


async def calendar(app: App, args: argparse.Namespace) -> int:
    """One's own, or, for whoever manages accounts, that of a colleague."""
    from dsarbot.web.calendar import address_of, new_calendar

    person = staff_member(app)
    if args.staff != person.key:
        _manager(app)
    if app.settings.web is None:
        raise ConfigError(["[web] is missing; add it to the configuration, or there is nowhere to show a calendar"])
    owner = next((each for each in app.settings.staff if each.key == args.staff and each.active), None)
    if owner is None:
        raise NotFound(f"Nobody called {args.staff} is active under [[staff]].")
    token = await new_calendar(app, owner, by=person.key, revoke=args.revoke)
    if args.revoke:
        print(f"{owner.name}: the calendar has no address any more.")
        return 0
    print(f"The calendar of {owner.name}. Whoever has this address sees the dates; it is not shown again:")
    print(f"  {address_of(app.settings.web, token)}")
    return 0


WORK: Final[Mapping[str, Callable[[App, argparse.Namespace], Awaitable[int]]]] = {
    work.__name__: work
    for work in (add_key, rotate_key, revoke_key, list_keys, add_hook, list_hooks, remove_hook, calendar)
}
