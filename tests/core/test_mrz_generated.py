"""Generated papers: what is written into a zone is read out of it, and one wrong character is always noticed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsarbot.core.mrz import parse
from dsarbot.core.mrz_layout import LAYOUTS, Layout

TODAY = date(2026, 11, 22)
BY_FORMAT: dict[str, Layout] = {layout.format: layout for layout in LAYOUTS}
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"


def digit(text: str) -> str:
    """A second writing of the rule, so that the first one is not measured by itself."""
    total = 0
    for place, character in enumerate(text):
        worth = 0 if character == "<" else int(character, 36)
        total += worth * {0: 7, 1: 3, 2: 1}[place % 3]
    return str(total)[-1]


@dataclass(frozen=True)
class Paper:
    surname: tuple[str, ...]
    given: tuple[str, ...]
    number: str
    born: date
    sex: str
    ends: date
    optional: str


WORD = st.text("ABDEFGHIJLMNOPRSTUVWYZ", min_size=2, max_size=6)
PAPERS = st.builds(
    Paper,
    surname=st.lists(WORD, min_size=1, max_size=2).map(tuple),
    given=st.lists(WORD, min_size=1, max_size=2).map(tuple),
    number=st.text(ALPHABET[:-1], min_size=5, max_size=9),
    born=st.dates(date(1930, 1, 1), TODAY),
    sex=st.sampled_from("MF<"),
    ends=st.dates(TODAY, date(2046, 1, 1)),
    optional=st.text(ALPHABET[:-1], max_size=6),
)


def yymmdd(day: date) -> str:
    return day.strftime("%y%m%d")


def checked(text: str) -> str:
    return text + digit(text)


def names(paper: Paper, width: int) -> str:
    return f"{'<'.join(paper.surname)}<<{'<'.join(paper.given)}".ljust(width, "<")


def number_and_rest(paper: Paper, width: int, *, counted: bool) -> tuple[str, str]:
    """Number with its digit, and the optional data; a long number goes over into them."""
    if len(paper.number) <= 9:
        return checked(paper.number.ljust(9, "<")), paper.optional.ljust(width, "<")
    head, tail = paper.number[:9], paper.number[9:]
    return f"{head}<", (tail + digit(head + ("<" if counted else "") + tail)).ljust(width, "<")


def td1(paper: Paper, *, counted: bool = False) -> str:
    number, rest = number_and_rest(paper, 15, counted=counted)
    birth, ends, more = checked(yymmdd(paper.born)), checked(yymmdd(paper.ends)), "<" * 11
    last = digit(number + rest + birth + ends + more)
    return f"I<UTO{number}{rest}\n{birth}{paper.sex}{ends}UTO{more}{last}\n{names(paper, 30)}"


def td2(paper: Paper, *, counted: bool = False) -> str:
    number, rest = number_and_rest(paper, 7, counted=counted)
    birth, ends = checked(yymmdd(paper.born)), checked(yymmdd(paper.ends))
    return f"I<UTO{names(paper, 31)}\n{number}UTO{birth}{paper.sex}{ends}{rest}{digit(number + birth + ends + rest)}"


def td3(paper: Paper) -> str:
    number, personal = checked(paper.number.ljust(9, "<")), checked(paper.optional.ljust(14, "<"))
    birth, ends = checked(yymmdd(paper.born)), checked(yymmdd(paper.ends))
    last = digit(number + birth + ends + personal)
    return f"P<UTO{names(paper, 39)}\n{number}UTO{birth}{paper.sex}{ends}{personal}{last}"


def mrv_a(paper: Paper) -> str:
    return f"V<UTO{names(paper, 39)}\n{_visa(paper)}{paper.optional.ljust(16, '<')}"


def mrv_b(paper: Paper) -> str:
    return f"V<UTO{names(paper, 31)}\n{_visa(paper)}{paper.optional.ljust(8, '<')}"


def _visa(paper: Paper) -> str:
    birth, ends = checked(yymmdd(paper.born)), checked(yymmdd(paper.ends))
    return f"{checked(paper.number.ljust(9, '<'))}UTO{birth}{paper.sex}{ends}"


def fra(paper: Paper) -> str:
    first = f"IDFRA{'<'.join(paper.surname).ljust(25, '<')}{'954042'}"
    number = checked(f"2611{'57' + '9'}{int(paper.number, 36) % 100_000:05d}")
    second = f"{number}{'<<'.join(paper.given).ljust(14, '<')[:14]}{checked(yymmdd(paper.born))}{paper.sex}"
    return f"{first}\n{second}{digit(first + second)}"


WRITERS = {"TD1": td1, "TD2": td2, "TD3": td3, "MRV-A": mrv_a, "MRV-B": mrv_b, "FRA": fra}


def test_every_format_is_generated() -> None:
    assert set(WRITERS) == set(BY_FORMAT)


@pytest.mark.parametrize("format_", WRITERS)
@given(paper=PAPERS)
@settings(max_examples=60)
def test_a_generated_paper_is_read_as_it_was_written(format_: str, paper: Paper) -> None:
    zone = parse(WRITERS[format_](paper), TODAY)
    assert zone.format == format_ and zone.valid and not zone.repairs
    assert zone.fields.surname == " ".join(paper.surname)
    assert zone.fields.given_names == " ".join(paper.given) or zone.name_cut
    assert zone.fields.birth_date == paper.born.isoformat()
    assert zone.fields.sex == paper.sex.replace("<", "X")
    if format_ != "FRA":
        assert zone.fields.number == paper.number
        assert zone.fields.expiry_date == paper.ends.isoformat()


@pytest.mark.parametrize("counted", [False, True])
@pytest.mark.parametrize("write", [td1, td2])
@given(paper=PAPERS, tail=st.text(ALPHABET[:-1], min_size=1, max_size=5))
@settings(max_examples=60)
def test_a_long_number_is_read_in_both_readings(
    write: Callable[..., str], counted: bool, paper: Paper, tail: str
) -> None:
    number = paper.number.ljust(9, "7") + tail
    long = Paper(**{**vars(paper), "number": number})
    zone = parse(write(long, counted=counted), TODAY)
    assert zone.valid and not zone.repairs and zone.fields.number == number


def covered(layout: Layout) -> list[int]:
    return sorted({place for check in layout.checks for place in check.covers()})


@pytest.mark.parametrize("format_", WRITERS)
@given(paper=PAPERS, data=st.data())
@settings(max_examples=150)
def test_one_wrong_character_in_a_checked_field_is_noticed(format_: str, paper: Paper, data: st.DataObject) -> None:
    layout = BY_FORMAT[format_]
    flat = WRITERS[format_](paper).replace("\n", "")
    place = data.draw(st.sampled_from(covered(layout)))
    worth = 0 if flat[place] == "<" else int(flat[place], 36)
    # Doc 9303: characters whose values end alike (0, A, K, U and the filler, 6 and G) count alike for every digit.
    others = [c for c in ALPHABET if (0 if c == "<" else int(c, 36)) % 10 != worth % 10]
    if layout.kind(place) == "digits":
        others = [c for c in others if c.isdigit()]
    wrong = flat[:place] + data.draw(st.sampled_from(others)) + flat[place + 1 :]
    width = layout.width
    zone = parse("\n".join(wrong[at : at + width] for at in range(0, len(wrong), width)), TODAY)
    assert not zone.valid or zone.repairs
