"""practice 3: attachments speak. What stands in an attached document is triaged with the mail."""

from __future__ import annotations

import base64

import pytest

from dsarbot.core.case import Status
from dsarbot.desk.attached import texts_in
from dsarbot.desk.ocr import TO_BE_READ
from dsarbot.documents.reader import DocumentReader
from dsarbot.reading.mail import parse
from tests.desk.world import ACCESS, ERASURE, World, mail
from tests.documents.samples import docx, locked_pdf, paragraph, pdf

LETTER = pdf(" ".join(ERASURE.split()))


@pytest.fixture
def world() -> World:
    return World()


def with_document(data: bytes, *, sender: str = "jeanne@example.org", text: str = "Voir PJ") -> str:
    body = base64.encodebytes(data).decode().replace("\n", "\r\n")
    return (
        f"From: {sender}\r\nTo: dpo@nord.example.org\r\nSubject: \r\nMessage-ID: <f.{sender}>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
        f"{text}\r\n--b\r\nContent-Type: application/octet-stream\r\n"
        "Content-Disposition: attachment; filename=letter\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{body}--b--\r\n"
    )


def forward(*inner: str) -> str:
    parts = "".join(f"--o\r\nContent-Type: message/rfc822\r\n\r\n{each}\r\n" for each in inner)
    return (
        "From: colleague@nord.example.org\r\nTo: dpo@nord.example.org\r\nSubject: fwd\r\nMessage-ID: <o@nord>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
        f"--o\r\nContent-Type: text/plain\r\n\r\nPour info.\r\n{parts}--o--\r\n"
    )


async def rights(world: World) -> dict[str, list[str]]:
    return {case.person.address: [claim.right for claim in case.claims] for case in await world.cases()}


@pytest.mark.parametrize("data", [LETTER, docx(paragraph(ERASURE))])
async def test_the_words_of_an_attached_document_are_triaged_with_the_mail(world: World, data: bytes) -> None:
    await world.receive(with_document(data))
    assert await rights(world) == {"jeanne@example.org": ["erasure"]}


async def test_mail_and_document_may_ask_for_different_rights(world: World) -> None:
    await world.receive(with_document(LETTER, text=ACCESS))
    assert sorted((await rights(world))["jeanne@example.org"]) == ["access", "erasure"]


@pytest.mark.parametrize("data", [pdf(""), pdf("ScanApp"), locked_pdf(), b"%PDF-1.7 broken"])
async def test_a_document_that_says_nothing_is_unread_content(world: World, data: bytes) -> None:
    """It may be a scan, so it is looked at as a picture first (tests/scans/test_attachments.py)."""
    (row,) = await world.receive(with_document(data))
    assert (row.state, row.kind) == ("held", TO_BE_READ)
    await world.intake.look_again(row, {})
    (case,) = await world.cases()
    assert case.claims[0].status == Status.UNCONFIRMED


async def test_a_document_about_something_else_makes_no_case(world: World) -> None:
    data = pdf("Invoice number 1009 for the month of May, payable within thirty days.")
    (row,) = await world.receive(with_document(data))
    assert row.disposition == "ordinary"


async def test_the_documents_of_persons_forwarded_together_stay_apart(world: World) -> None:
    other = pdf(" ".join(ACCESS.split()))
    await world.receive(
        forward(with_document(LETTER, sender="one@example.org"), with_document(other, sender="two@example.org"))
    )
    assert await rights(world) == {"one@example.org": ["erasure"], "two@example.org": ["access"]}


async def test_a_process_of_its_own_reads_the_same_words() -> None:
    parsed = parse(with_document(LETTER).encode())
    async with DocumentReader() as documents:
        texts = await texts_in(parsed, documents)
    assert [each.split() for each in texts.values()] == [ERASURE.split()]


async def test_a_mail_without_documents_asks_nobody() -> None:
    documents = DocumentReader()
    assert not await texts_in(parse(mail(ACCESS).encode()), documents)
    assert documents.pid is None
