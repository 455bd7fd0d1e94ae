"""A mail without a file: what is gone, what stays byte for byte, wherever the file hides."""

from __future__ import annotations

import base64
import hashlib
import random
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from dsarbot.reading.mail import Mail, parse
from dsarbot.reading.stripping import digests, stripped

PICTURE = b"\xff\xd8\xff" + random.Random(7).randbytes(9000)
OTHER = b"\x89PNG\r\n\x1a\n" + random.Random(8).randbytes(5000)


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def a_mail(*, text: str = "Bonjour, voici ma carte.") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Jeanne Martin <jeanne@example.org>"
    message["To"] = "dpo@nord.example.org"
    message["Subject"] = "Ma demande"
    message["Message-ID"] = "<m1@example.org>"
    message.set_content(text)
    return message


def attached() -> bytes:
    message = a_mail()
    message.add_attachment(PICTURE, maintype="image", subtype="jpeg", filename="carte.jpg")
    message.add_attachment(OTHER, maintype="image", subtype="png", filename="plan.png")
    return message.as_bytes()


def files(mail: Mail) -> list[bytes | None]:
    return [each.content for each in mail.files] + [one for inner in mail.messages for one in files(inner)]


def clean(raw: bytes) -> bool:
    """No trace of the picture, in whatever writing."""
    lines = base64.b64encode(PICTURE[:3000])
    return lines[200:260] not in raw.replace(b"\r\n", b"").replace(b"\n", b"") and PICTURE[100:130] not in raw


def test_an_attachment_becomes_a_note_and_the_rest_stays() -> None:
    raw = attached()
    after = stripped(raw, {sha(PICTURE): None})
    assert after is not None
    assert clean(after)
    mail = parse(after)
    assert mail.message_id == parse(raw).message_id
    assert OTHER in files(mail)
    assert "Bonjour, voici ma carte." in mail.text
    [note] = [each for each in mail.files if each.name == "removed.txt"]
    assert "pièce d’identité" in (note.content or b"").decode()
    assert "pièce d’identité" not in mail.text
    assert mail.problems == ()
    # Byte for byte up to the part, and after it.
    assert after.startswith(raw[: raw.index(b"Content-Type: image/jpeg")])
    assert after.endswith(raw[raw.index(b"Content-Type: image/png") :])
    assert stripped(raw, {sha(PICTURE): None}) == after
    assert stripped(after, {sha(PICTURE): None}) is None


def test_a_mail_that_is_nothing_but_the_picture_keeps_its_header() -> None:
    raw = (
        b"From: a@example.org\r\nContent-Type: image/jpeg;\r\n name=carte.jpg\r\nSubject: Carte\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(PICTURE).replace(b"\n", b"\r\n")
    )
    after = stripped(raw, {sha(PICTURE): None})
    assert after is not None
    assert after.startswith(b"From: a@example.org\r\nSubject: Carte\r\nContent-Type: text/plain")
    assert b"carte.jpg" not in after
    assert clean(after)


@pytest.mark.parametrize("encoding", ["7bit", "base64"])
def test_in_a_forwarded_mail(encoding: str) -> None:
    outer = EmailMessage(policy=SMTP)
    outer["From"] = "colleague@nord.example.org"
    outer.set_content("Pour vous.")
    if encoding == "7bit":
        inner = a_mail()
        inner.add_attachment(PICTURE, maintype="image", subtype="jpeg", filename="carte.jpg")
        outer.add_attachment(inner)
        raw = outer.as_bytes()
    else:
        body = base64.encodebytes(attached()).replace(b"\n", b"\r\n")
        raw = (
            b"From: colleague@nord.example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=xx\r\n"
            b"\r\n--xx\r\nContent-Type: text/plain\r\n\r\nPour vous.\r\n--xx\r\nContent-Type: message/rfc822\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + body + b"--xx--\r\n"
        )
    assert sha(PICTURE) in digests(raw)
    after = stripped(raw, {sha(PICTURE): None})
    assert after is not None
    assert sha(PICTURE) not in digests(after)
    assert clean(after)
    assert "Pour vous." in parse(after).text


@pytest.mark.parametrize("encoding", ["7bit", "base64"])
def test_written_into_the_text(encoding: str) -> None:
    lines = [b"begin 644 carte.jpg"]
    lines += [__import__("binascii").b2a_uu(PICTURE[at : at + 45]).rstrip(b"\n") for at in range(0, len(PICTURE), 45)]
    text = b"Bonjour,\r\n" + b"\r\n".join([*lines, b"`", b"end"]) + b"\r\nJeanne Martin\r\n"
    body = text if encoding == "7bit" else base64.encodebytes(text).replace(b"\n", b"\r\n")
    raw = (
        f"From: a@example.org\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    ).encode() + body
    assert files(parse(raw)) == [PICTURE]
    after = stripped(raw, {sha(PICTURE): None})
    assert after is not None
    assert files(parse(after)) == []
    words = parse(after).text
    assert words.startswith("Bonjour,")
    assert words.rstrip().endswith("Jeanne Martin")
    assert lines[20] not in after


def test_what_is_left_of_a_document_takes_its_place() -> None:
    message = a_mail()
    message.add_attachment(b"%PDF-1.4 " + PICTURE, maintype="application", subtype="pdf", filename="tout.pdf")
    whole = parse(message.as_bytes()).files[0].content
    assert whole is not None
    after = stripped(message.as_bytes(), {sha(whole): b"%PDF-1.4 the letter alone"})
    assert after is not None
    [left] = parse(after).files
    assert left.content == b"%PDF-1.4 the letter alone"
    assert left.content_type == "application/pdf"


def test_line_feeds_alone_and_no_such_file() -> None:
    raw = attached().replace(b"\r\n", b"\n")
    after = stripped(raw, {sha(PICTURE): None})
    assert after is not None
    assert b"\r" not in after
    assert stripped(raw, {sha(b"nothing"): None}) is None
