"""The PDF itself, read back: every word in its order, the address in the window, pages, tags, the same bytes again."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from dsarbot.core.case import LetterStatus, Section
from dsarbot.desk.emit import tree
from dsarbot.desk.sections import plain
from dsarbot.paper.errors import Unprintable
from tests.paper.letters import ADDRESS, REFERENCE, Pdf, answer, head, pdf_of, printed, squeezed

ROOT = Path(__file__).parents[2]
PLACES = (("fr", "FR"), ("en", "LU"), ("de", "DE"))
LONG = "\n\n".join(
    f"Punkt {n}. {'Wir haben in allen Systemen nachgesehen und nichts ausgelassen. ' * 6}" for n in range(24)
)


def in_order(text: str, *wanted: str) -> None:
    """Each of them stands in the text, behind the one before."""
    at = 0
    for each in wanted:
        found = text.find(squeezed(each), at)
        assert found >= 0, f"{each!r} is missing, or stands too early"
        at = found + len(squeezed(each))


@pytest.mark.parametrize(("language", "code"), PLACES)
def test_everything_stands_on_the_paper_in_its_order(language: str, code: str) -> None:
    case, letter = answer(language=language, code=code)
    pdf = Pdf(pdf_of(case, letter, code=code))
    beside = [section for section in letter.sections if section.key == "reference"]
    body = [line for line in plain(tree(letter.sections)).split("\n") if line not in plain(tree(beside)).split("\n")]
    foot = f"{head().organisation} · RCS Exempleville B 000000"
    first, *others = pdf.pages
    assert len(pdf) == 2 and others
    words = squeezed(first.partition(foot)[0] + others[0].partition("2026\n")[2])
    in_order(words, head().organisation, *ADDRESS, REFERENCE, letter.subject, *body)
    assert foot in first and foot in others[0]


@pytest.mark.parametrize(("language", "code"), PLACES)
def test_every_page_is_numbered_and_says_which_letter_it_belongs_to(language: str, code: str) -> None:
    pages = Pdf(printed(code, language=language, detail=LONG)).pages
    assert len(pages) >= 3
    said = {"fr": "page {} sur {}", "en": "page {} of {}", "de": "Seite {} von {}"}[language]
    for number, page in enumerate(pages, start=1):
        assert said.format(number, len(pages)) in page
        assert page.startswith(f"{head().organisation} · {REFERENCE} · 3") == (number > 1)


@pytest.mark.parametrize(
    ("code", "window", "left", "top", "strip"),
    [("DE", "", 20, 45, 17.7), ("LU", "", 20, 45, 17.7), ("FR", "", 110, 50, 7), ("FR", "german", 20, 45, 17.7)],
)
def test_the_window_shows_the_senders_line_and_the_whole_address_and_nothing_else(
    code: str, window: str, left: float, top: float, strip: float
) -> None:
    case, letter = answer(code=code)
    boxes = Pdf(pdf_of(case, letter, code=code, window=window)).boxes()
    height = 45 if left == 20 else 40
    seen = [
        each
        for each in boxes
        if each.left < left + 85 and each.right > left and each.top < top + height and each.bottom > top
    ]
    assert [each.text for each in seen] == [" · ".join(head().postal), *ADDRESS]
    # Paper slips in an envelope: nothing stands nearer to the edge of the window than that.
    assert all(each.left >= left + 4.9 and each.right <= left + 80 for each in seen)
    assert seen[0].bottom <= top + strip <= seen[1].top
    assert seen[-1].bottom <= top + height - 1


def test_a_long_name_takes_two_lines_and_smaller_letters_but_stays_in_the_window() -> None:
    name = "Prof. Dr. Dr. h. c. mult. Maximilian-Alexander Freiherr von Hohenstein-Württemberg-Sigmaringen"
    boxes = Pdf(printed(address=(name, *ADDRESS[1:]))).boxes()
    shown = [each for each in boxes if each.bottom > 60 and each.top < 90 and each.left < 105][1:]
    assert squeezed(" ".join(each.text for each in shown)) == squeezed(" ".join((name, *ADDRESS[1:])))
    assert all(each.right <= 100 and each.bottom <= 90 for each in shown)


@pytest.mark.parametrize("address", [("A" * 10_000, "Ort"), tuple(f"Zeile {n}" for n in range(20))])
def test_an_address_that_no_window_can_show_is_refused_and_not_cut(address: tuple[str, ...]) -> None:
    with pytest.raises(Unprintable, match="does not fit into the window") as refused:
        printed(address=address)
    assert "AAA" not in str(refused.value) and "Zeile" not in str(refused.value)


def test_it_is_pdf_a_and_pdf_ua_with_language_title_and_tags() -> None:
    pdf = Pdf(printed())
    metadata = pdf.raw[pdf.raw.index(b"<?xpacket begin") : pdf.raw.index(b"<?xpacket end")].decode()
    for mark in ("<pdfuaid:part>1<", "<pdfaid:part>2<", "<pdfaid:conformance>A<"):
        assert mark in metadata
    assert pdf.tagged and pdf.language == "de"
    assert pdf.metadata["Title"].endswith(REFERENCE) and pdf.metadata["Author"] == head().organisation
    tags = pdf.tags()
    assert tags[0] == "Document" and tags.count("H1") == 1 and {"P", "L", "LI", "LBody"} <= set(tags)
    assert "Keller" not in metadata


def test_the_same_letter_is_the_same_file_in_another_process_too() -> None:
    here = hashlib.sha256(printed()).hexdigest()
    code = "import hashlib; from tests.paper.letters import printed; print(hashlib.sha256(printed()).hexdigest())"
    there = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert there.strip() == here
    assert hashlib.sha256(printed(detail="Anderes.")).hexdigest() != here


@pytest.mark.parametrize(
    ("status", "marked"),
    [
        (LetterStatus.DRAFTED, True), (LetterStatus.RETURNED, True), (LetterStatus.CANCELLED, True),
        (LetterStatus.APPROVED, False), (LetterStatus.SENT, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("language", "word"), [("fr", "PROJET"), ("en", "DRAFT"), ("de", "ENTWURF")])
def test_a_draft_is_marked_as_one_on_every_page(status: LetterStatus, marked: bool, language: str, word: str) -> None:
    pages = Pdf(printed(language=language, status=status)).pages
    assert [word in page for page in pages] == [marked] * 2


HOSTILE = (
    '#panic("x") #import "/etc/passwd": * #sys.inputs #{ let a = 1 }',
    "$x^2$ \\ \\u{41} *b* _i_ `raw` <label> @cite = heading",
    "// comment /* also */ ~ -- --- ... 'a' \"b\" [x](y) ]} ))",
    "{name} {{ %s \\n",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_is_markup_wherever_it_stands(name: str) -> None:
    sections = (Section(key="salutation", text=name.replace("*", "\\*").replace("\\", "\\\\")),)
    case, letter = answer(address=(name, "Ort"), subject=f"{REFERENCE} {name}")
    letter = replace(letter, sections=sections)
    written = plain(tree(sections))
    paper = replace(head(), organisation=name, contact_email=name)
    words = Pdf(pdf_of(replace(case, letters=(letter,)), letter, paper=paper)).words
    in_order(words, name, name, "Ort", name, f"{REFERENCE} {name}", written, name)


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Ångström-Łuczak Žižka Őry Ștefănescu Ħal Għargħur",
        "Γιώργος Παπαδόπουλος",
        "Иван Георгиев",
        "« Guillemets » „Gänsefüßchen“ “quotes” ‹a› ‚b‘ l’été n° 5 € – — …",
        unicodedata.normalize("NFD", "Zoë Ångström-Müller é ü ç"),
    ],
)
def test_every_language_of_the_union_and_every_quotation_mark_has_its_picture(name: str) -> None:
    assert unicodedata.normalize("NFC", name) in Pdf(printed(address=(name, "Ort"), detail=name)).words


def test_a_hebrew_name_stands_where_it_was_and_overrides_of_direction_are_gone() -> None:
    pdf = Pdf(printed(address=("שלום כהן", "\u202eKlaus\u202c Meier", "Ort")))
    assert "שלום כהן" in pdf.words and "Klaus Meier" in pdf.words and "\u202e" not in pdf.words


@pytest.mark.parametrize(
    ("name", "code"), [("王小明", "U+738B"), ("Marie \U0001f600", "U+1F600"), ("\ue000", "U+E000")]
)
def test_a_sign_without_a_picture_is_named_and_no_box_is_printed(name: str, code: str) -> None:
    with pytest.raises(Unprintable) as refused:
        printed(address=(name, "Ort"))
    assert code in str(refused.value) and name not in str(refused.value)


@pytest.mark.parametrize(
    "word", ["x" * 10_000, "W" * 10_000, "https://example.org/" + "a%20" * 2500, "ab\u00a0" * 3000]
)
def test_an_endless_word_is_broken_and_stays_on_the_paper(word: str) -> None:
    pdf = Pdf(printed(detail=f"Anfang {word} Ende"))
    for page in range(len(pdf)):
        assert max(each.right for each in pdf.boxes(page)) <= 191
    letters = "".join("".join(page.partition("Nordlicht Hosting S.A. · RCS")[0].split("\n")[1:]) for page in pdf.pages)
    assert letters.count(word[0]) >= word.count(word[0])


@pytest.mark.parametrize(
    "before",
    [
        *("\n".join(f"- Punkt {n}" for n in range(count)) for count in range(20, 42)),
        *("Wort " * count for count in range(340, 540, 10)),
    ],
    ids=len,
)
def test_no_page_begins_with_the_signature(before: str) -> None:
    sections = (Section(key="done", text=before), Section(key="signature", text="Mit freundlichen Grüßen\n\nDie Firma"))
    pages = [page.split("\n") for page in Pdf(printed(sections=sections)).pages]
    (page,) = [page for page in pages if "Mit freundlichen Grüßen" in page]
    assert page[page.index("Mit freundlichen Grüßen") + 1] == "Die Firma"
    above = page[page.index("Mit freundlichen Grüßen") - 1]
    assert above.startswith(("• Punkt", "Wort"))


def test_a_translation_has_pages_of_its_own_that_say_which_version_binds() -> None:
    sections = (
        Section(key="salutation", text="Madame, Monsieur,"),
        Section(key="signature", text="Salutations\n\nLa société"),
        Section(key="courtesy-en", text="Dear Sir or Madam,\n\nthis is what we did."),
    )
    case, letter = answer(language="fr", code="FR")
    letter = replace(letter, sections=sections)
    paper = replace(head("FR"), binding_language="fr")
    pages = Pdf(pdf_of(replace(case, letters=(letter,)), letter, code="FR", paper=paper)).pages
    assert len(pages) == 2
    assert "Dear Sir" not in pages[0] and "La société" in pages[0]
    in_order(
        squeezed(pages[1]), "Only the French version of this letter is binding.", "Dear Sir or Madam,", "page 2 sur 2"
    )


def test_no_heading_stands_alone_at_the_foot_of_a_page() -> None:
    foot = f"{head().organisation} · RCS Exempleville B 000000"
    last = []
    for lines in range(1, 14):
        case, letter = answer(detail="\n\n".join(f"Eintrag {n}." for n in range(lines)))
        last += [page.partition(foot)[0].strip().splitlines()[-1] for page in Pdf(pdf_of(case, letter)).pages]
    assert any(line.startswith("Eintrag") or "[" in line for line in last)
    assert not [line for line in last if re.search(r"\((?:Buchst\. [a-h]|Art\. 15 Abs\. [23])\)$", line)]
