"""What is durable before what (security 4), who sees what (security 5), and which index is asked."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tortoise.connection import get_connection

from dsarbot.core.apply import fold
from dsarbot.core.case import Person
from dsarbot.ports import Blob, Scope
from dsarbot.store import key_tables, link_tables, packs, service_tables, tables
from dsarbot.store.connections import is_sqlite
from dsarbot.store.engine_sqlite import ImmediateTransaction
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import new_object_key
from dsarbot.store.sql import run
from dsarbot.store.store import TortoiseStore
from dsarbot.testing import MemoryStore
from tests.store.samples import NOW, ORG, OTHER, inbound, job, opened
from tests.store.test_contract import keep_case


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What happens to files, keys and the database, in order."""
    seen: list[str] = []
    sync, rename, add, commit = os.fsync, Path.rename, KeyRing.add, ImmediateTransaction.commit

    def synced(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        seen.append("sync folder" if path.is_dir() else "sync file")
        sync(handle)

    def renamed(self: Path, target: Path) -> Path:
        seen.append("rename")
        return rename(self, target)

    async def added(self: KeyRing, keys: Sequence[Any]) -> None:
        seen.append(f"{len(keys)} keys")
        await add(self, keys)

    async def committed(self: ImmediateTransaction) -> None:
        seen.append("commit")
        await commit(self)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    monkeypatch.setattr(KeyRing, "add", added)
    monkeypatch.setattr(ImmediateTransaction, "commit", committed)
    return seen


async def test_bytes_are_synced_before_they_get_their_name_and_keys_come_last(
    database: TortoiseStore, events: list[str]
) -> None:
    await database.vault.keep(ORG, [Blob(id=f"object-{n}", kind="leaf", data=b"x") for n in range(1000, 1003)])
    # The first folder of a vault is made, and with it its name in the one above.
    assert events == ["sync folder", "sync file", "rename", "sync folder", "3 keys"]


async def test_a_batch_larger_than_a_pack_is_split_and_its_keys_still_come_last(
    database: TortoiseStore, events: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "_LARGE", len(new_object_key(ORG, "leaf").seal(b"part 1000")) + 1)
    blobs = [Blob(id=f"object-{n}", kind="leaf", data=memoryview(b"part %d" % n)) for n in range(1000, 1005)]
    await database.vault.keep(ORG, blobs)
    places = [event for event in events if event != "sync folder"]
    assert places == ["sync file", "rename"] * 3 + ["5 keys"]
    assert events[-2] == "sync folder"
    kept = await database.vault.open_all(ORG, [each.id for each in blobs])
    assert kept == [b"part %d" % n for n in range(1000, 1005)]


async def test_keys_are_durable_before_the_rows_that_need_them(
    database: TortoiseStore, database_url: str, events: list[str]
) -> None:
    await keep_case(database, "case-0001")
    assert events == (["3 keys", "commit"] if is_sqlite(database_url) else ["3 keys"])


async def test_many_cases_in_one_transaction_cost_one_commit(database: TortoiseStore, events: list[str]) -> None:
    async with database.transaction() as transaction:
        for number in range(30):
            facts = opened(f"case-{number:04d}", number=number)
            await transaction.save(ORG, fold(facts), facts, wake_at=None)
            await transaction.enqueue(job(f"job-{number:04d}"))
    assert events.count("commit") <= 1
    assert events[0] == "120 keys"
    assert len(await database.rows(ORG)) == 30


names = st.text(alphabet="abcdefghij ", min_size=3, max_size=20).filter(lambda name: name.strip() != "")


@given(name=names, local=st.text(alphabet="abcdef", min_size=1, max_size=8), both=st.booleans())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_two_organisations_that_share_a_person_share_nothing_else(name: str, local: str, both: bool) -> None:
    store = MemoryStore()
    await _shared(store, name, f"{local}@sample.example", both=both)


async def test_two_organisations_that_share_a_person_share_nothing_in_the_database(database: TortoiseStore) -> None:
    await _shared(database, "Zoe Miller", "zoe@sample.example", both=True)


async def _shared(store: TortoiseStore | MemoryStore, name: str, address: str, *, both: bool) -> None:
    person = Person(name=name, address=address)
    for scope in (ORG, OTHER) if both else (ORG,):
        facts = opened(f"case-of-{scope}", scope=scope, person=person)
        async with store.transaction() as transaction:
            await transaction.save(scope, fold(facts), facts, wake_at=None)
            await transaction.enqueue(job(f"job-of-{scope}", scope=scope, recipient=address))
            row = inbound(f"inbound-of-{scope}", scope=scope, case=f"case-of-{scope}")
            await transaction.add_inbounds([row])
            await transaction.update_inbound(row, message_id="<m@sample.example>", content_digest="d", sender=address)
        await store.vault.keep(scope, [Blob(id=f"object-of-{scope}", kind="leaf", data=scope.encode())])
    seen = await _everything(store, OTHER, person)
    assert ORG not in repr(seen)
    assert (OTHER in repr(seen)) == both


async def _everything(store: TortoiseStore | MemoryStore, scope: Scope, person: Person) -> list[Any]:
    """All that one organisation can ask for."""
    return [
        await store.rows(scope),
        await store.cases(scope, [f"case-of-{ORG}", f"case-of-{OTHER}"]),
        await store.cases_needing_attention(scope),
        await store.rows(scope, closed=True),
        await store.by_lookup(scope, "address", person.address),
        await store.by_lookup(scope, "domain", "sample.example"),
        await store.by_lookup(scope, "name", person.name),
        await store.by_lookup(scope, "message-id", "<m@sample.example>"),
        await store.by_reference(scope, "DSR-2026-00001-X"),
        await store.duplicate_of(scope, "<m@sample.example>", "d"),
        await store.inbounds(scope),
        await store.jobs(scope),
        await store.sent_since(scope, NOW - timedelta(days=9), recipient=person.address),
    ]


#: How a page after the first one is entered.
AFTER = "AND sort_due >= 'x' AND (sort_due > 'x' OR id > 'x')"


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ('SELECT id FROM cases WHERE organisation=? AND closed=0 ORDER BY sort_due, id LIMIT 50', "case_queue"),
        ('SELECT id FROM cases WHERE organisation=? AND closed=1 ORDER BY changed_at DESC LIMIT 9', "case_done"),
        (f"SELECT id FROM cases WHERE organisation=? AND closed=0 {AFTER} ORDER BY sort_due, id", "case_queue"),
        ("SELECT id FROM cases WHERE wake_at <= ? ORDER BY wake_at LIMIT 100", "case_wake"),
        ("SELECT id FROM inbound WHERE state=? ORDER BY kept_at, id LIMIT 50", "inbound_state"),
        ("SELECT id FROM job WHERE state=? ORDER BY due_at LIMIT 1", "job_due"),
    ],
)  # fmt: skip
async def test_lists_are_read_from_an_index_in_its_order(
    database: TortoiseStore, database_url: str, statement: str, index: str
) -> None:
    if not is_sqlite(database_url):
        pytest.skip("PostgreSQL plans by the number of rows; the benchmarks measure it")
    plan = repr(await run(get_connection("default"), f"EXPLAIN QUERY PLAN {statement}", "x"))
    assert f"INDEX {index}" in plan
    assert "TEMP B-TREE" not in plan


async def test_cases_in_which_something_waits_are_found_by_an_index(database: TortoiseStore, database_url: str) -> None:
    if not is_sqlite(database_url):
        pytest.skip("PostgreSQL plans by the number of rows; the benchmarks measure it")
    statement = "SELECT id FROM cases WHERE organisation=? AND closed=0 AND attention>0 ORDER BY sort_due, id LIMIT 500"
    assert "INDEX case_attention" in repr(await run(get_connection("default"), f"EXPLAIN QUERY PLAN {statement}", "x"))


def test_every_index_stands_in_meta() -> None:
    # AddField(db_index=True) creates none, on either database.
    models = [
        each
        for module in (tables, service_tables, link_tables, key_tables)
        for each in vars(module).values()
        if hasattr(each, "_meta")
    ]
    for model in models:
        for name, field in model._meta.fields_map.items():
            assert not field.index or field.pk or field.unique, f"{model.__name__}.{name}"
        for index in model._meta.indexes:
            assert index.name, f"{model.__name__} has an index without a name"
