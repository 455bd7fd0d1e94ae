"""What goes out with an answer says nothing of who made it, when, where and with what; or somebody says that it may."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from dsarbot.cli.main import main
from dsarbot.documents.answer import NotRead
from dsarbot.documents.stripping import strip
from dsarbot.reading.file_kinds import file_kind
from tests.documents.letters import FRENCH, drawn, placed, saved, typed
from tests.documents.samples import docx, locked_pdf, paragraph

SECRET = "Paul Secret"


def photo(form: str = "JPEG") -> bytes:
    image, exif, out = Image.radial_gradient("L").resize((40, 20)), Image.Exif(), io.BytesIO()
    exif[0x0112], exif[0x013B] = 6, SECRET
    exif.get_ifd(0x8825)[2] = (49.0, 37.0, 0.0)
    image.save(out, form, exif=exif, **({"comment": SECRET} if form == "JPEG" else {}))
    return out.getvalue()


def office(*, tracked: bool = False, picture: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", '<Relation><Relationship Target="docProps/thumbnail.jpeg"/></Relation>')
        archive.writestr("docProps/core.xml", f"<x>{SECRET}</x>")
        archive.writestr("docProps/app.xml", f"<x>{SECRET}</x>")
        archive.writestr("docProps/thumbnail.jpeg", SECRET)
        change = f'<w:ins w:author="{SECRET}">new</w:ins>' if tracked else ""
        archive.writestr("word/document.xml", f"<w:document>Bonjour{change}</w:document>")
        if picture:
            archive.writestr("word/media/image1.jpeg", picture)
    return out.getvalue()


def test_a_photograph_keeps_how_it_was_held_and_nothing_else() -> None:
    data = photo()
    assert SECRET.encode() in data
    said, made = strip("jpeg", data + b"\xff\xd8 second picture " + SECRET.encode())
    assert set(said.removed) == {"EXIF", "comment", "what followed the picture"} and said.left == ()
    assert SECRET.encode() not in made
    with Image.open(io.BytesIO(made)) as image, Image.open(io.BytesIO(data)) as before:
        assert dict(image.getexif()) == {0x0112: 6}
        assert image.tobytes() == before.tobytes()
    assert strip("jpeg", made)[0].removed == ()


def test_a_drawing_loses_its_texts() -> None:
    out = io.BytesIO()
    with Image.open(io.BytesIO(photo("PNG"))) as image:
        image.save(out, "PNG", exif=image.getexif(), pnginfo=_texts())
    said, made = strip("png", out.getvalue())
    assert set(said.removed) == {"EXIF", "text"} and SECRET.encode() not in made
    with Image.open(io.BytesIO(made)) as image, Image.open(io.BytesIO(out.getvalue())) as before:
        assert image.tobytes() == before.tobytes()
    assert strip("png", made) == (type(said)(), made)


def _texts() -> PngInfo:
    found = PngInfo()
    found.add_text("Author", SECRET)
    return found


def test_a_pdf_keeps_its_pages_alone() -> None:
    data = saved([drawn(placed(FRENCH))], "PDF", title=SECRET, author=SECRET)
    said, made = strip("pdf", data)
    assert "document info (Title)" in said.removed and "document info (Author)" in said.removed
    assert said.left == () and SECRET.encode() not in made and SECRET.encode("utf-16-be") not in made
    with pypdfium2.PdfDocument(made) as document:
        assert not any(document.get_metadata_dict().values()) and len(document) == 1
    _, text = strip("pdf", typed(placed(FRENCH)))
    with pypdfium2.PdfDocument(text) as document:
        assert "demande d'accès" in document[0].get_textpage().get_text_range()


def test_a_word_file_keeps_its_text() -> None:
    said, made = strip("docx", office(picture=photo()))
    assert "properties (docProps/core.xml)" in said.removed and "EXIF of pictures within" in said.removed
    assert said.left == ()
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        everything = b"".join(archive.read(each) for each in archive.namelist())
        assert SECRET.encode() not in everything and b"Bonjour" in everything and b"thumbnail" not in everything
        assert {each.date_time[0] for each in archive.infolist()} == {1980}
    assert strip("docx", made)[0].removed == ()


def test_what_shows_cannot_be_taken_out() -> None:
    assert strip("docx", office(tracked=True))[0].left == ("tracked changes or comments",)


@pytest.mark.parametrize(
    ("kind", "data", "why"),
    [
        ("pdf", locked_pdf(), "encrypted"),
        ("jpeg", photo()[:40], "broken"),
        ("jpeg", b"\xff\xd8\xff\xe1\xff", "broken"),
        ("png", b"\x89PNG\r\n\x1a\n\0\0\0\1IH", "broken"),
        ("docx", b"PK\x03\x04 no archive", "broken"),
        ("tiff", b"II*\0", "unsupported"),
        ("archive", b"PK\x03\x04", "unsupported"),
    ],
)
def test_what_is_not_understood_is_refused(kind: str, data: bytes, why: str) -> None:
    with pytest.raises(NotRead) as found:
        strip(kind, data)
    assert found.value.unread == why


# --- kinds ------------------------------------------------------------------------------------------------------


def zipped(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/"), text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (photo(), "jpeg"),
        (photo("PNG"), "png"),
        (typed([]), "pdf"),
        (docx(paragraph("x")), "docx"),
        (office(), "docx"),
        (zipped(word__document="", word__vbaProject=""), "office-macro"),
        (zipped(a="x"), "archive"),
        (b"PK\x03\x04", "archive"),
        (b"MZ\x90\0", "program"),
        (b"#!/bin/sh\n", "program"),
        (b"\x7fELF", "program"),
        (b"<svg xmlns='x'/>", "web"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "web"),
        (b"GIF89a", "gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"{\\rtf1", "rtf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-office"),
        ("Bonjour à tous".encode(), "text"),
        (b"name;mail\r\n", "text"),
        (b"From: a@example.org\r\nSubject: x\r\n\r\ny", "mail"),
        (b"\0\1\2\3", "unknown"),
    ],
)
def test_content_tells_what_a_file_is(data: bytes, kind: str) -> None:
    assert file_kind(data) == kind


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_says_what_it_took_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "photo").write_bytes(photo())
    out = tmp_path / "out.jpg"
    assert main(["strip", str(tmp_path / "photo"), "--out", str(out)]) == 0
    assert "(jpeg). Taken out: EXIF, comment." in capsys.readouterr().out
    assert SECRET.encode() not in out.read_bytes()
    assert main(["strip", str(tmp_path / "photo"), "--out", str(out)]) == 2


def test_the_command_asks_before_something_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.docx").write_bytes(office(tracked=True))
    out = tmp_path / "out.docx"
    assert main(["strip", str(tmp_path / "a.docx"), "--out", str(out)]) == 1
    assert "tracked changes" in capsys.readouterr().err and not out.exists()
    assert main(["strip", str(tmp_path / "a.docx"), "--out", str(out), "--accept-rest"]) == 0
    assert "Still in it, as you say" in capsys.readouterr().out


@pytest.mark.parametrize("data", [b"MZ program", locked_pdf(), b"%PDF-1.7 broken"])
def test_the_command_refuses_what_it_does_not_know(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    (tmp_path / "a").write_bytes(data)
    assert main(["strip", str(tmp_path / "a"), "--out", str(tmp_path / "out")]) == 1
    assert "dsarbot redact" in capsys.readouterr().err and not (tmp_path / "out").exists()
