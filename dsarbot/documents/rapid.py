"""RapidOCR: the reader that comes by pip alone, models and all. Loaded with the first page that needs it."""

from __future__ import annotations

import functools
from typing import Final

import cv2
import numpy as np
from rapidocr import RapidOCR
from rapidocr.utils.output import RapidOCROutput

from dsarbot.documents.pages import Piece
from dsarbot.documents.raster import Grey

#: "max" only ever makes a page smaller; the default blows a strip of two lines up to the size of a page.
_SETTINGS: Final = {
    "Global.use_cls": False,
    "Global.log_level": "critical",
    "Det.limit_type": "max",
    "Det.limit_side_len": 1600,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


@functools.cache
def _engine() -> RapidOCR:
    return RapidOCR(params=dict(_SETTINGS))


def read(grey: Grey) -> tuple[Piece, ...]:
    """The text of an upright page."""
    found = _engine()(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    if not isinstance(found, RapidOCROutput) or found.boxes is None or found.txts is None or found.scores is None:
        return ()
    return tuple(
        Piece(text=text.strip(), box=_box(corners), confidence=float(score))
        for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        if text.strip()
    )


def _box(corners: np.ndarray) -> tuple[int, int, int, int]:
    """The rectangle around four corners."""
    left, top = corners.min(axis=0)
    right, bottom = corners.max(axis=0)
    return round(left), round(top), round(right), round(bottom)
