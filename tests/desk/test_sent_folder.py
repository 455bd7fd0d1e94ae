"""What staff wrote by hand joins the conversation; what concerns no case leaves nothing behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dsarbot.core import orders as o
from dsarbot.core.case import Case, LetterStatus, Moment, Outcome, Section, Status
from dsarbot.errors import Gone, NotAllowed
from dsarbot.ports import InboundRow
from tests.desk.test_intake import bounce
from tests.desk.world import ACCESS, ERASURE, NORD, START, SUD, World, mail

ANSWER = "Bonjour Madame,\r\nVous trouverez vos données ci-joint.\r\nAnna\r\n> Bonjour, je souhaite une copie."


@pytest.fixture
def world() -> World:
    return World()


def by_hand(
    text: str = ANSWER,
    *,
    to: str = "Jeanne Martin <jeanne@example.org>",
    subject: str = "Re: Mes données",
    answers: str = "",
    headers: str = "",
    name: str = "hand",
) -> str:
    answered = f"In-Reply-To: {answers}\r\nReferences: {answers}\r\n" if answers else ""
    return mail(
        text,
        sender="Anna <dpo@nord.example.org>",
        to=to,
        subject=subject,
        message_id=name,
        headers=f"{answered}{headers}",
    )


async def asked(world: World) -> Case:
    await world.receive(mail(ACCESS, message_id="first"))
    (case,) = await world.cases()
    return case


def record(world: World, row: InboundRow, outcome: Outcome = Outcome.GRANTED, ground: str = "") -> o.AnsweredByHand:
    return o.AnsweredByHand(
        at=world.clock(),
        actor="anna",
        cause="recorded",
        inbound=row.id,
        outcome=outcome,
        ground=ground,
        subject="Re: Mes données",
        sections=(Section(key="by-hand", text="Vous trouverez vos données ci-joint."),),
    )


async def assert_forgotten(world: World, row: InboundRow) -> None:
    """Neither bytes nor anything that they could be found by."""
    assert (row.state, row.objects, row.case, row.safe_due) == ("settled", (), "", None)
    for object_id in (f"{row.id}-s",):
        with pytest.raises(Gone):
            await world.store.vault.open(NORD, object_id)


WAYS = [
    ("thread", {"answers": "<first@example.org>", "subject": "Ihre Anfrage"}),
    ("reply", {"answers": "<1@nord.example.org>"}),
    ("reference", {"subject": "Re: {reference}"}),
    ("recipient", {}),
]


@pytest.mark.parametrize(("how", "fields"), WAYS, ids=[how for how, _ in WAYS])
async def test_what_staff_wrote_to_a_person_joins_moves_nothing_and_is_offered(
    world: World, how: str, fields: dict[str, str]
) -> None:
    case = await asked(world)
    await world.deliver()
    before = (await world.cases())[0].claims
    given = {name: value.replace("{reference}", case.reference) for name, value in fields.items()}
    row = await world.sent(by_hand(**given))
    (case,) = await world.cases()
    assert (row.disposition, row.kind, row.case) == ("case", "by-hand", case.id)
    joined = case.inbounds[-1]
    assert (joined.how, joined.recipient, joined.inbound) == (how, "jeanne@example.org", row.id)
    assert case.claims == before
    assert [(each.kind, each.inbound, each.settled) for each in case.proposals] == [("answered-by-hand", row.id, False)]
    assert await world.store.vault.open(NORD, row.objects[0])


async def test_recorded_as_the_answer_it_counts_from_when_it_was_sent(world: World) -> None:
    case = await asked(world)
    await world.deliver()
    world.clock.advance(timedelta(days=2))
    sent_at = world.clock()
    row = await world.sent(by_hand(answers="<first@example.org>"))
    world.clock.advance(timedelta(days=40))
    case = await world.desk.order(NORD, case.id, record(world, row))
    (claim,) = case.claims
    assert (claim.status, claim.outcome, claim.answered_at, claim.late) == (
        Status.ANSWERED,
        Outcome.GRANTED,
        sent_at,
        False,
    )
    letter = case.letters[-1]
    assert (letter.moment, letter.status, letter.recipient, letter.inbound) == (
        Moment.ANSWERED,
        LetterStatus.SENT,
        "jeanne@example.org",
        row.id,
    )
    assert case.proposals[0].settled
    assert await world.store.letter_by_message_id(NORD, "<hand@example.org>") == (case.id, letter.id)
    # Nothing is sent again.
    assert len(await world.deliver()) == 1


async def test_an_answer_by_hand_after_the_last_day_is_late(world: World) -> None:
    case = await asked(world)
    world.clock.advance(timedelta(days=45))
    row = await world.sent(by_hand(answers="<first@example.org>"))
    case = await world.desk.order(NORD, case.id, record(world, row))
    assert case.claims[0].late


async def test_of_two_dates_the_later_one_is_when_it_was_sent(world: World) -> None:
    case = await asked(world)
    world.clock.advance(timedelta(days=45))
    dated = by_hand(answers="<first@example.org>", headers="Date: Tue, 3 Mar 2026 10:00:00 +0000\r\n")
    await world.sent(dated)
    (case,) = await world.cases()
    assert case.inbounds[-1].received_at == world.clock()
    old = by_hand(name="b", answers="<first@example.org>", headers="Date: Thu, 16 Apr 2026 09:05:00 +0000\r\n")
    await world.sent(old, at=datetime(2026, 3, 3, 9, tzinfo=UTC))
    (case,) = await world.cases()
    # A date that the folder does not bear out is not believed, in neither direction.
    assert case.inbounds[-1].received_at == datetime(2026, 3, 3, 9, tzinfo=UTC)


async def test_an_answer_to_what_staff_wrote_joins_the_case_before_and_after_it_is_recorded(world: World) -> None:
    case = await asked(world)
    row = await world.sent(by_hand(answers="<first@example.org>"))
    reply = "In-Reply-To: <hand@example.org>\r\n"
    (first,) = await world.receive(mail("Merci, il manque les factures.", sender="j@elsewhere.example", headers=reply))
    assert (first.case, first.disposition) == (case.id, "case")
    await world.desk.order(NORD, case.id, record(world, row))
    (second,) = await world.receive(mail("Il manque encore les factures.", headers=reply))
    (case,) = await world.cases()
    assert second.case == case.id
    assert [joined.how for joined in case.inbounds[-2:]] == ["thread-other-sender", "reply"]
    assert case.proposals[-1].kind == "contested"


async def test_what_staff_wrote_and_came_back_answers_nothing(world: World) -> None:
    case = await asked(world)
    row = await world.sent(by_hand(answers="<first@example.org>"))
    await world.receive(bounce("<hand@example.org>", "someone@example.org"))
    assert (await world.cases())[0].inbounds[-1].trouble == ""
    (report,) = await world.receive(bounce("<hand@example.org>", "jeanne@example.org"))
    (case,) = await world.cases()
    assert (report.disposition, report.case, case.inbounds[-1].trouble) == ("bounce", case.id, "5.1.1")
    with pytest.raises(NotAllowed, match="came back") as refused:
        await world.desk.order(NORD, case.id, record(world, row))
    assert refused.value.rule == "came-back"


async def test_an_answer_by_hand_that_bounces_after_it_was_recorded_is_a_bounced_letter(world: World) -> None:
    case = await asked(world)
    row = await world.sent(by_hand(answers="<first@example.org>"))
    await world.desk.order(NORD, case.id, record(world, row))
    await world.receive(bounce("<hand@example.org>", "jeanne@example.org"))
    (case,) = await world.cases()
    assert case.letters[-1].status == LetterStatus.BOUNCED


async def test_a_refusal_by_hand_needs_a_ground_that_the_law_knows(world: World) -> None:
    case = await asked(world)
    row = await world.sent(by_hand(answers="<first@example.org>"))
    with pytest.raises(NotAllowed) as refused:
        await world.desk.order(NORD, case.id, record(world, row, Outcome.REFUSED, "no-time"))
    assert refused.value.rule == "refusal-ground"
    case = await world.desk.order(NORD, case.id, record(world, row, Outcome.REFUSED, "excessive"))
    assert (case.letters[-1].moment, case.claims[0].outcome) == (Moment.REFUSED, Outcome.REFUSED)


async def test_the_same_mail_is_recorded_once(world: World) -> None:
    case = await asked(world)
    row = await world.sent(by_hand(answers="<first@example.org>"))
    await world.desk.order(NORD, case.id, record(world, row))
    reopen = o.Reopen(at=world.clock(), actor="anna", cause="re", why="mistake")
    await world.desk.order(NORD, case.id, reopen)
    again = o.AnsweredByHand(at=world.clock(), actor="anna", cause="x", inbound=row.id, outcome=Outcome.GRANTED)
    with pytest.raises(NotAllowed) as refused:
        await world.desk.order(NORD, case.id, again)
    assert refused.value.rule == "recorded-already"


ELSEWHERE = [
    by_hand("Bonjour, votre facture.", to="client@example.com", subject="Facture"),
    by_hand(
        "Vois ci-dessous.",
        to="Bruno <bruno@nord.example.org>",
        subject="TR: Mes données",
        answers="<first@example.org>",
    ),
    by_hand("I am away.", headers="Auto-Submitted: auto-replied\r\n", answers="<first@example.org>"),
    "not a mail at all",
]


@pytest.mark.parametrize("raw", ELSEWHERE, ids=["customer", "colleague", "robot", "rubbish"])
async def test_other_mail_of_staff_leaves_no_bytes_and_no_trace_of_whom_it_went_to(world: World, raw: str) -> None:
    await asked(world)
    row = await world.sent(raw)
    await assert_forgotten(world, row)
    assert (row.disposition, row.kind) == ("own", "sent-elsewhere")
    assert len((await world.cases())[0].inbounds) == 1
    # Nobody who answers it finds anything.
    assert await world.store.by_lookup(NORD, "message-id", "<hand@example.org>") == ()


async def test_a_forward_to_somebody_outside_joins_but_is_not_offered_as_an_answer(world: World) -> None:
    await asked(world)
    row = await world.sent(by_hand("Que pensez-vous ?", to="avocat@law.example", answers="<first@example.org>"))
    (case,) = await world.cases()
    assert (row.case, case.inbounds[-1].recipient) == (case.id, "avocat@law.example")
    assert case.proposals == ()


async def test_with_two_open_cases_the_recipient_alone_says_nothing(world: World) -> None:
    await world.receive(mail(ACCESS), mail(ERASURE))
    row = await world.sent(by_hand())
    await assert_forgotten(world, row)


async def test_our_own_letter_in_the_sent_folder_is_linked_and_not_kept_twice(world: World) -> None:
    case = await asked(world)
    ((_, letter),) = await world.deliver()
    row = await world.sent(letter.decode())
    assert (row.disposition, row.case, row.objects) == ("own", case.id, ())
    assert len((await world.cases())[0].inbounds) == 1


async def test_a_letter_that_a_quick_server_files_before_we_know_it_left_is_our_own(world: World) -> None:
    case = await asked(world)
    (letter,) = case.letters
    row = await world.sent(by_hand(subject=letter.subject, name="under-another-name"))
    assert (row.disposition, row.case) == ("own", case.id)
    assert (await world.cases())[0].proposals == ()


async def test_the_same_sent_mail_twice_is_told_once(world: World) -> None:
    await asked(world)
    first, second = await world.sent(by_hand()), await world.sent(by_hand())
    assert (second.disposition, second.kind, second.objects) == ("duplicate", first.id, ())
    assert len((await world.cases())[0].proposals) == 1


async def test_a_request_that_waits_is_read_before_the_answer_to_it(world: World) -> None:
    sent = await world.arrives(by_hand(answers="<first@example.org>"), folder="Sent", channel="sent")
    await world.arrives(mail(ACCESS, message_id="first"))
    while await world.intake.process():
        pass
    (case,) = await world.cases()
    assert (await world.row(sent)).case == case.id


async def test_a_try_that_ended_after_the_bytes_were_destroyed_is_brought_to_its_end(world: World) -> None:
    sent = await world.arrives(by_hand(to="client@example.com"), folder="Sent", channel="sent")
    (row,) = await world.store.unread_inbounds()
    await world.store.vault.destroy(NORD, row.objects, rule="sent-folder", actor="service")
    while await world.intake.process():
        pass
    await assert_forgotten(world, await world.row(sent))


async def test_what_could_not_be_fetched_whole_or_kills_the_reader_is_never_held(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr("dsarbot.desk.intake.look", fails)
    await assert_forgotten(world, await world.sent(by_hand()))


async def test_in_a_shared_mailbox_the_writer_tells_the_company(world: World) -> None:
    await world.receive(mail(ACCESS, to="dpo@nord.example.org, dpo@sud.example.org", message_id="first"), box="shared")
    answer = by_hand(answers="<first@example.org>").replace("dpo@nord", "dpo@sud")
    row = await world.sent(answer, box="shared")
    (nord,), (sud,) = await world.cases(NORD), await world.cases(SUD)
    assert (row.scope, row.case, len(nord.inbounds), len(sud.inbounds)) == (SUD, sud.id, 1, 2)
    assert await world.store.vault.open(SUD, row.objects[0])
    other = await world.sent(by_hand(to="client@example.com", name="x"), box="shared")
    assert (other.scope, other.objects) == ("mailbox:shared", ())


async def test_what_staff_wrote_goes_with_a_split_and_is_not_offered_again(world: World) -> None:
    case = await asked(world)
    row = await world.sent(by_hand())
    (case,) = await world.cases()
    opening = o.OpenFrom(
        at=START,
        actor="anna",
        cause="s",
        case="new",
        reference="NOR-2026-00009-X",
        organisation="nord",
        channel="mail",
        language="fr",
        received_at=START,
        inbound="",
        person=case.person,
        asked=(),
        from_case=case.id,
        mode="split",
        claims=case.claims,
        inbounds=case.inbounds,
    )
    after = await world.desk.order(NORD, "", opening)
    assert [(each.inbound, each.recipient) for each in after.inbounds][-1] == (row.id, "jeanne@example.org")
    assert after.proposals == ()


async def test_a_copy_to_ourselves_of_what_a_colleague_wrote_is_the_colleagues_and_no_forward(world: World) -> None:
    case = await asked(world)
    quoted = (
        "\r\n\r\nDe : Jeanne Martin <jeanne@example.org>\r\nEnvoyé : lundi 2 mars 2026 10:00\r\n"
        "À : dpo@nord.example.org\r\nObjet : Mes données\r\n\r\n"
    )
    copy = by_hand(ANSWER + quoted + ERASURE, answers="<first@example.org>", headers="Cc: dpo@nord.example.org\r\n")
    (row,) = await world.receive(copy)
    assert (row.disposition, row.kind, row.case) == ("case", "by-hand", case.id)
    filed = await world.sent(copy)
    assert (filed.disposition, filed.kind) == ("duplicate", row.id)
    (case,) = await world.cases()
    assert [joined.recipient for joined in case.inbounds] == ["", "jeanne@example.org"]
    assert [each.kind for each in case.proposals] == ["answered-by-hand"]
