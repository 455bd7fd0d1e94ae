"""Word and OpenDocument: the words on the page, and nothing else; bombs cost a bounded effort."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.documents import office
from dsarbot.documents.answer import MOST_CHARACTERS
from dsarbot.reading.kinds import HEAD, kind_of, may_be_document
from tests.documents.samples import archive, docx, odt, paragraph

BILLION = (
    '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


def test_words_paragraphs_and_gaps_of_a_word_document() -> None:
    body = (
        paragraph("Je demande l’accès")
        + paragraph("à mes données &amp; leur copie.")
        + '<w:p><w:r><w:t>Nom</w:t><w:tab w:val="x"/><w:t>Durand</w:t><w:br/><w:t>Ville</w:t></w:r></w:p>'
    )
    found = office.read("docx", docx(body))
    assert found.text == "Je demande l’accès\nà mes données & leur copie.\nNom\tDurand\nVille\n"
    assert not found.unread


def test_what_is_not_on_the_page_is_left_out() -> None:
    body = (
        paragraph("Kept")
        + "<w:p><w:r><w:delText>Deleted</w:delText><w:instrText>PAGE</w:instrText></w:r></w:p>"
        + "<mc:AlternateContent xmlns:mc='m'><mc:Choice>"
        + paragraph("Once")
        + "</mc:Choice><mc:Fallback>"
        + paragraph("Once")
        + "</mc:Fallback></mc:AlternateContent>"
    )
    assert office.read("docx", docx(body)).text.split() == ["Kept", "Once"]


def test_words_of_an_opendocument_text() -> None:
    body = (
        "<text:tracked-changes>old<text:p>gone</text:p></text:tracked-changes><text:h>Auskunft</text:h>\n"
        "<text:p>Sehr<text:s/>geehrte<text:tab/>Damen<text:line-break/>und <text:span>Herren</text:span></text:p>"
    )
    assert office.read("odt", odt(body)).text == "Auskunft\nSehr geehrte\tDamen\nund Herren\n"


def test_an_encrypted_opendocument_is_said_to_be_so() -> None:
    locked = odt("<text:p>x</text:p>", manifest=b"<manifest:encryption-data/>")
    assert office.read("odt", locked).unread == "encrypted"


def test_a_document_type_declaration_is_refused_before_anything_is_expanded() -> None:
    found = office.read("docx", docx(paragraph("&c;"), head=BILLION))
    assert (found.text, found.unread) == ("", "broken")


def test_a_long_text_is_cut_and_says_so() -> None:
    found = office.read("docx", docx(paragraph("x" * 1000) * 300))
    assert len(found.text) == MOST_CHARACTERS and found.cut


def test_a_bomb_is_inflated_only_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "_MOST_XML", 1_000_000)
    bomb = docx(paragraph("before") + "<w:p/>" * 400_000)
    assert len(bomb) < 50_000
    assert office.read("docx", bomb).unread == "too-large"


@pytest.mark.parametrize(
    "data",
    [
        archive({"other.xml": b"<a/>"}),
        archive({"word/document.xml": b"<w:document"}),
        docx(paragraph("x"))[:120],
        b"PK\x03\x04 word/document.xml",
    ],
)
def test_broken_archives_are_broken(data: bytes) -> None:
    assert office.read("docx", data).unread == "broken"


def test_an_empty_page_has_no_text() -> None:
    assert office.read("docx", docx("<w:p/>")).unread == "no-text"


@given(st.binary(max_size=400), st.integers(0, 400))
def test_no_damage_raises(noise: bytes, at: int) -> None:
    good = docx(paragraph("Ich bitte um Auskunft."))
    for kind in ("docx", "odt"):
        office.read(kind, good[:at] + noise + good[at + len(noise) :])


def test_kinds_are_told_by_content() -> None:
    assert kind_of(docx(paragraph("x"))) == "docx"
    assert kind_of(odt("<text:p>x</text:p>")) == "odt"
    assert kind_of(b"\n\n%PDF-1.7") == "pdf"
    assert kind_of(b"{\\rtf1 x}") == "rtf"
    assert kind_of(archive({"a.txt": b"x"})) is None
    assert kind_of(b"\xff\xd8\xff\xe0 JFIF") is None
    assert kind_of(b"") is None


def test_the_first_bytes_rule_out_what_is_no_document() -> None:
    documents = (docx(paragraph("x")), odt("<text:p>x</text:p>"), b"\n\n%PDF-1.7", b"{\\rtf1 x}")
    assert all(may_be_document(each[:HEAD]) for each in documents)
    assert not may_be_document(b"\xff\xd8\xff\xe0 JFIF")
