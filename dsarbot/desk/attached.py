"""What the attachments of a mail say (practice 3). Plain texts are read here, documents by whoever is asked to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, Protocol

from dsarbot.reading.charsets import decode
from dsarbot.reading.kinds import HEAD, may_be_document
from dsarbot.reading.mail import File, Mail

#: What proves a signature is no content.
_SIGNATURES: Final = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_TEXT: Final = ("text/plain", "text/csv", "text/markdown", "text/html", "text/calendar")
#: An inline picture of fewer bytes is the logo of a signature; a photographed letter has more.
LOGO: Final = 30_000
#: So few letters of a person's own are no message: what they meant is in the attachment (practice 3).
FEW_LETTERS: Final = 40
#: Nobody attaches more letters; the others stay unread.
_MOST_DOCUMENTS: Final = 10

#: SHA-256 of an attached document -> its text.
Texts = Mapping[bytes, str]
NO_TEXTS: Final[Texts] = {}


class Found(Protocol):
    """What came of one document (documents.answer.Text); without text it stays unread."""

    @property
    def text(self) -> str: ...


class Documents(Protocol):
    """Reads documents away from keys and files (security 15); never raises for what is in one."""

    async def texts(self, files: Sequence[bytes]) -> Sequence[Found]:
        """One for each file, in their order."""


async def texts_in(mail: Mail, documents: Documents) -> Texts:
    """The texts of the documents attached to a mail, and to the mails attached to it."""
    some: dict[bytes, bytes] = {}
    for file in _files(mail):
        if len(some) < _MOST_DOCUMENTS and may_be_document(file.head(HEAD)):
            content = file.content or b""
            # Known by now: it is taken whenever the content is decoded.
            some[file.digest] = content
    if not some:
        return NO_TEXTS
    found = await documents.texts(list(some.values()))
    return {digest: each.text for digest, each in zip(some, found, strict=True) if each.text}


def _files(mail: Mail) -> Iterator[File]:
    yield from mail.files
    for each in mail.messages:
        yield from _files(each)


def said_in(mails: Sequence[Mail], texts: Texts) -> list[str]:
    """The words of every attachment that could be read."""
    return [said for mail in mails for file in mail.files if (said := _said(file, texts))]


def _said(file: File, texts: Texts) -> str:
    if texts and file.digest in texts:
        return texts[file.digest]
    if file.content_type in _TEXT and not file.inline and file.content:
        return decode(file.content)[0]
    return ""


def unread(mails: Sequence[Mail], text: str, texts: Texts) -> bool:
    """practice 3: a mail whose only content is something we cannot read is never ordinary. text: its own words."""
    if any(mail.encrypted or mail.cut_short for mail in mails):
        return True
    letters = _letters(text)
    if letters >= FEW_LETTERS:
        return False
    return any(_closed(file, letters, texts) for mail in mails for file in mail.files)


def _letters(text: str) -> int:
    """How many there are, counted to FEW_LETTERS: nobody asks for more."""
    return sum(1 for _ in islice(filter(str.isalpha, text), FEW_LETTERS))


def _closed(file: File, letters: int, texts: Texts) -> bool:
    """Whether nobody here could read the file. A phone shows the photograph of a letter inline."""
    if file.content_type in (*_TEXT, *_SIGNATURES):
        return False
    if texts and (said := texts.get(file.digest)):
        # A scanner's own line on the picture of a letter is not the letter.
        return _letters(said) < FEW_LETTERS
    return not file.inline or not letters or file.size >= LOGO
