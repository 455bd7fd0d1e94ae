"""What proves who somebody of the staff is: sealed accounts, their passkeys, sessions by the hash of their cookie."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, get_args

from pydantic import TypeAdapter, ValidationError
from tortoise.connection import get_connection

from dsarbot.core.account import IDLE, LONGEST, Account, How, Session
from dsarbot.errors import Tampered
from dsarbot.ports import Scope
from dsarbot.store.access_tables import PasskeyTable
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import ObjectKey, new_object_key
from dsarbot.store.pending import Work
from dsarbot.store.service_tables import AccountTable, SessionTable
from dsarbot.store.tables import fits

#: Whom the keys of accounts belong to: no organisation, as one person may work for several.
SCOPE: Final = Scope("staff:accounts")
KIND: Final = "account"
#: Wrong tries for names that nobody has are counted here, so that they cost what others cost (security 17).
NOBODY: Final = ""
#: A click is written down once in so long: a page is several requests.
_SEEN_EVERY: Final = timedelta(minutes=1)
_HOW: Final[Mapping[str, How]] = {each: each for each in get_args(How)}
_ACCOUNT: Final = TypeAdapter(Account)
_FORM: Final = 1


async def read(ring: KeyRing, staff: str) -> Account:
    """The account; a new one when there is none yet."""
    row = await AccountTable.filter(staff=staff).first() if fits(AccountTable, "staff", staff) else None
    if row is None:
        return Account(staff=staff)
    return _opened(row, (await ring.load([row.object])).get(row.object))


async def at_the_door(ring: KeyRing, staff: str) -> Account:
    """The account, or that of names which nobody has when there is none: found by the same work (security 17)."""
    names = {staff, NOBODY} if fits(AccountTable, "staff", staff) else {NOBODY}
    rows = {row.staff: row for row in await AccountTable.filter(staff__in=sorted(names))}
    row = rows.get(staff, rows.get(NOBODY))
    if row is None:
        return Account(staff=NOBODY)
    return _opened(row, (await ring.load([row.object])).get(row.object))


async def held(work: Work, staff: str) -> Account:
    """As `read`; nobody else changes it before this transaction ends."""
    row = await AccountTable.filter(staff=staff).using_db(work.db).select_for_update().first()
    if row is None:
        return Account(staff=staff)
    return _opened(row, (await work.keys([row.object])).get(row.object))


async def save(work: Work, account: Account) -> None:
    """Written as it is now."""
    await _save_passkeys(work, account)
    row = await AccountTable.filter(staff=account.staff).using_db(work.db).first()
    if row is None:
        key = new_object_key(SCOPE, KIND)
        work.made([key])
        await AccountTable.create(staff=account.staff, object=key.id, document=_sealed(key, account), using_db=work.db)
        return
    key = _present((await work.keys([row.object])).get(row.object))
    await AccountTable.filter(staff=account.staff).using_db(work.db).update(document=_sealed(key, account))


async def _save_passkeys(work: Work, account: Account) -> None:
    mine = PasskeyTable.filter(staff=account.staff).using_db(work.db)
    there = {row.id for row in await mine}
    wanted = {passkey_hash(each.id) for each in account.passkeys}
    if gone := there - wanted:
        await PasskeyTable.filter(id__in=sorted(gone)).using_db(work.db).delete()
    fresh = [PasskeyTable(id=each, staff=account.staff) for each in sorted(wanted - there)]
    if fresh:
        await PasskeyTable.bulk_create(fresh, using_db=work.db)


def passkey_hash(passkey: str) -> str:
    """What is looked up of a passkey's id."""
    return hashlib.sha256(passkey.encode()).hexdigest()


async def owner_of_passkey(passkey: str) -> str:
    """Key of the member of staff whose it is; "" for nobody's."""
    row = await PasskeyTable.filter(id=passkey_hash(passkey)).first()
    return row.staff if row else ""


def _sealed(key: ObjectKey, account: Account) -> bytes:
    return key.seal(b'{"v":%d,"account":%s}' % (_FORM, _ACCOUNT.dump_json(account)))


def _opened(row: AccountTable, key: ObjectKey | None) -> Account:
    try:
        return _ACCOUNT.validate_python(json.loads(_present(key).unseal(row.document))["account"])
    except (KeyError, TypeError, ValidationError, json.JSONDecodeError):
        raise Tampered("an account does not have its form") from None


def _present(key: ObjectKey | None) -> ObjectKey:
    if key is None:
        raise Tampered("the key of an account is missing")
    return key


async def open_session(work: Work, session: Session) -> None:
    """From now on the cookie opens it. Sessions that are over are forgotten with it."""
    now = session.created_at
    await SessionTable.filter(seen_at__lte=now - IDLE).using_db(work.db).delete()
    await SessionTable.filter(created_at__lte=now - LONGEST).using_db(work.db).delete()
    await SessionTable.create(
        id=session.id,
        staff=session.staff,
        created_at=session.created_at,
        seen_at=session.seen_at,
        proven_at=session.proven_at,
        how=session.how,
        roles=None if session.roles is None else " ".join(session.roles),
        using_db=work.db,
    )


async def session(session_id: str, now: datetime) -> Session | None:
    """The living session of that hash, noted as seen now; None when there is none."""
    row = await SessionTable.filter(id=session_id).first()
    found = _session(row) if row else None
    if found is None or not found.alive(now):
        return None
    if now - found.seen_at >= _SEEN_EVERY:
        await SessionTable.filter(id=session_id).update(seen_at=now)
    return found


async def prove_session(work: Work, session_id: str, now: datetime) -> None:
    """A one-time code or a passkey was given in it."""
    await SessionTable.filter(id=session_id).using_db(work.db).update(proven_at=now)


async def sessions_of(staff: str, now: datetime) -> Sequence[Session]:
    """The living sessions of somebody, the one used last first."""
    rows = await SessionTable.filter(staff=staff).order_by("-seen_at", "id")
    return [each for each in map(_session, rows) if each.alive(now)]


async def end_session(session_id: str, *, staff: str) -> bool:
    """The cookie opens nothing any more. False when that person has no such session."""
    return bool(await SessionTable.filter(id=session_id, staff=staff).using_db(get_connection("default")).delete())


async def end_sessions(staff: str, *, but: str = "") -> int:
    """All sessions of somebody, but that one; how many there were."""
    wanted = SessionTable.filter(staff=staff).exclude(id=but)
    return await wanted.using_db(get_connection("default")).delete()


async def listed() -> Sequence[str]:
    """Keys of the staff who have an account."""
    return [row.staff for row in await AccountTable.exclude(staff=NOBODY).order_by("staff")]


def _session(row: SessionTable) -> Session:
    return Session(
        id=row.id,
        staff=row.staff,
        created_at=row.created_at,
        seen_at=row.seen_at,
        proven_at=row.proven_at,
        how=_HOW.get(row.how, "password"),
        roles=None if row.roles is None else tuple(row.roles.split()),
    )
