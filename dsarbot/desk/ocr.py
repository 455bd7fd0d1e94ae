"""Pictures of letters attached to a mail (practice 3): which are worth reading, and what came of it. Pure.

A mail is taken in without them first; what only its pictures may say is held, with its date, until they are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dsarbot.desk.attached import FEW_LETTERS, LOGO, Texts
from dsarbot.reading.kinds import HEAD, may_be_document
from dsarbot.reading.mail import File, Mail
from dsarbot.reading.pictures import picture_of, size_of

#: Kinds of what is held. to-be-read: its pictures are read next; from-the-scanner: an office scanner sent letters in
#: it; unread-attachment: nobody here could read them, a person must.
TO_BE_READ: Final = "to-be-read"
FROM_THE_SCANNER: Final = "from-the-scanner"
UNREAD_ATTACHMENT: Final = "unread-attachment"
#: Nobody photographs a longer letter; a person looks at the others.
MOST_PICTURES: Final = 12
#: The letters of a page are no longer told apart in a picture with fewer dots: A4 at 60 dpi has 496 across.
_SMALLEST_SIDE: Final = 480


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One attachment that was read. text: "" when there is none; why: what keeps it from being all that is said."""

    text: str = ""
    why: str = ""


#: SHA-256 of an attached picture -> what came of it.
Pictures = Mapping[bytes, Seen]


@dataclass(frozen=True, kw_only=True)
class Left:
    """What the pictures of a mail still keep to themselves. waits: some are to be read; why: some cannot be."""

    waits: bool = False
    why: str = ""


NOTHING_LEFT: Final = Left()


def left(mails: Sequence[Mail], texts: Texts, seen: Pictures | None) -> Left:
    """texts: of the documents that have words of their own; seen: None as long as no picture was read."""
    found = pictures(mails, texts)
    if seen is None:
        return Left(waits=any(found))
    whys = (seen[each.digest].why if each.digest in seen else "too-many-files" for each in found)
    return Left(why=next(filter(None, whys), ""))


def pictures(mails: Sequence[Mail], texts: Texts) -> Iterator[File]:
    """The attachments that may be pictures of letters: no logos, no signs of a signature, nothing that counts views."""
    for mail in mails:
        for file in mail.files:
            if _may_be_letter(file, texts):
                yield file


def all_texts(texts: Texts, seen: Pictures | None) -> Texts:
    """What documents say themselves, and what was read in pictures."""
    return {**texts, **{digest: each.text for digest, each in seen.items() if each.text}} if seen else texts


def is_page(data: bytes) -> bool:
    """Whether a letter can be read in a picture of that size. One whose file does not say how large it is cannot be
    shown to anybody, either."""
    return picture_of(data) is None or min(size_of(data)) >= _SMALLEST_SIDE


def _may_be_letter(file: File, texts: Texts) -> bool:
    head = file.head(HEAD)
    if picture_of(head) is not None:
        return is_page(file.content or b"") and (not file.inline or file.size >= LOGO)
    is_pdf = may_be_document(head) and b"%PDF-" in head
    return is_pdf and sum(map(str.isalpha, texts.get(file.digest, ""))) < FEW_LETTERS
