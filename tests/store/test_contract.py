"""What ports.py promises, on every store there is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta, timezone

import pytest

from dsarbot.core.apply import apply, fold
from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.core.facts import Absorbed, ClaimDismissed, MergedInto, PersonCorrected
from dsarbot.errors import Conflict, Gone, NotFound, StoreProblem
from dsarbot.ports import Blob, Position, Scope, Store, Vault, mailbox_scope
from tests.store.samples import NOW, ORG, OTHER, PERSON, drafted, inbound, job, noted, opened, sent

HOUR = timedelta(hours=1)
MAILBOX = mailbox_scope("privacy")


async def keep_case(store: Store, case_id: str, *facts: Fact, scope: Scope = ORG, number: int = 1) -> Case:
    every = [*opened(case_id, scope=scope, number=number), *facts]
    async with store.transaction() as transaction:
        return await transaction.save(scope, fold(every), every, wake_at=None)


async def add(store: Store, case: Case, *facts: Fact) -> Case:
    for fact in facts:
        case = apply(case, fact)
    async with store.transaction() as transaction:
        return await transaction.save(Scope(case.organisation), case, facts, wake_at=None)


# --- cases -----------------------------------------------------------------------------------------------------


async def test_a_saved_case_reads_back_equal_inside_and_outside_of_transactions(store: Store) -> None:
    saved = await keep_case(store, "case-0001", drafted())
    assert saved.version == 3
    assert await store.case(ORG, "case-0001") == saved
    async with store.transaction() as transaction:
        assert await transaction.case(ORG, "case-0001") == saved


async def test_a_case_saved_in_a_transaction_is_read_in_the_same_one(store: Store) -> None:
    facts = opened("case-0001")
    async with store.transaction() as transaction:
        await transaction.save(ORG, fold(facts), facts, wake_at=None)
        later = apply(await transaction.case(ORG, "case-0001"), noted())
        await transaction.save(ORG, later, [noted()], wake_at=None)
    assert await store.case(ORG, "case-0001") == later


async def fail(store: Store) -> None:
    async with store.transaction() as transaction:
        facts = opened("case-0001")
        await transaction.save(ORG, fold(facts), facts, wake_at=NOW)
        await transaction.enqueue(job("job-0001"))
        await transaction.add_inbounds([inbound("inbound-1", uid=1)])
        await transaction.next_number(ORG, 2026)
        assert await transaction.digest_once(ORG, NOW.date(), "dpo@northwind.example")
        raise RuntimeError("on the way")


async def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError, match="on the way"):
        await fail(store)
    assert not await store.rows(ORG)
    assert not await store.jobs(ORG)
    assert not await store.unread_inbounds()
    assert await store.next_wake() is None
    async with store.transaction() as transaction:
        assert await transaction.next_number(ORG, 2026) == 1
        assert await transaction.digest_once(ORG, NOW.date(), "dpo@northwind.example")
    assert (await keep_case(store, "case-0001")).version == 2


async def test_the_slower_of_two_writers_gets_a_conflict_and_changes_nothing(store: Store) -> None:
    loaded = await keep_case(store, "case-0001")
    first = await add(store, loaded, noted("first", "note:1"))
    with pytest.raises(Conflict):
        await add(store, loaded, noted("second", "note:2"))
    assert await store.case(ORG, "case-0001") == first


async def test_a_new_case_with_a_taken_id_or_reference_is_a_conflict(store: Store) -> None:
    await keep_case(store, "case-0001")
    with pytest.raises(Conflict):
        await keep_case(store, "case-0001", number=2)
    with pytest.raises(Conflict):
        await keep_case(store, "case-0002", number=1)


async def test_references_are_taken_per_organisation(store: Store) -> None:
    await keep_case(store, "case-0001")
    await keep_case(store, "case-0002", scope=OTHER)
    assert [row.id for row in await store.rows(ORG)] == ["case-0001"]


async def test_a_cause_is_handled_once(store: Store) -> None:
    case = await keep_case(store, "case-0001")
    case = await add(store, case, noted(cause="click:7"), noted("a second fact of it", "click:7"))
    async with store.transaction() as transaction:
        assert await transaction.handled(ORG, "case-0001", "click:7")
        assert not await transaction.handled(ORG, "case-0001", "click:8")
        assert not await transaction.handled(OTHER, "case-0001", "click:7")
    with pytest.raises(Conflict):
        await add(store, case, noted("again", "click:7"))


async def test_another_organisation_does_not_see_the_case(store: Store) -> None:
    case = await keep_case(store, "case-0001")
    with pytest.raises(NotFound):
        await store.case(OTHER, "case-0001")
    with pytest.raises(NotFound):
        async with store.transaction() as transaction:
            await transaction.case(OTHER, "case-0001")
    with pytest.raises(NotFound):
        async with store.transaction() as transaction:
            await transaction.save(OTHER, apply(case, noted()), [noted()], wake_at=None)
    assert await store.by_reference(OTHER, case.reference) is None
    assert await store.by_lookup(OTHER, "address", PERSON.address) == ()


async def test_an_unknown_case_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.case(ORG, "case-none")


async def test_numbers_count_per_organisation_and_year(store: Store) -> None:
    async with store.transaction() as transaction:
        given = [await transaction.next_number(scope, year) for scope, year in
                 ((ORG, 2026), (ORG, 2026), (OTHER, 2026), (ORG, 2027))]  # fmt: skip
    assert given == [1, 2, 1, 1]


# --- finding ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("address", "zoe.marker@SAMPLE.example"),
        ("domain", "sample.example"),
        ("name", "wunderlich"),
        ("name", "PRUM Zoe"),
        ("message-id", "random.1@northwind.example"),
    ],
)
async def test_a_case_is_found_by_what_it_is_known_by(store: Store, kind: str, value: str) -> None:
    await keep_case(store, "case-0001", drafted(), sent())
    assert await store.by_lookup(ORG, kind, value) == ("case-0001",)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("address", "zoe@sample.example"), ("domain", "example"), ("name", "Zoé Miller"), ("name", " "), ("address", "")],
)
async def test_a_case_is_not_found_by_something_else(store: Store, kind: str, value: str) -> None:
    await keep_case(store, "case-0001")
    assert await store.by_lookup(ORG, kind, value) == ()  # type: ignore[arg-type]


async def test_the_newest_case_of_a_person_comes_first_and_old_addresses_stay_known(store: Store) -> None:
    first = await keep_case(store, "case-0001")
    facts = opened("case-0002", number=2, at=NOW + HOUR)
    async with store.transaction() as transaction:
        await transaction.save(ORG, fold(facts), facts, wake_at=None)
    moved = replace(PERSON, address="new@sample.example")
    await add(store, first, PersonCorrected(at=NOW, actor="anna", cause="corrected", person=moved))
    assert await store.by_lookup(ORG, "address", PERSON.address) == ("case-0002", "case-0001")
    assert await store.by_lookup(ORG, "address", "new@sample.example") == ("case-0001",)


async def test_a_letter_is_found_by_its_message_id(store: Store) -> None:
    await keep_case(store, "case-0001", drafted(), sent("<a.1@northwind.example>"))
    assert await store.letter_by_message_id(ORG, " <a.1@northwind.example> ") == ("case-0001", "letter-1")
    assert await store.letter_by_message_id(ORG, "<a.2@northwind.example>") is None
    assert await store.letter_by_message_id(OTHER, "<a.1@northwind.example>") is None
    assert await store.letter_by_message_id(ORG, "") is None


async def test_references_of_merged_cases_lead_to_the_case_that_goes_on(store: Store) -> None:
    old, new = await keep_case(store, "case-0001"), await keep_case(store, "case-0002", number=2)
    await add(store, old, MergedInto(at=NOW, actor="anna", cause="merge", case=new.id))
    await add(store, new, Absorbed(at=NOW, actor="anna", cause="merge", case=old.id, reference=old.reference))
    assert await store.by_reference(ORG, old.reference) == new.id
    assert await store.by_reference(ORG, new.reference) == new.id
    assert await store.by_reference(ORG, "DSR-2026-09999-X") is None


async def test_overlong_values_from_outside_find_nothing(store: Store) -> None:
    case = await keep_case(store, "case-0001")
    endless = "9" * 70_000
    assert await store.by_reference(ORG, endless) is None
    assert await store.by_lookup(ORG, "address", endless) == ()
    assert await store.by_lookup(ORG, "message-id", endless) == ()
    assert await store.duplicate_of(ORG, endless, endless) is None
    assert await store.letter_by_message_id(ORG, endless) is None
    with pytest.raises(NotFound):
        await store.case(ORG, endless)
    async with store.transaction() as transaction:
        assert not await transaction.handled(ORG, case.id, endless)
    await add(store, case, noted(cause=endless))
    async with store.transaction() as transaction:
        assert await transaction.handled(ORG, case.id, endless)


async def test_a_long_problem_is_cut_not_refused(store: Store) -> None:
    async with store.transaction() as transaction:
        await transaction.add_inbounds([inbound("inbound-1", uid=1, folder="Ä" * 300, problem="unreadable " * 99)])
    [row] = await store.unread_inbounds()
    assert row.problem.startswith("unreadable")
    assert row.folder == "Ä" * 300


async def test_mails_of_a_case_are_found_by_their_message_id(store: Store) -> None:
    await keep_case(store, "case-0001")
    async with store.transaction() as transaction:
        await transaction.add_inbounds([inbound("inbound-1", uid=1)])
        settled = inbound("inbound-1", uid=1, case="case-0001", state="settled", disposition="case")
        await transaction.update_inbound(settled, message_id="<theirs@sample.example>", content_digest="d1")
    assert await store.by_lookup(ORG, "message-id", "<theirs@sample.example>") == ("case-0001",)


# --- lists and wake --------------------------------------------------------------------------------------------


async def test_open_and_closed_cases_are_listed_apart_in_pages(store: Store) -> None:
    for number in range(1, 6):
        await keep_case(store, f"case-000{number}", number=number)
    closed = ClaimDismissed(at=NOW + HOUR, actor="anna", cause="close", claim="case-0003-1")
    await add(store, await store.case(ORG, "case-0003"), closed)
    first = await store.rows(ORG, limit=3)
    rest = await store.rows(ORG, limit=3, after=first[-1].id)
    assert [row.id for row in (*first, *rest)] == ["case-0001", "case-0002", "case-0004", "case-0005"]
    [done] = await store.rows(ORG, closed=True)
    assert (done.id, done.closed, done.version) == ("case-0003", True, 3)
    assert done.rights == ("access",)
    with pytest.raises(NotFound):
        await store.rows(ORG, after="case-none")


async def test_cases_wake_in_the_order_of_their_instants(store: Store) -> None:
    for number, hours in ((1, 3), (2, 1), (3, 9)):
        facts = opened(f"case-000{number}", number=number)
        async with store.transaction() as transaction:
            await transaction.save(ORG, fold(facts), facts, wake_at=NOW + hours * HOUR)
    assert await store.next_wake() == NOW + HOUR
    assert await store.due_for_wake(NOW + 3 * HOUR) == [(ORG, "case-0002"), (ORG, "case-0001")]
    assert await store.due_for_wake(NOW + 3 * HOUR, limit=1) == [(ORG, "case-0002")]


async def test_instants_compare_across_time_zones(store: Store) -> None:
    # 12:00 in Tokyo is 03:00 UTC, before NOW (09:30 UTC), though its digits are later.
    tokyo = NOW.replace(hour=12, minute=0).astimezone(tz=None).replace(hour=12, tzinfo=_zone(9))
    facts = opened("case-0001", at=tokyo)
    async with store.transaction() as transaction:
        await transaction.save(ORG, fold(facts), facts, wake_at=tokyo)
    assert await store.due_for_wake(NOW) == [(ORG, "case-0001")]
    assert await store.newest_entry() == tokyo


def _zone(hours: int) -> timezone:
    return timezone(timedelta(hours=hours))


# --- inbounds --------------------------------------------------------------------------------------------------


async def test_an_inbound_is_unread_until_it_is_settled(store: Store) -> None:
    async with store.transaction() as transaction:
        await transaction.add_inbounds(
            [inbound("inbound-1", uid=1, objects=("a" * 8, "b" * 8)), inbound("inbound-2", uid=2)]
        )
    [first, second] = await store.unread_inbounds()
    assert first == inbound("inbound-1", uid=1, objects=("a" * 8, "b" * 8))
    settled = replace(second, state="settled", disposition="ordinary", settled_at=NOW, safe_due=date(2026, 4, 2))
    async with store.transaction() as transaction:
        await transaction.update_inbound(settled)
        assert await transaction.inbound(ORG, "inbound-2") == settled
    assert await store.inbound(ORG, "inbound-2") == settled
    with pytest.raises(NotFound):
        await store.inbound(OTHER, "inbound-2")
    assert [row.id for row in await store.unread_inbounds()] == ["inbound-1"]
    assert await store.inbounds(ORG, disposition="ordinary") == [settled]
    assert await store.inbounds(OTHER) == []
    assert await store.inbounds(ORG, case="case-0001") == []


async def test_the_same_mail_of_a_mailbox_is_added_once(store: Store) -> None:
    async with store.transaction() as transaction:
        await transaction.add_inbounds([inbound("inbound-1", uid=1)])
        await transaction.add_inbounds([inbound("paper-1"), inbound("paper-2")])
    with pytest.raises(Conflict):
        async with store.transaction() as transaction:
            await transaction.add_inbounds([inbound("inbound-2", uid=1)])


async def test_a_duplicate_has_the_same_message_id_and_the_same_content(store: Store) -> None:
    async with store.transaction() as transaction:
        await transaction.add_inbounds([inbound("inbound-1", uid=1)])
        await transaction.update_inbound(inbound("inbound-1", uid=1), message_id="<m@x.example>", content_digest="d1")
    assert await store.duplicate_of(ORG, "m@x.example", "d1") == "inbound-1"
    # Fides GHSA-qx5f-ghc2-7g5c: a known Message-ID with other content is another request.
    assert await store.duplicate_of(ORG, "m@x.example", "d2") is None
    assert await store.duplicate_of(ORG, "other@x.example", "d1") is None
    assert await store.duplicate_of(OTHER, "m@x.example", "d1") is None
    assert await store.duplicate_of(ORG, "", "") is None


async def test_a_mailbox_gives_an_inbound_to_an_organisation_with_its_objects(store: Store, vault: Vault) -> None:
    await vault.keep(MAILBOX, [Blob(id="object-01", kind="skeleton", data=b"raw")])
    row = inbound("inbound-1", scope=MAILBOX, uid=1, objects=("object-01",))
    async with store.transaction() as transaction:
        await transaction.add_inbounds([row])
    with pytest.raises(NotFound):
        await vault.open(ORG, "object-01")
    async with store.transaction() as transaction:
        await transaction.update_inbound(replace(row, scope=ORG), message_id="<m@x.example>", content_digest="d")
    assert await vault.open(ORG, "object-01") == b"raw"
    assert await vault.open(MAILBOX, "object-01") == b"raw"
    assert await store.duplicate_of(ORG, "<m@x.example>", "d") == "inbound-1"
    with pytest.raises(NotFound):
        await vault.open(OTHER, "object-01")
    with pytest.raises(NotFound):
        async with store.transaction() as transaction:
            await transaction.update_inbound(replace(row, scope=OTHER))


async def test_what_a_broken_try_gave_away_belongs_to_whoever_gets_the_mail_in_the_end(
    store: Store, vault: Vault
) -> None:
    """Keys are stored before their transaction ends; a kill in between leaves them with the first organisation."""
    await vault.keep(MAILBOX, [Blob(id="object-01", kind="skeleton", data=b"raw")])
    row = inbound("inbound-1", scope=MAILBOX, uid=1, objects=("object-01",))
    async with store.transaction() as transaction:
        await transaction.add_inbounds([row])

    async def killed() -> None:
        async with store.transaction() as transaction:
            await transaction.update_inbound(replace(row, scope=ORG))
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        await killed()
    async with store.transaction() as transaction:
        await transaction.update_inbound(replace(row, state="held", disposition="held"))
    with pytest.raises(NotFound):
        await vault.open(ORG, "object-01")
    async with store.transaction() as transaction:
        await transaction.update_inbound(replace(row, scope=OTHER))
    assert await vault.open(OTHER, "object-01") == b"raw"


async def test_uids_kept_lately_are_known_per_folder_and_uidvalidity(store: Store) -> None:
    async with store.transaction() as transaction:
        await transaction.add_inbounds([inbound(f"inbound-{uid}", uid=uid) for uid in (3, 11, 7)])
        await transaction.add_inbounds([inbound("inbound-x", uid=40, uidvalidity=8), inbound("paper")])
        # What lies on the server still is the only whole one: it is neither marked nor moved.
        await transaction.add_inbounds([replace(inbound("inbound-y", uid=12), problem="incomplete")])
    assert await store.recent_uids("privacy", "INBOX", 7) == [11, 7, 3]
    assert await store.recent_uids("privacy", "INBOX", 7, limit=2) == [11, 7]
    assert await store.recent_uids("privacy", "Junk", 7) == []


async def test_the_place_in_a_folder_is_remembered(store: Store) -> None:
    assert await store.position("privacy", "INBOX") is None
    for last in (5, 9):
        async with store.transaction() as transaction:
            await transaction.advance("privacy", "INBOX", Position(uidvalidity=4_294_967_295, last_uid=last))
    assert await store.position("privacy", "INBOX") == Position(uidvalidity=4_294_967_295, last_uid=9)
    assert await store.position("privacy", "Junk") is None


# --- outbox ----------------------------------------------------------------------------------------------------


async def enqueue(store: Store, *job_ids: str) -> None:
    async with store.transaction() as transaction:
        for job_id in job_ids:
            await transaction.enqueue(job(job_id, case="case-0001", letter=f"letter-of-{job_id}"))


async def test_a_due_job_is_claimed_once_with_its_envelope(store: Store) -> None:
    await enqueue(store, "job-0001")
    assert await store.next_job_due() == NOW
    assert not await store.claim_jobs("w1", NOW - HOUR, 60)
    [claimed] = await store.claim_jobs("w1", NOW, 60)
    assert claimed.job == job("job-0001", case="case-0001", letter="letter-of-job-0001")
    assert (claimed.attempts, claimed.first_tried_at) == (1, NOW)
    assert not await store.claim_jobs("w2", NOW, 60)
    assert await store.next_job_due() is None


async def test_a_lost_worker_cannot_finish_what_another_has_claimed(store: Store) -> None:
    await enqueue(store, "job-0001")
    [lost] = await store.claim_jobs("w1", NOW, -1)
    [mine] = await store.claim_jobs("w2", NOW + HOUR, 60)
    assert mine.fence > lost.fence
    assert (mine.attempts, mine.first_tried_at) == (2, NOW)
    assert not await store.finish_job(lost, state="sent", last="250 accepted", now=NOW)
    assert not await store.retry_job(lost, due_at=NOW, last="450 later", now=NOW)
    assert await store.finish_job(mine, state="sent", last="250 accepted", now=NOW + HOUR)
    [row] = await store.jobs(ORG)
    assert (row.state, row.last, row.sent_at, row.attempts) == ("sent", "250 accepted", NOW + HOUR, 2)
    assert not await store.finish_job(mine, state="sent", last="twice", now=NOW)


async def test_a_job_given_back_comes_again_when_it_is_due(store: Store) -> None:
    await enqueue(store, "job-0001")
    [claimed] = await store.claim_jobs("w1", NOW, 60)
    assert await store.retry_job(claimed, due_at=NOW + HOUR, last="450 later", now=NOW)
    assert await store.next_job_due() == NOW + HOUR
    assert not await store.claim_jobs("w1", NOW, 60)
    [again] = await store.claim_jobs("w1", NOW + HOUR, 60)
    assert again.attempts == 2
    [row] = await store.jobs(ORG, states=["claimed"])
    assert row.last == "450 later"


async def test_only_what_is_still_queued_can_be_cancelled(store: Store) -> None:
    await enqueue(store, "job-0001", "job-0002", "job-0003")
    await store.claim_jobs("w1", NOW, 60, limit=1)
    async with store.transaction() as transaction:
        assert await transaction.cancel_jobs(OTHER, "case-0001") == 0
        assert await transaction.cancel_jobs(ORG, "case-0001", "letter-of-job-0002") == 1
        assert await transaction.cancel_jobs(ORG, "case-0001") == 1
    assert {row.id: row.state for row in await store.jobs(ORG)} == {
        "job-0001": "claimed", "job-0002": "cancelled", "job-0003": "cancelled",
    }  # fmt: skip
    assert not await store.jobs(OTHER)


async def test_every_kind_of_job_goes_through(store: Store) -> None:
    kinds = ("letter", "digest", "notice", "copy")
    async with store.transaction() as transaction:
        for kind in kinds:
            await transaction.enqueue(replace(job(f"job-{kind}"), kind=kind))  # type: ignore[arg-type]
    assert {each.job.kind for each in await store.claim_jobs("w1", NOW, 60)} == set(kinds)


async def test_a_job_of_a_taken_id_is_a_conflict(store: Store) -> None:
    await enqueue(store, "job-0001")
    with pytest.raises(Conflict):
        await enqueue(store, "job-0001")


async def test_sent_mails_are_counted_for_the_caps(store: Store) -> None:
    async with store.transaction() as transaction:
        await transaction.enqueue(job("job-0001"))
        await transaction.enqueue(job("job-0002", recipient="Other@Sample.Example"))
        await transaction.enqueue(job("job-0003", automatic=False))
        await transaction.enqueue(job("job-0004", recipient="other@elsewhere.example"))
    for claimed in await store.claim_jobs("w1", NOW, 60):
        if claimed.job.id != "job-0004":
            await store.finish_job(claimed, state="sent", last="", now=NOW + HOUR)
    since = NOW
    assert await store.sent_since(ORG, since) == 2
    assert await store.sent_since(ORG, since, automatic=False) == 3
    assert await store.sent_since(ORG, since, recipient="zoe.marker@sample.example") == 1
    assert await store.sent_since(ORG, since, domain="SAMPLE.example") == 2
    assert await store.sent_since(ORG, since, domain="elsewhere.example") == 0
    assert await store.sent_since(ORG, since + 2 * HOUR) == 0
    assert await store.sent_since(OTHER, since) == 0


# --- once, leases, beats, ledger -------------------------------------------------------------------------------


async def test_a_digest_is_begun_once_per_recipient_and_day(store: Store) -> None:
    async with store.transaction() as transaction:
        assert await transaction.digest_once(ORG, NOW.date(), "dpo@northwind.example")
        assert not await transaction.digest_once(ORG, NOW.date(), "DPO@northwind.example")
        assert await transaction.digest_once(OTHER, NOW.date(), "dpo@northwind.example")
        assert await transaction.digest_once(ORG, NOW.date() + timedelta(days=1), "dpo@northwind.example")
    async with store.transaction() as transaction:
        assert not await transaction.digest_once(ORG, NOW.date(), "dpo@northwind.example")


async def test_a_lease_has_one_holder_until_it_ends_or_is_given_back(store: Store) -> None:
    assert await store.lease("digest", "a", 60)
    assert await store.lease("digest", "a", 60)
    assert not await store.lease("digest", "b", 60)
    assert await store.lease("mailbox:privacy", "b", 60)
    assert await store.lease("digest", "a", 0)
    assert await store.lease("digest", "b", 60)


async def test_beats_tell_when_a_thing_was_last_done(store: Store) -> None:
    await store.beat("one", "outbox", NOW)
    await store.beat("two", "outbox", NOW + HOUR)
    await store.beat("one", "mailbox:privacy", NOW)
    assert await store.beats() == {"outbox": NOW + HOUR, "mailbox:privacy": NOW}


async def test_anchors_grow_only_when_something_moved(store: Store) -> None:
    assert await store.anchor(NOW) is None
    await keep_case(store, "case-0001")
    first = await store.anchor(NOW)
    assert first is not None
    assert first[0] == 1
    assert await store.anchor(NOW + HOUR) == first
    async with store.transaction() as transaction:
        await transaction.ledger(ORG, "calendar-changed", {"version": 2, "by": None}, at=NOW + HOUR, actor="service")
    second = await store.anchor(NOW + HOUR)
    assert second is not None
    assert second[0] == 2
    assert second[1] != first[1]


async def test_the_newest_entry_is_that_of_any_stream(store: Store) -> None:
    assert await store.newest_entry() is None
    await keep_case(store, "case-0001")
    assert await store.newest_entry() == NOW
    async with store.transaction() as transaction:
        await transaction.ledger(ORG, "digest-sent", {"day": "2026-03-02"}, at=NOW + HOUR, actor="service")
    assert await store.newest_entry() == NOW + HOUR


async def test_a_number_tells_of_other_processes(store: Store) -> None:
    assert isinstance(await store.changed(), int)


async def test_transactions_of_two_tasks_do_not_mix(store: Store) -> None:
    async def number() -> int:
        async with store.transaction() as transaction:
            first = await transaction.next_number(ORG, 2026)
            await asyncio.sleep(0)
            return first + await transaction.next_number(ORG, 2026)

    assert sorted(await asyncio.gather(number(), number(), number())) == [3, 7, 11]


# --- vault -----------------------------------------------------------------------------------------------------


async def test_objects_come_back_as_they_were_kept(vault: Vault) -> None:
    blobs = [Blob(id=f"object-{size:08d}", kind="leaf", data=b"x" * size) for size in (0, 1, 1 << 20, (1 << 20) + 1)]
    await vault.keep(ORG, blobs)
    assert [await vault.open(ORG, blob.id) for blob in blobs] == [blob.data for blob in blobs]


async def test_an_object_is_seen_by_its_own_organisation_only(vault: Vault) -> None:
    await vault.keep(ORG, [Blob(id="object-01", kind="leaf", data=b"x")])
    with pytest.raises(NotFound):
        await vault.open(OTHER, "object-01")
    with pytest.raises(NotFound):
        await vault.destroy(OTHER, ["object-01"], rule="id-copy", actor="anna")
    with pytest.raises(NotFound):
        await vault.open(ORG, "object-02")
    assert await vault.open(ORG, "object-01") == b"x"


async def test_a_destroyed_object_is_gone_for_good(vault: Vault) -> None:
    await vault.keep(ORG, [Blob(id="object-01", kind="leaf", data=b"x"), Blob(id="object-02", kind="leaf", data=b"y")])
    await vault.destroy(ORG, ["object-01"], rule="id-copy", actor="service")
    await vault.destroy(ORG, ["object-01"], rule="id-copy", actor="service")
    with pytest.raises(Gone):
        await vault.open(ORG, "object-01")
    with pytest.raises(NotFound):
        await vault.open(OTHER, "object-01")
    assert await vault.open(ORG, "object-02") == b"y"


async def test_a_mail_read_again_does_not_bring_back_what_was_destroyed(vault: Vault) -> None:
    blobs = [Blob(id="object-01", kind="leaf", data=b"id copy"), Blob(id="object-02", kind="leaf", data=b"letter")]
    await vault.keep(ORG, blobs)
    await vault.destroy(ORG, ["object-01"], rule="id-copy", actor="service")
    await vault.keep(ORG, blobs)
    with pytest.raises(Gone):
        await vault.open(ORG, "object-01")
    assert await vault.open(ORG, "object-02") == b"letter"


async def test_keeping_an_object_twice_is_harmless_but_not_with_other_bytes(vault: Vault) -> None:
    await vault.keep(ORG, [Blob(id="object-01", kind="letter", data=b"x")])
    await vault.keep(ORG, [Blob(id="object-01", kind="letter", data=b"x")])
    with pytest.raises(StoreProblem):
        await vault.keep(ORG, [Blob(id="object-01", kind="letter", data=b"y")])
    assert await vault.open(ORG, "object-01") == b"x"
