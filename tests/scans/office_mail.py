"""Mails with letters in them: as people attach photographs, and as an office scanner sends what lay in it."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from dsarbot.documents.pages import Scan
from dsarbot.documents.scanner import Progress
from dsarbot.scans.attachments import Attachments
from dsarbot.scans.taking import Taking
from tests.desk.world import ReadHere, World
from tests.scans.test_watching import ReadHere as ReadScansHere


class Reads(ReadScansHere):
    """Reads in this process, and counts; tests/documents has the process of its own."""

    async def read(self, data: bytes, progress: Progress = lambda _: None, *, most: int = 300) -> Scan:
        return await super().read(data, progress)


def attachments(world: World, reader: Reads | None = None, guard: object = None) -> Attachments:
    """What reads the pictures of that world."""
    scans = reader or Reads()
    takings = {key: Taking(world.desk, each, scans) for key, each in world.organisations.items()}
    return Attachments(
        world.desk, world.intake, ReadHere(), scans, takings=takings, guard=guard  # type: ignore[arg-type]
    )


def with_files(
    files: Sequence[bytes],
    *,
    text: str = "Voir PJ",
    sender: str = "Jeanne Martin <jeanne@example.org>",
    subject: str = "",
    inline: bool = False,
    headers: str = "",
) -> str:
    """A mail with these files; their names and types say nothing."""
    parts = [
        "Content-Type: application/octet-stream\r\n"
        f"Content-Disposition: {'inline' if inline else 'attachment'}; filename=document-{number}\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{base64.encodebytes(each).decode()}"
        for number, each in enumerate(files)
    ]
    words = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    body = "".join(f"--b\r\n{each}\r\n" for each in [words, *parts])
    return (
        f"{headers}From: {sender}\r\nTo: dpo@nord.example.org\r\nSubject: {subject}\r\n"
        f"Message-ID: <m{hash(body)}@example.org>\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: multipart/mixed; boundary=b\r\n\r\n{body}--b--\r\n"
    )
