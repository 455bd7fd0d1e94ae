"""A file that leaves the house, without what it says of its author, places and times. Runs in the copying process.

What is shown stays as it is. What cannot be taken out without changing that (comments, tracked changes, names of
files within) is told, so that a person decides.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

import pypdfium2
from pypdfium2 import raw

from dsarbot.documents import pdf
from dsarbot.documents.answer import NotRead
from dsarbot.documents.copying import Stripped
from dsarbot.reading.pictures import picture_of

#: ITU-T T.81, B.1.1.3: APP1 holds EXIF or XMP, APP13 IPTC, FFFE a comment; APP0, APP2 and APP14 tell of colours.
_SHOWN: Final = frozenset({0xE0, 0xE2, 0xEE})
_START_OF_SCAN, _END = 0xDA, 0xD9
_APPLICATION, _COMMENT = range(0xE0, 0xF0), 0xFE
_JPEG_SAYS: Final = ((b"Exif\0", "EXIF"), (b"http://ns.adobe.com/x", "XMP"), (b"Photoshop", "IPTC"))
#: Where EXIF says how the camera was held (TIFF 6.0, tag 274), which is needed to show the picture upright.
_ORIENTATION: Final = 274
#: PNG (third edition), 11.3: chunks that say nothing about colours or sizes.
_PNG_SAYS: Final = {b"tEXt": "text", b"zTXt": "text", b"iTXt": "text", b"eXIf": "EXIF", b"tIME": "time"}
_DAMAGED: Final = (
    struct.error,
    IndexError,
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
_MOST_MEMBER: Final = 128 * 1024 * 1024
_MOST_MEMBERS: Final = 5_000
#: ECMA-376 part 2, 11: what is said of an office file; part 1: what people wrote beside its text.
_PROPERTIES: Final = re.compile(r"docProps/(?:core|app|custom)\.xml|meta\.xml")
_EMPTY: Final = {
    "docProps/core.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp='
    b'"http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
    "meta.xml": b'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta xmlns:office='
    b'"urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"/>',
}
_BESIDE: Final = (
    (re.compile(r"(?:word|xl|ppt)/(?:threaded)?comments", re.IGNORECASE), "comments"),
    (re.compile(r"(?:word|xl|ppt)/(?:people|persons|commentAuthors)", re.IGNORECASE), "names of people"),
    (re.compile(r"(?:word|xl|ppt)/embeddings/|^Object ", re.IGNORECASE), "files within"),
)
#: Photographs keep their own EXIF.
_PICTURE: Final = re.compile(r"\.(?:jpe?g|png)\Z", re.IGNORECASE)
_OTHER_PICTURE: Final = re.compile(r"\.(?:tiff?|heic|webp)\Z", re.IGNORECASE)
#: ISO 32000-1, 7.5.5: where the trailer says what is known of the document.
_INFO: Final = re.compile(rb"/Info (\d+) 0 R")
_TRACKED: Final = re.compile(rb"<(?:w:(?:ins|del|moveFrom|moveTo) |text:tracked-changes|office:annotation)")
#: A relation to a file that is not there any more.
_TO_THUMBNAIL: Final = re.compile(rb"<Relationship [^>]*thumbnail[^>]*/>")
#: What only programs read; its signature would be wrong, too.
_DROPPED: Final = re.compile(r"docProps/thumbnail|Thumbnails/|_xmlsignatures/|META-INF/documentsignatures")


def strip(kind: str, data: bytes) -> tuple[Stripped, bytes]:
    """What was taken out, what is left, and the file; or NotRead."""
    how = _WAYS.get(kind)
    if how is None:
        raise NotRead("unsupported")
    try:
        return how(data)
    except _DAMAGED:
        raise NotRead("broken") from None


def _pdf(data: bytes) -> tuple[Stripped, bytes]:
    """The pages alone in a new file: no title, author, programs, times, attached files, scripts or forms."""
    removed, left, out = list[str](), list[str](), io.BytesIO()
    with pdf.opened(data) as whole, pypdfium2.PdfDocument.new() as made:
        removed += [f"document info ({key})" for key, value in whole.get_metadata_dict().items() if value]
        if raw.FPDFDoc_GetAttachmentCount(whole):
            removed.append("attached files")
        if raw.FPDFDoc_GetJavaScriptActionCount(whole):
            removed.append("scripts")
        if whole.get_formtype():
            left.append("a form: what was filled in may not be shown any more")
        if any(raw.FPDFPage_GetAnnotCount(whole[number]) for number in range(len(whole))):
            left.append("comments or links on pages")
        made.import_pages(whole)
        made.save(out)
    packed = _without_info(out.getvalue())
    if b"<x:xmpmeta" in data or b"/Metadata" in data:
        removed.append("XMP")
    if b"/Metadata" in packed or b"/PieceInfo" in packed or b"<x:xmpmeta" in packed:
        left.append("XMP or private data within a page")
    with pypdfium2.PdfDocument(packed) as again:
        left += [f"document info ({key})" for key, value in again.get_metadata_dict().items() if value]
    return Stripped(removed=tuple(removed), left=tuple(left)), packed


def _without_info(packed: bytes) -> bytes:
    """What the writer says of itself and of now, overwritten by blanks: nothing else moves."""
    found = _INFO.search(packed)
    start = packed.find(b"\n" + found[1] + b" 0 obj") if found else -1
    first, last = packed.find(b"<<", start), packed.find(b"endobj", start)
    if start < 0 or not start < first < last:
        return packed
    body = packed[first + 2 : last].rstrip()
    blank = b" " * (len(body) - 2)
    return packed[: first + 2] + blank + packed[first + 2 + len(blank) :]


def _jpeg(data: bytes) -> tuple[Stripped, bytes]:
    out, removed = bytearray(data[:2]), list[str]()
    place, turned = 2, b""
    while data[place + 1] != _START_OF_SCAN:
        if data[place] != 0xFF:
            raise NotRead("broken")
        marker, length = data[place + 1], int(struct.unpack_from(">H", data, place + 2)[0])
        segment = data[place : place + 2 + length]
        if (marker in _APPLICATION and marker not in _SHOWN) or marker == _COMMENT:
            turned = turned or _orientation(segment)
            if segment != turned:
                removed.append(next((name for mark, name in _JPEG_SAYS if segment[4:].startswith(mark)), "comment"))
        elif marker != 0xFF:
            out += segment
        place += 2 + length if marker != 0xFF else 1
    # Phones put a second picture, with data of its own, behind the first.
    end = data.find(b"\xff\xd9", place)
    if end < 0:
        raise NotRead("broken")
    if len(data) > end + 2:
        removed.append("what followed the picture")
    picture = out[:2] + turned + out[2:] + data[place : end + 2]
    return Stripped(removed=tuple(dict.fromkeys(removed))), bytes(picture)


def _orientation(segment: bytes) -> bytes:
    """An EXIF segment with nothing in it but how the camera was held; b"" when that says nothing."""
    if not segment[4:].startswith(b"Exif\0\0"):
        return b""
    body = segment[10:]
    order = "<" if body.startswith(b"II") else ">"
    with suppress(struct.error):
        (directory,) = struct.unpack_from(order + "I", body, 4)
        (count,) = struct.unpack_from(order + "H", body, directory)
        for number in range(count):
            tag, _, _, value = struct.unpack_from(order + "HHIH", body, directory + 2 + 12 * number)
            if tag == _ORIENTATION and 2 <= value <= 8:
                exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHHI", _ORIENTATION, 3, 1, value, 0, 0)
                return b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    return b""


def _png(data: bytes) -> tuple[Stripped, bytes]:
    out, removed, place = bytearray(data[:8]), list[str](), 8
    name = b""
    while name != b"IEND":
        (length,) = struct.unpack_from(">I", data, place)
        name = data[place + 4 : place + 8]
        if len(name) < 4:
            raise NotRead("broken")
        if name in _PNG_SAYS:
            removed.append(_PNG_SAYS[name])
        else:
            out += data[place : place + 12 + length]
        place += 12 + length
    if len(data) > place:
        removed.append("what followed the picture")
    return Stripped(removed=tuple(dict.fromkeys(removed))), bytes(out)


def _office(data: bytes) -> tuple[Stripped, bytes]:
    """Word, Excel, PowerPoint and OpenDocument files: the same members, those about the file emptied."""
    removed, left, out = list[str](), list[str](), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out, "w") as made:
        for info in whole.infolist()[: _MOST_MEMBERS + 1]:
            if info.flag_bits & 1:
                raise NotRead("encrypted")
            if info.file_size > _MOST_MEMBER or len(whole.infolist()) > _MOST_MEMBERS:
                raise NotRead("too-large")
            if _DROPPED.search(info.filename):
                removed.append("thumbnail or signature")
                continue
            content = whole.read(info)
            if _PROPERTIES.fullmatch(info.filename) and content != _EMPTY[info.filename]:
                removed.append(f"properties ({info.filename})")
                content = _EMPTY[info.filename]
            if info.filename == "_rels/.rels":
                content = _TO_THUMBNAIL.sub(b"", content)
            if _PICTURE.search(info.filename):
                said, content = _picture_within(content)
                removed += said
            left += _said_beside(info.filename, content)
            # The time within an archive is when somebody worked on it.
            plain = zipfile.ZipInfo(info.filename)
            plain.compress_type = info.compress_type
            made.writestr(plain, content)
    return Stripped(removed=tuple(dict.fromkeys(removed)), left=tuple(dict.fromkeys(left))), out.getvalue()


def _picture_within(content: bytes) -> tuple[list[str], bytes]:
    kind = picture_of(content)
    if kind is None or kind not in ("jpeg", "png"):
        return [], content
    said, made = _jpeg(content) if kind == "jpeg" else _png(content)
    return [f"{each} of pictures within" for each in said.removed], made


def _said_beside(name: str, content: bytes) -> Iterator[str]:
    if _OTHER_PICTURE.search(name):
        yield "pictures within that may say where they were taken"
    yield from (what for pattern, what in _BESIDE if pattern.search(name))
    if name.endswith(".xml") and _TRACKED.search(content):
        yield "tracked changes or comments"


def _text(data: bytes) -> tuple[Stripped, bytes]:
    return Stripped(), data


_WAYS: Final[dict[str, Callable[[bytes], tuple[Stripped, bytes]]]] = {
    "pdf": _pdf,
    "jpeg": _jpeg,
    "png": _png,
    "text": _text,
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp"), _office),
}
