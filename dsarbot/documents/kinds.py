"""What a file is, by its content: names and declared types say what the sender likes."""

from __future__ import annotations

from typing import Final, Literal

Kind = Literal["pdf", "docx", "odt", "rtf"]

#: Word and others accept some bytes before the mark (ISO 32000-1 annex H, note 13).
_PDF_WITHIN: Final = 1024
_ZIP: Final = b"PK\x03\x04"
#: OpenDocument 1.2 part 3, 3.3: the first member is called `mimetype`, stored as it is.
_ODT: Final = b"mimetypeapplication/vnd.oasis.opendocument.text"
#: Where the first local file header of an archive ends, without its name.
_HEADER: Final = 30


def kind_of(data: bytes) -> Kind | None:
    """The kind of document, None when it is none that can be read."""
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return "pdf"
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if not data.startswith(_ZIP):
        return None
    if data.startswith(_ODT, _HEADER):
        return "odt"
    return "docx" if b"word/document.xml" in data else None
