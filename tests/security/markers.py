"""Planted personal data, and the search for it in any spelling.

Every marker begins with one of two stems, so one search per spelling finds all of them, also when their end was cut
off. The second stem is not ASCII: it tells whether an encoding of its own (UTF-16, quoted-printable, JSON, IDNA)
lets something through.
"""

from __future__ import annotations

import base64
import json
import quopri
import unicodedata
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

STEM = "zqxjkvwpyhb"
ACCENTED = "zqéxßjkvwpyü"


class Markers:
    """Unique strings by the place where they are planted."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}

    def plain(self, place: str) -> str:
        """A word of ASCII letters and digits that nothing else contains."""
        return self._new(STEM, place)

    def accented(self, place: str) -> str:
        """A word that is not ASCII."""
        return self._new(ACCENTED, place)

    def _new(self, stem: str, place: str) -> str:
        assert place not in self.planted, f"{place} is planted twice"
        self.planted[place] = f"{stem}{len(self.planted):03d}x"
        return self.planted[place]

    def missing_in(self, readable: bytes) -> list[str]:
        """The places whose marker is nowhere in *readable*, UTF-8 text of any case, with JSON's escapes undone."""
        text = readable.decode("utf-8", "replace").casefold()
        return [place for place, marker in self.planted.items() if marker.casefold() not in text]


@cache
def spellings() -> Mapping[str, bytes]:
    """How a stem may look in bytes, by a name for the report."""
    found: dict[str, bytes] = {}
    for number, stem in enumerate((STEM, ACCENTED)):
        folded = "".join(
            sign for sign in unicodedata.normalize("NFKD", stem.casefold()) if not unicodedata.combining(sign)
        )
        forms = {"as it is": stem, "upper case": stem.upper(), "casefold": stem.casefold(), "folded": folded}
        forms |= {"decomposed": unicodedata.normalize("NFD", stem)}
        for name, form in forms.items():
            found |= {f"{number} {name}, {code}": value for code, value in _encoded(form)}
    # Eight bytes are met by chance once in 2^64.
    assert all(len(each) >= 8 for each in found.values())
    return {name: value for value, name in {value: name for name, value in found.items()}.items()}


def _encoded(text: str) -> Iterator[tuple[str, bytes]]:
    for code in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "latin-1"):
        yield code, text.encode(code, "ignore")
    raw = text.encode()
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    yield "quoted-printable", quopri.encodestring(raw, quotetabs=True).replace(b"=\n", b"")
    yield "percent", urllib.parse.quote(text).encode()
    yield "JSON", json.dumps(text).strip('"').encode()
    yield "Python", ascii(text).strip("'").encode()
    yield "Python bytes", repr(raw)[2:-1].encode()
    # Punycode (RFC 3492) begins with the letters that are ASCII; IDNA 2003 makes ss of the sharp s, 2008 does not.
    yield "IDNA 2003", text.replace("ß", "ss").encode("ascii", "ignore")
    yield "IDNA 2008", text.encode("ascii", "ignore")
    for offset in range(3):
        yield f"base64 at {offset}", _inner_base64(raw, offset)
        yield f"base64url at {offset}", _inner_base64(raw, offset).replace(b"+", b"-").replace(b"/", b"_")


def _inner_base64(raw: bytes, offset: int) -> bytes:
    """The characters of base64 that depend on *raw* alone when it stands *offset* bytes into a group of three."""
    encoded = base64.b64encode(b"\0" * offset + raw + b"\0" * 3)
    first, last = -(-offset * 8 // 6), (offset + len(raw)) * 8 // 6
    return encoded[first:last]


def traces(data: bytes) -> list[str]:
    """Every spelling of a marker in *data*, with what surrounds it; line breaks inside base64 are overlooked."""
    return list(_traces(data))


# The tests of the checker read the same files dozens of times.
@lru_cache(maxsize=1024)
def _traces(data: bytes) -> tuple[str, ...]:
    # MIME breaks base64 and quoted-printable into lines.
    joined = data.replace(b"=\r\n", b"").replace(b"=\n", b"")
    unbroken = joined.replace(b"\r", b"").replace(b"\n", b"")
    return tuple(
        f"{name}: {haystack[max(at - 60, 0) : at + 60]!r}"
        for name, pattern in spellings().items()
        for haystack in (data, joined, unbroken)
        if (at := haystack.find(pattern)) >= 0
    )


def traces_in_files(paths: Iterable[Path]) -> list[str]:
    """Traces in the names and the contents of these files and of everything below these folders."""
    found = []
    for path in paths:
        for each in (path, *path.rglob("*")) if path.is_dir() else (path,):
            found += [f"name {each}: {trace}" for trace in traces(str(each).encode())]
            if each.is_file():
                found += [f"{each}: {trace}" for trace in traces(each.read_bytes())]
    return found
