"""Keys are wrapped, exchanged, and destroyed without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest
from tortoise.connection import get_connection

from dsarbot.errors import Gone, KeyProblem, NotFound, StoreProblem, Tampered
from dsarbot.ports import Blob, mailbox_scope
from dsarbot.store.connections import is_sqlite, key_file, sqlite_file
from dsarbot.store.database import connected, open_store
from dsarbot.store.key_tables import ObjectKeyTable, ScopeKeyTable, TokenTable
from dsarbot.store.keys import CONNECTION, KeyRing
from dsarbot.store.object_keys import new_object_key
from dsarbot.store.sealing import new_key
from dsarbot.store.sql import run
from dsarbot.store.store import TortoiseStore
from dsarbot.store.tables import DestroyedTable
from dsarbot.testing import FrozenClock
from tests.store.filled import contents, fill
from tests.store.samples import MASTER, NOW, ORG, OTHER, PERSON

MAILBOX = mailbox_scope("privacy")
BLOBS = [Blob(id=f"object-{number:04d}", kind="leaf", data=b"%d" % number) for number in range(7)]


async def test_a_wrong_master_key_is_refused_before_anything_is_touched(database_url: str, tmp_path: Path) -> None:
    async with open_store(database_url, data_dir=tmp_path, master=MASTER) as store:
        await fill(store)
    async with connected(database_url):
        before = await contents()
    with pytest.raises(KeyProblem, match="not the master key"):
        async with open_store(database_url, data_dir=tmp_path, master=new_key()):
            pass
    async with connected(database_url):
        assert await contents() == before


async def test_a_lost_key_database_is_not_replaced_by_an_empty_one(database_url: str, tmp_path: Path) -> None:
    async with open_store(database_url, data_dir=tmp_path, master=MASTER) as store:
        await fill(store)
        for table in (ObjectKeyTable, ScopeKeyTable, TokenTable):
            await table.all().delete()
    with pytest.raises(KeyProblem, match="missing or empty"):
        async with open_store(database_url, data_dir=tmp_path, master=MASTER):
            pass


async def test_a_key_database_without_its_token_is_refused(database: TortoiseStore) -> None:
    await fill(database)
    await TokenTable.all().delete()
    with pytest.raises(KeyProblem, match="damaged"):
        await database.ring.check()


async def test_only_wrapped_keys_are_written(database: TortoiseStore) -> None:
    key = new_object_key(ORG, "leaf")
    await database.ring.add([key])
    [row] = await ObjectKeyTable.all()
    assert key.key not in row.wrapped
    assert (await database.ring.load([key.id]))[key.id] == key


async def test_a_wrapped_key_moved_to_another_object_does_not_open(database: TortoiseStore) -> None:
    await database.vault.keep(ORG, BLOBS[:2])
    first = await ObjectKeyTable.get(id=BLOBS[0].id)
    await ObjectKeyTable.filter(id=BLOBS[1].id).update(wrapped=first.wrapped)
    with pytest.raises(Tampered):
        await database.vault.open(ORG, BLOBS[1].id)


async def test_an_object_whose_owner_is_rewritten_does_not_open_for_the_new_one(database: TortoiseStore) -> None:
    await database.vault.keep(ORG, BLOBS[:1])
    await ObjectKeyTable.all().update(organisation=OTHER)
    with pytest.raises(Tampered):
        await database.vault.open(OTHER, BLOBS[0].id)


async def test_the_master_key_can_be_exchanged(database_url: str, tmp_path: Path) -> None:
    other = new_key()
    async with open_store(database_url, data_dir=tmp_path, master=MASTER) as store:
        case = await fill(store)
        assert await store.ring.rewrap(other) > 0
        assert await store.case(ORG, case.id) == case
        await store.vault.keep(OTHER, BLOBS[:1])
    with pytest.raises(KeyProblem):
        async with open_store(database_url, data_dir=tmp_path, master=MASTER):
            pass
    async with open_store(database_url, data_dir=tmp_path, master=other) as store:
        assert await store.case(ORG, case.id) == case
        assert await store.vault.open(OTHER, BLOBS[0].id) == BLOBS[0].data


async def test_a_process_with_the_old_master_key_makes_no_key_under_it(database: TortoiseStore) -> None:
    old = KeyRing(MASTER)
    await old.check()
    await database.ring.rewrap(new_key())
    with pytest.raises(KeyProblem):
        await old.add([new_object_key(OTHER, "leaf")])


async def test_an_interrupted_rotation_leaves_everything_readable_and_goes_on(
    database: TortoiseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dsarbot.store.keys.BATCH", 2)
    case = await fill(database)
    await database.vault.keep(ORG, BLOBS)
    old = {row.id for row in await ScopeKeyTable.filter(organisation=ORG, purpose="seal")}
    assert not await database.ring.rotate(ORG, stop_after=2)
    fresh = KeyRing(MASTER)
    assert len(await fresh.load([blob.id for blob in BLOBS])) == len(BLOBS)
    assert await database.case(ORG, case.id) == case
    assert await ScopeKeyTable.filter(organisation=ORG, purpose="seal").count() == 2
    assert await fresh.rotate(ORG)
    assert await ScopeKeyTable.filter(organisation=ORG, purpose="seal").count() == 1
    assert not await ScopeKeyTable.filter(id__in=list(old)).exists()
    assert [await database.vault.open(ORG, blob.id) for blob in BLOBS] == [blob.data for blob in BLOBS]
    # Look-ups go on working: their key is another one.
    assert await database.by_lookup(ORG, "address", PERSON.address) == (case.id,)


async def test_a_process_that_slept_through_a_rotation_uses_the_new_key(database: TortoiseStore) -> None:
    await database.vault.keep(ORG, BLOBS[:1])
    assert await KeyRing(MASTER).rotate(ORG)
    await database.vault.keep(ORG, BLOBS[1:2])
    assert await database.vault.open(ORG, BLOBS[1].id) == BLOBS[1].data
    assert await ScopeKeyTable.filter(organisation=ORG, purpose="seal").count() == 1


async def test_what_a_mailbox_gives_after_such_a_rotation_is_under_the_new_key_too(database: TortoiseStore) -> None:
    await database.vault.keep(ORG, BLOBS[:1])
    await database.vault.keep(MAILBOX, BLOBS[1:3])
    assert await KeyRing(MASTER).rotate(ORG)
    await database.ring.give([([blob.id for blob in BLOBS[1:3]], MAILBOX, ORG)])
    assert await database.vault.open_all(ORG, [blob.id for blob in BLOBS[:3]]) == [blob.data for blob in BLOBS[:3]]
    assert await ScopeKeyTable.filter(organisation=ORG, purpose="seal").count() == 1


async def test_two_processes_that_make_the_first_key_agree_on_it(database: TortoiseStore) -> None:
    one, other = KeyRing(MASTER), KeyRing(MASTER)
    await one._make_scope_key(ORG, "lookup", 1)
    await other._make_scope_key(ORG, "lookup", 1)
    assert await one.fingerprint(ORG, "name", "zoe") == await other.fingerprint(ORG, "name", "zoe")


async def test_hashes_differ_between_organisations_and_kinds(database: TortoiseStore) -> None:
    ring = database.ring
    made = {await ring.fingerprint(scope, kind, "zoe") for scope in (ORG, OTHER) for kind in ("name", "domain")}
    assert len(made) == 4
    assert await ring.fingerprint(ORG, "name", "") == ""


async def test_an_object_id_is_used_once(database: TortoiseStore) -> None:
    key = new_object_key(ORG, "leaf")
    await database.ring.add([key])
    with pytest.raises(StoreProblem):
        await database.ring.add([new_object_key(ORG, "leaf", key.id)])


async def test_a_destroyed_key_is_absent_from_every_file(
    database: TortoiseStore, database_url: str, tmp_path: Path
) -> None:
    await database.vault.keep(ORG, BLOBS)
    [victim] = await ObjectKeyTable.filter(id=BLOBS[0].id)
    await database.vault.destroy(ORG, [BLOBS[0].id], rule="id-copy", actor="service")
    with pytest.raises(Gone):
        await database.vault.open(ORG, BLOBS[0].id)
    assert not await ObjectKeyTable.filter(id=BLOBS[0].id).exists()
    if is_sqlite(database_url):
        keys = key_file(sqlite_file(database_url))
        files = [path for path in keys.parent.glob("*") if path.is_file()]
        assert keys in files
        assert not [path for path in files if victim.wrapped in path.read_bytes()]


async def test_a_destruction_cut_off_by_a_crash_is_finished_at_the_next_start(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FrozenClock(NOW)
    async with open_store(database_url, data_dir=tmp_path, master=MASTER, clock=clock) as store:
        await store.vault.keep(ORG, BLOBS[:1])

        async def crash() -> int:
            raise SystemExit(9)

        monkeypatch.setattr(store.vault, "finish_destructions", crash)
        with pytest.raises(SystemExit):
            await store.vault.destroy(ORG, [BLOBS[0].id], rule="id-copy", actor="service")
        assert await ObjectKeyTable.filter(id=BLOBS[0].id).exists()
        with pytest.raises(Gone):
            await store.vault.open(ORG, BLOBS[0].id)
    async with open_store(database_url, data_dir=tmp_path, master=MASTER, clock=clock) as store:
        assert not await ObjectKeyTable.filter(id=BLOBS[0].id).exists()
        [tomb] = await DestroyedTable.all()
        assert (tomb.rule, tomb.finished_at) == ("id-copy", NOW)
        assert not [path for path in (tmp_path / "vault").glob("*/*") if path.is_file()]


async def test_nothing_is_kept_inside_a_transaction(database: TortoiseStore) -> None:
    """Everybody else's transaction would wait for its file to be synced."""
    with pytest.raises(StoreProblem, match="kept inside a transaction"):
        async with database.transaction():
            await database.vault.keep(ORG, BLOBS[:1])


async def test_nothing_is_destroyed_inside_a_transaction(database: TortoiseStore) -> None:
    await database.vault.keep(ORG, BLOBS[:1])
    with pytest.raises(StoreProblem, match="inside a transaction"):
        async with database.transaction():
            await database.vault.destroy(ORG, [BLOBS[0].id], rule="id-copy", actor="service")
    assert await database.vault.open(ORG, BLOBS[0].id) == BLOBS[0].data


async def test_missing_bytes_and_strange_ids_are_refused(database: TortoiseStore, tmp_path: Path) -> None:
    await database.vault.keep(ORG, BLOBS[:1])
    [path] = (tmp_path / "vault").glob("*/*")
    path.unlink()
    with pytest.raises(Tampered, match="missing"):
        await database.vault.open(ORG, BLOBS[0].id)
    for strange in ("../../etc/passwd", "short", "a/b/c/d/e/f", ".hidden-file", "x" * 65):
        with pytest.raises(ValueError, match="8 to 64"):
            await database.vault.keep(ORG, [Blob(id=strange, kind="leaf", data=b"")])
        with pytest.raises(NotFound):
            await database.vault.open(ORG, strange)


async def test_deleted_keys_are_overwritten_in_the_file(database: TortoiseStore, database_url: str) -> None:
    if not is_sqlite(database_url):
        pytest.skip("SQLite only: PostgreSQL reuses the room after VACUUM")
    db = get_connection(CONNECTION)
    assert await run(db, "PRAGMA secure_delete") == [{"secure_delete": 1}]
    assert await run(db, "PRAGMA synchronous") == [{"synchronous": 2}]
    assert await run(db, "PRAGMA foreign_keys") == [{"foreign_keys": 1}]
