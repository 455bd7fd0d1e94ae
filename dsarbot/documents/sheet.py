"""The sheet that parts letters in one stack: a page with a mark that is found in its picture, and its PDF. Pure.

The mark is a QR code (ISO/IEC 18004, version 3, level H) of always the same words, so it stands here as it is printed.
It says nothing but "here begins another letter": whoever sends us one can part his own letter, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

MARK: Final = "dsarbot:next-letter"
_MODULES: Final = (
    "#######.#.#...#.###...#######",
    "#.....#.##.###.###.#..#.....#",
    "#.###.#..#....##.####.#.###.#",
    "#.###.#.###.###.#.#.#.#.###.#",
    "#.###.#.###.....#.....#.###.#",
    "#.....#.##...###...#..#.....#",
    "#######.#.#.#.#.#.#.#.#######",
    ".........###.#.####.#........",
    "...#..#...###.#..##.#..###.##",
    "#.#.#..##...#.##..##..#...#.#",
    "...##.##.##..#.#...#.#######.",
    "....##.#.#######.#.##.##..##.",
    "###.####.#.##..####.###....##",
    "##...#..######..#..##......#.",
    "......##..##....#.....##.####",
    ".#..##.##.......##..####.....",
    "###...#.####.....##.#....#.##",
    "..##.#..##.##..#####.#.#..###",
    "#.##.####......#..#####.#####",
    ".....#.##..#...########..#...",
    "#.#..##.#.#####.#.#########.#",
    "........#.#.##..##.##...##.##",
    "#######..#......#.#.#.#.#.#..",
    "#.....#..######.#.#.#...#.##.",
    "#.###.#...#####.###.######.##",
    "#.###.#.#.##...#....######..#",
    "#.###.#..#.#.#...##.##..#...#",
    "#.....#...#.####..##.#.##..#.",
    "#######..##...##..###...#..#.",
)
_WIDTH, _HEIGHT = 595, 842
#: Points of one module: the mark is 9 cm wide, so that a bad scanner sees it, too.
_MODULE: Final = 9
_TOP: Final = 330
_WORDS: Final = (
    (20, 770, "Separator sheet / Feuille de séparation / Trennblatt"),
    (12, 735, "Scan this sheet between two letters. It is not kept; use it as often as you like."),
    (12, 717, "À numériser entre deux lettres. Cette feuille n'est pas conservée ; elle est réutilisable."),
    (12, 699, "Zwischen zwei Briefen mitscannen. Das Blatt wird nicht aufbewahrt und ist wiederverwendbar."),
)


def pdf() -> bytes:
    """An A4 page: the mark, and what it is for."""
    text = (f"BT /F1 {size} Tf 50 {up} Td ({words}) Tj ET" for size, up, words in _WORDS)
    drawn = "\n".join((*text, *_squares())).encode("cp1252")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] "
        "/Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>".encode("ascii"),
        f"<< /Length {len(drawn)} >>\nstream\n".encode("ascii") + drawn + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    return _file(objects)


def _squares() -> Iterator[str]:
    left = (_WIDTH - len(_MODULES[0]) * _MODULE) // 2
    for row, line in enumerate(_MODULES):
        for column, module in enumerate(line):
            if module == "#":
                yield f"{left + column * _MODULE} {_TOP + (len(_MODULES) - row) * _MODULE} {_MODULE} {_MODULE} re"
    yield "f"


def _file(objects: tuple[bytes, ...]) -> bytes:
    """ISO 32000-1, 7.5: objects, the table of their places, the trailer."""
    out, places = bytearray(b"%PDF-1.4\n"), list[int]()
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode("ascii") + body + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode("ascii")
    out += b"".join(f"{place:010d} 00000 n \n".encode("ascii") for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode("ascii")
    return bytes(out)
