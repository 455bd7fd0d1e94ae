"""A copy with parts covered: what is under the black is gone, in pictures, text and bytes, or nothing is written."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from dsarbot.cli import redact_work
from dsarbot.cli.main import main
from dsarbot.documents import rapid, raster, redacting
from dsarbot.documents.answer import NotRead
from dsarbot.documents.copier import Copier, Picture
from dsarbot.documents.copying import (
    Area,
    Checked,
    Covered,
    Ended,
    Stripped,
    Work,
    said_bytes,
    said_of,
    work_bytes,
    work_of,
)
from dsarbot.documents.picture_pdf import pdf_of
from dsarbot.documents.words import Token, found, tokens
from dsarbot.errors import OurMistake, TheirInput
from tests.documents.letters import Placed, drawn, photographed, saved, typed
from tests.documents.samples import locked_pdf

SHORT = [Placed(62, 80, "Camille Lefèvre, cliente depuis 2019, habite à Longwy avec sa famille."),
         Placed(62, 110, "Le contrat de Madame Lefevre porte le numéro 48213907 et il est en cours."),
         Placed(62, 140, "Vous pouvez lui écrire à camille.lefevre@example.org pour les questions.")]  # fmt: skip
NAME = "Camille Lefèvre"


@pytest.fixture
async def copier() -> AsyncIterator[Copier]:
    async with Copier() as made:
        yield made


def looked_at(copy: bytes) -> tuple[str, list[str]]:
    """What extracts text finds, and what a reader finds on each page."""
    with pypdfium2.PdfDocument(copy) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
        return text, [" ".join(each.text for each in rapid.read(raster.of_pdf(page))) for page in document]


# --- words ------------------------------------------------------------------------------------------------------


def words(text: str) -> list[Token]:
    return [Token(text=each, box=(number, 0, number + 1, 1)) for number, each in enumerate(text.split())]


@pytest.mark.parametrize(
    ("text", "phrase", "covered"),
    [
        ("Mme LEFEVRE, Camille", "Lefèvre", ["LEFEVRE,"]),
        ("par Camille Lefèvre.", NAME, ["Camille", "Lefèvre."]),
        ("par Camille", NAME, []),
        ("camille.lefevre@example.org", NAME, ["camille.lefevre@example.org"]),
        # One sign misread in a long word is the same word, in a short one another.
        ("Monsieur Lefevne", "Lefèvre", ["Lefevne"]),
        ("der Mai", "Max", []),
        ("von Weiß- müller", "Weißmüller", ["Weiß-", "müller"]),
        ("numéro 48213907", "48213907", ["48213907"]),
        ("client 48 213 907 depuis", "48213907", ["48", "213", "907"]),
        ("client 48213907.", "48 213 907", ["48213907."]),
    ],
)
def test_words_are_found_as_people_write_them(text: str, phrase: str, covered: list[str]) -> None:
    assert [each.text for each in found(words(text), phrase)] == covered


def test_a_word_in_a_line_has_its_share_of_it() -> None:
    (piece,) = rapid.read(raster_of("Nom Dupont Paul"))[:1]
    parts = tokens([piece])
    assert [each.text for each in parts] == ["Nom", "Dupont", "Paul"]
    assert parts[0].box[0] < parts[1].box[0] < parts[2].box[0] and parts[2].box[2] <= piece.box[2]


def raster_of(text: str) -> raster.Grey:
    return np.asarray(drawn([Placed(62, 200, text, 24)]), dtype=np.uint8)


# --- copies -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["typed", "photographed"])
async def test_a_name_is_gone_wherever_it_stands(copier: Copier, how: str) -> None:
    data = {
        "typed": lambda: typed(SHORT),
        "photographed": lambda: saved([photographed(drawn(SHORT))], "JPEG", quality=80),
    }[how]()
    copy = await redact_work.proved(copier, data, Work(words=(NAME, "Lefèvre")))
    text, (seen,) = looked_at(copy.pdf)
    assert text == ""
    assert "Lef" not in seen and "camille" not in seen.casefold()
    # The rest can be read.
    assert "Longwy" in seen
    assert sum(copy.counts.values()) >= 3
    for form in (NAME, "Lefèvre", "camille.lefevre"):
        assert not redact_work._in_bytes(copy.pdf, (form,))
    for mark in (b"/Info", b"/Font", b"/Metadata", b"Exif", b"Creat"):
        assert mark not in copy.pdf


async def test_a_part_is_black_in_the_picture_itself(copier: Copier) -> None:
    # 22 x 12 mm from 20 mm and 22 mm: over the first name.
    area = Area(page=2, left=57, top=62, width=62, height=30)
    copy = await redact_work.proved(copier, typed(SHORT, SHORT), Work(areas=(area,)))
    first, second = (np.asarray(Image.open(io.BytesIO(page.jpeg)).convert("L")) for page in copy.pages)
    scale = 200 / 72
    inside = second[int(62 * scale) + 4 : int(92 * scale) - 4, int(57 * scale) + 4 : int(119 * scale) - 4]
    assert inside.max() < 60
    assert first[int(62 * scale) : int(92 * scale)].max() > 200
    _, (one, two) = looked_at(copy.pdf)
    assert "Camille" in one and "Camille" not in two
    assert copy.pages[1].said.points == pytest.approx((595, 842))


async def test_what_the_first_look_overlooks_the_second_covers(copier: Copier, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the copying process has covered nothing."""
    untouched = await copier.redact(typed(SHORT), Work(areas=(Area(page=1, left=500, top=800, width=5, height=5),)))
    rounds = []

    class Overlooks(Copier):
        async def redact(self, data: bytes, work: Work, progress: object = None) -> tuple[Picture, ...]:
            rounds.append(work)
            if len(rounds) > 1:
                return await super().redact(data, work)
            said = untouched[0].said
            counted = replace(said, counts=(("Lefèvre", 2),))
            return (Picture(said=counted, jpeg=untouched[0].jpeg),)

    async with Overlooks() as other:
        copy = await redact_work.proved(other, typed(SHORT), Work(words=("Lefèvre",)))
    assert copy.again and len(rounds) == 2
    assert "Lef" not in looked_at(copy.pdf)[1][0]


class Lies(Copier):
    """Planted: a process that covers nothing, or leaves text behind, and says that all is well."""

    def __init__(self, pages: tuple[Picture, ...], checked: Checked) -> None:
        super().__init__()
        self._pages, self._checked = pages, checked

    async def redact(self, data: bytes, work: Work, progress: object = None) -> tuple[Picture, ...]:
        return self._pages

    async def check(self, copy: bytes, words: tuple[str, ...]) -> Checked:
        return self._checked


def a_page(jpeg: bytes = b"", bare: int = 0) -> tuple[Picture, ...]:
    said = Covered(page=1, pixels=(10, 10), points=(100.0, 100.0), areas=0, counts=((NAME, 1),), bare=bare)
    return (Picture(said=said, jpeg=jpeg),)


SEEN = Area(page=1, left=1, top=1, width=1, height=1)


@pytest.mark.parametrize(
    ("pages", "checked", "why"),
    [
        (a_page(), Checked(letters=3), "in the copy"),
        (a_page(bare=1), Checked(), "in the copy"),
        (a_page(jpeg=NAME.encode()), Checked(), "in the copy"),
        (a_page(jpeg=NAME.encode("utf-16-be")), Checked(), "in the copy"),
        (a_page(jpeg=NAME.encode("cp1252").hex().encode()), Checked(), "in the copy"),
        (a_page(), Checked(seen=(SEEN,)), "can still be read"),
    ],
)
async def test_a_copy_that_is_not_proved_fails_loudly(pages: tuple[Picture, ...], checked: Checked, why: str) -> None:
    with pytest.raises(OurMistake, match=why):
        await redact_work.proved(Lies(pages, checked), b"", Work(words=(NAME,)))


def test_the_check_sees_text_words_and_what_is_said_of_the_file() -> None:
    clean = redacting.check(pdf_of(tuple(redact_here(typed(SHORT), Work(words=("Lefèvre",))))), ("Lefèvre",))
    assert clean == Checked()
    written = redacting.check(typed(SHORT), ("Lefèvre",))
    assert written.letters > 100 and len(written.seen) >= 2
    named = saved([drawn(SHORT)], "PDF", title="Dossier Lefèvre", author="Paul")
    assert redacting.check(named, ()).letters > 0


def redact_here(data: bytes, work: Work) -> list[Picture]:
    return [Picture(said=said, jpeg=jpeg) for said, jpeg in redacting.redact("pdf", data, work)]


def test_what_is_not_dark_enough_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redacting, "_paint", lambda grey, mask, box: mask.__setitem__(slice(100, 200), 255))
    (page,) = redact_here(typed(SHORT), Work(areas=(SEEN,)))
    assert page.said.bare > 0


@pytest.mark.parametrize("data", [locked_pdf(), b"%PDF-1.7 broken", b"GIF89a"])
async def test_what_nobody_can_copy_says_why(copier: Copier, data: bytes) -> None:
    with pytest.raises(NotRead) as why:
        await copier.redact(data, Work(areas=(SEEN,)))
    assert why.value.unread in {"encrypted", "broken", "unsupported"}


# --- the pipe -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [a_page()[0].said, Ended(unread="broken"), Checked(letters=1, seen=(SEEN,)), Stripped(removed=("a",), left=("b",))],
)
def test_answers_cross_the_pipe(said: Covered | Ended | Checked | Stripped) -> None:
    assert said_of(said_bytes(said)) == said


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"unread": "because"}', b'{"letters": "x", "seen": []}', b'{"letters": 1, "seen": [[1, 2]]}',
     b'{"removed": [1], "left": [], "unread": ""}'],
)  # fmt: skip
def test_anything_else_is_no_answer(body: bytes) -> None:
    with pytest.raises(TheirInput):
        said_of(body)


def test_what_is_asked_crosses_the_pipe() -> None:
    work = Work(areas=(SEEN,), words=("Lefèvre",))
    assert work_of(work_bytes(work)) == work


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_writes_a_copy_and_pictures_to_look_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "letter.pdf", tmp_path / "copy.pdf"
    file.write_bytes(typed(SHORT))
    named = ["redact", str(file), "--box", "1:20,22,22,12", "--word", "48213907", "--out", str(out)]
    assert main([*named, "--preview", str(tmp_path / "look")]) == 0
    said = capsys.readouterr().out
    assert "1 page, covered: 1 part, '48213907' (1 word)" in said and "Look at each page" in said
    assert "48213907" not in looked_at(out.read_bytes())[1][0]
    assert out.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "look" / "copy-1.jpg").read_bytes().startswith(b"\xff\xd8\xff")
    assert main(named) == 2 and "is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ((), "Say what is to be covered"),
        (("--box", "1:2,3"), "is no part of a page"),
        (("--box", "0:1,1,1,1"), "is no part of a page"),
        (("--box", "1:1,1,0,1"), "covers nothing"),
        (("--box", "2:1,1,1,1"), "names page 2; there are 1"),
        (("--box", "1:1,1,1,400"), "which is 210 mm x 297 mm"),
        (("--word", "x"), "at least two letters"),
        (("--word", "Nobody Here"), "was found nowhere"),
    ],
)
def test_wrong_use_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], why: str
) -> None:
    file, out = tmp_path / "letter.pdf", tmp_path / "copy.pdf"
    file.write_bytes(typed(SHORT))
    assert main(["redact", str(file), *options, "--out", str(out)]) == 2
    assert why in capsys.readouterr().err
    assert not out.exists()
