"""Where `dsarbot triage` reads from: mails, mbox files, Maildirs, folders, texts, documents, standard input.

One item after the other, so that an old mailbox of many gigabytes needs no more memory than its largest mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from dsarbot.reading.kinds import kind_of

Form = Literal["mail", "text", "document", "unreadable"]

#: What nobody here can read, told by the name so that it need not be loaded.
CLOSED = frozenset(
    [".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".heic", ".webp", ".bmp", ".doc", ".xls", ".xlsx", ".ods",
     ".zip", ".p7m", ".msg"]
)  # fmt: skip
MAILS = frozenset({".eml", ".mail", ".mime"})
TEXTS = frozenset({".txt", ".text", ".md"})

_HEADER = re.compile(rb"\A(?:[!-9;-~]{1,80}:[^\n]*\n(?:[ \t][^\n]*\n)*){2}")
_QUOTED_FROM = re.compile(rb"\A>+From ")
_SNIFF = 4_096
_DOCUMENTS = (b"%PDF-", b"{\\rtf", b"PK\x03\x04")


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing to look at. ``source`` is its path, for mbox with its number: ``inbox.mbox#12``, from 1."""

    source: str
    form: Form
    raw: bytes = b""
    problem: str = ""


def items(path: Path) -> Iterator[Item]:
    """Everything below one path. OSError if the path itself cannot be read; inside a folder it is reported."""
    if path.is_dir():
        for each in _files(path):
            try:
                yield from _file(each)
            except OSError:
                yield Item(source=str(each), form="unreadable", problem="cannot-open")
    else:
        yield from _file(path)


def stream(incoming: BinaryIO, source: str = "-") -> Iterator[Item]:
    """Items of an open stream, by its first bytes: mbox, one mail, or plain text."""
    first = incoming.readline()
    if first.startswith(b"From "):
        yield from _mbox(incoming, source)
    else:
        yield _one(first + incoming.read(), source)


def _files(folder: Path) -> Iterator[Path]:
    """Files below a folder in a stable order. A Maildir's dot folders are mailboxes; other dot names are hidden."""
    maildir = (folder / "cur").is_dir() and (folder / "new").is_dir()
    for each in sorted(folder.iterdir()):
        if each.is_dir() and not each.is_symlink():
            if each.name != "tmp" if maildir else not each.name.startswith("."):
                yield from _files(each)
        elif each.is_file() and not each.name.startswith(".") and not (maildir and each.name.startswith("dovecot")):
            yield each


def _file(path: Path) -> Iterator[Item]:
    source, suffix = str(path), path.suffix.lower()
    if suffix in CLOSED:
        yield Item(source=source, form="unreadable", problem="no-reader")
    elif suffix in MAILS:
        yield Item(source=source, form="mail", raw=path.read_bytes())
    elif suffix in TEXTS:
        yield Item(source=source, form="text", raw=path.read_bytes())
    else:
        with path.open("rb") as incoming:
            yield from stream(incoming, source)


def _one(raw: bytes, source: str) -> Item:
    head = raw[:_SNIFF]
    closed = b"\0" in head
    if not closed and _HEADER.match(head.replace(b"\r\n", b"\n")):
        return Item(source=source, form="mail", raw=raw)
    # A text may speak of "%PDF-" in its first lines; a document begins so, or has bytes that no text has.
    if (closed or head.startswith(_DOCUMENTS)) and kind_of(raw):
        return Item(source=source, form="document", raw=raw)
    if closed:
        return Item(source=source, form="unreadable", problem="no-reader")
    return Item(source=source, form="text", raw=raw)


def _mbox(lines: Iterable[bytes], source: str) -> Iterator[Item]:
    """The mails of an mbox whose first separator line was read. RFC 4155: "From " after an empty line separates."""
    number, mail, empty = 1, list[bytes](), False
    for line in lines:
        if empty and line.startswith(b"From "):
            yield Item(source=f"{source}#{number}", form="mail", raw=b"".join(mail))
            number, mail = number + 1, []
            continue
        mail.append(line[1:] if _QUOTED_FROM.match(line) else line)
        empty = line in {b"\n", b"\r\n"}
    yield Item(source=f"{source}#{number}", form="mail", raw=b"".join(mail))
