"""Who comes in, and what is written down of it. Same words and same work for known and unknown people (security 17)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from fastapi.responses import RedirectResponse, Response

from dsarbot.core import account as rules
from dsarbot.core.access import Permission, may
from dsarbot.core.account import Account, How, Session
from dsarbot.errors import NotAllowed
from dsarbot.ports import Scope
from dsarbot.settings.organisations import StaffSettings
from dsarbot.web import passkeys
from dsarbot.web.passkeys import Proof
from dsarbot.web.proofs import code_step, new_secret, password_fits
from dsarbot.web.site import Site
from dsarbot.web.tokens import hashed, new_token

SEE_OTHER: Final = 303
#: The account of all names that nobody has: what it costs to find nothing is what it costs to find somebody.
NOBODY: Final = ""
_NO_SECRET: Final = new_secret()


async def note(site: Site, person: StaffSettings, kind: str) -> None:
    """An entry in the ledger of each organisation of that person, in a transaction of its own."""
    now = site.app.clock()
    async with site.app.store.transaction() as transaction:
        for key in person.organisations:
            await transaction.ledger(Scope(key), kind, {}, at=now, actor=person.key)


def by_name(site: Site, name: str) -> StaffSettings | None:
    """Whoever works here, by key or by address."""
    wanted = name.strip().casefold()
    return next((each for each in _active(site) if wanted in (each.key, (each.email or "").casefold())), None)


def by_key(site: Site, key: str) -> StaffSettings | None:
    """Whoever works here, by key."""
    return next((each for each in _active(site) if each.key == key), None)


def _active(site: Site) -> Iterable[StaffSettings]:
    return (each for each in site.app.settings.staff if each.active)


async def by_password(
    site: Site, name: str, password: str, code: str, proof: Proof | None
) -> tuple[StaffSettings, str] | StaffSettings | None:
    """The person and the cookie of their new session; the person alone when this try closed the account; else None.

    proof: of a passkey, in the place of the one-time code. Every way through does the same work: one account read, one
    password hashed, one code computed, and for what is wrong one account written."""
    now, person = site.app.clock(), by_name(site, name)
    account = await site.app.store.account_at_the_door(person.key if person else NOBODY)
    known = person is not None and account.staff == person.key and account.ready
    fits = await password_fits(password, account.password if known else "")
    step = code_step(account.secret if known else _NO_SECRET, code, now, used_step=account.used_step)
    second = step is not None if proof is None else known and proof.staff == account.staff
    if person is not None and known and fits and second and not account.locked(now):
        token = await let_in(site, person, lambda held: _second(site, held, step, proof, now), how="password")
        if token:
            return person, token
    closed = await _failed(site, account.staff if known else NOBODY, now)
    return person if known and closed else None


def _second(site: Site, account: Account, step: int | None, proof: Proof | None, now: datetime) -> Account:
    """security 17: what was true a moment ago is asked again where nobody else can change it."""
    if account.locked(now):
        raise NotAllowed("account-closed", "The account is closed for a while.")
    if proof is not None:
        return rules.cleared(passkeys.verified(site.settings, account, proof, now))
    if step is None or step <= account.used_step:
        raise NotAllowed("code-used", "That code was used already.")
    return rules.proved(account, step)


async def by_passkey(site: Site, proof: Proof) -> tuple[StaffSettings, str] | None:
    """In by a device alone. Wrong passwords do not shut it out: nobody guesses a signature."""
    now, person = site.app.clock(), by_key(site, proof.staff)
    if person is None:
        return None
    token = await let_in(
        site, person, lambda held: passkeys.verified(site.settings, held, proof, now), how="passkey"
    )  # fmt: skip
    return (person, token) if token else None


async def let_in(
    site: Site,
    person: StaffSettings,
    proving: Callable[[Account], Account],
    *,
    how: How,
    roles: tuple[str, ...] | None = None,
) -> str:
    """The cookie of a new session; "" when *proving* refuses. Always a new one: no cookie that a browser brought along
    opens anything afterwards (session fixation)."""
    token, now = new_token(), site.app.clock()
    session = Session(
        id=hashed(token), staff=person.key, created_at=now, seen_at=now, proven_at=now, how=how, roles=roles
    )  # fmt: skip
    try:
        async with site.app.store.transaction() as transaction:
            before = await transaction.held_account(person.key)
            after = proving(before)
            if after != before:
                await transaction.save_account(after)
            await transaction.open_session(session)
            for key in person.organisations:
                await transaction.ledger(Scope(key), "logged-in", {"how": how}, at=now, actor=person.key)
    except NotAllowed as why:
        if why.rule == "passkey-copied":
            await note(site, person, "passkey-copied")
        return ""
    return token


async def _failed(site: Site, staff: str, now: datetime) -> bool:
    """One wrong try more; whether it closed the account."""
    async with site.app.store.transaction() as transaction:
        before = await transaction.held_account(staff)
        after = before if before.locked(now) else rules.failed(before, now)
        await transaction.save_account(after)
    return after.locked(now) and not before.locked(now)


def with_cookie(site: Site, answer: Response, token: str) -> Response:
    """The answer with the cookie of the session."""
    # Lax: the links in the digest lead in; no other site's form does.
    answer.set_cookie(site.cookie, token, path="/", secure=site.settings.encrypted, httponly=True, samesite="lax")
    return answer


def to_home(site: Site, person: StaffSettings, to: str, token: str) -> Response:
    """In, where it was wanted. Whoever may see no list begins where they may do something."""
    home = "/phone" if to == "/" and not may(person.roles, Permission.LISTS) else to
    return with_cookie(site, RedirectResponse(home, SEE_OTHER), token)


def own_path(to: str) -> str:
    """Where to go next: a path of this site, never another one."""
    try:
        parts = urlsplit(to)
    except ValueError:
        return "/"
    here = not parts.scheme and not parts.netloc and to.startswith("/") and not to.startswith(("//", "/\\"))
    return to if here and to.isprintable() else "/"
