"""What the digest says about who wrote: mails by hand, printed dates, authorities in copy, senders we know."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from dsarbot.core.dates import Language
from dsarbot.desk.digest import build
from dsarbot.desk.digest_facts import DigestInput, HeldLine, TodoLine, cut
from dsarbot.desk.digest_gather import gather
from dsarbot.desk.digest_letters import todos
from tests.desk.digest_samples import NOW, TODAY, desk
from tests.desk.test_sent_folder import by_hand
from tests.desk.world import ACCESS, World, mail

DAY = TODAY - timedelta(days=2)
FACTS = DigestInput(
    organisation="Beispielwolke GmbH",
    zone="Europe/Paris",
    day=TODAY,
    next_by=NOW + timedelta(days=1),
    todo=cut(
        [
            TodoLine(reference="DSR-2026-00001-R", todo="answered-by-hand", moment=None, since=DAY, target=TODAY),
            TodoLine(reference="DSR-2026-00002-P", todo="earlier-receipt", moment=None, since=DAY, target=TODAY),
            TodoLine(reference="DSR-2026-00003-N", todo="authority-in-copy", moment=None, since=DAY, target=TODAY),
        ]
    ),
    held=cut(
        [
            HeldLine(kind=kind, mailbox="privacy", received_on=DAY, safe_due=TODAY)
            for kind in ("known-sender", "web-form", "in-other-folder")
        ]
    ),
)
SAYS: dict[Language, tuple[str, ...]] = {
    "en": (
        "a colleague wrote to the person by hand on Sun 22 November (2 days); did this answer the request?",
        "bears an earlier date of receipt; if it is true, everything is due earlier",
        "a supervisory authority is among the recipients of a message of Sun 22 November (2 days)",
        "From the person of an open case; it may belong to it",
        "A request out of a web form",
        "arrived Sun 22 November (2 days)",
    ),
    "fr": (
        "un collègue a écrit lui-même à la personne le dim. 22 novembre (2 jours) ; était-ce la réponse à la demande ?",
        "porte une date de réception antérieure ; si elle est exacte, tout est dû plus tôt",
        "une autorité de contrôle figure parmi les destinataires d’un message du dim. 22 novembre (2 jours)",
        "De la personne d’un dossier ouvert ; le message en fait peut-être partie",
        "Une demande issue d’un formulaire en ligne",
        "arrivé le dim. 22 novembre (2 jours)",
    ),
    "de": (
        "von Hand an die Person geschrieben am So., 22. November (2 Tage); war das die Antwort auf die Anfrage?",
        "nennt ein früheres Eingangsdatum; stimmt es, ist alles früher fällig",
        "eine Aufsichtsbehörde ist unter den Empfängern einer Nachricht vom So., 22. November (2 Tage)",
        "Von der Person eines offenen Vorgangs; gehört vielleicht dazu",
        "Eine Anfrage aus einem Webformular",
        "So., 22. November (2 Tage)",
    ),
}


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("language", SAYS)
def test_both_forms_of_the_mail_say_it_in_each_language(language: Language) -> None:
    made = build(FACTS, language, NOW)
    page = html.unescape(re.sub(r"<[^>]+>", " ", made.html))
    for said in SAYS[language]:
        assert words(said) in words(made.text), said
        assert words(said) in words(page), said


async def test_each_question_of_a_case_is_one_line_with_its_oldest_day() -> None:
    world = World()
    copy = "Cc: plaintes@cnil.fr\r\n"
    await world.receive(mail(ACCESS, headers=copy, message_id="first"))
    world.clock.advance(timedelta(days=1))
    await world.sent(by_hand(answers="<first@example.org>"))
    world.clock.advance(timedelta(days=1))
    await world.receive(mail("Merci !", headers=f"In-Reply-To: <hand@example.org>\r\n{copy}"))
    (case,) = await world.cases()
    found = [(line.todo, line.since and line.since.isoformat()) for line in todos(case, "Europe/Paris")]
    assert found == [
        ("authority-in-copy", "2026-03-02"),
        ("answered-by-hand", "2026-03-03"),
        ("message", "2026-03-04"),
    ]


async def test_what_staff_wrote_waits_in_the_digest_of_the_organisation() -> None:
    world = World()
    await world.receive(mail(ACCESS, message_id="first"))
    await world.sent(by_hand(answers="<first@example.org>"))
    mine = replace(desk(), organisation=world.organisations["nord"])
    facts = await gather(world.store, mine, now=world.clock(), cases_with_letters=world.store.cases_needing_attention)
    (case,) = await world.cases()
    assert [(line.reference, line.todo) for line in facts.todo.shown] == [(case.reference, "answered-by-hand")]
