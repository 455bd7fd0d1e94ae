"""Which of the files that came with a case a person can open, and why not the others. Pure.

What a file is, its content says; its name and type say what the sender likes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from dsarbot.reading.file_kinds import file_kind
from dsarbot.reading.mail import Mail

#: Endings for files that are written with names of our own making.
_ENDINGS = {"jpeg": "jpg", "tiff": "tif", "text": "txt", "mail": "eml"}


@dataclass(frozen=True, kw_only=True)
class Rules:
    """allow: kinds of files (`file_kinds`); largest: bytes."""

    allow: Collection[str]
    largest: int


@dataclass(frozen=True, kw_only=True)
class CameFile:
    """A file that came. name: as its sender calls it; content: None when it is not there any more; refused: why it is
    not opened, "" when it may be."""

    name: str
    content: bytes | None
    kind: str
    refused: str

    @property
    def ending(self) -> str:
        """With which it is written."""
        return _ENDINGS.get(self.kind, self.kind)


def of_mail(mail: Mail, rules: Rules) -> Iterator[CameFile]:
    """The files of a mail, and of the mails attached to it."""
    for file in mail.files:
        yield judged(file.name, file.content, rules)
    for each in mail.messages:
        yield from of_mail(each, rules)


def judged(name: str, content: bytes | None, rules: Rules) -> CameFile:
    """One file, and whether it may be opened."""
    if content is None:
        return CameFile(name=name, content=None, kind="unknown", refused="it is not there any more, or too large")
    kind = file_kind(content)
    refused = ""
    if kind not in rules.allow:
        refused = f"by its content it is of the kind {kind}, which [attachments] does not allow"
    elif len(content) > rules.largest:
        refused = f"it is larger than {rules.largest // 1024 // 1024} MiB"
    return CameFile(name=name, content=content, kind=kind, refused=refused)
