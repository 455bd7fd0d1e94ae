"""The directory at rest: found by keyed hashes, sealed, per organisation, forgotten for good."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from dsarbot.core.apply import apply
from dsarbot.core.directory import Entry, Value
from dsarbot.errors import NotFound
from dsarbot.ports import Scope
from dsarbot.store.codec import write_case
from dsarbot.store.database import open_store
from dsarbot.store.directory import Directory
from dsarbot.store.inventory import take_inventory
from dsarbot.store.service_tables import DirectoryLookupTable, DirectoryTable
from dsarbot.store.store import TortoiseStore
from dsarbot.store.tables import CaseTable, EntryTable
from dsarbot.store.upgrade import upgrade
from dsarbot.store.verify import verify
from tests.store import older
from tests.store.samples import MASTER, NOW, ORG, OTHER
from tests.store.test_contract import keep_case

DAY = date(2026, 3, 1)


def entry(id: str, name: str, **values: str) -> Entry:  # noqa: A002
    pairs = [("name", name), *((kind.replace("_", "-"), text) for kind, text in values.items())]
    return Entry(id=id, values=tuple(Value(kind=k, text=t, source="crm", since=DAY, seen=DAY) for k, t in pairs))


ZOE = entry("p1", "Zoé Markerfrau", mail="Zoe.Marker@sample.example", customer_number="MK-4711", discord="1" * 18)


async def save(directory: Directory, *entries: Entry, scope: Scope = ORG) -> None:
    await directory.save(scope, entries, what="directory-imported", public={"new": 1}, at=NOW, actor="anna")


async def test_a_person_is_found_by_every_key_and_by_the_name(database: TortoiseStore) -> None:
    directory = database.directory
    await save(directory, ZOE, entry("p2", "Zoe Andere"))
    for kind, value in (
        ("mail", "zoe.marker@SAMPLE.example"), ("customer-number", "mk 4711"), ("discord", "1" * 18),
        ("name", "markerfrau zoe"), ("name", "Zoé Anna Markerfrau"), ("name", "Markerfrau"),
    ):  # fmt: skip
        assert await directory.find(ORG, kind, value) == (ZOE,), (kind, value)
    assert await directory.find(ORG, "mail", "") == ()
    assert await directory.find(ORG, "name", "Zoé Dritte") == ()
    assert await directory.number(ORG) == 2


async def test_nothing_is_found_from_another_organisation(database: TortoiseStore) -> None:
    directory = database.directory
    await save(directory, ZOE)
    assert await directory.find(OTHER, "mail", "zoe.marker@sample.example") == ()
    assert await directory.entries(OTHER, ["p1"]) == ()
    for work in (
        directory.entry(OTHER, "p1"),
        directory.remove(OTHER, "p1", rule="asked", at=NOW, actor="anna"),
    ):
        with pytest.raises(NotFound):
            await work
    assert await directory.entry(ORG, "p1") == ZOE


async def test_what_changes_is_found_by_what_it_is_now(database: TortoiseStore) -> None:
    directory = database.directory
    await save(directory, ZOE)
    moved = entry("p1", "Zoé Markerfrau", mail="new@sample.example")
    await save(directory, moved)
    assert await directory.find(ORG, "mail", "new@sample.example") == (moved,)
    assert await directory.find(ORG, "mail", "zoe.marker@sample.example") == ()
    assert await DirectoryTable.all().count() == 1


async def test_who_is_removed_is_gone_with_hashes_and_key(database: TortoiseStore, tmp_path: Path) -> None:
    directory = database.directory
    await save(directory, ZOE)
    row = await DirectoryTable.get(id="p1")
    await directory.remove(ORG, "p1", rule="asked", at=NOW, actor="anna")
    assert await DirectoryTable.all().count() == 0
    assert await DirectoryLookupTable.all().count() == 0
    assert not await database.ring.load([row.object])
    assert [each.kind for each in await EntryTable.all().order_by("seq")] == ["directory-imported", "directory-removed"]
    assert [finding async for finding in verify(database.ring)] == []
    assert (await take_inventory(database.vault, NOW)).troubles == ()


async def test_an_address_of_several_people_is_known_as_shared(database: TortoiseStore) -> None:
    directory = database.directory
    family = entry("p2", "Paul Markermann", mail="zoe.marker@sample.example")
    await save(directory, ZOE, family)
    assert await directory.shared(ORG, ZOE) == {"zoe.marker@sample.example"}
    found = await directory.meant(ORG, name="Zoé Markerfrau", keys=[("mail", "zoe.marker@sample.example")])
    assert {each.id for each in found} == {"p1", "p2"}
    (only,) = await directory.meant(ORG, name="Zoe Markerfrau", keys=[("mail", "x@sample.example")])
    assert only == ZOE


async def test_the_inventory_knows_its_keys(database: TortoiseStore) -> None:
    await save(database.directory, ZOE)
    later = NOW + timedelta(days=400 * 30)
    found = await take_inventory(database.vault, later)
    assert (found.troubles, found.leftover_keys) == ((), ())


async def test_a_thousand_people_are_saved_and_found(database: TortoiseStore) -> None:
    people = [entry(f"q{n}", f"Person Nummer{n}", customer_number=f"K{n}") for n in range(1200)]
    await save(database.directory, *people)
    assert len(await database.directory.every(ORG)) == 1200
    assert await database.directory.find(ORG, "customer-number", "k777") == (people[777],)


async def test_an_older_database_gets_the_directory_and_its_cases_read_and_verify_as_before(
    database_url: str, tmp_path: Path
) -> None:
    async with open_store(database_url, data_dir=tmp_path, master=MASTER) as store:
        before = await keep_case(store, "case-0001")
        # As it was written before a case knew what was proved, and how.
        document = json.loads(write_case(before))
        del document["case"]["proofs"]
        row = await CaseTable.get(id="case-0001")
        key = (await store.ring.load([row.object]))[row.object]
        await CaseTable.filter(id="case-0001").update(document=key.seal(json.dumps(document).encode()))
        await older.before("0005_directory")
    assert "dsarbot.0005_directory" in (await upgrade(database_url, now=NOW)).applied
    async with open_store(database_url, data_dir=tmp_path, master=MASTER) as store:
        assert await store.case(ORG, "case-0001") == before
        assert [finding async for finding in verify(store.ring, apply)] == []
        await save(store.directory, ZOE)
        assert await store.directory.find(ORG, "mail", "zoe.marker@sample.example") == (ZOE,)
