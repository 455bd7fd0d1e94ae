"""What looks like an identity paper: by its words, its zone, its shape and its name; and what only speaks of one."""

from __future__ import annotations

from datetime import date

import pytest

from dsarbot.core.identity_check import examine
from dsarbot.core.mrz import parse
from dsarbot.documents.paper_answer import Paper, Wanted, paper_bytes, paper_of, wanted_bytes, wanted_of
from dsarbot.documents.paper_reader import PaperReader
from dsarbot.documents.papers import Look, hint, look
from dsarbot.errors import TheirInput
from tests.documents.drawn_papers import NAME, card, jpeg, zone
from tests.documents.letters import FRENCH, GERMAN, drawn, placed, saved, scanned

TODAY = date(2026, 3, 2)
CARD = "République d'Exemple\nCarte nationale d'identité\nNom: LEFEVRE\nPrénom(s): CAMILLE\nSexe: F  Taille: 1,68 m"
PASS = "PASSEPORT PASSPORT\nNom / Surname\nMARTIN\nNationalité / Nationality\nDate of birth\nDate of expiry"
GERMAN_CARD = "BUNDESREPUBLIK BEISPIEL\nPERSONALAUSWEIS\nName\nMUSTER\nVornamen\nERIKA\nGeburtstag\nGültig bis"
MASKED = "Name / Surname\nMUSTER\nGültig bis / Date of expiry\n01.02.2031\nBehörde / Authority\nStadt Beispiel"


def seen(text: str, *, width: int = 1240, height: int = 1754) -> Look:
    return look(text, width=width, height=height, today=TODAY)


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        (CARD, "identity-card"),
        (PASS, "passport"),
        (GERMAN_CARD, "identity-card"),
        (MASKED, "paper"),
        ("TITRE DE SÉJOUR\nNom\nDate de naissance", "permit"),
        ("FÜHRERSCHEIN\n1. Muster 2. Erika", "licence"),
        ("\n".join(zone()), "identity-card"),
    ],
)
def test_papers(text: str, guess: str) -> None:
    assert seen(text, width=1600, height=1000).guess == guess


@pytest.mark.parametrize(
    "text", [FRENCH, GERMAN, f"{FRENCH}\nCi-joint ma carte d'identité, prénom et nom.", "", "Logo"]
)
def test_letters_and_logos_are_none(text: str) -> None:
    assert seen(text).guess == ""


def test_a_letter_is_told_from_an_unreadable_picture() -> None:
    assert seen(FRENCH).letter
    assert not seen("xx").letter


@pytest.mark.parametrize(
    "name",
    [
        "CNI_recto.jpg",
        "carte-d'identité.pdf",
        "Carte identite.png",
        "Passeport Martin.jpeg",
        "Personalausweis_vorne.jpg",
        "reisepass.pdf",
        "my ID card.png",
        "führerschein.jpg",
        "pièce d’identité.zip",
        "driving_licence.heic",
    ],
)
def test_names(name: str) -> None:
    assert hint(name, "") == "file-name"


@pytest.mark.parametrize(
    "name", ["IMG_1.jpg", "facture.pdf", "personnel.png", "plan.png", "identifiants.pdf", "accident.jpg"]
)
def test_other_names(name: str) -> None:
    assert hint(name, "") == ""


@pytest.mark.parametrize(
    "words",
    [
        "Veuillez trouver ci-joint une copie de ma carte d’identité.",
        "Voici mon passeport.",
        "Anbei mein Personalausweis.",
        "Im Anhang finden Sie die Ausweiskopie.",
        "Please find attached a copy of my passport.",
    ],
)
def test_words_around_it(words: str) -> None:
    assert hint("x.jpg", words) == "words-of-the-mail"


def test_words_that_mean_nothing() -> None:
    assert hint("x.jpg", "Je souhaite obtenir mes données. Quelle pièce faut-il ?") == ""


async def test_the_process_reads_compares_and_says_codes_only() -> None:
    both = saved([scanned(drawn(placed(FRENCH))), card(with_zone=False)], "PDF")
    async with PaperReader() as reader:
        found = await reader.look(jpeg(card()), today=TODAY, name=NAME, birth=date(1974, 8, 12))
        other = await reader.look(jpeg(card()), today=TODAY, name="Rita Test")
        parted = await reader.look(both, today=TODAY)
        rest = await reader.keep(both, [1])
        broken = await reader.look(b"\xff\xd8\xff no picture", today=TODAY)
        nothing = await reader.look(b"GIF89a", today=TODAY)
    assert (found.look.why, found.proposal, found.doc_type) == ("machine-readable-zone", "yes", "identity card UTO")
    assert {each.partition(":")[0] for each in found.checks} == {"check-digits", "expiry", "name", "birth-date"}
    assert other.proposal == "no"
    assert (parted.papers, parted.count) == ((2,), 2)
    assert rest is not None
    assert rest.startswith(b"%PDF")
    assert len(rest) < len(both)
    assert broken.unread
    assert nothing.unread == "unsupported"
    # Nothing that stands on the paper crosses the pipe but its kind.
    told = paper_bytes(found).decode()
    assert not any(word in told.upper() for word in ("LEFEVRE", "CAMILLE", "D23145890", "740812", "1974"))


def test_what_crosses_the_pipe_is_checked() -> None:
    known = Paper(look=Look(guess="passport", why="words-on-it"), papers=(1,), count=1, checks=("name:agrees:same",))
    assert paper_of(paper_bytes(known)) == known
    wanted = Wanted(today=TODAY, name="Zoé", birth=date(1974, 8, 12))
    assert wanted_of(wanted_bytes(wanted)) == wanted
    strange = paper_bytes(known).replace(b"name:agrees:same", b"name:agrees:LEFEVRE CAMILLE 1974")
    assert paper_of(strange).checks == ()
    for body in (b"no JSON", b"{}", paper_bytes(known).replace(b"passport", b"something")):
        with pytest.raises(TheirInput):
            paper_of(body)
    assert examine(parse("", TODAY), "", TODAY).proposal == "unclear"
