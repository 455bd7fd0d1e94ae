"""Links and the visits behind them: promised on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dsarbot.core import links as rules
from dsarbot.core.codes import Code
from dsarbot.core.links import Link, Purpose, Shown, Visit, digest
from dsarbot.errors import NotFound, Tampered
from dsarbot.store.inventory import take_inventory
from dsarbot.store.key_tables import ObjectKeyTable
from dsarbot.store.link_tables import LinkTable
from dsarbot.store.retention import Retention
from dsarbot.store.store import TortoiseStore
from dsarbot.testing import MemoryStore
from tests.store.samples import NOW, ORG, OTHER
from tests.store.test_contract import keep_case

Store = TortoiseStore | MemoryStore
WHO = "Zoe.Marker@sample.example"


def link(token: str = "one", **more: Any) -> Link:
    fields: dict[str, Any] = {
        "id": digest(token), "organisation": ORG, "purpose": Purpose.PORTAL, "case": "case-0001", "made_at": NOW,
        "expires_at": NOW + timedelta(days=10), "address": WHO, "language": "de",
    }  # fmt: skip
    return Link(**fields | more)


def visit(of: Link, cookie: str = "cookie") -> Visit:
    return Visit(
        id=digest(cookie), organisation=of.organisation, link=of.id, case=of.case, party=of.party, purpose=of.purpose,
        shown=Shown.ADDRESS, opened_at=NOW, seen_at=NOW,
    )  # fmt: skip


async def add(store: Store, *links: Link) -> None:
    async with store.transaction() as transaction:
        await transaction.add_links(links)


async def enter(store: Store, opened: Visit) -> None:
    async with store.transaction() as transaction:
        await transaction.open_visit(opened)


async def test_a_link_reads_back_equal_and_only_in_its_organisation(store: Store) -> None:
    code = Code(id="c", purpose="open", digest="d", salt="s", issued_at=NOW, expires_at=NOW, tries=2, ended="closed")
    whole = link(party="hop-1", note="letter-1", completed_at=NOW, codes=(code,))
    await add(store, whole, link("two", case="case-0002"))
    assert await store.link(ORG, whole.id) == whole
    assert await store.link(OTHER, whole.id) is None
    assert await store.link(ORG, digest("never")) is None
    assert await store.link(ORG, "x" * 500) is None
    assert await store.links(ORG, "case-0001") == [whole]
    assert await store.links(OTHER, "case-0001") == []


async def test_what_was_held_is_changed(store: Store) -> None:
    await add(store, link())
    async with store.transaction() as transaction:
        found = await transaction.held_link(ORG, digest("one"))
        assert found is not None
        assert await transaction.held_link(OTHER, digest("one")) is None
        assert await transaction.held_link(ORG, "x" * 500) is None
        await transaction.save_link(rules.completed(found, NOW))
    assert await store.link(ORG, digest("one")) == link(completed_at=NOW)
    with pytest.raises(NotFound):
        async with store.transaction() as transaction:
            await transaction.save_link(link("never"))
    with pytest.raises(NotFound):
        async with store.transaction() as transaction:
            await transaction.save_link(link(organisation=OTHER))


async def test_links_are_found_by_the_address_that_their_codes_go_to(store: Store) -> None:
    await add(store, link(), link("two", case=""), link("three", address="other@sample.example"))
    await add(store, link("four", organisation=OTHER), link("five", address=""))
    async with store.transaction() as transaction:
        found = {each.id for each in await transaction.links_to(ORG, WHO.upper())}
        assert await transaction.links_to(ORG, "") == []
    assert found == {digest("one"), digest("two")}


async def test_links_are_revoked_by_what_they_are_for_and_visits_end_with_them(store: Store) -> None:
    every = [
        link(), link("two", purpose=Purpose.DOWNLOAD, note="a"), link("three", purpose=Purpose.DOWNLOAD, note="b"),
        link("four", purpose=Purpose.ANSWER, party="hop-1"), link("five", case="case-0002"),
        link("six", organisation=OTHER),
    ]  # fmt: skip
    await add(store, *every)
    await enter(store, visit(every[1]))
    await enter(store, visit(every[4], "five"))
    later = NOW + timedelta(minutes=1)

    async def revoke(**which: Any) -> int:
        async with store.transaction() as transaction:
            return await transaction.revoke_links(ORG, "case-0001", at=later, **which)

    assert await revoke(purpose=Purpose.DOWNLOAD, note="a") == 1
    assert await store.visit(ORG, digest("cookie"), later) is None
    assert await revoke(purpose=Purpose.ANSWER, party="hop-2") == 0
    assert await revoke(party="hop-1") == 1
    assert await revoke() == 2
    assert await revoke() == 0
    ended = [each.id for each in [*await store.links(ORG, "case-0001")] if each.revoked_at == later]
    assert len(ended) == 4
    for kept in (every[4], every[5]):
        assert await store.link(kept.organisation, kept.id) == kept  # type: ignore[arg-type]
    assert await store.visit(ORG, digest("five"), later) is not None


async def test_saving_a_link_as_revoked_ends_its_visits(store: Store) -> None:
    await add(store, link())
    await enter(store, visit(link()))
    async with store.transaction() as transaction:
        await transaction.save_link(rules.revoked(link(), NOW))
    assert await store.visit(ORG, digest("cookie"), NOW) is None


async def test_a_visit_lives_while_somebody_clicks_and_never_too_long(store: Store) -> None:
    await add(store, link())
    await enter(store, visit(link()))
    assert await store.visit(OTHER, digest("cookie"), NOW) is None
    assert await store.visit(ORG, "x" * 500, NOW) is None
    at = NOW
    while at - NOW < rules.LONGEST - timedelta(minutes=15):
        at += timedelta(minutes=15)
        assert await store.visit(ORG, digest("cookie"), at) is not None
    assert await store.visit(ORG, digest("cookie"), NOW + rules.LONGEST) is None
    await enter(store, visit(link(), "two"))
    assert await store.visit(ORG, digest("two"), NOW + rules.IDLE) is None
    await enter(store, visit(link(), "three"))
    await store.end_visit(OTHER, digest("three"))
    assert await store.visit(ORG, digest("three"), NOW) is not None
    await store.end_visit(ORG, digest("three"))
    assert await store.visit(ORG, digest("three"), NOW) is None


async def test_visits_that_are_over_are_forgotten_with_the_next(store: Store) -> None:
    await add(store, link())
    await enter(store, visit(link()))
    later = NOW + timedelta(days=1)
    await enter(store, replace(visit(link(), "two"), opened_at=later, seen_at=later))
    # Asked as of then, it would still be alive.
    assert await store.visit(ORG, digest("cookie"), NOW) is None


async def test_links_are_forgotten_some_days_after_their_end(store: Store) -> None:
    await add(store, link(), link("two", expires_at=NOW + timedelta(days=30)))
    end = NOW + timedelta(days=10)
    assert await store.sweep_links(end + timedelta(days=1)) == 0
    assert await store.sweep_links(end + rules.REMEMBERED) == 1
    assert await store.link(ORG, digest("one")) is None
    assert await store.link(ORG, digest("two")) is not None


async def test_a_link_that_was_forgotten_leaves_no_key(database: TortoiseStore) -> None:
    await add(database, link())
    assert await ObjectKeyTable.filter(kind="link").count() == 1
    await database.sweep_links(NOW + timedelta(days=400))
    assert await ObjectKeyTable.filter(kind="link").count() == 0


async def test_the_end_of_a_case_takes_its_links_along(database: TortoiseStore) -> None:
    await keep_case(database, "case-0001")
    await add(database, link(), link("two", case="case-0002"))
    await enter(database, visit(link()))
    await Retention(database.ring, database.vault).collapse(ORG, "case-0001", rule="end", at=NOW, actor="anna")
    assert await database.link(ORG, digest("one")) is None
    assert await database.visit(ORG, digest("cookie"), NOW) is None
    assert await ObjectKeyTable.filter(kind="link").count() == 1
    assert (await take_inventory(database.vault, NOW)).troubles == ()


async def test_a_link_that_somebody_changed_does_not_open(database: TortoiseStore) -> None:
    await add(database, link(), link("two"))
    [one, two] = await LinkTable.all().order_by("id")
    await LinkTable.filter(id=one.id).update(document=two.document)
    with pytest.raises(Tampered):
        await database.link(ORG, one.id)
    await ObjectKeyTable.filter(id=two.object).delete()
    with pytest.raises(Tampered):
        await database.link(ORG, two.id)
    await add(database, link("three"))
    row = await LinkTable.get(id=digest("three"))
    key = (await database.ring.load([row.object]))[row.object]
    await LinkTable.filter(id=row.id).update(document=key.seal(b"[]"))
    with pytest.raises(Tampered):
        await database.link(ORG, row.id)
