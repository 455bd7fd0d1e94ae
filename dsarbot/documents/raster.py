"""Pages as grey pictures of about 200 dpi. Needs the extra `ocr`; runs in the reading process only.

Sizes are looked at before anything is decoded: a small file may unfold to terabytes.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import pi_heif
import pypdfium2
from PIL import Image, ImageSequence

from dsarbot.documents.answer import NotRead
from dsarbot.reading.pictures import Picture

Grey = npt.NDArray[np.uint8]

DPI: Final = 200
_POINTS: Final = 72
#: Of the longer side: A3 at 200 dpi. What is larger says more of its dots than of its letters.
_LONGEST: Final = 3400
#: Shorter than a line of print: no page.
_SHORTEST: Final = 16
#: Of a picture before it is made smaller; phones take up to 50, and some say 108.
_MOST_PIXELS: Final = 120_000_000
_FORMATS: Final[dict[Picture, str]] = {"tiff": "TIFF", "jpeg": "JPEG", "png": "PNG", "heic": "HEIF"}
#: A fax has half as many dots down as across (ITU-T T.4).
_UNEQUAL: Final = 1.2
#: TIFF 6.0, tag 274, which EXIF took over: how the camera was held.
_ORIENTATION: Final = 274
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS: Final = frozenset({
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
})

pi_heif.register_heif_opener(thumbnails=False)
#: Ours is looked at first; Pillow's own would only warn.
Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def of_pdf(page: pypdfium2.PdfPage) -> Grey:
    """The page as it would be printed; or NotRead."""
    width, height = page.get_size()
    if min(width, height) <= 0:
        raise NotRead("broken")
    scale = min(DPI / _POINTS, _LONGEST / max(width, height))
    if min(width, height) * scale < 1:
        raise NotRead("too-large")
    # Forms may be filled in; nothing else is drawn over the page.
    bitmap = page.render(scale=scale, grayscale=True)
    grey: Grey = bitmap.to_numpy().reshape(bitmap.height, bitmap.width).copy()
    return grey


def of_picture(kind: Picture, data: bytes) -> Iterator[Grey]:
    """Every picture in the file, turned as its camera says; or NotRead."""
    try:
        with Image.open(io.BytesIO(data), formats=(_FORMATS[kind],)) as image:
            frames = ImageSequence.Iterator(image) if kind == "tiff" else (image,)
            for frame in frames:
                yield _grey(frame)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotRead("too-large") from None
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, ArithmeticError):
        # Pillow's decoders say in all these ways that a file is damaged.
        raise NotRead("broken") from None


def _grey(frame: Image.Image) -> Grey:
    width, height = frame.size
    if width * height > _MOST_PIXELS:
        raise NotRead("too-large")
    if min(width, height) < _SHORTEST:
        raise NotRead("broken")
    across, down = _resolution(frame)
    # Of a photograph in JPEG only as many pixels are decoded as are needed.
    frame.draft("L", _within(width, height))
    turn, upright = _TURNS.get(frame.getexif().get(_ORIENTATION, 0)), _flat(frame)
    if turn is not None:
        upright = upright.transpose(turn)
        across, down = (down, across) if turn in _SIDEWAYS else (across, down)
    grey = np.asarray(upright, dtype=np.uint8)
    if max(across, down) > min(across, down) * _UNEQUAL:
        finest = max(across, down)
        grey = _resized(grey, round(grey.shape[1] * finest / across), round(grey.shape[0] * finest / down))
    return _resized(grey, *_within(grey.shape[1], grey.shape[0]))


def _flat(frame: Image.Image) -> Image.Image:
    """Grey; what is transparent is paper."""
    if "A" in frame.getbands() or "transparency" in frame.info:
        seen = frame.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        paper.alpha_composite(seen)
        grey = paper.convert("L")
    elif frame.mode.startswith("I;16") or frame.mode == "I":
        grey = Image.fromarray((np.asarray(frame) // 256).clip(0, 255).astype(np.uint8))
    else:
        grey = frame.convert("L")
    return grey


def _resolution(frame: Image.Image) -> tuple[float, float]:
    match frame.info.get("dpi"):
        case (across, down) if float(across) > 0 and float(down) > 0 and 0.2 < float(across) / float(down) < 5:
            return float(across), float(down)
    return 1.0, 1.0


def _within(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, _LONGEST / max(width, height))
    return max(round(width * scale), 1), max(round(height * scale), 1)


def _resized(grey: Grey, width: int, height: int) -> Grey:
    if (grey.shape[1], grey.shape[0]) == (width, height):
        return grey
    finer = width >= grey.shape[1] and height >= grey.shape[0]
    how = cv2.INTER_CUBIC if finer else cv2.INTER_AREA
    return np.asarray(cv2.resize(grey, (width, height), interpolation=how), dtype=np.uint8)
