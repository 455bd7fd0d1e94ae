"""Conversations over Discord at rest: who asked (sealed), what the bot posted, which account is whose (sealed)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError

from dsarbot.core.discord import Asking
from dsarbot.core.discord_rows import Contact, DiscordAccount
from dsarbot.core.evolve import replace
from dsarbot.errors import Conflict, NotFound, Tampered
from dsarbot.ports import Scope
from dsarbot.store.discord_tables import DiscordAccountTable, DiscordContactTable, DiscordPostTable
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import ObjectKey, new_object_key
from dsarbot.store.pending import Work
from dsarbot.store.projection import address

KIND: Final = "discord"
_FORM: Final = 1
_ASKING: Final = TypeAdapter(Asking)
_ACCOUNT: Final = TypeAdapter(DiscordAccount)
T = TypeVar("T")


async def add_contacts(work: Work, contacts: Sequence[Contact]) -> None:
    """New ones; Conflict when one of these ids is known."""
    for each in contacts:
        scope = Scope(each.organisation)
        key = new_object_key(scope, KIND)
        work.made([key])
        try:
            await DiscordContactTable.create(
                id=each.id,
                organisation=scope,
                guild=each.guild,
                case_id=each.case,
                user_hash=await user_hash(work.ring, scope, each.asking.user),
                at=each.at,
                done=each.done,
                untold=each.untold,
                object=key.id,
                document=_sealed(key, _ASKING, replace(each.asking, files=())),
                using_db=work.db,
            )
        except IntegrityError:
            raise Conflict from None


async def save_contact(work: Work, contact: Contact) -> None:
    """Written as it is now. NotFound when it was forgotten since."""
    row = await DiscordContactTable.filter(id=contact.id, organisation=contact.organisation).using_db(work.db).first()
    if row is None:
        raise NotFound
    key = _present((await work.keys([row.object])).get(row.object))
    await (
        DiscordContactTable.filter(id=row.id)
        .using_db(work.db)
        .update(
            case_id=contact.case,
            done=contact.done,
            untold=contact.untold,
            document=_sealed(key, _ASKING, replace(contact.asking, files=())),
        )
    )


async def contacts_of(ring: KeyRing, scope: Scope, user: int) -> Sequence[Contact]:
    """Everything that account asked for, in the order of time."""
    hashed = await user_hash(ring, scope, user)
    return await opened(
        ring, await DiscordContactTable.filter(organisation=scope, user_hash=hashed).order_by("at", "id")
    )


async def opened(ring: KeyRing, rows: Sequence[DiscordContactTable]) -> Sequence[Contact]:
    """The contacts of these rows."""
    keys = await ring.load([row.object for row in rows])
    return [
        Contact(
            id=row.id,
            organisation=row.organisation,
            guild=row.guild,
            at=row.at,
            asking=_unsealed(keys.get(row.object), _ASKING, row.document),
            case=row.case_id,
            done=row.done,
            untold=row.untold,
        )
        for row in rows
    ]


async def account(ring: KeyRing, scope: Scope, user: int, *, work: Work | None = None) -> DiscordAccount:
    """What is known of the account; a new one when nothing is. work: nobody else changes it before its end."""
    wanted = DiscordAccountTable.filter(organisation=scope, user_hash=await user_hash(ring, scope, user))
    row = await (wanted.using_db(work.db).select_for_update().first() if work else wanted.first())
    if row is None:
        return DiscordAccount(organisation=scope, user=user)
    keys: Mapping[str, ObjectKey] = await (work.keys([row.object]) if work else ring.load([row.object]))
    return _unsealed(keys.get(row.object), _ACCOUNT, row.document)


async def save_account(work: Work, known: DiscordAccount, at: datetime) -> None:
    """Written as it is now. at: when it last asked for a code."""
    scope = Scope(known.organisation)
    hashed = await user_hash(work.ring, scope, known.user)
    target = await _target(work.ring, scope, known.address)
    row = await DiscordAccountTable.filter(organisation=scope, user_hash=hashed).using_db(work.db).first()
    if row is not None:
        key = _present((await work.keys([row.object])).get(row.object))
        await (
            DiscordAccountTable.filter(id=row.id)
            .using_db(work.db)
            .update(target_hash=target, asked_at=at, document=_sealed(key, _ACCOUNT, known))
        )
        return
    key = new_object_key(scope, KIND)
    work.made([key])
    try:
        await DiscordAccountTable.create(
            id=key.id, organisation=scope, user_hash=hashed, target_hash=target, asked_at=at, object=key.id,
            document=_sealed(key, _ACCOUNT, known), using_db=work.db,
        )  # fmt: skip
    except IntegrityError:
        raise Conflict from None


async def asked_for(ring: KeyRing, scope: Scope, mail: str, since: datetime) -> int:
    """How many accounts had a code sent to that address since then."""
    hashed = await _target(ring, scope, mail)
    return await DiscordAccountTable.filter(organisation=scope, target_hash=hashed, asked_at__gte=since).count()


async def forget(db: BaseDBAsyncClient, scope: Scope, case: str) -> Sequence[str]:
    """The end of a case's retention: its rows go; the objects whose keys must go with them."""
    rows = await DiscordContactTable.filter(organisation=scope, case_id=case).using_db(db)
    await DiscordContactTable.filter(organisation=scope, case_id=case).using_db(db).delete()
    await DiscordPostTable.filter(organisation=scope, case_id=case).using_db(db).delete()
    return [row.object for row in rows]


async def user_hash(ring: KeyRing, scope: Scope, user: int) -> str:
    """The keyed hash of an account."""
    return await ring.fingerprint(scope, "discord", str(user))


async def _target(ring: KeyRing, scope: Scope, mail: str) -> str:
    return await ring.fingerprint(scope, "address", address(mail)) if mail else ""


def _sealed(key: ObjectKey, form: TypeAdapter[T], value: T) -> bytes:
    return key.seal(b'{"v":%d,"it":%s}' % (_FORM, form.dump_json(value)))


def _unsealed(key: ObjectKey | None, form: TypeAdapter[T], document: bytes) -> T:
    try:
        return form.validate_python(json.loads(_present(key).unseal(document))["it"])
    except (KeyError, TypeError, ValidationError, json.JSONDecodeError):
        raise Tampered("a document about Discord does not have its form") from None


def _present(key: ObjectKey | None) -> ObjectKey:
    if key is None:
        raise Tampered("the key of a document about Discord is missing")
    return key
