"""One odd mail and what must be read in it."""

from __future__ import annotations

from dataclasses import dataclass, field

PERSON = "jane@example.org"
REQUEST = "I want a copy of all my data."


@dataclass(frozen=True, kw_only=True, slots=True)
class Odd:
    """says: a phrase that the text must hold; silent: one that it must not. files: names of all of them, hidden: of
    those that are shown or read into the text. problems: of these slugs at least."""

    key: str
    raw: bytes = field(repr=False)
    sender: str = PERSON
    name: str = "Jane Doe"
    subject: str = "My data"
    senders: int = 1
    says: str = REQUEST
    silent: str = "\x00"
    files: tuple[str, ...] = ()
    inline: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    encrypted: bool = False
    messages: int = 0


def mail(*fields: str, body: str = REQUEST, end: str = "\r\n", charset: str = "utf-8") -> bytes:
    """A mail of header fields (without From and Subject where they do not matter) and a body of lines."""
    lines = [*fields, "", *body.split("\n"), ""]
    return end.join(lines).encode(charset)


def from_jane(*fields: str, body: str = REQUEST, end: str = "\r\n", charset: str = "utf-8") -> bytes:
    head = ("From: Jane Doe <jane@example.org>", "To: privacy@example.com", "Subject: My data")
    return mail(*head, *fields, body=body, end=end, charset=charset)
