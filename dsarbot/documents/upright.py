"""A page set straight: paper white, lines level. Needs the extra `ocr`; runs in the reading process only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import cv2
import numpy as np

from dsarbot.documents.pages import Turn
from dsarbot.documents.raster import Grey

#: The page is looked at this small where only its lines matter.
_SMALL: Final = 900
_SMALLEST_BACKGROUND: Final = 160
#: An office scanner turns a page by a degree or two, a hand with a phone by more.
_MOST_DEGREES, _STEP, _FINE = 6.0, 0.5, 0.1
#: Turning costs sharpness: less than this is left alone.
_LEVEL: Final = 0.15
#: What is darker than so much of the paper is ink.
_INK: Final = 0.72
#: A page with less ink than this is blank: dust, the shadow of a staple.
_BLANK: Final = 0.0004
#: How much more lines must show down the page than across before it lies on its side.
_SIDEWAYS: Final = 1.3
#: So much wider than high is no page.
_STRIP: Final = 3
#: Lowest and highest of what may be letters, and the widest of letters that touch; how near to a box is in it.
_LETTER: Final = (8, 90)
_LONGEST_WORD: Final = 400
_NEAR: Final = 5


def flattened(grey: Grey) -> Grey:
    """Shadows and the colour of the paper taken away: what is left is ink on white."""
    height, width = grey.shape
    scale = _SMALLEST_BACKGROUND / max(width, height)
    small = cv2.resize(grey, (max(int(width * scale), 1), max(int(height * scale), 1)), interpolation=cv2.INTER_AREA)
    # The lightest near each place is the paper there.
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 7)
    behind = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(behind, 1), scale=255), dtype=np.uint8)


def ink(flat: Grey) -> Grey:
    """1 where something is printed; single dots are grain."""
    return (cv2.medianBlur(flat, 3) < 255 * _INK).astype(np.uint8)


def is_blank(marks: Grey) -> bool:
    """Whether nothing stands on the page. The edges are left out: scanners see the lid there."""
    height, width = marks.shape
    inner = marks[height // 40 : height - height // 40, width // 40 : width - width // 40]
    return bool(inner.mean() < _BLANK) if inner.size else True


def left_out(marks: Grey, boxes: Iterable[tuple[int, int, int, int]]) -> float:
    """The share of what looks like letters that stands in none of the boxes."""
    _, labels, sizes, _ = cv2.connectedComponentsWithStats(marks, connectivity=8)
    heights, widths = sizes[:, cv2.CC_STAT_HEIGHT], sizes[:, cv2.CC_STAT_WIDTH]
    # The table under a photographed page, pictures and frames are larger; grain is smaller.
    like = (heights >= _LETTER[0]) & (heights <= _LETTER[1]) & (widths <= _LONGEST_WORD)
    like[0] = False
    letters = like[labels]
    whole = int(letters.sum())
    for left, top, right, bottom in boxes:
        letters[max(top - _NEAR, 0) : bottom + _NEAR, max(left - _NEAR, 0) : right + _NEAR] = False
    return int(letters.sum()) / whole if whole else 0.0


def lies_on_its_side(marks: Grey) -> bool:
    """Whether lines of text run down the page."""
    if marks.shape[1] > _STRIP * marks.shape[0]:
        # A strip with the zone of a paper: three lines across look like many short ones down.
        return False
    small = _small(marks)
    return _sharpest(np.ascontiguousarray(small.T)) > _SIDEWAYS * _sharpest(small)


def skew(marks: Grey) -> float:
    """By how many degrees, clockwise, the lines must be turned to be level."""
    small = _small(marks)
    rough = _best(small, 0.0, _MOST_DEGREES, _STEP)
    found = _best(small, rough, _STEP, _FINE)
    # At the end of what was tried there is no best one.
    return 0.0 if abs(found) < _LEVEL or abs(rough) >= _MOST_DEGREES else found


def levelled(grey: Grey, degrees: float) -> Grey:
    """Turned clockwise by a little."""
    if not degrees:
        return grey
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    moved = cv2.warpAffine(grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=255.0)
    return np.asarray(moved, dtype=np.uint8)


def turned(grey: Grey, turn: Turn) -> Grey:
    """Turned clockwise by right angles."""
    return np.ascontiguousarray(np.rot90(grey, -turn // 90))


def _sharpest(small: Grey) -> float:
    return _levelness(_tilted(small, _best(small, 0.0, _MOST_DEGREES, 2 * _STEP)))


def _best(small: Grey, around: float, reach: float, step: float) -> float:
    tried = np.arange(around - reach, around + reach + step / 2, step)
    return float(max(tried, key=lambda degrees: _levelness(_tilted(small, float(degrees)))))


def _tilted(small: Grey, degrees: float) -> Grey:
    height, width = small.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return np.asarray(cv2.warpAffine(small, turn, (width, height), flags=cv2.INTER_LINEAR), dtype=np.uint8)


def _levelness(small: Grey) -> float:
    """How sharply ink and paper follow each other from row to row."""
    rows = small.sum(axis=1, dtype=np.float64) / small.shape[1]
    return float((np.diff(rows) ** 2).sum())


def _small(marks: Grey) -> Grey:
    scale = min(1.0, _SMALL / max(marks.shape))
    size = (max(int(marks.shape[1] * scale), 1), max(int(marks.shape[0] * scale), 1))
    return np.asarray(cv2.resize(marks * np.uint8(255), size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
