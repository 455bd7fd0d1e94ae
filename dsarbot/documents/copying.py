"""What is asked of the process that makes copies for others, and what it answers: values that cross a pipe as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from dsarbot.documents.answer import Unread, reasons
from dsarbot.errors import TheirInput

#: Of one page as a picture, and of what is said of it.
MOST_PICTURE: Final = 32 * 1024 * 1024
MOST_SAID: Final = 1024 * 1024
#: Nobody covers more by hand; words are not counted.
MOST_AREAS: Final = 5_000


@dataclass(frozen=True, kw_only=True)
class Area:
    """Part of a page, from its upper left corner, in points (1/72 inch)."""

    page: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is to be covered."""

    areas: tuple[Area, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Covered:
    """A page of the copy. points: its size; counts: how many words of each phrase were covered; bare: dots that should
    be covered and are not."""

    page: int
    pixels: tuple[int, int]
    points: tuple[float, float]
    areas: int
    counts: tuple[tuple[str, int], ...]
    bare: int


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The last that is said of a file. unread: why it could not be copied."""

    unread: Unread = ""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What is left in a finished copy. letters: of text and of what is said about the file; seen: where words stand
    that should be covered."""

    letters: int = 0
    seen: tuple[Area, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Stripped:
    """removed: what was said about the file, by kind; left: what cannot be taken out without changing what is shown."""

    removed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    unread: Unread = ""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A page as a picture for somebody's eyes. count: pages of the file."""

    count: int = 0
    unread: Unread = ""


Said = Covered | Ended | Checked | Stripped | Shown


def work_bytes(work: Work) -> bytes:
    """As it crosses the pipe."""
    areas = [[each.page, each.left, each.top, each.width, each.height] for each in work.areas]
    return json.dumps({"areas": areas, "words": list(work.words)}).encode("ascii")


def work_of(body: bytes) -> Work:
    """The other way; it is our own."""
    found = json.loads(body)
    return Work(areas=tuple(_area(each) for each in found["areas"]), words=tuple(found["words"]))


def said_bytes(said: Said) -> bytes:
    """An answer as it crosses the pipe."""
    match said:
        case Covered():
            body: dict[str, object] = {
                "page": said.page,
                "pixels": said.pixels,
                "points": said.points,
                "areas": said.areas,
                "counts": said.counts,
                "bare": said.bare,
            }
        case Checked():
            seen = [[each.page, each.left, each.top, each.width, each.height] for each in said.seen[:MOST_AREAS]]
            body = {"letters": said.letters, "seen": seen}
        case Stripped():
            body = {"removed": said.removed, "left": said.left, "unread": said.unread}
        case Shown():
            body = {"count": said.count, "unread": said.unread}
        case Ended():
            body = {"unread": said.unread}
    return json.dumps(body).encode("ascii")


def said_of(body: bytes) -> Said:
    """Read as if an attacker had written it (security 15). TheirInput when it is no answer of ours."""
    try:
        found = json.loads(body)
    except ValueError:
        raise TheirInput("The copying process did not answer in JSON.") from None
    match found:
        case {
            "page": int(page),
            "pixels": [int(width), int(height)],
            "points": [(int() | float()) as across, (int() | float()) as down],
            "areas": int(areas),
            "counts": [*counts],
            "bare": int(bare),
        }:
            return Covered(
                page=page,
                pixels=(width, height),
                points=(float(across), float(down)),
                areas=areas,
                counts=tuple(_count(each) for each in counts),
                bare=bare,
            )
        case {"letters": int(letters), "seen": [*seen]}:
            return Checked(letters=letters, seen=tuple(_area(each) for each in seen))
        case {"removed": [*removed], "left": [*left], "unread": str(why)} if why in reasons():
            return Stripped(removed=_texts(removed), left=_texts(left), unread=reasons()[why])
        case {"count": int(count), "unread": str(why)} if why in reasons():
            return Shown(count=max(count, 0), unread=reasons()[why])
        case {"unread": str(why)} if why in reasons():
            return Ended(unread=reasons()[why])
    raise _wrong()


def _area(found: object) -> Area:
    match found:
        case [int(page), (int() | float()) as left, (int() | float()) as top, (int() | float()) as width,
              (int() | float()) as height]:  # fmt: skip
            return Area(page=page, left=float(left), top=float(top), width=float(width), height=float(height))
    raise _wrong()


def _count(found: object) -> tuple[str, int]:
    match found:
        case [str(word), int(count)]:
            return word, count
    raise _wrong()


def _texts(found: list[object]) -> tuple[str, ...]:
    if not all(isinstance(each, str) for each in found):
        raise _wrong()
    return tuple(str(each) for each in found)


def _wrong() -> TheirInput:
    return TheirInput("The copying process's answer has another shape than agreed.")
