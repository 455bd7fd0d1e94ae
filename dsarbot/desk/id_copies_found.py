"""Which files of a mail may be copies of identity papers, before anybody has looked at them. Pure.

A file is known by its content, wherever it stands: attached, shown in the text, in a forwarded mail.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from dsarbot.desk.attached import LOGO
from dsarbot.reading.kinds import HEAD
from dsarbot.reading.mail import File, Mail
from dsarbot.reading.pictures import picture_of, size_of

#: With fewer dots across nothing on a card can be read any more, by nobody.
_SMALLEST_SIDE: Final = 240
_SMALLEST: Final = 4_000
#: Nobody sends more papers at once; what is beyond a person marks.
_MOST: Final = 20

#: How a file is called, and the words around it -> what speaks for a paper, "" for nothing.
Hint = Callable[[str, str], str]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One file. digest: SHA-256 of its content; why: what speaks for a paper already, "" for nothing yet."""

    digest: bytes
    size: int
    why: str = ""


def candidates(mail: Mail, hint: Hint) -> tuple[Candidate, ...]:
    """The files to be looked at, each content once."""
    found: dict[bytes, Candidate] = {}
    for file, words in _files(mail):
        if len(found) < _MOST and file.digest not in found and (one := _candidate(file, words, hint)):
            found[file.digest] = one
    return tuple(found.values())


def content_of(mail: Mail, is_meant: Callable[[bytes], bool]) -> bytes | None:
    """The file whose digest is meant; None where the mail has none."""
    return next((file.content for file, _ in _files(mail) if is_meant(file.digest)), None)


def digest_of(content: bytes) -> bytes:
    """What a content is known by."""
    return hashlib.sha256(content).digest()


def numbered(mail: Mail) -> tuple[File, ...]:
    """Every file in the order in which `cases show --text` lists them, those of attached mails after those of the mail:
    a person names one by its number, from 1."""
    return tuple(file for file, _ in _files(mail))


def _files(mail: Mail, around: str = "") -> Iterator[tuple[File, str]]:
    words = f"{around}\n{mail.subject}\n{mail.text}"
    for file in mail.files:
        yield file, words
    for each in mail.messages:
        yield from _files(each, words)


def _candidate(file: File, words: str, hint: Hint) -> Candidate | None:
    if not file.readable or file.size < _SMALLEST:
        return None
    head = file.head(HEAD)
    called = hint(file.name, "")
    if picture_of(head) is not None:
        legible = min(size_of(file.content or b"")) >= _SMALLEST_SIDE
        wanted = legible and (not file.inline or file.size >= LOGO or bool(called))
    else:
        # What cannot be looked at (an archive, a text document) is taken at its name.
        wanted = b"%PDF-" in head or (bool(called) and not file.content_type.startswith("text/"))
    return Candidate(digest=file.digest, size=file.size, why=called or hint("", words)) if wanted else None
