"""Pages of a TIFF as a TIFF of their own. Needs the extra `ocr`; runs in the reading process only."""

from __future__ import annotations

import io

from PIL import Image


def cut(data: bytes, first: int, last: int) -> bytes:
    """The pages from *first* to *last*, counted from 1, as they are."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(data), formats=("TIFF",)) as whole:
        pages = []
        for number in range(first - 1, last):
            whole.seek(number)
            pages.append(whole.copy())
        packing = "group4" if all(each.mode == "1" for each in pages) else "tiff_adobe_deflate"
        dpi = whole.info.get("dpi", (200, 200))
        pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression=packing, dpi=dpi)
    return out.getvalue()
