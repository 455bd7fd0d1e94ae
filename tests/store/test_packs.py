"""What is kept together lies together, is destroyed alone, and nobody waits for anybody."""

from __future__ import annotations

import asyncio
import errno
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from tortoise.connection import get_connection

from dsarbot.errors import Gone, StoreDown, StoreProblem, Tampered
from dsarbot.ports import Blob
from dsarbot.store import vault as vault_module
from dsarbot.store.database import open_store
from dsarbot.store.inventory import take_inventory
from dsarbot.store.key_tables import ObjectKeyTable
from dsarbot.store.keys import KeyRing
from dsarbot.store.packs import pack_file
from dsarbot.store.sql import run
from dsarbot.store.store import TortoiseStore
from dsarbot.store.tables import DestroyedTable
from dsarbot.store.upgrade import upgrade
from dsarbot.testing import FrozenClock
from tests.store.older import without_inquiries
from tests.store.samples import MASTER, NOW, ORG
from tests.store.test_contract import keep_case

BLOBS = [Blob(id=f"object-{number:04d}", kind="leaf", data=b"bytes of %d" % number) for number in range(5)]
IDS = [blob.id for blob in BLOBS]


def files(folder: Path) -> list[Path]:
    """Every file of the vault, also those that never got their name."""
    return [path for path in (folder / "vault").rglob("*") if path.is_file()]


async def sealed(store: TortoiseStore, object_id: str) -> bytes:
    """The bytes of an object as they lie there."""
    row = await ObjectKeyTable.get(id=object_id)
    assert row.pack is not None and row.start is not None and row.length is not None
    return pack_file(store.vault.root, row.pack).read_bytes()[row.start : row.start + row.length]


async def test_what_is_kept_together_lies_in_one_file(database: TortoiseStore, tmp_path: Path) -> None:
    await database.vault.keep(ORG, BLOBS[:3])
    await database.vault.keep(ORG, BLOBS[3:])
    assert len(files(tmp_path)) == 2
    assert await database.vault.open_all(ORG, IDS[::-1]) == [blob.data for blob in BLOBS[::-1]]


async def test_a_destroyed_object_is_overwritten_and_its_neighbours_stay(
    database: TortoiseStore, tmp_path: Path
) -> None:
    await database.vault.keep(ORG, BLOBS)
    before = await sealed(database, IDS[2])
    await database.vault.destroy(ORG, [IDS[2]], rule="id-copy", actor="service")
    [pack] = files(tmp_path)
    tomb = await DestroyedTable.get(id=IDS[2])
    assert tomb.start is not None and tomb.length == len(before)
    assert before not in pack.read_bytes()
    assert pack.read_bytes()[tomb.start : tomb.start + tomb.length] == bytes(len(before))
    others = [blob for blob in BLOBS if blob.id != IDS[2]]
    assert await database.vault.open_all(ORG, [blob.id for blob in others]) == [blob.data for blob in others]
    with pytest.raises(Gone):
        await database.vault.open(ORG, IDS[2])


async def test_a_pack_goes_with_the_last_that_lived_in_it(database: TortoiseStore, tmp_path: Path) -> None:
    await database.vault.keep(ORG, BLOBS)
    await database.vault.destroy(ORG, IDS[1:], rule="id-copy", actor="service")
    assert len(files(tmp_path)) == 1
    await database.vault.destroy(ORG, IDS[:1], rule="id-copy", actor="service")
    assert files(tmp_path) == []


async def test_bytes_whose_key_went_just_before_a_crash_go_at_the_next_start(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*arguments: object) -> None:
        raise SystemExit(9)

    clock = FrozenClock(NOW)
    async with open_store(database_url, data_dir=tmp_path, master=MASTER, clock=clock) as store:
        await store.vault.keep(ORG, BLOBS)
        before = await sealed(store, IDS[0])
        with monkeypatch.context() as patched:
            patched.setattr(vault_module, "erase", crash)
            with pytest.raises(SystemExit):
                await store.vault.destroy(ORG, IDS[:1], rule="id-copy", actor="service")
        assert not await ObjectKeyTable.filter(id=IDS[0]).exists()
        [pack] = files(tmp_path)
        assert before in pack.read_bytes()
    async with open_store(database_url, data_dir=tmp_path, master=MASTER, clock=clock) as store:
        assert before not in pack.read_bytes()
        assert await store.vault.open(ORG, IDS[1]) == BLOBS[1].data


async def test_bytes_that_came_back_after_their_destruction_are_found(database: TortoiseStore, tmp_path: Path) -> None:
    await database.vault.keep(ORG, BLOBS)
    [pack] = files(tmp_path)
    saved = pack.read_bytes()
    await database.vault.destroy(ORG, IDS[:1], rule="id-copy", actor="service")
    assert (await take_inventory(database.vault, NOW)).troubles == ()
    pack.write_bytes(saved)
    [trouble] = (await take_inventory(database.vault, NOW)).troubles
    assert (trouble.object, trouble.what) == (IDS[0], "it was destroyed, but is still there")


async def test_a_pack_that_was_cut_off_is_found(database: TortoiseStore, tmp_path: Path) -> None:
    await database.vault.keep(ORG, BLOBS)
    [pack] = files(tmp_path)
    os.truncate(pack, pack.stat().st_size - 1)
    [trouble] = (await take_inventory(database.vault, NOW)).troubles
    assert (trouble.object, trouble.what) == (IDS[-1], "its bytes are missing, and no entry says why")
    with pytest.raises(Tampered):
        await database.vault.open(ORG, IDS[-1])


@pytest.mark.parametrize(("start", "length"), [(0, 1 << 60), (1 << 60, 50), (3, 50), (0, 0)])
async def test_a_place_that_somebody_rewrote_opens_nothing(database: TortoiseStore, start: int, length: int) -> None:
    await database.vault.keep(ORG, BLOBS)
    await ObjectKeyTable.filter(id=IDS[0]).update(start=start, length=length)
    with pytest.raises(Tampered):
        await database.vault.open(ORG, IDS[0])


async def test_an_object_named_twice_in_one_batch_is_one(database: TortoiseStore) -> None:
    await database.vault.keep(ORG, [BLOBS[0], BLOBS[1], BLOBS[0]])
    assert await database.vault.open(ORG, IDS[0]) == BLOBS[0].data
    with pytest.raises(StoreProblem, match="other bytes"):
        await database.vault.keep(ORG, [BLOBS[2], Blob(id=IDS[2], kind="leaf", data=b"others")])


async def test_more_keepers_than_threads_all_come_to_their_end(database: TortoiseStore, tmp_path: Path) -> None:
    # While each of them waited in a thread of its own for a lock, whoever held it had no thread left to write.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2))
    same = Blob(id="object-same", kind="leaf", data=b"the same for all")
    own = [Blob(id=f"object-own-{number}", kind="leaf", data=b"%d" % number) for number in range(12)]
    async with asyncio.timeout(60):
        await asyncio.gather(*(database.vault.keep(ORG, [each, same]) for each in own))
    opened = await database.vault.open_all(ORG, [same.id, *(each.id for each in own)])
    assert opened == [same.data, *(each.data for each in own)]
    # What the slower ones had written in vain is gone.
    inventory = await take_inventory(database.vault, NOW + timedelta(days=400))
    assert (inventory.troubles, inventory.leftover_files) == ((), ())


async def test_a_keeper_that_is_cancelled_stops_nobody(database: TortoiseStore) -> None:
    for turns in range(12):
        task = asyncio.create_task(database.vault.keep(ORG, BLOBS))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(30):
        await database.vault.keep(ORG, BLOBS)
    assert await database.vault.open_all(ORG, IDS) == [blob.data for blob in BLOBS]
    assert (await take_inventory(database.vault, NOW)).troubles == ()


async def test_whoever_always_comes_second_gives_up(
    database: TortoiseStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never_there(self: KeyRing, ids: object) -> dict[str, object]:
        return {}

    await database.vault.keep(ORG, BLOBS)
    monkeypatch.setattr(KeyRing, "load", never_there)
    with pytest.raises(StoreProblem):
        await database.vault.keep(ORG, BLOBS)
    assert len(files(tmp_path)) == 1


async def test_a_full_disk_keeps_nothing_of_what_did_not_fit(
    database: TortoiseStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    await database.vault.keep(ORG, BLOBS[:1])
    [kept] = files(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreDown):
        await database.vault.keep(ORG, BLOBS[1:])
    assert files(tmp_path) == [kept]


async def test_an_upgrade_takes_each_file_of_before_for_a_pack_of_one(database_url: str, tmp_path: Path) -> None:
    async with open_store(database_url, data_dir=tmp_path, master=MASTER) as store:
        await store.vault.keep(ORG, BLOBS)
        # One that was never used would be made whole instead.
        await keep_case(store, "case-0001")
        await as_before(store)
    with pytest.raises(StoreProblem, match="db upgrade"):
        async with open_store(database_url, data_dir=tmp_path, master=MASTER):
            pass
    done = await upgrade(database_url, now=NOW)
    assert set(done.applied) >= {
        "dsarbot.0002_packs", "dsarbot.0003_inquiries", "dsarbot.0004_copies", "dsarbot_keys.0002_packs",
    }  # fmt: skip
    async with open_store(database_url, data_dir=tmp_path, master=MASTER) as store:
        # Destroyed before the upgrade, and finished after it.
        assert sorted(path.name for path in files(tmp_path)) == IDS[1:]
        assert await store.vault.open_all(ORG, IDS[1:]) == [blob.data for blob in BLOBS[1:]]
        assert (await take_inventory(store.vault, NOW + timedelta(days=400))).troubles == ()
        await store.vault.destroy(ORG, IDS[1:3], rule="id-copy", actor="service")
        assert sorted(path.name for path in files(tmp_path)) == IDS[3:]


async def as_before(store: TortoiseStore) -> None:
    """The vault and both databases as the first release had them, with a destruction that was only declared."""
    lying = {each: await sealed(store, each) for each in IDS}
    for path in [path for path in store.vault.root.rglob("*") if path.is_file()]:
        path.unlink()
    for each, data in lying.items():
        path = pack_file(store.vault.root, each)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    await DestroyedTable.create(id=IDS[0], organisation=ORG, rule="id-copy", at=NOW)
    main, keys = get_connection("default"), get_connection("keys")
    await without_inquiries()
    await keys.execute_script("DROP INDEX object_key_pack")
    for db, table in ((main, "destroyed"), (keys, "object_key")):
        for column in ("pack", "start", "length"):
            await db.execute_script(f"ALTER TABLE {table} DROP COLUMN {column}")
        await run(db, "DELETE FROM tortoise_migrations WHERE name = ? RETURNING name", "0002_packs")
