"""`dsarbot accounts`: who may log in to the console. Who somebody is and what they may do stands in [[staff]]."""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import TYPE_CHECKING

from dsarbot.cli.common import with_app
from dsarbot.errors import ConfigError, NotAllowed, NotFound

if TYPE_CHECKING:
    from dsarbot.app import App
    from dsarbot.settings.organisations import StaffSettings
    from dsarbot.settings.web import WebSettings


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser("accounts", help="who may log in to the console")
    orders = parser.add_subparsers(dest="order", metavar="COMMAND", required=True)
    invite = orders.add_parser("invite", help="a link, once and for a day, to set a password and one-time codes")
    invite.add_argument("staff", metavar="NAME", help="key of a [[staff]] entry")
    invite.set_defaults(run=lambda args: with_app(args, lambda app: _invite(app, args.staff)))
    listing = orders.add_parser("list", help="who has an account, and whether it is closed")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=lambda args: with_app(args, lambda app: _list(app, as_json=args.json)))
    out = orders.add_parser("end-sessions", help="log somebody out everywhere, at once")
    out.add_argument("staff", metavar="NAME", help="key of a [[staff]] entry")
    out.set_defaults(run=lambda args: with_app(args, lambda app: _end_sessions(app, args.staff)))
    grant = orders.add_parser("grant", help="let an auditor read content of one organisation until a day")
    grant.add_argument("staff", metavar="NAME", help="key of a [[staff]] entry with the role auditor")
    grant.add_argument("--organisation", required=True, metavar="KEY", help="whose cases")
    grant.add_argument("--until", required=True, metavar="DATE", type=date.fromisoformat, help="the last day")
    grant.add_argument("--reason", required=True, metavar="CODE", help="a code such as audit-2026-q1, without names")
    grant.set_defaults(run=lambda args: with_app(args, lambda app: _grant(app, args)))
    grants = orders.add_parser("grants", help="which auditors may read content, and how long")
    grants.set_defaults(run=lambda args: with_app(args, _grants))
    end = orders.add_parser("end-grant", help="end a grant at once")
    end.add_argument("grant", metavar="ID", help="as dsarbot accounts grants prints it")
    end.set_defaults(run=lambda args: with_app(args, lambda app: _end_grant(app, args.grant)))


def _manager(app: App) -> StaffSettings:
    """security 21: whoever gives the order, if their role lets them."""
    from dsarbot.cli.common import staff_member
    from dsarbot.core.access import Permission, may

    person = staff_member(app)
    if not may(person.roles, Permission.ACCOUNTS):
        raise NotAllowed(
            "accounts-role", f"Your role is {', '.join(person.roles)}: a dpo or an admin manages accounts."
        )
    return person


def _known(app: App, staff: str) -> StaffSettings:
    for each in app.settings.staff:
        if each.key == staff and each.active:
            return each
    known = ", ".join(each.key for each in app.settings.staff if each.active)
    raise NotFound(f"Nobody called {staff} is active under [[staff]]; there: {known}. Nothing was changed.")


def _web(app: App) -> WebSettings:
    if app.settings.web is None:
        raise ConfigError(["[web] is missing; add it to the configuration, or there is no console to log in to"])
    return app.settings.web


async def _invite(app: App, staff: str) -> int:
    from dsarbot.core.account import invited
    from dsarbot.ports import Scope
    from dsarbot.web.tokens import hashed, new_token

    manager, person, web = _manager(app), _known(app, staff), _web(app)
    token, now = new_token(), app.clock()
    async with app.store.transaction() as transaction:
        account = invited(await transaction.held_account(person.key), token_hash=hashed(token), now=now)
        await transaction.save_account(account)
        for key in person.organisations:
            await transaction.ledger(Scope(key), "invited", {"staff": person.key}, at=now, actor=manager.key)
    print(f"Give this link to {person.name}, and to nobody else. It works once, for a day:")
    print(f"  {web.url}/welcome/{person.key}/{token}")
    return 0


async def _list(app: App, *, as_json: bool) -> int:
    _manager(app)
    now = app.clock()
    having = {key: await app.store.account(key) for key in await app.store.accounts()}
    rows = []
    for each in app.settings.staff:
        account = having.get(each.key)
        state = "none"
        if account is not None:
            state = "closed for now" if account.locked(now) else "ready" if account.ready else "invited"
        rows.append((each.key, each.name, ", ".join(each.roles), state if each.active else "not active"))
    if as_json:
        print(json.dumps([dict(zip(("key", "name", "roles", "account"), row, strict=True)) for row in rows]))
    else:
        for key, name, roles, state in rows:
            print(f"{key:<16}  {name:<28}  {roles:<16}  {state}")
    return 0


async def _end_sessions(app: App, staff: str) -> int:
    _manager(app)
    person = _known(app, staff)
    ended = await app.store.end_sessions(person.key)
    print(f"{person.name}: {ended} {'session' if ended == 1 else 'sessions'} ended.")
    return 0


async def _grant(app: App, args: argparse.Namespace) -> int:
    import secrets
    from datetime import datetime, time, timedelta

    from dsarbot.core.access import Grant, granted
    from dsarbot.ports import Scope

    manager, person, now = _manager(app), _known(app, args.staff), app.clock()
    organisation = app.organisations.get(args.organisation)
    if organisation is None:
        raise NotFound(f"There is no organisation {args.organisation}. Nothing was changed.")
    tz = organisation.rules.jurisdiction.tz
    given = granted(
        Grant(
            id=secrets.token_hex(4), organisation=args.organisation, staff=person.key, reason=args.reason, given_at=now,
            until=datetime.combine(args.until + timedelta(days=1), time(), tz), by=manager.key,
        ),
        roles=person.roles, organisations=person.organisations, by_roles=manager.roles,
        by_organisations=manager.organisations,
    )  # fmt: skip
    public = {"staff": person.key, "grant": given.id, "reason": given.reason, "until": given.until.isoformat()}
    async with app.store.transaction() as transaction:
        await transaction.grant(given)
        await transaction.ledger(Scope(given.organisation), "content-granted", public, at=now, actor=manager.key)
    print(f"{person.name} may read content of {given.organisation} until the end of {args.until} (grant {given.id}).")
    return 0


async def _grants(app: App) -> int:
    manager = _manager(app)
    living = [each for each in await app.store.grants("", app.clock()) if each.organisation in manager.organisations]
    for each in living:
        print(
            f"{each.id}  {each.staff:<16}  {each.organisation:<16}  until {each.until:%Y-%m-%d %H:%M %Z}  {each.reason}"
        )
    if not living:
        print("No auditor may read content now.")
    return 0


async def _end_grant(app: App, grant_id: str) -> int:
    from dsarbot.ports import Scope

    manager, now = _manager(app), app.clock()
    for key in manager.organisations:
        async with app.store.transaction() as transaction:
            if await transaction.end_grant(Scope(key), grant_id, now):
                await transaction.ledger(
                    Scope(key), "content-grant-ended", {"grant": grant_id}, at=now, actor=manager.key
                )
                print(f"Grant {grant_id} is over.")
                return 0
    raise NotFound(f"There is no grant {grant_id} in your organisations. Nothing was changed.")
