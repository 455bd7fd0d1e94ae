"""What is done for many at once means the same as one after the other, on every store there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dsarbot.core.apply import apply, fold
from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.errors import Conflict, Gone, NotFound
from dsarbot.ports import Blob, Change, Ended, Scope, Settled, Store, Vault, mailbox_scope
from tests.store.samples import NOW, ORG, OTHER, PERSON, drafted, inbound, job, noted, opened, sent
from tests.store.test_contract import enqueue, keep_case

HOUR = timedelta(hours=1)


def change(before: Case | None, *facts: Fact, scope: Scope = ORG, cause: str = "") -> Change:
    after = before
    for fact in facts:
        after = apply(after, fact)
    assert after
    return Change(scope=scope, case=after, facts=facts, wake_at=None, cause=cause)


def new(case_id: str, number: int, *, scope: Scope = ORG) -> Change:
    return change(None, *opened(case_id, scope=scope, number=number), scope=scope, cause=f"inbound:{case_id}")


async def save(store: Store, *changes: Change) -> list[bool]:
    async with store.transaction() as transaction:
        return list(await transaction.save_all(changes))


# --- cases -----------------------------------------------------------------------------------------------------


async def test_new_and_known_cases_of_two_organisations_are_saved_together(store: Store) -> None:
    old, foreign = await keep_case(store, "case-0001"), await keep_case(store, "case-of-other", scope=OTHER)
    changes = [
        new("case-0002", 2),
        change(old, noted(cause="note:1"), drafted(), cause="note:1"),
        change(foreign, noted(cause="note:2"), scope=OTHER, cause="note:2"),
    ]
    assert await save(store, *changes) == [True, True, True]
    for each in changes:
        assert await store.case(each.scope, each.case.id) == each.case
    assert [case.id for case in await store.cases(ORG, ["case-0002", "case-0001"])] == ["case-0002", "case-0001"]


async def test_several_changes_of_one_case_go_behind_each_other(store: Store) -> None:
    first = new("case-0001", 1)
    second = change(first.case, noted(cause="note:1"), cause="note:1")
    third = change(second.case, noted("third", cause="note:2"), cause="note:2")
    assert await save(store, first, second, third) == [True, True, True]
    assert await store.case(ORG, "case-0001") == third.case
    fourth = change(third.case, noted("fourth", cause="note:3"), cause="note:3")
    fifth = change(fourth.case, drafted(), cause="draft")
    assert await save(store, fourth, fifth) == [True, True]
    assert await store.case(ORG, "case-0001") == fifth.case


async def test_what_was_handled_already_is_left_out_alone(store: Store) -> None:
    loaded = await keep_case(store, "case-0001")
    known = change(loaded, noted(cause="click:7"), cause="click:7")
    assert await save(store, known) == [True]
    again = change(known.case, noted("again", cause="click:7"), cause="click:7")
    other = new("case-0002", 2)
    assert await save(store, again, other) == [False, True]
    assert await store.case(ORG, "case-0001") == known.case
    assert await store.case(ORG, "case-0002") == other.case


async def test_one_that_somebody_else_changed_takes_all_with_it(store: Store) -> None:
    loaded = await keep_case(store, "case-0001")
    await save(store, change(loaded, noted(cause="note:1"), cause="note:1"))
    stale = change(loaded, noted("late", cause="note:2"), cause="note:2")
    with pytest.raises(Conflict):
        await save(store, new("case-0002", 2), stale)
    with pytest.raises(NotFound):
        await store.case(ORG, "case-0002")


async def test_nothing_is_saved_under_a_foreign_organisation(store: Store) -> None:
    loaded = await keep_case(store, "case-0001")
    with pytest.raises(NotFound):
        await save(store, new("case-0002", 2), replace(change(loaded, noted()), scope=OTHER))
    unknown = fold(opened("case-none", number=9))
    with pytest.raises(NotFound):
        await save(store, change(unknown, noted()))
    assert [row.id for row in await store.rows(ORG)] == ["case-0001"]


async def test_numbers_are_given_in_blocks(store: Store) -> None:
    async with store.transaction() as transaction:
        assert await transaction.next_number(ORG, 2026, count=3) == 1
        assert await transaction.next_number(ORG, 2026) == 4
        assert await transaction.next_number(OTHER, 2026, count=2) == 1
        assert await transaction.next_number(ORG, 2026, count=2) == 5


# --- finding ---------------------------------------------------------------------------------------------------


async def test_questions_about_many_have_the_answers_of_each(store: Store) -> None:
    await keep_case(store, "case-0001", drafted(), sent())
    await keep_case(store, "case-0002", number=2)
    mail = inbound("inbound-1", uid=1, case="case-0002", disposition="case", state="settled")
    later = inbound("inbound-2", uid=2, kept_at=NOW + HOUR)
    async with store.transaction() as transaction:
        await transaction.add_inbounds([mail, inbound("inbound-2", uid=2)])
        await transaction.update_inbounds(
            [
                Settled(row=mail, message_id="<m@x.example>", content_digest="d1", sender="zoe@x.example"),
                Settled(row=later, message_id="m@x.example", content_digest="d1"),
            ]
        )
    addresses = ["ZOE.marker@sample.example", "nobody@x.example", ""]
    ids = ["<random.1@northwind.example>", "<m@x.example>", "<none@x.example>", ""]
    mails = [("m@x.example", "d1"), ("m@x.example", "d2"), ("", "")]
    assert await store.by_lookups(ORG, "address", addresses) == {
        addresses[0]: await store.by_lookup(ORG, "address", PERSON.address)
    }
    assert await store.by_lookups(ORG, "message-id", ids) == {ids[0]: ("case-0001",), ids[1]: ("case-0002",)}
    assert await store.letters_by_message_ids(ORG, ids) == {ids[0]: ("case-0001", "letter-1")}
    assert await store.duplicates_of(ORG, mails) == {mails[0]: "inbound-1"}
    assert not await store.by_lookups(OTHER, "address", addresses)
    assert not await store.letters_by_message_ids(OTHER, ids)
    assert not await store.duplicates_of(OTHER, mails)


# --- inbounds --------------------------------------------------------------------------------------------------


async def test_many_inbounds_are_settled_together_each_under_its_own_scope(store: Store, vault: Vault) -> None:
    mailbox = mailbox_scope("privacy")
    await vault.keep(mailbox, [Blob(id="object-01", kind="skeleton", data=b"raw")])
    kept = [inbound("inbound-1", uid=1), inbound("inbound-2", uid=2, scope=mailbox, objects=("object-01",))]
    async with store.transaction() as transaction:
        await transaction.add_inbounds(kept)
        await transaction.count_attempts(kept)
    assert [row.attempts for row in await store.unread_inbounds()] == [1, 1]
    settled = [
        Settled(row=replace(row, scope=ORG, state="settled", disposition="ordinary", attempts=1)) for row in kept
    ]
    async with store.transaction() as transaction:
        await transaction.update_inbounds(settled)
    assert {row.id for row in await store.inbounds(ORG, disposition="ordinary")} == {"inbound-1", "inbound-2"}
    assert await vault.open(ORG, "object-01") == b"raw"
    for stranger in (replace(settled[0].row, scope=OTHER), inbound("inbound-9")):
        with pytest.raises(NotFound):
            async with store.transaction() as transaction:
                await transaction.update_inbounds([settled[1], Settled(row=stranger)])


async def test_what_another_process_has_settled_is_not_settled_again_and_nothing_beside_it(store: Store) -> None:
    rows = [inbound(f"inbound-000{number}", uid=number) for number in (1, 2)]
    async with store.transaction() as transaction:
        await transaction.add_inbounds(rows)
    done = [Settled(row=replace(row, state="settled", disposition="ordinary"), unread=True) for row in rows]
    async with store.transaction() as transaction:
        await transaction.update_inbounds(done[:1])
    with pytest.raises(Conflict):
        async with store.transaction() as transaction:
            await transaction.update_inbounds(done)
    assert [row.id for row in await store.unread_inbounds()] == [rows[1].id]


async def test_objects_opened_together_come_in_their_order_or_not_at_all(store: Store, vault: Vault) -> None:
    ids = [f"object-{number:02d}" for number in range(5)]
    await vault.keep(ORG, [Blob(id=each, kind="leaf", data=each.encode()) for each in ids])
    for _ in range(2):
        assert await vault.open_all(ORG, [*reversed(ids), ids[0]][:5]) == [each.encode() for each in reversed(ids)]
    with pytest.raises(NotFound):
        await vault.open_all(ORG, [ids[0], "object-none"])
    with pytest.raises(NotFound):
        await vault.open_all(OTHER, ids[:1])
    await vault.destroy(ORG, ids[:1], rule="id-copy", actor="service")
    with pytest.raises(Gone):
        await vault.open_all(ORG, ids)
    assert await vault.open_all(ORG, ids[1:]) == [each.encode() for each in ids[1:]]


async def test_what_was_destroyed_right_after_it_was_kept_is_gone(store: Store, vault: Vault) -> None:
    await vault.keep(ORG, [Blob(id="object-01", kind="leaf", data=b"id copy")])
    await vault.destroy(ORG, ["object-01"], rule="id-copy", actor="service")
    with pytest.raises(Gone):
        await vault.open(ORG, "object-01")


# --- outbox ----------------------------------------------------------------------------------------------------


async def test_many_jobs_end_together_but_for_those_that_were_lost(store: Store) -> None:
    await enqueue(store, "job-0001", "job-0002", "job-0003")
    lost = await store.claim_jobs("w1", NOW, -1, limit=1)
    mine = await store.claim_jobs("w2", NOW, 60)
    ended = [Ended(claimed=each, state="sent", last="250 accepted", at=NOW) for each in (*lost, *mine)]
    async with store.transaction() as transaction:
        assert set(await transaction.finish_jobs(ended[1:])) == {"job-0001", "job-0002", "job-0003"}
        assert set(await transaction.finish_jobs(ended)) == set()
    rows = await store.jobs(ORG)
    assert {(row.state, row.last, row.sent_at) for row in rows} == {("sent", "250 accepted", NOW)}


async def _fail(store: Store, ended: Ended) -> None:
    async with store.transaction() as transaction:
        await transaction.finish_jobs([ended])
        raise RuntimeError


async def test_a_failed_transaction_ends_no_job(store: Store) -> None:
    await enqueue(store, "job-0001")
    [claimed] = await store.claim_jobs("w1", NOW, 60)
    with pytest.raises(RuntimeError):
        await _fail(store, Ended(claimed=claimed, state="sent", last="", at=NOW))
    assert [row.state for row in await store.jobs(ORG)] == ["claimed"]


async def test_a_living_worker_renews_its_claims_and_a_dead_ones_are_released(store: Store) -> None:
    await enqueue(store, "job-0001", "job-0002")
    await store.claim_jobs("w1", NOW, -1, limit=1)
    await store.renew_claims("w1", 60)
    assert [each.job.id for each in await store.claim_jobs("w2", NOW, 60)] == ["job-0002"]
    await store.release_claims("w1")
    [again] = await store.claim_jobs("w3", NOW, 60)
    assert (again.job.id, again.attempts, again.fence) == ("job-0001", 2, 2)


async def test_automatic_mails_are_counted_for_many_recipients_at_once(store: Store) -> None:
    async with store.transaction() as transaction:
        await transaction.enqueue(job("job-0001"))
        await transaction.enqueue(job("job-0002", recipient="Other@Sample.Example"))
        await transaction.enqueue(job("job-0003", automatic=False))
    for claimed in await store.claim_jobs("w1", NOW, 60):
        await store.finish_job(claimed, state="sent", last="", now=NOW)
    people = ["zoe.marker@sample.example", "other@sample.example", "none@x.example"]
    assert await store.sent_to(ORG, NOW, "address", people) == dict(zip(people, (1, 1, 0), strict=True))
    domains = ["SAMPLE.example", "x.example"]
    assert await store.sent_to(ORG, NOW, "domain", domains) == {"SAMPLE.example": 2, "x.example": 0}
    assert await store.sent_to(ORG, NOW + HOUR, "domain", domains) == dict.fromkeys(domains, 0)
    assert await store.sent_to(OTHER, NOW, "domain", domains) == dict.fromkeys(domains, 0)
