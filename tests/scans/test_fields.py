"""What a letter says of itself: sender, address, date, subject, signature, stamp; in four languages."""

from __future__ import annotations

from datetime import date

import pypdfium2
import pytest

from dsarbot.documents import pdf
from dsarbot.documents.pages import Page
from dsarbot.scans import addresses
from dsarbot.scans.fields import fields
from dsarbot.scans.proposed import Fields
from tests.documents.letters import ENGLISH, FRENCH, GERMAN, Placed, placed, typed

TODAY = date(2026, 3, 20)
OWN = ("Société Exemple S.A.", "Muster Hosting GmbH", "Example Telecom Ltd.", "Voorbeeld B.V.")

DUTCH = """\
Voorbeeld B.V.
Functionaris gegevensbescherming
Postbus 12
1000 AA Amsterdam

@right Femke van den Berg
@right Kanaalstraat 7
@right 3531 CJ Utrecht

@right Utrecht, 2 maart 2026

Betreft: verzoek om inzage

Geachte heer, mevrouw,

Graag ontvang ik een kopie van de gegevens die u over mij verwerkt.

Hoogachtend,

F. van den Berg"""


def page_of(*lines: Placed) -> Page:
    with pypdfium2.PdfDocument(typed(lines)) as document:
        return Page(number=1, how="layer", width=1653, height=2339, pieces=pdf.layer(document[0], 1653, 2339))


def read(letter: str, *stamp: Placed) -> Fields:
    return fields([page_of(*placed(letter), *stamp)], own=OWN, today=TODAY)


@pytest.mark.parametrize(
    ("letter", "sender", "postal", "written", "subject"),
    [
        (FRENCH, "Camille Lefèvre", ("Camille Lefèvre", "12, rue des Érables", "54400 Longwy", "France"),
         date(2026, 2, 3), "demande d'accès à mes données personnelles"),
        (GERMAN, "Jürgen Weißmüller", ("Jürgen Weißmüller", "Gartenstraße 48", "54290 Trier", "Deutschland"),
         date(2026, 1, 14), "Löschung meiner personenbezogenen Daten"),
        (ENGLISH, "Rosalind Achterberg", ("Rosalind Achterberg", "4 Mill Lane", "Dublin D04 X2Y8", "Ireland"),
         date(2026, 3, 9), "request for a copy of my personal data"),
        (DUTCH, "Femke van den Berg", ("Femke van den Berg", "Kanaalstraat 7", "3531 CJ Utrecht"),
         date(2026, 3, 2), "verzoek om inzage"),
    ],
    ids=["fr", "de", "en", "nl"],
)  # fmt: skip
def test_a_letter(letter: str, sender: str, postal: tuple[str, ...], written: date, subject: str) -> None:
    found = read(letter)
    assert found.sender and found.postal and found.written and found.subject and found.signed
    assert (found.sender.value, found.postal.value) == (sender, postal)
    assert (found.written.value, found.subject.value) == (written, subject)
    assert addresses.same_name(found.signed.value[0], sender)
    # Two places that agree are nearly sure.
    assert found.sender.confidence > 0.9 and found.postal.confidence > 0.9
    assert found.stamped is None


@pytest.mark.parametrize(
    "stamp",
    [
        ("REÇU LE 12 MARS 2026",),
        ("Courrier reçu le", "12/03/2026"),
        ("EINGEGANGEN", "12. März 2026"),
        ("Eingang: 12.03.2026",),
        ("Received", "12 March 2026"),
        ("DATE RECEIVED: 2026-03-12",),
        ("Ontvangen op 12-03-2026",),
        ("Regu le 12 mars 2026".replace("Regu", "RECU"),),
    ],
)
def test_a_stamp_of_receipt(stamp: tuple[str, ...]) -> None:
    lines = [Placed(330, 30 + 18 * number, text, 14) for number, text in enumerate(stamp)]
    found = read(FRENCH, *lines)
    assert found.stamped is not None and found.stamped.value == date(2026, 3, 12)
    # The letter keeps its own date.
    assert found.written is not None and found.written.value == date(2026, 2, 3)


@pytest.mark.parametrize(
    "text",
    [
        "Ich habe Ihr Schreiben vom 3. März 2026 am 5. März 2026 erhalten und bin erstaunt.",
        "Received goods worth nothing, so I wrote to you on 3 March 2026 and nobody answered.",
        "REÇU LE 12 MARS 2031",
        "REÇU LE 12 MARS 1999",
        "REÇU LE 45 MARS 2026",
    ],
)
def test_what_is_no_stamp(text: str) -> None:
    assert fields([page_of(Placed(60, 600, text))], own=(), today=TODAY).stamped is None


def test_to_whom_one_writes_is_not_who_writes() -> None:
    """No signature, and only our own address in the letter."""
    lines = placed("Muster Hosting GmbH\nÖffentliche Straße 5\n66111 Saarbrücken\n\nIch bitte um Auskunft.")
    found = fields([page_of(*lines)], own=OWN, today=TODAY)
    assert (found.sender, found.postal) == (None, None)
    told = placed("Data Protection Officer\n7 High Street\n4010 Esch\n\nPlease answer.")
    assert fields([page_of(*told)], own=OWN, today=TODAY).postal is None


def test_the_line_above_the_window_of_an_envelope() -> None:
    lines = [Placed(62, 120, "Jürgen Weißmüller · Gartenstraße 48 · 54290 Trier", 7)]
    found = fields([page_of(*lines, Placed(62, 500, "Mit freundlichen Grüßen"), Placed(62, 540, "J. Weißmüller"))],
                   own=OWN, today=TODAY)  # fmt: skip
    assert found.postal and found.postal.value == ("Jürgen Weißmüller", "Gartenstraße 48", "54290 Trier")
    assert found.sender and (found.sender.value, found.sender.confidence) == ("Jürgen Weißmüller", 0.95)


def test_a_signature_that_differs_from_the_head_is_less_sure() -> None:
    """A daughter signs for her mother: a person looks."""
    found = read(FRENCH.removesuffix("Camille Lefèvre") + "Louise Bernard")
    assert found.sender and found.sender.value == "Louise Bernard" and found.sender.confidence < 0.75
    assert found.postal and found.postal.confidence < 0.75


def test_the_signature_is_on_the_last_page() -> None:
    first, _, last = FRENCH.partition("Je suis cliente")
    pages = [page_of(*placed(first)), page_of(*placed("Je suis cliente" + last))]
    found = fields(pages, own=OWN, today=TODAY)
    assert found.signed and found.signed.value == ("Camille Lefèvre",)
    assert found.sender and found.sender.confidence == 0.95


def test_nothing_is_proposed_of_nothing() -> None:
    assert fields([Page(number=1, how="unread")], own=OWN, today=TODAY) == Fields()
    assert fields([], own=OWN, today=TODAY) == Fields()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Camille Lefèvre", "LEFEVRE Camille", True),
        ("C. Lefèvre", "Mme Camille Lefèvre", True),
        ("Camille Lefèvre", "Camille Lefort", False),
        ("Lefèvre", "Camille Lefèvre", False),
        ("", "Camille Lefèvre", False),
    ],
)
def test_names_that_are_the_same(one: str, other: str, same: bool) -> None:
    assert addresses.same_name(one, other) is same


@pytest.mark.parametrize("line", ["12, rue des Érables", "Service clients", "FRANCE", "J", "Recommandé Avec Accusé"])
def test_lines_that_are_no_name(line: str) -> None:
    assert addresses.name(line) == ""
