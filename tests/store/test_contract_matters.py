"""Inquiries of authorities, the list of objections to advertising, confidential cases: promised on every store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dsarbot.core import facts_inquiry as f
from dsarbot.core.apply import apply
from dsarbot.core.facts_inquiry import InquiryFact
from dsarbot.core.facts_rights import Confided, RetentionHeld, RetentionReleased
from dsarbot.core.inquiry import apply_inquiry, fold_inquiry
from dsarbot.core.suppression import normalised, suppression_hash
from dsarbot.errors import Conflict, NotAllowed, NotFound, StoreProblem, Tampered
from dsarbot.ports import Store, Suppression
from dsarbot.store.database import open_store
from dsarbot.store.rebuild import rebuild
from dsarbot.store.retention import Retention
from dsarbot.store.service_tables import InquiryTable, SuppressionTable
from dsarbot.store.store import TortoiseStore
from dsarbot.store.tables import EntryTable
from dsarbot.store.upgrade import upgrade
from dsarbot.store.verify import verify
from tests.store.filled import fill
from tests.store.older import without_inquiries
from tests.store.samples import MASTER, NOW, ORG, OTHER
from tests.store.test_contract import add, keep_case

DUE = date(2026, 4, 15)
WHO = "Zoe.Marker@sample.example"


def stamp(cause: str) -> dict[str, Any]:
    return {"at": NOW, "actor": "anna", "cause": cause}


def opening(inquiry: str = "inq-1", *, number: int = 7, scope: str = ORG, due: date = DUE) -> list[InquiryFact]:
    return [
        f.InquiryOpened(
            **stamp("open"), inquiry=inquiry, reference=f"SA-2026-{number:04d}-X", organisation=scope,
            received_at=NOW, due=due, authority="Markeramt", file_number="AZ-Marker-1", about="Markersache",
        ),
        f.InquiryLinked(**stamp("open"), case="case-0001"),
    ]  # fmt: skip


async def keep(store: Store, facts: Sequence[InquiryFact]) -> None:
    inquiry = fold_inquiry(facts)
    async with store.transaction() as transaction:
        await transaction.save_inquiry(ORG, inquiry, facts)


async def grow(store: Store, fact: InquiryFact, inquiry: str = "inq-1") -> None:
    after = apply_inquiry(await store.inquiry(ORG, inquiry), fact)
    async with store.transaction() as transaction:
        await transaction.save_inquiry(ORG, after, [fact])


def closing(cause: str = "close", minutes: int = 1) -> f.InquiryClosed:
    closed = f.InquiryClosed(**stamp(cause), outcome="reprimand", result="Markerende", decided_by="boss")
    return replace(closed, at=NOW + timedelta(minutes=minutes))


# --- inquiries -------------------------------------------------------------------------------------------------


async def test_an_inquiry_reads_back_equal_and_is_listed_by_its_date(store: Store) -> None:
    await keep(store, opening())
    await keep(store, opening("inq-2", number=8, due=DUE - timedelta(days=3)))
    assert await store.inquiry(ORG, "inq-1") == fold_inquiry(opening())
    rows = await store.inquiries(ORG)
    assert [(row.reference, row.due, row.version) for row in rows] == [
        ("SA-2026-0008-X", DUE - timedelta(days=3), 2), ("SA-2026-0007-X", DUE, 2),
    ]  # fmt: skip
    await grow(store, f.InquiryDated(**stamp("later"), before=DUE, due=date(2026, 5, 1), reason="Markergrund"))
    assert [row.due for row in await store.inquiries(ORG)] == [DUE - timedelta(days=3), date(2026, 5, 1)]


async def test_closed_inquiries_are_listed_apart_newest_first(store: Store) -> None:
    for number in (1, 2):
        await keep(store, opening(f"inq-{number}", number=number))
        await grow(store, closing(minutes=number), f"inq-{number}")
    assert await store.inquiries(ORG) == []
    assert [(row.id, row.closed) for row in await store.inquiries(ORG, closed=True)] == [
        ("inq-2", True), ("inq-1", True),
    ]  # fmt: skip


async def test_another_organisation_does_not_see_an_inquiry(store: Store) -> None:
    await keep(store, opening())
    assert await store.inquiries(OTHER) == []
    for wrong in ("inq-1", "inq-9", "x" * 500):
        with pytest.raises(NotFound):
            await store.inquiry(OTHER if wrong == "inq-1" else ORG, wrong)
    foreign = fold_inquiry(opening("inq-3", scope=OTHER))
    with pytest.raises(NotFound):
        async with store.transaction() as transaction:
            await transaction.save_inquiry(ORG, foreign, opening("inq-3", scope=OTHER))
    taken = opening("inq-1", scope=OTHER)
    later = replace(fold_inquiry(taken), version=3)
    with pytest.raises((NotFound, Conflict)):
        async with store.transaction() as transaction:
            await transaction.save_inquiry(OTHER, later, taken[:1])


async def test_the_slower_of_two_writers_and_a_taken_reference_are_conflicts(store: Store) -> None:
    await keep(store, opening())
    seen = await store.inquiry(ORG, "inq-1")
    await grow(store, f.DutySet(**stamp("task"), duty="t1", owner="anna", text="Markeraufgabe"))
    late = closing()
    with pytest.raises(Conflict):
        async with store.transaction() as transaction:
            await transaction.save_inquiry(ORG, apply_inquiry(seen, late), [late])
    with pytest.raises(Conflict):
        await keep(store, opening("inq-2"))
    with pytest.raises(NotFound):
        async with store.transaction() as transaction:
            await transaction.save_inquiry(ORG, replace(fold_inquiry(opening("inq-5")), version=7), [late])
    assert (await store.inquiry(ORG, "inq-1")).version == 3


async def test_a_cause_is_handled_once_in_an_inquiry(store: Store) -> None:
    await keep(store, opening())
    with pytest.raises(Conflict):
        await grow(store, closing(cause="open"))
    assert (await store.inquiry(ORG, "inq-1")).closed_at is None


async def test_the_stream_of_an_inquiry_is_verified_anchored_and_rebuilt(database: TortoiseStore) -> None:
    await fill(database)
    before = await database.anchor(NOW)
    await grow(database, f.InquiryNoted(**stamp("note"), kind="work", text="Markernotiz"))
    assert await database.anchor(NOW) != before
    assert [each async for each in verify(database.ring, apply)] == []
    entries = await EntryTable.filter(stream="inq-1")
    assert not [each for each in entries if "arker" in each.public]
    await InquiryTable.all().update(due=date(2030, 1, 1))
    assert [each.what for each in [each async for each in verify(database.ring, apply)]] == [
        "the inquiry is not what its facts make it"
    ]
    done = await rebuild(database.ring, apply, wake_at=lambda _: None)
    assert done.left == ()
    assert [each async for each in verify(database.ring, apply)] == []


async def test_an_inquiry_whose_payload_or_key_is_lost_is_named(database: TortoiseStore) -> None:
    await keep(database, opening())
    row = await InquiryTable.get(id="inq-1")
    entry = await EntryTable.filter(stream="inq-1", seq=1).get()
    await database.ring.delete([entry.object])
    assert [each.stream for each in [each async for each in verify(database.ring, apply)]] == ["inq-1"]
    assert (await rebuild(database.ring, apply, wake_at=lambda _: None)).left == ("inq-1",)
    await database.ring.delete([row.object])
    with pytest.raises(Tampered):
        await database.inquiry(ORG, "inq-1")
    assert (await rebuild(database.ring, apply, wake_at=lambda _: None)).left == ("inq-1",)


async def test_nothing_of_a_case_is_destroyed_while_an_inquiry_is_about_it(database: TortoiseStore) -> None:
    case = await keep_case(database, "case-0001")
    case = await add(database, case, RetentionHeld(**stamp("hold"), inquiry="SA-2026-0007-X"))
    retention = Retention(database.ring, database.vault)
    with pytest.raises(NotAllowed, match="inquiry of an authority"):
        await retention.collapse(ORG, case.id, rule="retention", at=NOW, actor="service")
    with pytest.raises(NotAllowed):
        await retention.erase_payloads(ORG, case, [1], rule="retention", at=NOW, actor="service")
    await add(database, case, RetentionReleased(**stamp("release"), inquiry="SA-2026-0007-X"))
    await retention.collapse(ORG, case.id, rule="retention", at=NOW, actor="service")
    with pytest.raises(NotFound):
        await database.case(ORG, case.id)


# --- advertising -----------------------------------------------------------------------------------------------


async def suppress(store: Store, value: str = WHO, minutes: int = 0, **changes: Any) -> bool:
    made = Suppression(
        value=value, reason="objection", at=NOW + timedelta(minutes=minutes), actor="anna", reference="DSR-1"
    )
    async with store.transaction() as transaction:
        return await transaction.suppress(ORG, replace(made, **changes))


async def test_an_address_is_put_on_the_list_once_and_found_in_any_spelling(store: Store) -> None:
    assert await suppress(store)
    assert not await suppress(store, f" {WHO.upper()} ", 5)
    assert await suppress(store, "0049 (30) 123-456", 6, reason="complaint", reference="")
    found = await store.suppressed(ORG, [WHO.lower(), "else@sample.example", "+4930123456", "no address"])
    assert set(found) == {WHO.lower(), "+4930123456"}
    assert (found[WHO.lower()].since, found[WHO.lower()].reference) == (NOW, "DSR-1")
    assert [row.reason for row in await store.suppressions(ORG)] == ["objection", "complaint"]
    assert await store.suppressed(OTHER, [WHO]) == {}
    assert await store.suppressions(OTHER) == []


async def test_the_hashes_can_be_made_outside_with_the_salt(store: Store) -> None:
    await suppress(store)
    salt = await store.suppression_salt(ORG)
    [row] = await store.suppressions(ORG)
    assert row.hash == suppression_hash(salt, normalised(WHO))
    assert salt != await store.suppression_salt(OTHER)


async def test_an_address_is_taken_off_the_list(store: Store) -> None:
    await suppress(store)
    async with store.transaction() as transaction:
        assert await transaction.unsuppress(ORG, WHO.upper(), reason="consent-given", at=NOW, actor="anna")
        assert not await transaction.unsuppress(ORG, WHO, reason="consent-given", at=NOW, actor="anna")
    assert await store.suppressed(ORG, [WHO]) == {}


async def test_old_entries_can_be_taken_off_together(store: Store) -> None:
    await suppress(store)
    await suppress(store, "new@sample.example", 10)
    later = NOW + timedelta(minutes=5)
    async with store.transaction() as transaction:
        assert await transaction.expire_suppressions(ORG, later, at=later, actor="anna") == 1
        assert await transaction.expire_suppressions(ORG, later, at=later, actor="anna") == 0
        assert await transaction.expire_suppressions(OTHER, later + timedelta(days=9), at=later, actor="anna") == 0
    assert set(await store.suppressed(ORG, [WHO, "new@sample.example"])) == {"new@sample.example"}


async def test_the_list_outlives_its_case_and_holds_nothing_readable(database: TortoiseStore) -> None:
    await keep_case(database, "case-0001")
    await suppress(database)
    await Retention(database.ring, database.vault).collapse(
        ORG, "case-0001", rule="retention", at=NOW, actor="service"
    )  # fmt: skip
    assert await database.suppressed(ORG, [WHO])
    assert not [row for row in await SuppressionTable.all().values() if "marker" in repr(row).lower()]
    ledger = [entry for entry in await EntryTable.all() if entry.kind.startswith("suppression")]
    assert [entry.kind for entry in ledger] == ["suppression-added"]
    assert WHO.lower() not in ledger[0].public.lower()


# --- confidential ----------------------------------------------------------------------------------------------


async def test_a_confidential_case_says_so_in_the_clear_with_those_who_may_see_it(store: Store) -> None:
    case = await keep_case(store, "case-0001")
    await keep_case(store, "case-0002", number=2)
    case = await add(store, case, Confided(**stamp("c1"), staff=("anna", "bruno"), reason="Markergrund"))
    assert {key: tuple(staff) for key, staff in (await store.confidential(ORG)).items()} == {
        "case-0001": ("anna", "bruno")
    }
    assert await store.confidential(OTHER) == {}
    rows = {row.id: row for row in await store.rows(ORG)}
    assert rows["case-0001"].confidential == ("anna", "bruno")
    assert rows["case-0001"].visible_to("bruno") and not rows["case-0001"].visible_to("otto")
    assert rows["case-0002"].visible_to("otto")
    await add(store, case, Confided(**stamp("c2"), staff=(), reason="over"))
    assert await store.confidential(ORG) == {}


async def test_a_damaged_inquiry_document_is_not_taken_for_one(database: TortoiseStore) -> None:
    await keep(database, opening())
    await InquiryTable.all().update(document=b"nothing")
    with pytest.raises((Tampered, StoreProblem)):
        await database.inquiry(ORG, "inq-1")


async def test_a_case_that_was_confidential_before_the_upgrade_is_shown_to_nobody_until_it_is_saved(
    database_url: str, tmp_path: Path
) -> None:
    async with open_store(database_url, data_dir=tmp_path, master=MASTER) as store:
        case = await keep_case(store, "case-0001")
        await keep_case(store, "case-0002", number=2)
        await add(store, case, Confided(**stamp("c1"), staff=("anna",), reason="Markergrund"))
        await without_inquiries()
    assert "dsarbot.0003_inquiries" in (await upgrade(database_url, now=NOW)).applied
    async with open_store(database_url, data_dir=tmp_path, master=MASTER) as store:
        assert {row.id: row.visible_to("anna") for row in await store.rows(ORG)} == {
            "case-0001": False, "case-0002": True
        }  # fmt: skip
        await rebuild(store.ring, apply, wake_at=lambda _: None)
        assert [row.visible_to("anna") for row in await store.rows(ORG)] == [True, True]
