"""A page of a scan for somebody's eyes: grey, as it would be printed.

No browser is ever given the file itself (security 15). Needs the extra `ocr`; runs in the copying process only.
"""

from __future__ import annotations

import io
from itertools import islice
from typing import Final

import numpy as np
import pypdfium2
from PIL import Image

from dsarbot.documents import pdf, raster
from dsarbot.documents.answer import NotRead
from dsarbot.documents.kinds import MOST_PAGES, ScanKind, pages_in
from dsarbot.documents.raster import Grey

_QUALITY: Final = 70


def show(kind: ScanKind, data: bytes, number: int, longest: int) -> tuple[int, bytes]:
    """How many pages there are, and one of them (0: none) with so many dots on its longer side; or NotRead."""
    if kind == "pdf":
        with pdf.opened(data) as document:
            count = _counted(len(document))
            return count, _packed(_of_pdf(document, number), longest) if number else b""
    count = _counted(pages_in(data, MOST_PAGES))
    if not number:
        return count, b""
    grey = next(islice(raster.of_picture(kind, data), number - 1, number), None)
    if grey is None:
        raise NotRead("broken")
    return count, _packed(grey, longest)


def _counted(count: int) -> int:
    if count > MOST_PAGES:
        raise NotRead("too-many-pages")
    return count


def _of_pdf(document: pypdfium2.PdfDocument, number: int) -> Grey:
    try:
        return raster.of_pdf(document[number - 1])
    except (pypdfium2.PdfiumError, IndexError):
        raise NotRead("broken") from None


def _packed(grey: Grey, longest: int) -> bytes:
    """Nothing is told in it but the picture."""
    image, out = Image.fromarray(np.ascontiguousarray(grey)), io.BytesIO()
    image.thumbnail((longest, longest))
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
