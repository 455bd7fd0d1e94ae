"""Which documents have words that can be read, told by their content: names and types say what the sender likes."""

from __future__ import annotations

from typing import Final, Literal

Kind = Literal["pdf", "docx", "odt", "rtf"]

#: So many first bytes tell whether it is worth looking at the rest.
HEAD: Final = 2048
#: Word and others accept some bytes before the mark (ISO 32000-1 annex H, note 13).
_PDF_WITHIN: Final = 1024
_ZIP: Final = b"PK\x03\x04"
_RTF: Final = b"{\\rtf"
#: OpenDocument 1.2 part 3, 3.3: the first member is called `mimetype`, stored as it is.
_ODT: Final = b"mimetypeapplication/vnd.oasis.opendocument.text"
#: Where the first local file header of an archive ends, without its name.
_HEADER: Final = 30


def may_be_document(head: bytes) -> bool:
    """Whether a file that begins so can be one; `kind_of` knows when it has seen all of it."""
    return head.startswith((_ZIP, _RTF)) or b"%PDF-" in head[:_PDF_WITHIN]


def kind_of(data: bytes) -> Kind | None:
    """The kind of document, None when it is none that can be read."""
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return "pdf"
    if data.startswith(_RTF):
        return "rtf"
    if not data.startswith(_ZIP):
        return None
    if data.startswith(_ODT, _HEADER):
        return "odt"
    return "docx" if b"word/document.xml" in data else None
