"""What a file is, told by its content alone: its name and its declared type say what the sender likes. Pure."""

from __future__ import annotations

import re
from typing import Final

from dsarbot.reading.pictures import picture_of

#: So many first bytes tell what a file is, but for archives.
_HEAD: Final = 4096
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
#: Marks at the very beginning, and what they say.
_MARKS: Final = (
    (b"{\\rtf", "rtf"),
    (b"GIF8", "gif"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-office"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"#!", "program"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "program"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"MSCF", "archive"),
)
_OPEN_DOCUMENT: Final = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
_OFFICE: Final = ((b"word/document", "docx"), (b"xl/workbook", "xlsx"), (b"ppt/presentation", "pptx"))
#: Members that hold programs (MS-OVBA 2.2; OpenDocument 1.2 part 3, 2.2.1).
_MACROS: Final = (b"vbaproject", b"basic/script-lc.xml", b"scripts/python")
#: What a browser or a drawing program would run.
_MARKUP: Final = re.compile(rb"\s*(?:<\?xml|<!doctype|<html|<svg|<script|<head|<body|<!--)", re.IGNORECASE)
_MAIL: Final = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,40}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2}")
_MAIL_FIELDS: Final = re.compile(rb"(?im)^(?:from|received|return-path|message-id|delivered-to):")


def file_kind(data: bytes) -> str:
    """A kind such as "pdf", "docx", "jpeg", "text"; or one of what is no document that can simply be shown:
    "office-macro", "old-office", "archive", "program", "web", "empty", "unknown"."""
    head = data[:_HEAD]
    if not data:
        return "empty"
    if head.startswith(_ZIP):
        return _archive(data)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    marked = next((kind for mark, kind in _MARKS if head.startswith(mark)), None)
    return picture_of(head) or marked or _words(data, head)


def _archive(data: bytes) -> str:
    """By the names of its members, which stand in it as they are: nothing is unpacked here (security 15)."""
    small = data.lower()
    if any(mark in small for mark in _MACROS):
        return "office-macro"
    for mark, kind in _OPEN_DOCUMENT.items():
        if data.startswith(b"mimetype" + mark, 30) and b"content.xml" in data:
            return kind
    if b"[Content_Types].xml" in data:
        return next((kind for name, kind in _OFFICE if name in data), "archive")
    return "archive"


def _words(data: bytes, head: bytes) -> str:
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "web"
    if b"\0" in data or sum(byte < 32 and byte not in b"\t\n\r\f" for byte in head):
        return "unknown"
    return "mail" if _MAIL.match(head) and _MAIL_FIELDS.search(head) else "text"
