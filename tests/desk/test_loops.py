"""Our own letters come back in every way a mail system knows: no case opens, no letter answers, no loop begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.desk.world import ACCESS, World, mail

OURS = "<1@nord.example.org>"


def _letter(reference: str) -> str:
    """The worst acknowledgement there could be: it repeats the request word for word."""
    return (
        "Madame,\r\n\r\nNous avons bien reçu, le 2 mars 2026, votre demande concernant vos données personnelles et "
        "nous la traitons.\r\n\r\nVoici vos mots :\r\n\r\n"
        f"{ACCESS}\r\n\r\nSi vous souhaitiez autre chose, merci de nous le dire.\r\n\r\nNord\r\nRéférence : {reference}"
    )


def _redirected(letter: str, reference: str) -> str:
    return mail(letter, sender="DPO <dpo@nord.example.org>", subject=f"Demande {reference}").replace(
        "Message-ID: <", "Resent-From: jeanne@example.org\r\nMessage-ID: <1@nord.example.org>\r\nX-Was: <"
    )


def _rewritten(letter: str, reference: str) -> str:
    """A gateway gave it another Message-ID."""
    headers = "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n"
    return mail(letter, sender="DPO <dpo@nord.example.org>", subject=f"Demande {reference}", headers=headers)


def _forwarded_by_a_rule(letter: str, reference: str) -> str:
    text = (
        "---------- Forwarded message ---------\r\nDe : DPO <dpo@nord.example.org>\r\n"
        f"Date: lun. 2 mars 2026 à 10:12\r\nSubject: Demande {reference}\r\nTo: <jeanne@example.org>\r\n\r\n{letter}"
    )
    return mail(text, subject=f"Fwd: Demande {reference}", headers="Auto-Submitted: auto-forwarded\r\n")


def _forwarded_in_the_house(letter: str, reference: str) -> str:
    text = (
        "De : DPO <dpo@nord.example.org>\r\nEnvoyé : lundi 2 mars 2026 10:12\r\nÀ : jeanne@example.org\r\n"
        f"Objet : Demande {reference}\r\n\r\n{letter}"
    )
    return mail(text, sender="Paul <paul@nord.example.org>", subject=f"TR: Demande {reference}")


def _absence_with_header(letter: str, reference: str) -> str:
    headers = f"Auto-Submitted: auto-replied\r\nIn-Reply-To: {OURS}\r\n"
    return mail(f"Je suis absente.\r\n\r\n{letter}", subject=f"Réponse automatique : {reference}", headers=headers)


def _absence_without_header(letter: str, reference: str) -> str:
    text = "Bonjour, je suis absente du bureau. En cas d'urgence, veuillez contacter mon collègue.\r\n\r\n"
    return mail(text + letter, subject=f"Re: Demande {reference}", headers=f"In-Reply-To: {OURS}\r\n")


def _absence_of_somebody_else(letter: str, reference: str) -> str:
    text = "Bonjour, je suis absent du bureau. En cas d'urgence, veuillez contacter mon collègue.\r\n\r\n"
    return mail(text + letter, sender="Bob <bob@example.net>", subject=f"Re: Demande {reference}")


def _ticket(letter: str, reference: str) -> str:
    text = "Votre demande a bien été enregistrée sous le numéro 4711. Votre message :\r\n\r\n"
    return mail(text + letter, sender="Support <support@example.net>", subject=f"[Ticket#4711] Demande {reference}")


def _bounce_in_words(letter: str, reference: str) -> str:
    text = (
        "Hi. This is the qmail-send program at mx.example.net.\r\n<jeanne@example.org>:\r\nno mailbox (#5.1.1)\r\n"
        f"\r\n--- Below this line is a copy of the message.\r\n\r\nMessage-ID: {OURS}\r\n"
        f"Subject: {reference}\r\n\r\n{letter}"
    )
    return mail(text, sender="MAILER-DAEMON@mx.example.net", subject="failure notice")


def _bounce_by_words_only(letter: str, reference: str) -> str:
    text = (
        "Your message could not be delivered: <jeanne@example.org> mailbox full\r\n\r\n"
        f"----- Original message -----\r\n\r\nMessage-ID: {OURS}\r\nSubject: {reference}\r\n\r\n{letter}"
    )
    return mail(text, sender="gateway@mx.example.net", subject="Undeliverable: Demande")


def _bounce_with_parts(letter: str, reference: str) -> str:
    return (
        "From: MAILER-DAEMON@mx.example.net\r\nTo: dpo@nord.example.org\r\nSubject: Undelivered Mail\r\n"
        "Message-ID: <b@mx.example.net>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n'
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
        "Final-Recipient: rfc822; jeanne@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
        f"Content-Type: message/rfc822\r\n\r\nFrom: dpo@nord.example.org\r\nMessage-ID: {OURS}\r\n"
        f"Subject: {reference}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{letter}\r\n\r\n--b--\r\n"
    )


def _receipt(letter: str, reference: str) -> str:
    text = f"Votre message\r\n\r\n   Objet : Demande {reference} d'accès aux données\r\n\r\n a été lu le 2 mars 2026."
    return mail(text, subject=f"Lu : Demande {reference}")


def _through_a_list(letter: str, reference: str) -> str:
    headers = "List-Id: <all.example.net>\r\nList-Post: <mailto:all@example.net>\r\nPrecedence: list\r\n"
    return mail(
        letter, sender="Jeanne via All <all@example.net>", subject=f"[all] Demande {reference}", headers=headers
    )


Way = Callable[[str, str], str]
#: How it comes back, and what becomes of the mail.
WAYS: tuple[tuple[Way, str], ...] = (
    (_redirected, "own"),
    (_rewritten, "automatic"),
    (_forwarded_by_a_rule, "case"),
    (_forwarded_in_the_house, "case"),
    (_absence_with_header, "automatic"),
    (_absence_without_header, "held"),
    (_absence_of_somebody_else, "held"),
    (_ticket, "held"),
    (_bounce_in_words, "bounce"),
    (_bounce_by_words_only, "bounce"),
    (_bounce_with_parts, "bounce"),
    (_receipt, "automatic"),
    (_through_a_list, "held"),
)


@pytest.mark.parametrize(("way", "settled"), WAYS)
async def test_our_letter_comes_back_and_nothing_begins(way: Way, settled: str) -> None:
    world = World()
    await world.receive(mail(ACCESS))
    assert len(await world.deliver()) == 1
    (case,) = await world.cases()
    (row,) = await world.receive(way(_letter(case.reference), case.reference))
    await world.deliver()
    assert row.disposition == settled
    assert [each.reference for each in await world.cases()] == [case.reference]
    assert len(world.relay.given) == 1


@pytest.mark.parametrize("way", [_bounce_in_words, _bounce_by_words_only, _bounce_with_parts])
async def test_a_bounce_in_any_form_raises_its_alarm(way: Way) -> None:
    world = World()
    await world.receive(mail(ACCESS))
    await world.deliver()
    (case,) = await world.cases()
    (row,) = await world.receive(way(_letter(case.reference), case.reference))
    (case,) = await world.cases()
    assert row.disposition == "bounce"
    assert case.letter("l1").trouble.startswith("5.")


async def test_two_desks_that_acknowledge_each_other_stop_at_once() -> None:
    """The other desk's acknowledgement carries the mark that ours carries (RFC 3834)."""
    world = World()
    headers = "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n"
    (row,) = await world.receive(mail(ACCESS, sender="DPO <dpo@other.example>", headers=headers))
    await world.deliver()
    assert row.disposition == "automatic"
    assert world.relay.given == []


async def test_a_robot_that_answers_every_letter_with_a_request_is_stopped_by_the_caps() -> None:
    """The worst robot: no header, no word of a machine, each time a request from the same address."""
    world = World()
    await world.receive(mail(ACCESS, message_id="first"))
    for number in range(20):
        await world.deliver(after=timedelta(minutes=11))
        await world.receive(mail(f"{ACCESS}\r\n{number}", message_id=f"robot{number}"))
    await world.deliver()
    nord = world.organisations["nord"]
    assert len(world.relay.given) <= nord.cap_per_address_day
