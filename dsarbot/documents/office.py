"""The text of Word and OpenDocument files. Only the one member that holds the text is inflated, up to a limit."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import IO, Final
from xml.parsers import expat

from dsarbot.documents.answer import MOST_CHARACTERS, Text, shortened

_MOST_XML: Final = 64 * 1024 * 1024
_PIECE: Final = 256 * 1024
_MEMBERS: Final = {"docx": "word/document.xml", "odt": "content.xml"}
#: Local names of the elements that make a gap (ECMA-376 part 1, 17.3; OpenDocument 1.2 part 1, 6.1).
_GAPS: Final = {"tab": "\t", "s": " ", "br": "\n", "cr": "\n", "line-break": "\n"}
#: Text that stands in the file but not on the page: deleted by tracked changes, instructions of fields, second copies.
_HIDDEN: Final = frozenset({"delText", "instrText", "tracked-changes", "annotation", "Fallback"})
#: Word's text stands in runs (w:t) alone, what is between them lays out the XML; OpenDocument's in its paragraphs.
_HOLDERS: Final = {"docx": frozenset({"t"}), "odt": frozenset({"p", "h"})}
#: Bit 0 of the general purpose flag (APPNOTE 4.4.4).
_ENCRYPTED: Final = 1
#: How a damaged archive shows itself: in its directory, by a member that is missing, cut off, at an impossible place or
#: packed in an unknown way, and in the XML.
_DAMAGED_ARCHIVE: Final = (zipfile.BadZipFile, KeyError, EOFError, OSError, NotImplementedError)
_DAMAGED_CONTENT: Final = (zlib.error, expat.ExpatError)


class _Enough(Exception):
    """The limit of characters is reached, or a document type declaration stands where none may."""


class _Collector:
    """Gathers the characters between the elements of the text."""

    def __init__(self, kind: str) -> None:
        self._holders = _HOLDERS[kind]
        self._hidden = 0
        self._inside = 0
        self.pieces: list[str] = []
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002
        local = name.rpartition(":")[2]
        self._hidden += local in _HIDDEN
        self._inside += local in self._holders
        self._add(_GAPS.get(local, ""))

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        self._hidden -= local in _HIDDEN
        self._inside -= local in self._holders
        if local in ("p", "h"):
            self._add("\n")

    def characters(self, text: str) -> None:
        if self._inside:
            self._add(text)

    def no_declarations(self, *_: object) -> None:
        """Neither format has a DTD; one that has wants its entities expanded."""
        raise _Enough

    def _add(self, text: str) -> None:
        if self._hidden:
            return
        self.pieces.append(text)
        self._length += len(text)
        if self._length > MOST_CHARACTERS:
            raise _Enough


def read(kind: str, data: bytes) -> Text:
    """The text of a docx or odt file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            info = archive.getinfo(_MEMBERS[kind])
            if info.flag_bits & _ENCRYPTED or _is_encrypted_odt(archive, kind):
                return Text(unread="encrypted")
            with archive.open(info) as member:
                return _parsed(kind, member)
    except (*_DAMAGED_ARCHIVE, *_DAMAGED_CONTENT):
        return Text(unread="broken")


def _is_encrypted_odt(archive: zipfile.ZipFile, kind: str) -> bool:
    """OpenDocument encrypts inside the members and says so in the manifest (part 3, 3.4)."""
    if kind != "odt" or "META-INF/manifest.xml" not in archive.namelist():
        return False
    with archive.open("META-INF/manifest.xml") as manifest:
        return b"encryption-data" in manifest.read(_PIECE)


def _parsed(kind: str, member: IO[bytes]) -> Text:
    parser, collector = expat.ParserCreate(), _Collector(kind)
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.characters
    parser.StartDoctypeDeclHandler = collector.no_declarations
    parser.buffer_text = True
    taken = 0
    try:
        while piece := member.read(_PIECE):
            taken += len(piece)
            if taken > _MOST_XML:
                return Text(text="".join(collector.pieces), unread="too-large")
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except _Enough:
        found = "".join(collector.pieces)
        return shortened(found) if found else Text(unread="broken")
    return shortened("".join(collector.pieces))
