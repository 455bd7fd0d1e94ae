"""Who wrote, about whom, since when: the rules of practice 1 to 6, walked at the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dsarbot.core import orders as o
from dsarbot.core.case import Status
from dsarbot.reading.mail import parse
from tests.desk.world import ACCESS, ERASURE, NORD, ORDINARY, START, SUD, World, mail

COLLEAGUE = "Support <support@nord.example.org>"


@pytest.fixture
def world() -> World:
    return World()


def attached(*inner: str, text: str = "Pour info.", sender: str = COLLEAGUE, name: str = "fwd") -> str:
    """A colleague forwards these mails as attachments."""
    parts = "".join(f"--b\r\nContent-Type: message/rfc822\r\n\r\n{each}\r\n" for each in inner)
    return (
        f"From: {sender}\r\nTo: dpo@nord.example.org\r\nSubject: TR: demandes\r\n"
        f"Message-ID: <{name}@nord.example.org>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n{parts}--b--\r\n"
    )


def quoted(
    text: str, *, sender: str = "Paul Durand <paul@example.com>", when: str = "lundi 2 février 2026 10:00"
) -> str:
    """What a mail program prints when a colleague forwards inline."""
    return mail(
        f"Pour info.\r\n\r\n-------- Message transféré --------\r\nDe : {sender}\r\nDate : {when}\r\n"
        f"Objet : Mes données\r\nÀ : support@nord.example.org\r\n\r\n{text}",
        sender=COLLEAGUE,
        subject="TR: Mes données",
    )


JEANNE = mail(ACCESS, headers="Date: Mon, 2 Feb 2026 10:00:00 +0100\r\n")
PAUL = mail(ERASURE, sender="Paul Durand <paul@example.com>", headers="Date: Tue, 3 Feb 2026 10:00:00 +0100\r\n")


# --- practice 1: internal forwards -------------------------------------------------------------------------------


async def test_a_date_that_a_forward_only_prints_is_proposed_and_a_person_confirms_it(world: World) -> None:
    await world.receive(quoted(ACCESS))
    (case,) = await world.cases()
    assert case.claims[0].received_at == START
    (proposal,) = case.proposals
    # Ten o'clock on the wall in Paris.
    assert (proposal.kind, proposal.instant) == ("earlier-receipt", datetime(2026, 2, 2, 9, tzinfo=UTC))
    assert proposal.instant
    correct = o.CorrectReceipt(
        at=world.clock(), actor="anna", cause="r", received_at=proposal.instant, evidence="the colleague's mailbox"
    )
    case = await world.desk.order(NORD, case.id, correct)
    assert case.claims[0].received_at == proposal.instant
    assert case.claims[0].dates and case.claims[0].dates.target == date(2026, 3, 2)
    assert [each.settled for each in case.proposals] == [True]


async def test_a_forward_of_the_same_day_proposes_no_other_receipt(world: World) -> None:
    await world.receive(quoted(ACCESS, when="lundi 2 mars 2026 08:00"))
    (case,) = await world.cases()
    assert case.proposals == ()


async def test_an_own_line_in_an_attached_mail_shows_the_receipt_and_a_foreign_one_only_proposes_it(
    world: World,
) -> None:
    own = "Received: from x by mx.nord.example.org with ESMTP; Wed, 11 Feb 2026 08:00:00 +0000\r\n"
    foreign = "Received: from x by mx.example.net with ESMTP; Mon, 2 Feb 2026 08:00:00 +0000\r\n"
    await world.receive(attached(own + foreign + JEANNE))
    (case,) = await world.cases()
    assert (case.person.address, case.person.name) == ("jeanne@example.org", "Jeanne Martin")
    assert case.claims[0].received_at == datetime(2026, 2, 11, 8, tzinfo=UTC)
    assert [each.instant for each in case.proposals] == [datetime(2026, 2, 2, 9, tzinfo=UTC)]


async def test_two_persons_forwarded_in_one_hour_are_two_cases(world: World) -> None:
    await world.receive(quoted(ACCESS), quoted(ERASURE, sender="Jeanne Martin <jeanne@example.org>"))
    cases = await world.cases()
    assert {case.person.address for case in cases} == {"paul@example.com", "jeanne@example.org"}
    assert [case.links for case in cases] == [(), ()]


async def test_two_persons_in_one_forward_are_two_cases_that_know_nothing_of_each_other(world: World) -> None:
    (row,) = await world.receive(attached(JEANNE, PAUL))
    jeanne, paul = await world.cases()
    assert (jeanne.person.address, paul.person.address) == ("jeanne@example.org", "paul@example.com")
    assert [[claim.right for claim in case.claims] for case in (jeanne, paul)] == [["access"], ["erasure"]]
    assert [(case.links, case.also, case.automatic_blocked) for case in (jeanne, paul)] == [
        ((), (), "internal-forward")
    ] * 2
    assert {claim.status for case in (jeanne, paul) for claim in case.claims} == {Status.UNCONFIRMED}
    rows = await world.store.inbounds(NORD)
    assert {(each.disposition, each.state, each.case) for each in rows} == {
        ("case", "settled", jeanne.id),
        ("case", "settled", paul.id),
    }
    assert row.case == jeanne.id
    for each in rows:
        assert await world.store.vault.open(NORD, each.objects[0])
    assert await world.deliver() == []


async def test_two_persons_forwarded_to_two_companies_are_four_cases(world: World) -> None:
    both = attached(JEANNE, PAUL).replace("To: dpo@nord.example.org", "To: dpo@nord.example.org, dpo@sud.example.org")
    await world.receive(both, box="shared")
    nord, sud = await world.cases(NORD), await world.cases(SUD)
    assert [case.person.address for case in nord] == [case.person.address for case in sud]
    assert [case.links for case in nord] == [(case.id,) for case in sud]


async def test_a_held_forward_of_two_persons_that_is_taken_in_loses_neither(world: World) -> None:
    nobody = attached(JEANNE, PAUL).replace("To: dpo@nord.example.org", "To: info@gruppe.example.org")
    (row,) = await world.receive(nobody, box="shared")
    assert (row.state, row.kind) == ("held", "which-organisation")
    reference = await world.intake.take_in(row, world.organisations["nord"], actor="anna", rights=("access",))
    jeanne, paul = await world.cases()
    assert (jeanne.reference, jeanne.person.address, paul.person.address) == (
        reference,
        "jeanne@example.org",
        "paul@example.com",
    )
    assert (paul.claims[0].right, paul.claims[0].status) == ("erasure", Status.UNCONFIRMED)
    assert [case.links for case in (jeanne, paul)] == [(), ()]


async def test_two_mails_of_one_person_in_one_forward_are_one_case_with_both_rights(world: World) -> None:
    later = mail(ERASURE, headers="Date: Wed, 4 Feb 2026 10:00:00 +0100\r\n")
    await world.receive(attached(later, JEANNE))
    (case,) = await world.cases()
    assert {claim.right for claim in case.claims} == {"access", "erasure"}


async def test_the_same_forward_again_is_a_duplicate(world: World) -> None:
    await world.receive(attached(JEANNE, PAUL), attached(JEANNE, PAUL))
    assert len(await world.cases()) == 2
    rows = await world.store.inbounds(NORD)
    assert sorted(row.disposition for row in rows) == ["case", "case", "duplicate", "duplicate"]


async def test_a_forwarded_answer_joins_its_case_as_the_persons_and_not_as_the_colleagues(world: World) -> None:
    await world.receive(mail(ACCESS))
    await world.deliver()
    answer = mail("Voici mon numéro client.", headers="In-Reply-To: <1@nord.example.org>\r\n")
    await world.receive(attached(answer))
    (case,) = await world.cases()
    assert case.inbounds[-1].how == "reply"
    assert [each.kind for each in case.proposals] == ["message"]


async def test_a_forwarded_answer_that_only_quotes_a_reference_joins_as_the_persons(world: World) -> None:
    await world.receive(mail(ACCESS))
    (case,) = await world.cases()
    text = f"Voici mon numéro client, pour {case.reference}."
    await world.receive(quoted(text, sender="Jeanne Martin <jeanne@example.org>"))
    (case,) = await world.cases()
    assert case.inbounds[-1].how == "reference"


async def test_the_same_mail_direct_and_forwarded_is_one_case(world: World) -> None:
    await world.receive(JEANNE, attached(JEANNE))
    (case,) = await world.cases()
    assert [joined.how for joined in case.inbounds] == ["first", "thread"]


async def test_the_letter_answers_the_mail_of_the_person_and_never_the_colleagues(world: World) -> None:
    await world.receive(attached(JEANNE), quoted(ERASURE))
    jeanne, paul = await world.cases()
    assert jeanne.inbounds[0].message_id == parse(JEANNE.encode()).message_id
    assert paul.inbounds[0].message_id == ""


# --- practice 2: shared senders ----------------------------------------------------------------------------------

OTHERS = [
    "Ma femme Claire voudrait aussi savoir où en est votre réponse.",
    "I am writing on behalf of my mother: is there any news?",
    "Ich schreibe im Namen meiner Tochter und warte auf Nachricht.",
    "Avez-vous reçu notre courrier ?\r\n\r\nCordialement,\r\nClaire Dupont",
    "Any news about it?\r\n\r\nKind regards,\r\nPaul Martin",
]


@pytest.mark.parametrize("text", OTHERS)
async def test_somebody_else_at_the_same_address_gets_a_linked_case_whose_clock_runs(world: World, text: str) -> None:
    await world.receive(mail(ACCESS))
    (first,) = await world.cases()
    await world.receive(mail(text, subject="Suite"))
    first, second = await world.cases()
    assert (second.links, second.claims[0].status) == ((first.id,), Status.UNCONFIRMED)
    assert second.claims[0].dates
    assert len(first.inbounds) == 1
    assert second.letters == ()


SAME = [
    "Avez-vous reçu mon courrier ?\r\n\r\nCordialement,\r\nJeanne",
    "Avez-vous reçu mon courrier ?\r\n\r\nCordialement,\r\nMme Jeanne MARTIN-DUPONT",
    "Avez-vous reçu mon courrier ?\r\n\r\nJ. Martin",
    "Avez-vous reçu mon courrier ?\r\nMerci d'avance",
]


@pytest.mark.parametrize("text", SAME)
async def test_the_person_signs_as_people_do_and_joins(world: World, text: str) -> None:
    await world.receive(mail(ACCESS))
    await world.receive(mail(text, subject="Suite"))
    (case,) = await world.cases()
    assert case.inbounds[-1].how == "sender"


async def test_a_right_invoked_from_a_known_address_is_never_swallowed(world: World) -> None:
    await world.receive(mail(ACCESS), mail(ERASURE, message_id="second"))
    first, second = await world.cases()
    assert [claim.right for claim in second.claims] == ["erasure"]
    assert second.links == (first.id,)


async def test_a_mere_guess_in_an_answer_to_our_letter_joins_and_a_plain_demand_does_not(world: World) -> None:
    await world.receive(mail(ACCESS))
    ((_, raw),) = await world.deliver()
    answers = f"In-Reply-To: <{parse(raw).message_id}>\r\n"
    vague = "One more thing, the account was opened under my maiden name. The contract number was 32.\r\n\r\nZoë Yates"
    await world.receive(mail(vague, subject="Re: your letter", message_id="vague", headers=answers))
    (case,) = await world.cases()
    assert len(case.inbounds) == 2
    await world.receive(mail(ERASURE, subject="Re: your letter", message_id="plain", headers=answers))
    assert [claim.right for each in await world.cases() for claim in each.claims] == ["access", "erasure"]


async def test_after_thirty_days_or_with_two_open_cases_a_person_decides(world: World) -> None:
    await world.receive(mail(ACCESS))
    world.clock.advance(timedelta(days=31))
    (old,) = await world.receive(mail("Avez-vous bien reçu ma lettre ?", subject="Suite"))
    assert (old.state, old.kind, old.problem) == ("held", "known-sender", "long-ago")
    assert old.safe_due
    await world.receive(mail(ERASURE))
    (two,) = await world.receive(mail("Avez-vous bien reçu mes deux lettres ?", subject="Suite"))
    assert (two.state, two.kind, two.problem) == ("held", "known-sender", "several-cases")


async def test_an_address_of_several_persons_joins_nothing_by_itself(world: World) -> None:
    agent = "agent@example.net"
    await world.receive(mail(ACCESS, sender=f"Jeanne Martin <{agent}>"))
    (first,) = await world.cases()
    dismissed = o.NotARequest(at=world.clock(), actor="anna", cause="n", reason="test")
    await world.receive(mail(ACCESS, sender=f"Paul Durand <{agent}>", message_id="p"))
    await world.desk.order(NORD, first.id, dismissed)
    (row,) = await world.receive(mail("Des nouvelles ?", sender=f"Agent <{agent}>", subject="Suite"))
    assert (row.state, row.problem) == ("held", "shared-address")


async def test_colleagues_and_intermediaries_join_nothing_and_get_nothing_by_themselves(world: World) -> None:
    world.organisations["nord"] = replace(
        world.organisations["nord"],
        staff=frozenset({"anna@private.example"}),
        intermediaries=frozenset({"law.example"}),
    )
    for sender, why in (("anna@private.example", "staff"), ("Max@law.example", "intermediary")):
        await world.receive(mail(ACCESS, sender=sender))
        assert (await world.cases())[-1].automatic_blocked == why
    rows = [
        (await world.receive(mail("Des nouvelles ?", sender=sender, subject="Suite")))[0]
        for sender in ("anna@private.example", "Max@law.example")
    ]
    assert [(row.disposition, row.problem) for row in rows] == [("ordinary", ""), ("held", "shared-address")]
    assert await world.deliver() == []


async def test_a_message_to_a_merged_case_reaches_the_case_that_goes_on(world: World) -> None:
    await world.receive(mail(ACCESS), mail(ERASURE))
    first, second = await world.cases()
    await world.deliver()
    at = world.clock()
    absorb = o.Absorb(
        at=at,
        actor="anna",
        cause="m1",
        from_case=second.id,
        reference=second.reference,
        claims=second.active,
        inbounds=second.inbounds,
        mode="merge",
    )
    leave = o.Leave(at=at, actor="anna", cause="m2", to_case=first.id, claims=("c1",), mode="merge")
    await world.desk.order(NORD, first.id, absorb)
    await world.desk.order(NORD, second.id, leave)
    (row,) = await world.receive(mail("Merci.", headers="In-Reply-To: <2@nord.example.org>\r\n"))
    assert row.case == first.id


# --- practice 3: what nobody could read --------------------------------------------------------------------------


def with_file(content_type: str, *, text: str = "Voir PJ", disposition: str = "attachment", size: int = 3000) -> str:
    body = "QUJD" * 15 + "\r\n"
    return (
        "From: jeanne@example.org\r\nTo: dpo@nord.example.org\r\nSubject: \r\nMessage-ID: <f@example.org>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
        f"{text}\r\n--b\r\nContent-Type: {content_type}\r\nContent-Disposition: {disposition}; filename=f.bin\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{body * (size // 45)}--b--\r\n"
    )


UNREAD = [
    with_file("image/jpeg"),
    with_file("image/heic", disposition="inline", size=90_000),
    with_file("image/png", disposition="inline", text=""),
    with_file("application/pdf"),
    with_file("application/octet-stream"),
    with_file("application/ms-tnef", text=""),
    with_file("application/pkcs7-mime; smime-type=signed-data", text=""),
    mail("", headers="").replace(
        "Content-Type: text/plain; charset=utf-8", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data"
    ),
    mail("-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----"),
    mail("").replace(
        "Content-Type: text/plain; charset=utf-8\r\n\r\n",
        'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n'
        "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
        "--b\r\nContent-Type: application/octet-stream\r\n\r\nx\r\n--b--\r\n",
    ),
]
FORMS = ["photo", "photo-inline", "picture-alone", "pdf", "unknown", "tnef", "opaque", "smime", "pgp", "pgp-mime"]


@pytest.mark.parametrize("raw", UNREAD, ids=FORMS)
async def test_content_that_nobody_could_read_is_a_case_whose_clock_runs(world: World, raw: str) -> None:
    await world.receive(raw)
    (case,) = await world.cases()
    assert (case.claims[0].status, case.claims[0].because) == (Status.UNCONFIRMED, ("unread content",))
    assert case.claims[0].dates
    assert case.letters == ()


READ = [
    with_file("image/png", text=ORDINARY),
    with_file("image/png", disposition="inline", text="Merci beaucoup !", size=5_000),
    with_file("application/pgp-signature"),
    with_file("text/calendar", text=""),
]


@pytest.mark.parametrize("raw", READ, ids=["text-beside-it", "logo", "signature", "invitation"])
async def test_a_picture_beside_a_message_makes_no_case(world: World, raw: str) -> None:
    (row,) = await world.receive(raw)
    assert row.disposition == "ordinary"


async def test_unread_content_under_the_name_of_a_known_sender_is_never_swallowed(world: World) -> None:
    await world.receive(mail(ACCESS, sender="jeanne@example.org"))
    await world.receive(with_file("image/jpeg"))
    first, second = await world.cases()
    assert (second.links, second.claims[0].status) == ((first.id,), Status.UNCONFIRMED)


# --- practice 4: folders that are only watched -------------------------------------------------------------------


async def test_what_a_person_moves_out_of_junk_is_taken_in_with_the_receipt_it_had(world: World) -> None:
    (junk,) = await world.receive(mail(ACCESS), folder="Junk")
    assert (junk.state, junk.kind) == ("held", "in-other-folder")
    world.clock.advance(timedelta(days=9))
    (moved,) = await world.receive(mail(ACCESS))
    (case,) = await world.cases()
    assert (moved.disposition, moved.case) == ("case", case.id)
    assert case.claims[0].received_at == START
    junk = await world.row(junk.id)
    assert (junk.state, junk.disposition, junk.kind, junk.safe_due) == ("settled", "duplicate", moved.id, None)


async def test_a_message_in_junk_from_somebody_with_cases_is_held_as_well(world: World) -> None:
    await world.receive(mail(ACCESS), mail(ERASURE))
    (row,) = await world.receive(mail("Avez-vous reçu mes courriers ?", subject="Suite"), folder="Junk")
    assert (row.state, row.kind) == ("held", "in-other-folder")


# --- practice 5: one mail, several companies ---------------------------------------------------------------------

BOTH = "dpo@nord.example.org, dpo@sud.example.org"
ENVELOPES = [
    "Delivered-To: dpo@sud.example.org\r\n",
    "X-Original-To: DPO@sud.example.org\r\n",
    "Envelope-To: <dpo@sud.example.org>\r\n",
    "Bcc: Sud <dpo@sud.example.org>\r\n",
    "Cc: dpo+rgpd@sud.example.org\r\n",
]


@pytest.mark.parametrize("header", ENVELOPES)
async def test_the_envelope_tells_the_company_when_no_visible_address_does(world: World, header: str) -> None:
    (row,) = await world.receive(mail(ACCESS, to="info@gruppe.example.org", headers=header), box="shared")
    assert row.scope == SUD


async def test_an_own_server_tells_the_recipient_in_its_received_line_and_a_foreign_one_does_not(world: World) -> None:
    world.boxes["shared"] = replace(world.boxes["shared"], own_hosts=("mx.nord.example.org",))
    line = "Received: from x by {} with ESMTP id 1\r\n for <dpo@sud.example.org>; Mon, 2 Mar 2026 08:00:00 +0000\r\n"
    own = line.format("mx.nord.example.org") + mail(ACCESS, to="info@gruppe.example.org")
    foreign = line.format("mx.example.net") + mail(ERASURE, to="info@gruppe.example.org")
    rows = await world.receive(own, foreign, box="shared")
    assert [(row.scope, row.state) for row in rows] == [(SUD, "settled"), ("mailbox:shared", "held")]


async def test_an_alias_in_capitals_and_with_a_tag_means_the_same_company(world: World) -> None:
    addresses = {**world.boxes["shared"].addresses, "datenschutz@old.example": "sud"}
    world.boxes["shared"] = replace(world.boxes["shared"], addresses=addresses)
    (row,) = await world.receive(mail(ACCESS, to="Datenschutz+Web@OLD.example"), box="shared")
    assert row.scope == SUD


async def test_siblings_are_answered_one_by_one(world: World) -> None:
    await world.receive(mail(ACCESS, to=BOTH), box="shared")
    await world.deliver()
    (nord,), (sud,) = await world.cases(NORD), await world.cases(SUD)
    await world.receive(mail("Merci !", headers="In-Reply-To: <1@nord.example.org>\r\n", to=BOTH), box="shared")
    (nord,), (sud,) = await world.cases(NORD), await world.cases(SUD)
    assert [claim.status for case in (nord, sud) for claim in case.claims] == [Status.OPEN, Status.OPEN]
    assert len(nord.inbounds) == 2


async def test_siblings_have_one_owner_where_one_works_for_both(world: World) -> None:
    for key, owner, there in (("nord", "anna", {"anna"}), ("sud", "carla", {"anna", "carla"})):
        mine = world.organisations[key]
        world.organisations[key] = replace(mine, owner=owner, colleagues=frozenset(there))
    await world.receive(mail(ACCESS, to=BOTH), box="shared")
    (nord,), (sud,) = await world.cases(NORD), await world.cases(SUD)
    assert (nord.assignee, sud.assignee) == ("", "anna")
    await world.receive(mail(ERASURE, to="dpo@sud.example.org, dpo@nord.example.org"), box="shared")
    # Carla owns the first of these two and does not work for the other.
    assert [case.assignee for case in await world.cases(NORD)] == ["", ""]


# --- practice 6: copies ------------------------------------------------------------------------------------------


async def test_nobody_in_copy_gets_a_letter_and_an_authority_in_copy_is_shown(world: World) -> None:
    copies = "Cc: Autre <autre@example.net>, plaintes@services.cnil.fr\r\nReply-To: reply@example.net\r\n"
    await world.receive(mail(ACCESS, headers=copies))
    (case,) = await world.cases()
    assert [each.kind for each in case.proposals] == ["authority-in-copy"]
    assert [recipient for recipient, _ in await world.deliver()] == ["jeanne@example.org"]
    await world.receive(mail("Où en êtes-vous ?", headers="In-Reply-To: <1@nord.example.org>\r\nCc: info@cnpd.lu\r\n"))
    (case,) = await world.cases()
    assert [each.kind for each in case.proposals] == ["authority-in-copy", "message", "authority-in-copy"]


async def test_an_authority_is_known_by_its_address_too(world: World) -> None:
    (row,) = await world.receive(mail(ACCESS, sender="Service des plaintes <plaintes@cnil.fr>"))
    assert (row.state, row.kind) == ("held", "authority")


# --- security 7: references and duplicates -----------------------------------------------------------------------


async def test_a_reference_of_another_company_says_nothing_here(world: World) -> None:
    await world.receive(mail(ACCESS, to="dpo@sud.example.org"), box="shared")
    (case,) = await world.cases(SUD)
    (row,) = await world.receive(mail("Des nouvelles ?", sender="x@example.net", subject=f"Re: {case.reference}"))
    assert (row.scope, row.state, row.case) == (NORD, "held", "")


def without_id(raw: str) -> str:
    return "".join(line for line in raw.splitlines(keepends=True) if not line.startswith("Message-ID"))


async def test_the_same_words_without_a_message_id_are_one_mail_within_a_day_and_two_later(world: World) -> None:
    first, second = await world.receive(without_id(mail(ACCESS)), without_id(mail(ACCESS)))
    assert (first.disposition, second.disposition, second.kind) == ("case", "duplicate", first.id)
    world.clock.advance(timedelta(days=200))
    (later,) = await world.receive(without_id(mail(ACCESS)))
    assert later.disposition == "case"
    assert len(await world.cases()) == 2


async def test_a_message_to_a_case_that_was_put_away_is_seen_by_a_person(world: World) -> None:
    await world.receive(mail(ACCESS))
    (case,) = await world.cases()
    await world.deliver()
    await world.desk.order(NORD, case.id, o.NotARequest(at=world.clock(), actor="anna", cause="n"))
    assert await world.store.rows(NORD) == []
    await world.receive(mail("Et pourtant si !", headers="In-Reply-To: <1@nord.example.org>\r\n"))
    assert [row.id for row in await world.store.rows(NORD)] == [case.id]
    assert [each.id for each in await world.store.cases_needing_attention(NORD)] == [case.id]
    await world.desk.order(
        NORD, case.id, o.Settle(at=world.clock(), actor="anna", cause="s", proposal="p1", accepted=False)
    )
    assert await world.store.rows(NORD) == []
