"""What staff wrote by hand, printed dates and cases with a message in them: the same in every store."""

from __future__ import annotations

from datetime import timedelta

from dsarbot.core.apply import fold
from dsarbot.core.facts import ClaimDismissed, LetterSent, ProposalMade, ProposalSettled
from dsarbot.core.facts_by_hand import StaffMailBounced, StaffWrote
from dsarbot.ports import Store
from tests.store.samples import NOW, ORG, OTHER, PERSON, drafted, opened

WROTE = StaffWrote(
    at=NOW,
    actor="service",
    cause="inbound:i2",
    inbound="i2",
    sent_at=NOW,
    how="reply",
    recipient=PERSON.address,
    message_id="<anna.1@northwind.example>",
)
BOUNCED = StaffMailBounced(at=NOW, actor="service", cause="b", inbound="i2", status="5.1.1", permanent=True, found="i3")
RECORDED = LetterSent(
    at=NOW, actor="anna", cause="recorded", letter="letter-1", sent_at=NOW, written_id="<anna.1@northwind.example>"
)
PRINTED = ProposalMade(
    at=NOW,
    actor="service",
    cause="printed",
    proposal="p1",
    kind="earlier-receipt",
    inbound="i1",
    received_at=NOW,
    instant=NOW - timedelta(days=30),
)


async def test_what_staff_wrote_comes_back_as_it_was_kept(store: Store) -> None:
    facts = [*opened("case-0001"), WROTE, BOUNCED, PRINTED]
    async with store.transaction() as transaction:
        await transaction.save(ORG, fold(facts), facts, wake_at=None)
    case = await store.case(ORG, "case-0001")
    assert case == fold(facts)
    written = case.inbounds[-1]
    assert (written.recipient, written.trouble, case.proposals[0].instant) == (
        PERSON.address,
        "5.1.1",
        NOW - timedelta(days=30),
    )


async def test_an_answer_recorded_from_a_colleagues_mail_is_found_by_its_message_id(store: Store) -> None:
    facts = [*opened("case-0001"), WROTE, drafted(), RECORDED]
    async with store.transaction() as transaction:
        await transaction.save(ORG, fold(facts), facts, wake_at=None)
    assert await store.letter_by_message_id(ORG, "anna.1@northwind.example") == ("case-0001", "letter-1")
    assert await store.letter_by_message_id(OTHER, "anna.1@northwind.example") is None


async def test_a_case_that_was_put_away_comes_back_to_the_list_while_a_message_waits_in_it(store: Store) -> None:
    facts = [*opened("case-0001")]
    claims = fold(facts).claims
    facts += [ClaimDismissed(at=NOW, actor="anna", cause=f"n{claim.id}", claim=claim.id) for claim in claims]
    async with store.transaction() as transaction:
        await transaction.save(ORG, fold(facts), facts, wake_at=None)
    assert [row.closed for row in await store.rows(ORG, closed=True)] == [True]
    settled = ProposalSettled(at=NOW, actor="anna", cause="s", proposal="p1", accepted=False)
    for fact, there in ((PRINTED, ["case-0001"]), (settled, [])):
        facts = [*facts, fact]
        async with store.transaction() as transaction:
            await transaction.save(ORG, fold(facts), [fact], wake_at=None)
        assert [row.id for row in await store.rows(ORG)] == there
        assert [case.id for case in await store.cases_needing_attention(ORG)] == there
