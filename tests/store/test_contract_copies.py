"""Copies of a mail, and letters that must be posted: what is asked by a column of its own, on every store there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dsarbot.core.apply import apply
from dsarbot.core.facts import LetterApproved, LetterDrafted, LetterSent
from dsarbot.errors import StoreProblem
from dsarbot.ports import Settled, Store, mailbox_scope
from dsarbot.store.database import open_store
from dsarbot.store.store import TortoiseStore
from dsarbot.store.tables import NOT_COUNTED, CaseTable
from dsarbot.store.upgrade import upgrade
from dsarbot.store.verify import verify
from tests.store.older import before
from tests.store.samples import MASTER, NOW, ORG, OTHER, inbound, letter
from tests.store.test_contract import add, keep_case
from tests.store.test_contract_lists import ids, proposed, waiting

HOUR = timedelta(hours=1)


def drafted() -> LetterDrafted:
    return LetterDrafted(at=NOW, actor="anna", cause="draft", letter=replace(letter(), medium="post"))


def approved() -> LetterApproved:
    return LetterApproved(at=NOW, actor="anna", cause="approve", letter="letter-1", digest="d", version=3, by="anna")


async def test_a_copy_is_found_by_its_mark_whatever_its_message_id(store: Store) -> None:
    mailbox = mailbox_scope("privacy")
    rows = [inbound(f"inbound-{n}", uid=n, kept_at=NOW + n * HOUR, scope=mailbox) for n in (1, 2, 3)]
    async with store.transaction() as transaction:
        await transaction.add_inbounds(rows)
        settled = [
            Settled(row=replace(row, scope=ORG), message_id=f"<{row.id}@x.example>", content_digest="d") for row in rows
        ]
        await transaction.update_inbounds([*(replace(each, copy_mark="m1") for each in settled[:2]), settled[2]])
    assert await store.copies_of(ORG, ["m1", "m2", ""]) == {"m1": "inbound-1"}, "the first one"
    assert await store.copies_of(ORG, []) == {}
    assert await store.copies_of(OTHER, ["m1"]) == {}, "each organisation knows its own only"
    assert await store.copies_of(mailbox, ["m1"]) == {}
    assert await store.duplicate_of(ORG, "<inbound-2@x.example>", "d") == "inbound-2"


async def test_a_row_that_is_settled_again_without_its_values_keeps_its_mark(store: Store) -> None:
    row = inbound("inbound-1", uid=1)
    async with store.transaction() as transaction:
        await transaction.add_inbounds([row])
        await transaction.update_inbounds([Settled(row=row, copy_mark="m1")])
        await transaction.update_inbounds([Settled(row=replace(row, state="settled", disposition="ordinary"))])
    assert await store.copies_of(ORG, ["m1"]) == {"m1": "inbound-1"}


async def test_a_case_is_listed_for_the_post_from_approval_until_somebody_has_posted_it(store: Store) -> None:
    await keep_case(store, "case-0002", waiting(), proposed(), number=2)
    case = await keep_case(store, "case-0001", drafted())
    assert await store.cases_to_post(ORG) == []
    case = await add(store, case, approved())
    assert await store.cases_to_post(ORG) == [case]
    assert await store.cases_to_post(OTHER) == []
    assert len(await store.cases_needing_attention(ORG)) == 2
    sent = LetterSent(at=NOW, actor="anna", cause="posted", letter="letter-1", sent_at=NOW)
    await add(store, case, sent)
    assert await store.cases_to_post(ORG) == []


async def test_the_most_urgent_letter_for_the_post_comes_first(store: Store) -> None:
    for number in range(1, 5):
        await keep_case(store, f"case-000{number}", drafted(), approved(), number=number)
    rows = [row.id for row in await store.rows(ORG)]
    assert ids(await store.cases_to_post(ORG)) == rows
    assert ids(await store.cases_to_post(ORG, limit=2)) == rows[:2]


async def test_after_an_upgrade_no_letter_for_the_post_is_overlooked(database_url: str, tmp_path: Path) -> None:
    async with open_store(database_url, data_dir=tmp_path, master=MASTER) as store:
        await keep_case(store, "case-0001", drafted(), approved())
        asks = await keep_case(store, "case-0002", proposed(), number=2)
        await keep_case(store, "case-0003", number=3)
        row = inbound("inbound-1", uid=1)
        async with store.transaction() as transaction:
            await transaction.add_inbounds([row])
            await transaction.update_inbounds([Settled(row=row, message_id="<m@x.example>", content_digest="d")])
        await before("0004_copies")
    with pytest.raises(StoreProblem, match="db upgrade"):
        async with open_store(database_url, data_dir=tmp_path, master=MASTER):
            pass
    assert "dsarbot.0004_copies" in (await upgrade(database_url, now=NOW)).applied
    async with open_store(database_url, data_dir=tmp_path, master=MASTER) as store:
        assert set(ids(await store.cases_to_post(ORG))) == {"case-0001", "case-0002"}
        assert await store.duplicate_of(ORG, "<m@x.example>", "d") == "inbound-1"
        assert [each async for each in verify(store.ring, apply)] == [], "not counted yet is no finding"
        await add(store, asks, waiting(2))
        assert ids(await store.cases_to_post(ORG)) == ["case-0001"], "counted as soon as it is saved"


async def test_a_wrong_count_is_found(database: TortoiseStore) -> None:
    await keep_case(database, "case-0001", drafted(), approved())
    await CaseTable.filter(id="case-0001").update(to_post=0)
    found = [each.what async for each in verify(database.ring, apply)]
    assert found == ["the column to_post is not what the facts make it"]
    await CaseTable.filter(id="case-0001").update(to_post=NOT_COUNTED)
    assert [each async for each in verify(database.ring, apply)] == []
