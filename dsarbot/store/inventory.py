"""Vault, keys and database must tell the same story: `dsarbot keys check`.

Every object that a row names has its key, and its bytes; what was destroyed has neither. Leftovers of a crash (a key
without a row, bytes without a key) harm nobody, and are swept once they are a day old.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from dsarbot.store.accounts import KIND as ACCOUNT
from dsarbot.store.api import KIND as HOOK
from dsarbot.store.api_tables import WebhookTable
from dsarbot.store.directory import KIND as DIRECTORY
from dsarbot.store.discord import KIND as DISCORD
from dsarbot.store.discord_tables import DiscordAccountTable, DiscordContactTable
from dsarbot.store.inquiries import KIND as INQUIRY
from dsarbot.store.key_tables import ObjectKeyTable, ScopeKeyTable
from dsarbot.store.keys import KeyRing
from dsarbot.store.link_tables import LinkTable
from dsarbot.store.links import KIND as LINK
from dsarbot.store.packs import place_of
from dsarbot.store.parties import KIND as PARTIES
from dsarbot.store.parties import objects as registers
from dsarbot.store.sealing import VERSION
from dsarbot.store.service_tables import AccountTable, DirectoryTable, IdCopyTable, InquiryTable
from dsarbot.store.tables import CaseTable, DestroyedTable, EntryTable, InboundTable, JobTable
from dsarbot.store.vault import FileVault
from dsarbot.store.view_tables import ViewTable
from dsarbot.store.views import KIND as VIEW

#: Kinds whose bytes stand in the database; all others lie in the vault.
_IN_ROWS = frozenset({"entry", "case", "job", DIRECTORY, PARTIES, INQUIRY, ACCOUNT, LINK, VIEW, HOOK, DISCORD})
#: Younger leftovers may belong to a transaction that is still under way.
_YOUNG = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Something that does not agree. object: an opaque id, or an organisation's key for its own keys."""

    object: str
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Inventory:
    """leftovers: what `sweep` may remove."""

    objects: int
    troubles: tuple[Trouble, ...]
    leftover_keys: tuple[str, ...]
    leftover_files: tuple[Path, ...]


async def take_inventory(vault: FileVault, now: datetime) -> Inventory:
    """Compare all three. Reads every id, no content."""
    columns = ("id", "kind", "created_at", "pack", "start", "length")
    keys = {row.id: row for row in await ObjectKeyTable.all().only(*columns)}
    tombs = {row.id: row for row in await DestroyedTable.all()}
    packs = {path.name: path for path in await asyncio.to_thread(_files, vault.root)}
    in_rows, in_vault = await _named()
    kept = {each: row for each, row in keys.items() if row.kind not in _IN_ROWS}
    there = await asyncio.to_thread(_there, packs, kept)
    back = await asyncio.to_thread(_not_erased, packs, tombs)
    troubles = (
        *_each((in_rows | in_vault) - keys.keys() - tombs.keys(), "its key is missing, and no entry says why"),
        *_each(kept.keys() - there - tombs.keys(), "its bytes are missing, and no entry says why"),
        *_each((each for each, row in tombs.items() if row.finished_at is None), "its destruction has not finished"),
        *_each((tombs.keys() & keys.keys()) | back, "it was destroyed, but is still there"),
        *[Trouble(object=each, what="the rotation of its key has not finished") for each in await _rotating()],
    )
    old = {each for each, row in keys.items() if row.created_at < now - _YOUNG}
    living = {row.pack for row in kept.values()}
    return Inventory(
        objects=len(keys),
        troubles=troubles,
        leftover_keys=tuple(sorted((old - kept.keys()) - in_rows - tombs.keys())),
        leftover_files=tuple(path for name, path in sorted(packs.items()) if name not in living and _old(path, now)),
    )


async def sweep(ring: KeyRing, inventory: Inventory) -> None:
    """Remove the leftovers."""
    await ring.delete(inventory.leftover_keys)
    await asyncio.to_thread(_unlink, inventory.leftover_files)


async def _named() -> tuple[set[str], set[str]]:
    """Ids that rows name: sealed in the row itself, and kept in the vault."""
    in_rows = {row.object for row in await CaseTable.all().only("id", "object")}
    in_rows |= {row.object for row in await InquiryTable.all().only("id", "object")}
    in_rows |= {row.object for row in await DirectoryTable.all().only("id", "object")}
    in_rows |= set(await registers())
    in_rows |= {row.object for row in await AccountTable.all().only("staff", "object")}
    in_rows |= {row.object for row in await ViewTable.all().only("staff", "object")}
    in_rows |= {row.object for row in await LinkTable.all().only("id", "object")}
    in_rows |= {row.object for row in await EntryTable.filter(sealed__isnull=False).only("id", "object")}
    jobs = await JobTable.all().only("id", "key", "object", "state", "kind")
    in_rows |= {row.key for row in jobs}
    elsewhere = {HOOK, DISCORD, "discord-post"}
    in_vault = {row.object for row in jobs if row.state in {"queued", "claimed"} and row.kind not in elsewhere}
    in_rows |= {row.object for row in await WebhookTable.all().only("id", "object")}
    in_rows |= {row.object for row in await DiscordContactTable.all().only("id", "object")}
    in_rows |= {row.object for row in await DiscordAccountTable.all().only("id", "object")}
    for inbound in await InboundTable.all().only("id", "objects"):
        in_vault |= set(inbound.objects.split())
    # What is set apart must be there until its end; what has come to it names nothing any more.
    for copy in await IdCopyTable.all().only("id", "object", "rest"):
        in_vault |= {each for each in (copy.object, copy.rest) if each}
    return in_rows, in_vault


async def _rotating() -> list[str]:
    rows = await ScopeKeyTable.filter(purpose="seal").only("id", "organisation")
    scopes = [row.organisation for row in rows]
    return sorted({each for each in scopes if scopes.count(each) > 1})


def _each(ids: Iterable[str], what: str) -> Iterator[Trouble]:
    return (Trouble(object=each, what=what) for each in sorted(ids))


def _files(root: Path) -> list[Path]:
    return [path for path in root.glob("*/*") if path.is_file()]


def _there(packs: Mapping[str, Path], kept: Mapping[str, ObjectKeyTable]) -> set[str]:
    """Those whose pack is there and reaches as far as they do."""
    sizes = {name: path.stat().st_size for name, path in packs.items()}
    places = ((each, place_of(row.pack, row.start, row.length)) for each, row in kept.items())
    return {each for each, place in places if place and sizes.get(place.pack, 0) >= place.start + (place.length or 1)}


def _not_erased(packs: Mapping[str, Path], tombs: Mapping[str, DestroyedTable]) -> set[str]:
    """Those whose destruction has finished and whose bytes are not zeros: every sealed object begins with its
    version, which is none."""
    found = set()
    for each, row in tombs.items():
        path = packs.get(row.pack or "")
        if row.finished_at is not None and path:
            with path.open("rb") as file:
                file.seek(row.start or 0)
                found |= {each} if any(file.read(len(VERSION))) else set()
    return found


def _old(path: Path, now: datetime) -> bool:
    return path.stat().st_mtime < (now - _YOUNG).timestamp()


def _unlink(files: Iterable[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)
