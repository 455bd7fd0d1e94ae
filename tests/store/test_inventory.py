"""Vault, keys and database tell the same story, and the check notices when they do not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dsarbot.errors import Unreadable
from dsarbot.ports import Blob
from dsarbot.store.inventory import sweep, take_inventory
from dsarbot.store.key_tables import ObjectKeyTable
from dsarbot.store.object_keys import new_object_key
from dsarbot.store.packs import pack_file
from dsarbot.store.store import TortoiseStore
from dsarbot.store.tables import DestroyedTable
from tests.store.filled import fill
from tests.store.samples import NOW, ORG, inbound, noted
from tests.store.test_contract import keep_case

LATER = timedelta(days=400)


async def whats(store: TortoiseStore) -> list[tuple[str, str]]:
    return [(each.object, each.what) for each in (await take_inventory(store.vault, NOW + LATER)).troubles]


async def filled(store: TortoiseStore) -> None:
    await store.vault.keep(ORG, [Blob(id="object-of-letter", kind="letter", data=b"letter")])
    await fill(store)


async def test_a_healthy_store_has_no_troubles(database: TortoiseStore) -> None:
    await filled(database)
    inventory = await take_inventory(database.vault, NOW + LATER)
    assert (inventory.troubles, inventory.leftover_keys, inventory.leftover_files) == ((), (), ())
    assert inventory.objects > 5


async def test_missing_keys_and_bytes_are_found(database: TortoiseStore) -> None:
    await filled(database)
    await database.vault.keep(ORG, [Blob(id="object-09", kind="leaf", data=b"x")])
    async with database.transaction() as transaction:
        await transaction.add_inbounds([inbound("inbound-9", uid=9, objects=("object-never",))])
    await remove(database, "object-09")
    await ObjectKeyTable.filter(id="object-01").delete()
    assert await whats(database) == [
        ("object-01", "its key is missing, and no entry says why"),
        ("object-never", "its key is missing, and no entry says why"),
        ("object-09", "its bytes are missing, and no entry says why"),
    ]


async def test_what_was_destroyed_may_not_come_back(database: TortoiseStore) -> None:
    await filled(database)
    await database.ring.add([new_object_key(ORG, "leaf", "object-02")])
    assert await whats(database) == [("object-02", "it was destroyed, but is still there")]


async def test_unfinished_work_is_named(database: TortoiseStore, monkeypatch: pytest.MonkeyPatch) -> None:
    await filled(database)
    monkeypatch.setattr("dsarbot.store.keys.BATCH", 1)
    await database.ring.rotate(ORG, stop_after=1)
    await DestroyedTable.filter(id="object-02").update(finished_at=None)
    assert await whats(database) == [
        ("object-02", "its destruction has not finished"),
        (ORG, "the rotation of its key has not finished"),
    ]
    assert await database.vault.finish_destructions() == 1
    await database.ring.rotate(ORG)
    assert await whats(database) == []


async def test_leftovers_of_crashes_are_swept_once_they_are_old(database: TortoiseStore, tmp_path: Path) -> None:
    await filled(database)
    await database.ring.add([new_object_key(ORG, "entry", "key-of-no-entry")])
    orphan = leave(tmp_path, "bytes-of-no-key")
    young = await take_inventory(database.vault, NOW)
    assert (young.leftover_keys, young.leftover_files) == ((), ())
    old = await take_inventory(database.vault, NOW + LATER)
    assert (old.troubles, old.leftover_keys, old.leftover_files) == ((), ("key-of-no-entry",), (orphan,))
    await sweep(database.ring, old)
    again = await take_inventory(database.vault, NOW + LATER)
    assert (again.leftover_keys, again.leftover_files, again.troubles) == ((), (), ())


async def test_a_transaction_that_fails_at_its_end_leaves_at_most_a_key(
    database: TortoiseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = database.ring.add

    async def crash(keys: object) -> None:
        await add(keys)  # type: ignore[arg-type]
        raise RuntimeError("power cut")

    monkeypatch.setattr(database.ring, "add", crash)
    with pytest.raises(RuntimeError, match="power cut"):
        await keep_case(database, "case-0001")
    monkeypatch.undo()
    assert not await database.rows(ORG)
    case = await keep_case(database, "case-0001")
    assert await database.case(ORG, case.id) == case
    inventory = await take_inventory(database.vault, NOW + LATER)
    assert inventory.troubles == ()
    assert len(inventory.leftover_keys) == 3


async def test_text_in_no_encoding_is_refused_and_not_half_written(database: TortoiseStore) -> None:
    with pytest.raises(Unreadable):
        await keep_case(database, "case-0001", noted("half a pair: \udc80"))
    assert not await database.rows(ORG)
    assert await database.by_lookup(ORG, "name", "\udc80") == ()


async def remove(store: TortoiseStore, name: str) -> None:
    [key] = (await store.ring.load([name])).values()
    assert key.place
    pack_file(store.vault.root, key.place.pack).unlink()


def leave(folder: Path, name: str) -> Path:
    path = folder / "vault" / "ab" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x")
    return path
