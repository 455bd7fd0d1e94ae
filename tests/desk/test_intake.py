"""What arrives becomes a case, joins one, or is listed as what it is. Nothing is dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dsarbot.core import orders as o
from dsarbot.core.case import Outcome, Status
from dsarbot.desk import mailroom
from dsarbot.desk.keep import keep
from dsarbot.errors import Conflict, NotAllowed, StoreDown, Unreadable
from dsarbot.ports import Arrival, InboundRow, mailbox_scope
from tests.desk.world import ACCESS, ERASURE, NORD, ORDINARY, START, SUD, World, mail


@pytest.fixture
def world() -> World:
    return World()


async def test_a_request_becomes_a_numbered_case_with_dates_and_an_acknowledgement(world: World) -> None:
    (row,) = await world.receive(mail(ACCESS))
    (case,) = await world.cases()
    assert (row.disposition, row.state, row.case, row.scope) == ("case", "settled", case.id, NORD)
    assert case.reference.startswith("NOR-2026-00001-")
    assert (case.person.name, case.person.address) == ("Jeanne Martin", "jeanne@example.org")
    assert [claim.right for claim in case.claims] == ["access"]
    assert case.claims[0].dates and case.claims[0].dates.target == date(2026, 4, 2)
    assert case.inbounds[0].message_id.endswith("@example.org>")
    assert [(job.kind, job.state) for job in await world.store.jobs(NORD)] == [("letter", "queued")]
    assert world.rung > 0


async def test_an_ordinary_mail_makes_no_case_and_gets_no_letter(world: World) -> None:
    (row,) = await world.receive(mail(ORDINARY))
    assert (row.disposition, row.state) == ("ordinary", "settled")
    assert await world.cases() == []
    assert await world.store.jobs(NORD) == []


async def test_a_thousand_mails_in_one_batch_are_all_settled(world: World) -> None:
    rows = await world.receive(*(mail(ACCESS, sender=f"p{n}@example.org") for n in range(120)))
    assert {row.disposition for row in rows} == {"case"}
    assert len({case.reference for case in await world.cases()}) == 120


async def test_the_same_mail_twice_is_one_case_and_one_duplicate(world: World) -> None:
    first, second = await world.receive(mail(ACCESS), mail(ACCESS))
    assert (first.disposition, second.disposition) == ("case", "duplicate")
    assert len(await world.cases()) == 1


async def test_the_same_message_id_with_another_content_is_no_duplicate(world: World) -> None:
    rows = await world.receive(mail(ACCESS, message_id="same"), mail(ERASURE, message_id="same"))
    assert [row.disposition for row in rows] == ["case", "case"]


ROBOTS = [
    mail("Je suis absente jusqu'au 5 mars.", subject="Absence", headers="Auto-Submitted: auto-replied\r\n"),
    mail("News!", sender="news@example.com", headers="List-Id: <news.example.com>\r\nPrecedence: bulk\r\n"),
]


@pytest.mark.parametrize("raw", ROBOTS)
async def test_a_robot_is_never_answered_and_never_a_request(world: World, raw: str) -> None:
    (row,) = await world.receive(raw.replace("News!", ACCESS).replace("Je suis absente", ACCESS))
    assert row.disposition == "automatic"
    assert await world.cases() == []


def bounce(message_id: str, recipient: str) -> str:
    return (
        "From: MAILER-DAEMON@mx.example.net\r\nTo: dpo@nord.example.org\r\nSubject: Undelivered Mail\r\n"
        f"Message-ID: <b{recipient}@mx.example.net>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n'
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--b--\r\n"
    )


@pytest.mark.parametrize(
    ("recipient", "days", "trouble"),
    [("jeanne@example.org", 1, "5.1.1"), ("someone@example.org", 1, ""), ("jeanne@example.org", 31, "")],
)
async def test_a_bounce_counts_only_for_its_recipient_and_for_thirty_days(
    world: World, recipient: str, days: int, trouble: str
) -> None:
    await world.receive(mail(ACCESS))
    await world.deliver()
    world.clock.advance(timedelta(days=days))
    (row,) = await world.receive(bounce("<1@nord.example.org>", recipient))
    (case,) = await world.cases()
    assert (row.disposition, case.letter("l1").trouble) == ("bounce", trouble)
    assert case.claims[0].status == Status.OPEN


async def test_what_a_web_form_sends_is_held_for_a_person_and_never_answered(world: World) -> None:
    (row,) = await world.receive(mail(ACCESS, sender="www@example.com", headers="Auto-Submitted: auto-generated\r\n"))
    assert (row.disposition, row.kind) == ("held", "web-form")
    assert row.safe_due


async def test_a_letter_that_is_all_quotation_is_read_as_a_letter(world: World) -> None:
    await world.receive(mail("\r\n".join("> " + line for line in ACCESS.splitlines())))
    assert len(await world.cases()) == 1


async def test_a_reply_to_our_letter_joins_and_moves_nothing(world: World) -> None:
    await world.receive(mail(ACCESS))
    await world.deliver()
    ours = "<1@nord.example.org>"
    (row,) = await world.receive(mail("Merci, voici mon adresse.", headers=f"In-Reply-To: {ours}\r\n"))
    (case,) = await world.cases()
    assert (row.disposition, row.kind, row.case) == ("case", "reply", case.id)
    assert case.inbounds[-1].how == "reply"
    assert [each.kind for each in case.proposals] == ["message"]
    assert case.claims[0].status == Status.OPEN


async def test_a_reply_while_a_question_waits_is_proposed_as_its_answer(world: World) -> None:
    await world.receive(mail(ACCESS))
    (case,) = await world.cases()
    ask = o.AskIdentity(at=world.clock(), actor="dpo", cause="x", doubt="Unknown address.", rung="R2")
    case = await world.desk.order(NORD, case.id, ask)
    await approve(world, case.id, "l2")
    await world.deliver()
    await world.receive(mail("Voici le code 123456.", headers="In-Reply-To: <2@nord.example.org>\r\n"))
    (case,) = await world.cases()
    assert case.proposals[-1].kind == "identity-answer"
    assert case.claims[0].status == Status.WAITING_PERSON


async def approve(world: World, case_id: str, letter_id: str) -> None:
    case = await world.store.case(NORD, case_id)
    letter = case.letter(letter_id)
    order = o.Approve(
        at=world.clock(),
        actor="dpo",
        cause=f"approve:{letter_id}",
        letter=letter_id,
        digest=world.organisations["nord"].digest(letter),
        version=case.version,
    )
    await world.desk.order(NORD, case_id, order)


async def test_a_reply_to_an_answered_case_is_proposed_as_contested(world: World) -> None:
    await world.receive(mail(ACCESS))
    (case,) = await world.cases()
    answer = o.Answer(at=world.clock(), actor="dpo", cause="a", outcome=Outcome.GRANTED, detail="Copy attached.")
    await world.desk.order(NORD, case.id, answer)
    await approve(world, case.id, "l2")
    await world.deliver()
    await world.receive(mail("Il manque les journaux de connexion.", headers="In-Reply-To: <2@nord.example.org>\r\n"))
    (case,) = await world.cases()
    assert case.proposals[-1].kind == "contested"


async def test_a_person_who_answers_their_own_mail_stays_in_the_thread(world: World) -> None:
    await world.receive(mail(ACCESS, message_id="first"))
    await world.receive(mail("J'ai oublié mon numéro client.", headers="References: <first@example.org>\r\n"))
    (case,) = await world.cases()
    assert case.inbounds[-1].how == "thread"


async def test_a_reference_joins_only_with_its_check_character_and_grants_nothing(world: World) -> None:
    await world.receive(mail(ACCESS))
    (case,) = await world.cases()
    wrong = case.reference[:-1] + ("A" if case.reference[-1] != "A" else "B")
    rows = await world.receive(
        mail("Où en est ma demande ?", subject=f"Re: {case.reference}", sender="autre@example.net"),
        mail("Où en est ma demande ?", subject=f"Re: {wrong}", sender="tiers@example.net"),
    )
    (case,) = await world.cases()
    assert rows[0].case == case.id
    assert case.inbounds[-1].how == "reference-other-sender"
    assert (rows[1].disposition, rows[1].kind) == ("held", "reply")


async def test_a_stranger_who_quotes_a_case_and_invokes_a_right_gets_a_case_of_their_own(world: World) -> None:
    await world.receive(mail(ACCESS))
    (first,) = await world.cases()
    await world.receive(mail(ERASURE, sender="autre@example.net", subject=f"Re: {first.reference}"))
    cases = await world.cases()
    assert [case.person.address for case in cases] == ["jeanne@example.org", "autre@example.net"]
    assert cases[1].links == (first.id,)
    assert len(cases[0].inbounds) == 1


async def test_a_new_right_in_a_reply_opens_a_linked_case(world: World) -> None:
    await world.receive(mail(ACCESS))
    await world.deliver()
    await world.receive(mail(ERASURE, headers="In-Reply-To: <1@nord.example.org>\r\n"))
    first, second = await world.cases()
    assert [claim.right for claim in second.claims] == ["erasure"]
    assert second.links == (first.id,)


async def test_the_person_of_a_single_open_case_joins_it_for_thirty_days(world: World) -> None:
    await world.receive(mail(ACCESS))
    (row,) = await world.receive(mail("Avez-vous reçu mon courrier de lundi dernier ?", subject="Suite"))
    assert row.disposition == "case"
    world.clock.advance(timedelta(days=31))
    (row,) = await world.receive(mail("Avez-vous bien reçu mon courrier d'alors ?", subject="Suite"))
    assert (row.disposition, row.kind, row.problem) == ("held", "known-sender", "long-ago")


async def test_with_two_open_cases_the_sender_says_nothing_about_which(world: World) -> None:
    await world.receive(mail(ACCESS), mail(ERASURE))
    assert len(await world.cases()) == 2
    (row,) = await world.receive(mail("Avez-vous reçu mon courrier de lundi dernier ?", subject="Suite"))
    assert (row.disposition, row.kind, row.problem) == ("held", "known-sender", "several-cases")


FORWARDED = (
    "Pour info.\r\n\r\n-------- Message transféré --------\r\nDe : Paul Durand <paul@example.com>\r\n"
    "Date : lundi 2 février 2026 10:00\r\nObjet : Mes données\r\nÀ : support@nord.example.org\r\n\r\n" + ACCESS
)


async def test_an_internal_forward_is_the_case_of_the_inner_sender_and_answers_nobody_by_itself(world: World) -> None:
    await world.receive(mail(FORWARDED, sender="Support <support@nord.example.org>", subject="TR: Mes données"))
    (case,) = await world.cases()
    assert (case.person.address, case.automatic_blocked) == ("paul@example.com", "internal-forward")
    assert case.claims[0].status == Status.UNCONFIRMED
    assert case.letters == ()


BLOCKED = [
    (mail(ACCESS, sender="moi@nord.example.org"), "own-domain"),
    (mail(ACCESS, sender="a@example.org, b@example.org"), "several-senders"),
    (
        mail(ACCESS, headers="Authentication-Results: mx.nord.example.org; dmarc=fail header.from=example.org\r\n"),
        "dmarc-failed",
    ),
]


@pytest.mark.parametrize(("raw", "why"), BLOCKED, ids=[why for _, why in BLOCKED])
async def test_doubtful_senders_are_acknowledged_only_by_a_person(world: World, raw: str, why: str) -> None:
    await world.receive(raw)
    (case,) = await world.cases()
    assert case.automatic_blocked == why
    assert not any(letter.automatic for letter in case.letters)
    assert await world.deliver() == []


async def test_a_mail_without_a_sender_is_still_a_case(world: World) -> None:
    raw = mail(ACCESS).replace("From: Jeanne Martin <jeanne@example.org>\r\n", "")
    await world.receive(raw)
    (case,) = await world.cases()
    assert (case.person.address, case.automatic_blocked) == ("", "no-sender")
    assert case.letters[0].medium == "post"


async def test_a_request_in_junk_is_listed_with_its_date_and_taken_in_by_one_act(world: World) -> None:
    (row,) = await world.receive(mail(ACCESS), folder="Junk")
    assert (row.state, row.kind, row.safe_due) == ("held", "in-other-folder", date(2026, 4, 2))
    assert await world.cases() == []
    reference = await world.intake.take_in(row, world.organisations["nord"], actor="dpo", rights=())
    (case,) = await world.cases()
    assert (case.reference, case.automatic_blocked) == (reference, "other-folder")
    assert (await world.row(row.id)).disposition == "case"


async def test_an_ordinary_mail_can_be_taken_in_with_the_rights_a_person_saw(world: World) -> None:
    (row,) = await world.receive(mail(ORDINARY))
    await world.intake.take_in(row, world.organisations["nord"], actor="dpo", rights=("objection",))
    (case,) = await world.cases()
    assert [(claim.right, claim.status) for claim in case.claims] == [("objection", Status.OPEN)]


async def test_taking_in_what_names_no_right_needs_the_right(world: World) -> None:
    (row,) = await world.receive(mail(ORDINARY))
    with pytest.raises(NotAllowed, match="which one"):
        await world.intake.take_in(row, world.organisations["nord"], actor="dpo", rights=())
    with pytest.raises(NotAllowed, match="cake"):
        await world.intake.take_in(row, world.organisations["nord"], actor="dpo", rights=("cake",))
    assert (await world.row(row.id)).disposition == "ordinary"
    assert await world.cases() == []


async def test_a_mail_whose_order_is_refused_is_held_and_takes_no_other_with_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rights = {slug: right for slug, right in world.organisations["nord"].rules.rights.items() if slug != "erasure"}
    old = world.organisations["nord"]
    world.organisations["nord"] = replace(old, rules=replace(old.rules, rights=rights))
    rows = await world.receive(mail(ACCESS), mail(ERASURE, sender="autre@example.net"))
    assert [(row.disposition, row.problem) for row in rows] == [("case", ""), ("held", "unknown-right")]
    assert rows[1].safe_due


ATTACHED = (
    "From: jeanne@example.org\r\nTo: dpo@nord.example.org\r\nSubject: \r\nMessage-ID: <a@example.org>\r\n"
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
    "Voir PJ\r\n--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=lettre.png\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\n" + "iVBORw0KGgoAAAANSUhEUgAA\r\n" * 120 + "--b--\r\n"
)


async def test_a_mail_that_is_only_an_attachment_is_never_ordinary(world: World) -> None:
    (row,) = await world.receive(ATTACHED)
    # Its picture is to be read first (tests/scans/test_attachments.py); a period may be running already.
    assert (row.state, row.kind) == ("held", "to-be-read") and row.safe_due
    await world.intake.look_again(row, {})
    (case,) = await world.cases()
    assert case.claims[0].status == Status.UNCONFIRMED
    assert case.claims[0].dates


async def test_attached_text_is_read_with_the_mail(world: World) -> None:
    raw = ATTACHED.replace("image/png", "text/plain; charset=utf-8").replace("lettre.png", "lettre.txt")
    body = ERASURE.encode().hex()
    raw = raw.replace("Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: 8bit")
    raw = raw.replace("iVBORw0KGgoAAAANSUhEUgAA\r\n" * 120, bytes.fromhex(body).decode() + "\r\n")
    await world.receive(raw)
    (case,) = await world.cases()
    assert [claim.right for claim in case.claims] == ["erasure"]


async def test_the_earlier_receipt_by_an_own_host_counts(world: World) -> None:
    line = "Received: from x by mx.nord.example.org with ESMTP; Fri, 27 Feb 2026 08:00:00 +0000\r\n"
    foreign = "Received: from x by mx.example.net with ESMTP; Thu, 1 Jan 2026 08:00:00 +0000\r\n"
    await world.receive(line + foreign + mail(ACCESS))
    (case,) = await world.cases()
    assert case.claims[0].received_at == datetime(2026, 2, 27, 8, tzinfo=UTC)


# --- several organisations -------------------------------------------------------------------------------------


async def test_a_shared_mailbox_asks_a_person_when_no_address_says_whose_mail_it_is(world: World) -> None:
    (row,) = await world.receive(mail(ACCESS, to="info@gruppe.example.org"), box="shared")
    assert (row.state, row.kind, row.scope) == ("held", "which-organisation", mailbox_scope("shared"))
    assert row.safe_due
    await world.intake.take_in(row, world.organisations["sud"], actor="dpo", rights=())
    assert len(await world.cases(SUD)) == 1
    assert await world.cases(NORD) == []


async def test_the_address_decides_in_a_shared_mailbox(world: World) -> None:
    (row,) = await world.receive(mail(ACCESS, to="dpo@sud.example.org"), box="shared")
    assert row.scope == SUD
    assert len(await world.cases(SUD)) == 1
    assert await world.cases(NORD) == []


async def test_capital_letters_make_no_other_address(world: World) -> None:
    (row,) = await world.receive(mail(ACCESS, to="DPO@Sud.example.org"), box="shared")
    assert row.scope == SUD
    await world.receive(mail(ACCESS, message_id="one"))
    await world.receive(
        mail("Avez-vous reçu mon courrier de lundi dernier ?", sender="JEANNE@example.org", subject="Suite")
    )
    (case,) = await world.cases(NORD)
    assert case.inbounds[-1].how == "sender"


async def test_one_mail_to_two_companies_makes_siblings_and_one_acknowledgement(world: World) -> None:
    await world.receive(mail(ACCESS, to="dpo@nord.example.org, dpo@sud.example.org"), box="shared")
    (nord,), (sud,) = await world.cases(NORD), await world.cases(SUD)
    assert (nord.links, sud.links) == ((sud.id,), (nord.id,))
    given = await world.deliver()
    assert len(given) == 1
    assert (nord.also, sud.also) == ((f"Sud ({sud.reference})",), ())
    assert [len(case.letters) for case in (nord, sud)] == [1, 0]
    for scope, case in ((NORD, nord), (SUD, sud)):
        (row,) = await world.store.inbounds(scope)
        assert (row.state, row.disposition, row.case) == ("settled", "case", case.id)
        assert await world.store.vault.open(scope, row.objects[0])


async def test_a_mail_to_two_companies_that_comes_again_is_a_duplicate_at_both(world: World) -> None:
    twice = mail(ACCESS, to="dpo@nord.example.org, dpo@sud.example.org")
    await world.receive(twice, twice, box="shared")
    assert (len(await world.cases(NORD)), len(await world.cases(SUD))) == (1, 1)
    for scope in (NORD, SUD):
        rows = await world.store.inbounds(scope)
        assert sorted(row.disposition for row in rows) == ["case", "duplicate"]


async def test_keeping_the_same_mail_again_keeps_it_once(world: World) -> None:
    arrivals = [
        Arrival(mailbox="nord", folder="INBOX", uidvalidity=1, uid=uid, received_at=START, raw=mail(ACCESS).encode())
        for uid in (7, 8)
    ]
    for batch in (arrivals[:1], arrivals):
        kept = await keep(batch, store=world.store, vault=world.store.vault, scope=NORD, clock=world.clock)
        assert kept == [arrival.uid for arrival in batch]
    assert len(await world.store.inbounds(NORD)) == 2
    position = await world.store.position("nord", "INBOX")
    assert position and position.last_uid == 8


# --- what cannot be read ---------------------------------------------------------------------------------------


async def test_what_cannot_be_read_is_held_dated_and_its_bytes_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise Unreadable

    monkeypatch.setattr("dsarbot.desk.intake.look", fails)
    (row,) = await world.receive(mail(ACCESS))
    assert (row.state, row.kind, row.problem) == ("held", "unreadable", "Unreadable")
    assert row.safe_due == date(2026, 4, 2)
    assert await world.store.vault.open(NORD, row.objects[0])


async def test_a_mail_the_server_gave_only_in_part_is_held(world: World) -> None:
    arrival = Arrival(
        mailbox="nord", folder="INBOX", uidvalidity=1, uid=99, received_at=START, raw=b"From: x", complete=False
    )
    await keep([arrival], store=world.store, vault=world.store.vault, scope=NORD, clock=world.clock)
    await world.intake.process()
    (row,) = await world.store.inbounds(NORD)
    assert (row.state, row.problem) == ("held", "incomplete")


async def test_a_mail_that_killed_the_process_twice_is_held_and_takes_no_other_with_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    killer, other = await world.arrives(mail("kill")), await world.arrives(mail(ACCESS))

    class Killed(BaseException):
        pass

    def look(row: InboundRow, *others: Any) -> Any:
        if row.id == killer:
            raise Killed
        return real(row, *others)

    real = mailroom.look
    monkeypatch.setattr("dsarbot.desk.intake.look", look)
    kills = 0
    while await world.store.unread_inbounds():
        try:
            await world.intake.process()
        except Killed:
            kills += 1
    assert kills == 3
    assert (await world.row(killer)).problem == "gave-up-after-crash"
    assert (await world.row(other)).disposition == "case"


async def test_a_disk_or_database_that_fails_counts_against_no_mail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [await world.arrives(mail(ACCESS, sender=f"p{number}@example.net")) for number in range(3)]
    handle = world.desk.handle

    async def fails(*_: object, **__: object) -> None:
        raise next(troubles)

    troubles = iter([StoreDown(), OSError(28, "full"), StoreDown(), StoreDown(), OSError(28, "full"), StoreDown()])
    monkeypatch.setattr(world.desk, "handle", fails)
    for _ in range(6):
        with pytest.raises((StoreDown, OSError)):
            await world.intake.process()
    assert {(await world.row(each)).attempts for each in ids} == {1}
    monkeypatch.setattr(world.desk, "handle", handle)
    while await world.intake.process():
        pass
    assert {(await world.row(each)).disposition for each in ids} == {"case"}


async def test_two_processes_that_read_the_same_mail_open_one_case(world: World) -> None:
    await world.arrives(mail(ACCESS))
    (row,) = await world.store.unread_inbounds()
    # The other process has read the list when this one settles what stands in it.
    await world.intake.process()
    with pytest.raises(Conflict):
        await world.intake.read_now(row)
    assert len(await world.cases()) == 1
    assert len(await world.store.jobs(NORD)) == 1


async def test_keeping_nothing_is_nothing(world: World) -> None:
    assert await keep([], store=world.store, vault=world.store.vault, scope=NORD, clock=world.clock) == []
    assert await world.intake.process() == 0
    assert world.clock() == START
