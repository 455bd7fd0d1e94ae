"""Keep first: what was said over Discord is durable before anything is answered (security 4).

Many may ask at once, and each waits for the disk before it is told anything: those that come while one batch is being
written share the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import SMTP

from dsarbot.core.discord import Asking
from dsarbot.core.discord_rows import Contact
from dsarbot.desk import verdict
from dsarbot.desk.discord_guild import DiscordStore, Guild, inbound_id
from dsarbot.desk.handle import Desk
from dsarbot.desk.keep import BEING_READ, inbound_of
from dsarbot.errors import Conflict
from dsarbot.ports import Blob, InboundRow, Scope

CHANNEL = "discord"
_ACCOUNT = "X-Discord-Account"
_ACCOUNT_LINE = re.compile(rb"^X-Discord-Account: (\d{1,20})\r?$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class _Item:
    """One message on its way to the disk."""

    scope: Scope
    row: InboundRow
    blobs: Sequence[Blob]
    contact: Contact


@dataclass(kw_only=True)
class _Batch:
    """What is written together; writing: gives the ids that were not there before."""

    items: list[_Item] = field(default_factory=list)
    writing: asyncio.Task[frozenset[str]] | None = None


class Keeper:
    """Writes what comes in, in batches. One per process."""

    def __init__(self, desk: Desk, store: DiscordStore) -> None:
        self._desk = desk
        self._store = store
        self._open: _Batch | None = None
        self._one_at_a_time = asyncio.Lock()

    async def keep(self, guild: Guild, asking: Asking) -> bool:
        """Durable when it returns; False when it was kept before (the same event twice, or found again later)."""
        item = self._item(guild, asking)
        batch = self._open
        if batch is None:
            batch = self._open = _Batch()
            batch.writing = asyncio.create_task(self._write(batch))
        batch.items.append(item)
        assert batch.writing is not None  # noqa: S101  # made with the batch
        # Whoever no longer waits for the answer does not take the others' with them.
        return item.row.id in await asyncio.shield(batch.writing)

    def _item(self, guild: Guild, asking: Asking) -> _Item:
        now, row_id = self._desk.clock(), inbound_id(guild, asking.native)
        # A clock of ours that is behind must not put the receipt into the future.
        received = min(asking.received_at, now)
        row, blobs = inbound_of(
            _as_message(asking), row_id=row_id, scope=guild.scope, received_at=received, now=now, channel=CHANNEL
        )
        due = verdict.safe_due(received, guild.organisation)
        return _Item(
            scope=guild.scope,
            row=replace(row, state="held", disposition="held", kind=BEING_READ, safe_due=due),
            blobs=blobs,
            contact=Contact(id=row_id, organisation=guild.scope, guild=guild.id, at=received, asking=asking),
        )

    async def _write(self, batch: _Batch) -> frozenset[str]:
        async with self._one_at_a_time:
            # Those that come from now on share the next batch.
            self._open = None
            new: set[str] = set()
            for scope in dict.fromkeys(each.scope for each in batch.items):
                new |= await self._write_some(scope, [each for each in batch.items if each.scope == scope])
            return frozenset(new)

    async def _write_some(self, scope: Scope, items: Sequence[_Item]) -> set[str]:
        every = {each.row.id: each for each in items}
        new = {name: each for name, each in every.items() if await self._store.contact(scope, name) is None}
        if new:
            await self._desk.vault.keep(scope, [blob for each in new.values() for blob in each.blobs])
            await self._add(list(new.values()))
        return set(new)

    async def _add(self, some: Sequence[_Item]) -> None:
        try:
            async with self._store.transaction() as transaction:
                await transaction.add_inbounds([each.row for each in some])
                await transaction.add_contacts([each.contact for each in some])
        except Conflict:
            # Another process on the same server was quicker with one of them.
            if len(some) == 1:
                return
            for each in some:
                with contextlib.suppress(Conflict):
                    await self._add([each])


def _as_message(asking: Asking) -> bytes:
    """As a message, so that everything that shows a message shows it, too."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"Discord: {asking.how}"
    message["Date"] = asking.received_at
    message[_ACCOUNT] = str(asking.user)
    head = [f"Who: {' '.join(asking.name.split())} (account {asking.user})"]
    head += [f"E-mail given: {asking.email}"] if asking.email else []
    head += [f"Rights chosen: {', '.join(asking.rights)}"] if asking.rights else []
    head += [f"Files refused unopened: {asking.refused}"] if asking.refused else []
    message.set_content("\n".join((*head, "", asking.text, "")))
    for name, data in asking.files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def account_in(skeleton: bytes) -> str:
    """The account that a kept message came from, "" for none. Only we write this line, and only into our own."""
    found = _ACCOUNT_LINE.search(skeleton.partition(b"\r\n\r\n")[0])
    return found[1].decode() if found else ""
