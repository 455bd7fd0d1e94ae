"""Copies of papers outside the vault: the mailboxes of the organisation and its folder of scans."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from dsarbot.app import App
from dsarbot.channels.bridge import bridge
from dsarbot.channels.down import Down
from dsarbot.channels.imap_types import Fetched
from dsarbot.channels.stripping import Calls, Sought, Swept, sweep
from dsarbot.core.identity_copy_row import CopyRow
from dsarbot.desk.id_copies_end import Found
from dsarbot.desk.id_copies_found import digest_of
from dsarbot.desk.id_copies_keeper import Keeper
from dsarbot.ports import InboundRow, Scope
from dsarbot.reading.mail import content_digest, parse
from dsarbot.scans.folder import DONE, HELD
from dsarbot.scans.papers import out_of_reach
from dsarbot.settings.mail import MailboxSettings
from dsarbot.wiring.servers import endpoint_of

#: A server states dates in its own zone, and a mail's receipt may be earlier than its arrival in the folder.
_BEFORE: Final = timedelta(days=2)
#: So long after the last round of a process that died another one begins.
_LEASE_SECONDS: Final = 150
_RENEWED: Final = timedelta(seconds=60)
#: law 6: "Rejected/spam intake: 30 days".
_FORGOTTEN: Final = timedelta(days=30)
_PLACE: Final = 200
_OTHERS: Final = "other-folders"


def keeper_of(app: App) -> Keeper:
    """The keeper of the service, which reaches mailboxes and folders as well."""
    return Keeper(app.copies, Reach(app))


class Copies:
    """The work of the loop: of one process at a time. The lease is a commit, so it is not renewed at every ring."""

    def __init__(self, app: App, holder: str) -> None:
        self._app, self._holder = app, holder
        self._held_until = app.clock()
        self.keeper = keeper_of(app)

    async def work(self) -> int:
        """One round; how many steps were taken."""
        now = self._app.clock()
        if now + _RENEWED >= self._held_until:
            if not await self._app.store.lease("id-copies", self._holder, _LEASE_SECONDS):
                return 0
            self._held_until = now + timedelta(seconds=_LEASE_SECONDS)
            await self._app.store.id_copies.forget(now - _FORGOTTEN)
        return await self.keeper.round()


@dataclass(frozen=True)
class Reach:
    """What can be reached from here."""

    app: App

    async def remove(self, row: CopyRow, rest: bytes | None) -> Sequence[Found]:
        """Every mailbox of the organisation, then its folder of scans."""
        inbound = await self.app.copies.inbound(row)
        if inbound is None:
            return []
        found: list[Found] = []
        for mailbox in self.app.settings.mailboxes:
            if inbound.scope in mailbox.organisations:
                found += await self._mailbox(mailbox, row, inbound, rest)
        if row.source:
            found += await self._scan(row)
        return found

    async def _mailbox(
        self, mailbox: MailboxSettings, row: CopyRow, inbound: InboundRow, rest: bytes | None
    ) -> Sequence[Found]:
        loop = asyncio.get_running_loop()
        work = _Removal(self.app, row, inbound, mailbox.key, rest)
        calls = Calls(wanted=bridge(loop, work.wanted), removing=bridge(loop, work.removing))
        sought = Sought(size=row.source_size or row.size, since=(inbound.received_at - _BEFORE).date())
        names = [mailbox.folder, *mailbox.watch, *mailbox.junk, *filter(None, (mailbox.move_to, mailbox.sent_folder))]
        names += [
            place[1]
            for each in self.app.settings.organisations
            if (place := self.app.settings.sent_folder(each)) and place[0].key == mailbox.key and place[1]
        ]
        endpoint = endpoint_of(mailbox, self.app.environ)
        try:
            swept = await asyncio.to_thread(sweep, endpoint, names, sought, calls, sent=mailbox.sent_folder is None)
        except Down as why:
            return [Found(place=f"mail:{mailbox.key}", state="open", why=why.slug, where=mailbox.key)]
        return [Found(place=f"mail:{mailbox.key}", state="clean"), *_told(swept, mailbox.key, names)]

    async def _scan(self, row: CopyRow) -> Sequence[Found]:
        """The file that the scanner wrote; the sheet, and a file from elsewhere, are for a person to destroy."""
        settings = next(each for each in self.app.settings.organisations if each.key == row.scope)
        if settings.scan_dir is not None:
            for path in await asyncio.to_thread(_of_size, settings.scan_dir, row.source_size):
                digest = digest_of(await asyncio.to_thread(path.read_bytes))
                if await self.app.store.id_copies.fingerprint(row.origin, digest) == row.source:
                    await self._ledger(row, "scans")
                    await asyncio.to_thread(path.unlink, missing_ok=True)
        places = await self.app.store.id_copies.places([row.id])
        left = [Found(place=p.place, state="stuck", why=p.why, where=p.place) for p in out_of_reach(places)]
        return [Found(place="scans", state="clean"), *left]

    async def _ledger(self, row: CopyRow, place: str) -> None:
        """invariant 15: the entry comes before the destruction."""
        now = self.app.clock()
        async with self.app.store.transaction() as transaction:
            public = {"copy": row.id, "place": place[:_PLACE]}
            await transaction.ledger(Scope(row.scope), "id-copy-removal", public, at=now, actor="service")


def _told(swept: Sequence[Swept], key: str, names: Sequence[str]) -> Sequence[Found]:
    """Folders of the configuration by name; those of people are named to those who may see the case only."""
    ours = [each for each in swept if each.why != "not-watched" and (each.folder in names or each.state == "stuck")]
    strange = [each.folder for each in swept if each.why == "not-watched"]
    others = Found(
        place=f"mail:{key}:{_OTHERS}",
        state="stuck" if strange else "clean",
        why="not-watched" if strange else "",
        where=", ".join(strange),
    )
    found = [
        Found(place=f"mail:{key}:{each.folder}"[:_PLACE], state=each.state, why=each.why, where=each.folder)
        for each in ours
    ]
    return [*found, others]


def _of_size(folder: Path, size: int) -> list[Path]:
    # What is not taken in yet lies in the folder itself and is left alone.
    places = (folder / DONE, folder / HELD)
    return [
        path
        for place in places
        if place.is_dir()
        for path in place.iterdir()
        if not path.is_symlink() and path.is_file() and path.stat().st_size == size
    ]


class _Removal:
    """What the thread asks of the event loop while it sweeps a mailbox."""

    def __init__(self, app: App, row: CopyRow, inbound: InboundRow, mailbox: str, rest: bytes | None) -> None:
        self._app, self._row, self._inbound, self._mailbox, self._rest = app, row, inbound, mailbox, rest

    async def wanted(self, found: Set[bytes]) -> Mapping[bytes, bytes | None]:
        known, row = self._app.store.id_copies.fingerprint, self._row
        # What an office scanner sends is one file with everything in it.
        meant = {row.digest, row.source} - {""}
        return {each: self._rest for each in found if await known(row.origin, each) in meant}

    async def removing(self, folder: str, mail: Fetched, without: bytes) -> None:
        """Known before it is there: whoever watches the folder must take the stripped mail for what it is."""
        store, now, scope = self._app.store, self._app.clock(), self._inbound.scope
        parsed = parse(without)
        digest = content_digest(parsed)
        place = f"mail:{self._mailbox}:{folder}"
        known = InboundRow(
            id=hashlib.sha256(self._row.id.encode() + folder.encode() + without).hexdigest()[:32],
            scope=scope,
            channel="mail",
            received_at=mail.internal_date,
            kept_at=now,
            objects=(),
            size=len(without),
            state="settled",
            disposition="duplicate",
            kind=self._inbound.id,
            settled_at=now,
        )
        told = await store.duplicate_of(scope, parsed.message_id or "", digest)
        async with store.transaction() as transaction:
            if told is None:
                await transaction.add_inbounds([known])
                await transaction.update_inbound(known, message_id=parsed.message_id or "", content_digest=digest)
            public = {"copy": self._row.id, "place": place[:_PLACE]}
            await transaction.ledger(scope, "id-copy-removal", public, at=now, actor="service")
