"""The journal notices every change, keeps its chain through erasure, and makes the rows again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsarbot.core.apply import apply
from dsarbot.core.case import Case
from dsarbot.core.facts import Noted
from dsarbot.errors import Conflict, Gone, NotFound, StoreProblem
from dsarbot.store.codec import read_fact, write_fact
from dsarbot.store.key_tables import ObjectKeyTable
from dsarbot.store.rebuild import rebuild
from dsarbot.store.retention import Retention
from dsarbot.store.store import TortoiseStore
from dsarbot.store.tables import (
    AnchorTable,
    CaseTable,
    ClaimTable,
    CollapsedTable,
    EntryTable,
    LedgerTable,
    LookupTable,
)
from dsarbot.store.verify import Finding, verify
from tests.store.filled import contents, fill
from tests.store.samples import NOW, ORG, OTHER, PERSON, noted, opened
from tests.store.test_contract import add, keep_case

HOUR = timedelta(hours=1)


async def findings(store: TortoiseStore, **options: Any) -> list[Finding]:
    return [each async for each in verify(store.ring, apply, **options)]


async def without_keys(**options: Any) -> list[Finding]:
    return [each async for each in verify(**options)]


async def whats(store: TortoiseStore) -> list[str]:
    return [each.what for each in await findings(store)]


async def test_an_untouched_journal_is_whole_with_and_without_keys(database: TortoiseStore) -> None:
    await fill(database)
    await database.anchor(NOW)
    assert await findings(database) == []
    assert await without_keys() == []


async def test_entries_show_nothing_personal_and_their_instants_never_go_back(database: TortoiseStore) -> None:
    case = await keep_case(database, "case-0001")
    await add(database, case, noted(at=NOW - HOUR))
    entries = await EntryTable.filter(stream="case-0001").order_by("seq")
    assert [entry.at for entry in entries] == [NOW, NOW, NOW]
    # What the fact itself says of its instant is kept.
    assert '"at":"2026-03-02T08:30:00Z"' in entries[-1].public
    assert not [entry for entry in entries if "arker" in entry.public or "Zo" in entry.public]
    assert await database.case(ORG, "case-0001") == apply(case, noted(at=NOW - HOUR))


async def test_causes_stand_on_the_first_entry_of_a_decision(database: TortoiseStore) -> None:
    await keep_case(database, "case-0001")
    causes = await EntryTable.filter(stream="case-0001").order_by("seq").values_list("cause", flat=True)
    assert causes == ["inbound:case-0001", None]


async def test_a_changed_public_field_is_found_without_keys(database: TortoiseStore) -> None:
    await fill(database)
    entry = await EntryTable.filter(kind="ClaimFound").first()
    assert entry is not None
    await EntryTable.filter(id=entry.id).update(public=entry.public.replace("access", "erasure"))
    assert Finding(stream=entry.stream, seq=entry.seq, what="the entry was changed") in await without_keys()


@pytest.mark.parametrize("column", ["actor", "kind", "commitment", "organisation", "prev", "hash", "at"])
async def test_every_column_of_an_entry_is_part_of_the_chain(database: TortoiseStore, column: str) -> None:
    await fill(database)
    value = NOW + HOUR if column == "at" else "f" * 40
    await EntryTable.filter(stream="case-0001", seq=2).update(**{column: value})
    assert await without_keys()


async def test_a_deleted_entry_is_found(database: TortoiseStore) -> None:
    await fill(database)
    await EntryTable.filter(stream="case-0001", seq=2).delete()
    assert "an entry is missing" in await whats(database)


async def test_a_cut_tail_is_found_by_the_row_and_a_cut_row_by_the_anchor(database: TortoiseStore) -> None:
    case = await fill(database)
    await database.anchor(NOW)
    await EntryTable.filter(stream=case.id, seq=case.version).delete()
    assert "the stream does not end where its row says" in await whats(database)
    last = await EntryTable.get(stream=case.id, seq=case.version - 1)
    await CaseTable.filter(id=case.id).update(version=last.seq, head=last.hash)
    assert [each.what for each in await without_keys()] == ["entries that were anchored are missing"]


async def test_a_case_deleted_with_all_its_entries_is_found_by_the_anchor(database: TortoiseStore) -> None:
    case = await fill(database)
    await database.anchor(NOW)
    await EntryTable.filter(stream=case.id).delete()
    await CaseTable.filter(id=case.id).delete()
    assert "entries that were anchored are missing" in await whats(database)


async def test_entries_without_a_row_are_found(database: TortoiseStore) -> None:
    case = await keep_case(database, "case-0001")
    await CaseTable.filter(id=case.id).delete()
    assert [each.what for each in await without_keys()] == ["the stream has entries, but no row"]


async def test_a_rewritten_chain_is_found_by_a_later_anchor(database: TortoiseStore) -> None:
    case = await keep_case(database, "case-0001")
    await database.anchor(NOW)
    for table in (EntryTable, CaseTable, ClaimTable, LookupTable):
        await table.all().delete()
    forged = await keep_case(database, "case-0001")
    assert forged == case
    found = [each.what for each in await without_keys()]
    assert found == ["the entry is not the one that was anchored"]


async def test_swapped_payloads_are_found_with_keys(database: TortoiseStore) -> None:
    await fill(database)
    one = await EntryTable.get(stream="case-0001", seq=1)
    two = await EntryTable.get(stream="case-0001", seq=2)
    await EntryTable.filter(id=one.id).update(sealed=two.sealed)
    await EntryTable.filter(id=two.id).update(sealed=one.sealed)
    assert await without_keys() == []
    assert [each.seq for each in await findings(database)] == [1, 2]


async def test_a_payload_missing_without_an_entry_is_found(database: TortoiseStore) -> None:
    await fill(database)
    await EntryTable.filter(stream="case-0001", seq=1).update(sealed=None)
    assert [(each.seq, each.what) for each in await without_keys()] == [
        (1, "the payload is missing, no entry says why")
    ]


async def test_a_missing_key_is_found(database: TortoiseStore) -> None:
    await fill(database)
    entry = await EntryTable.get(stream="case-0001", seq=1)
    await ObjectKeyTable.filter(id=entry.object).delete()
    [found] = await findings(database)
    assert "key of the payload is missing" in found.what


@pytest.mark.parametrize(
    ("column", "value"), [("status", "closed"), ("reference", "DSR-2026-00009-X"), ("closed", True), ("rights", "")]
)
async def test_a_row_that_is_not_what_the_facts_make_is_found(database: TortoiseStore, column: str, value: Any) -> None:
    await keep_case(database, "case-0001")
    await CaseTable.all().update(**{column: value})
    assert await whats(database) == [f"the column {column} is not what the facts make it"]


async def test_a_document_exchanged_for_an_older_one_is_found(database: TortoiseStore) -> None:
    case = await keep_case(database, "case-0001")
    old = await CaseTable.get(id=case.id)
    await add(database, case, noted())
    await CaseTable.filter(id=case.id).update(document=old.document)
    assert await whats(database) == ["the case is not what its facts make it"]


async def test_an_anchor_from_outside_must_be_the_one_in_the_journal(database: TortoiseStore) -> None:
    await keep_case(database, "case-0001")
    sent = await database.anchor(NOW)
    assert sent is not None
    assert await without_keys(anchor=sent) == []
    assert [each.what for each in await without_keys(anchor=(1, "0" * 64))] == [
        "the anchor is not the one that was sent out"
    ]
    assert await without_keys(anchor=(2, sent[1]))
    assert await without_keys(anchor=(0, sent[1]))


async def test_changed_and_missing_anchors_are_found(database: TortoiseStore) -> None:
    case = await keep_case(database, "case-0001")
    await database.anchor(NOW)
    await add(database, case, noted())
    await database.anchor(NOW)
    first = await AnchorTable.get(number=1)
    await AnchorTable.filter(number=1).update(body="[]")
    assert "the anchor does not follow from the one before it" in await whats(database)
    await AnchorTable.filter(number=1).update(body=first.body)
    assert await whats(database) == []
    await AnchorTable.filter(number=1).delete()
    assert "an anchor is missing" in await whats(database)


async def test_a_ledger_entry_removed_is_found(database: TortoiseStore) -> None:
    async with database.transaction() as transaction:
        for number in range(3):
            await transaction.ledger(ORG, "digest-sent", {"number": number}, at=NOW, actor="service")
    stream = (await LedgerTable.get(organisation=ORG)).stream
    assert stream != ORG
    await EntryTable.filter(stream=stream, seq=3).delete()
    assert await whats(database) == ["the stream does not end where its row says"]


# --- erasure and the end of retention --------------------------------------------------------------------------


async def test_an_erased_payload_is_gone_and_the_chain_still_verifies(database: TortoiseStore) -> None:
    case = await keep_case(database, "case-0001", noted("Markernotiz"))
    await database.anchor(NOW)
    entry = await EntryTable.get(stream=case.id, seq=3)
    retention = Retention(database.ring, database.vault)
    redacted = replace(case, notes=())
    after = await retention.erase_payloads(ORG, redacted, [3], rule="id-copy", at=NOW, actor="service")
    assert after == replace(redacted, version=4)
    assert await database.case(ORG, case.id) == after
    assert (await EntryTable.get(id=entry.id)).sealed is None
    assert not await ObjectKeyTable.filter(id=entry.object).exists()
    assert await findings(database) == []
    again = await add(database, after, noted("later", "note:2"))
    assert again.version == 5
    assert await findings(database) == []


async def test_erasing_is_refused_for_outdated_versions_strangers_and_entries_without_payload(
    database: TortoiseStore,
) -> None:
    case = await keep_case(database, "case-0001", noted())
    retention = Retention(database.ring, database.vault)
    with pytest.raises(Conflict):
        await retention.erase_payloads(ORG, replace(case, version=2), [3], rule="r", at=NOW, actor="a")
    with pytest.raises(NotFound):
        await retention.erase_payloads(OTHER, case, [3], rule="r", at=NOW, actor="a")
    with pytest.raises(NotFound):
        await retention.erase_payloads(ORG, case, [9], rule="r", at=NOW, actor="a")
    with pytest.raises(StoreProblem):
        async with database.transaction():
            await retention.erase_payloads(ORG, case, [3], rule="r", at=NOW, actor="a")
    assert await findings(database) == []


async def test_a_collapsed_case_leaves_a_tombstone_and_nothing_else(database: TortoiseStore) -> None:
    case = await keep_case(database, "case-0001", noted())
    other = await keep_case(database, "case-0002", number=2)
    await database.anchor(NOW)
    objects = await EntryTable.filter(stream=case.id, object__not="").values_list("object", flat=True)
    retention = Retention(database.ring, database.vault)
    await retention.collapse(ORG, case.id, rule="3-years", at=NOW, actor="service")
    for table in (CaseTable, ClaimTable, LookupTable, EntryTable):
        key = {"stream": case.id} if table is EntryTable else {"id" if table is CaseTable else "case_id": case.id}
        assert not await table.filter(**key).exists()
    assert not await ObjectKeyTable.filter(id__in=objects).exists()
    tomb = await CollapsedTable.get(stream=case.id)
    assert (tomb.seq, tomb.rule) == (3, "3-years")
    assert await findings(database) == []
    assert await database.by_lookup(ORG, "address", PERSON.address) == (other.id,)
    with pytest.raises(NotFound):
        await retention.collapse(ORG, case.id, rule="3-years", at=NOW, actor="service")
    await CollapsedTable.all().delete()
    assert "entries that were anchored are missing" in await whats(database)


# --- rebuild ---------------------------------------------------------------------------------------------------


def _comparable(found: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Without what is new at each writing: sealed bytes and row numbers."""
    volatile = {"cases": {"document"}, "claim": {"id"}, "lookup": {"id"}, "alias": {"id"}}
    return {
        table: sorted(
            (sorted((k, v) for k, v in row.items() if k not in volatile[table]) for row in found[table]), key=repr
        )
        for table in volatile
    }


async def test_rebuilt_rows_equal_the_rows(database: TortoiseStore) -> None:
    case = await fill(database)
    before = await contents()
    await ClaimTable.all().delete()
    await LookupTable.all().delete()
    await CaseTable.all().update(status="closed", target=None, language="xx", wake_at=None)
    done = await rebuild(database.ring, apply, wake_at=lambda _: NOW)
    assert (done.cases, done.left) == (1, ())
    assert _comparable(await contents()) == _comparable(before)
    assert await database.case(ORG, case.id) == case
    assert await findings(database) == []


async def test_a_case_with_erased_payloads_is_left_as_it_is(database: TortoiseStore) -> None:
    case = await keep_case(database, "case-0001", noted())
    await Retention(database.ring, database.vault).erase_payloads(ORG, case, [3], rule="r", at=NOW, actor="a")
    done = await rebuild(database.ring, apply, wake_at=lambda _: None)
    assert (done.cases, done.left) == (0, ("case-0001",))


# --- facts as they are written ---------------------------------------------------------------------------------


@given(st.text(max_size=50), st.sampled_from(["work", "decision", "legal-advice"]))
@settings(max_examples=50)
def test_facts_read_back_equal_and_only_public_fields_are_in_the_clear(text: str, kind: Any) -> None:
    fact = Noted(at=NOW, actor="anna", cause="note:1", kind=kind, text="MARK" + text)
    written = write_fact(fact)
    assert read_fact(written.kind, written.v, fact.actor, written.public, written.private) == fact
    assert "MARK" not in written.public


def test_a_payload_that_says_nothing_needs_no_key() -> None:
    [_, found] = opened("case-0001")
    assert write_fact(found).private
    assert not write_fact(replace(found, because=())).private  # type: ignore[call-arg]


async def test_a_case_of_another_organisation_is_not_erased(database: TortoiseStore) -> None:
    case: Case = await keep_case(database, "case-0001")
    with pytest.raises((NotFound, Gone)):
        await Retention(database.ring, database.vault).collapse(OTHER, case.id, rule="r", at=NOW, actor="a")
