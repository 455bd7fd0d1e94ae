"""Some pages of a file as a file of their own, of the same kind: each letter of a stack gets its own original.

Runs in the reading process only.
"""

from __future__ import annotations

import importlib
import io

import pypdfium2

from dsarbot.documents import pdf
from dsarbot.documents.kinds import ScanKind


def cut(kind: ScanKind, data: bytes, first: int, last: int) -> bytes:
    """The pages from *first* to *last*, counted from 1."""
    if kind == "pdf":
        return _of_pdf(data, first, last)
    if kind == "tiff":
        made: bytes = importlib.import_module("dsarbot.documents.tiff").cut(data, first, last)
        return made
    return data


def _of_pdf(data: bytes, first: int, last: int) -> bytes:
    out = io.BytesIO()
    with pdf.opened(data) as whole, pypdfium2.PdfDocument.new() as part:
        part.import_pages(whole, list(range(first - 1, last)))
        part.save(out)
    return out.getvalue()
