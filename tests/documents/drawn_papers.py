"""Identity papers, drawn here, of persons who do not exist: a card, masked and not, and a passport."""

from __future__ import annotations

from PIL import Image

from tests.documents.letters import DPI, Placed, drawn, saved, scanned

NAME = "Camille Lefevre"
#: ICAO Doc 9303: check digits by hand in tests/core; these lines are computed below.
_LABELS = (
    (60, 60, "REPUBLIQUE D'EXEMPLE", 13),
    (60, 80, "CARTE NATIONALE D'IDENTITE / IDENTITY CARD", 11),
    (150, 110, "Nom / Surname", 7),
    (150, 124, "LEFEVRE", 12),
    (150, 142, "Prénoms / Given names", 7),
    (150, 156, "CAMILLE", 12),
    (150, 174, "Sexe / Sex  F     Nationalité / Nationality  UTO", 8),
    (150, 190, "Date de naissance / Date of birth", 7),
    (150, 204, "12 08 1974", 12),
    (150, 222, "Date d'expir. / Date of expiry", 7),
    (150, 236, "15 04 2032", 12),
)


def digit(text: str) -> str:
    """ICAO Doc 9303, part 3, 4.9: weights 7, 3, 1."""
    values = {"<": 0, **{str(n): n for n in range(10)}, **{chr(65 + n): 10 + n for n in range(26)}}
    return str(sum(values[each] * (7, 3, 1)[place % 3] for place, each in enumerate(text)) % 10)


def zone() -> tuple[str, str, str]:
    """The three lines of the card."""
    number, birth, end = "D23145890", "740812", "320415"
    first = f"I<UTO{number}{digit(number)}" + "<" * 15
    middle = f"{birth}{digit(birth)}F{end}{digit(end)}UTO" + "<" * 11
    whole = digit(first[5:30] + middle[:7] + middle[8:15] + middle[18:29])
    return first, middle + whole, "LEFEVRE<<CAMILLE".ljust(30, "<")


def card(*, with_zone: bool = True) -> Image.Image:
    """The card as somebody scans it: in a corner of nothing, cut to its shape."""
    lines = [Placed(x, y, text, size=size) for x, y, text, size in _LABELS]
    if with_zone:
        lines += [Placed(60, 268 + 18 * n, text, size=14, font="F3") for n, text in enumerate(zone())]
    page = drawn(lines, DPI)
    width, height = (round(points * DPI / 72) for points in (360, 330))
    return scanned(page.crop((round(40 * DPI / 72), round(35 * DPI / 72), width + 400, height)))


def jpeg(picture: Image.Image) -> bytes:
    return saved([picture], "JPEG", quality=85)
