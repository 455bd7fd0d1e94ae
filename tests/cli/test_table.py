"""Tables fit their terminal and pipes get tabs; timelines lose no label and never overlap."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.cli.table import Cell, Column, Screen, cells, cropped, screen, table
from dsarbot.cli.timeline import Band, Flag, Timeline, draw

COLUMNS = (Column(title="Reference"), Column(title="Rights", least=6), Column(title="Left", right=True))
DAY = date(2026, 3, 2)


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def rows(*rights: str) -> list[list[Cell]]:
    return [
        [Cell(text="DSR-2026-00042-9"), Cell(text=each), Cell(text="in 3 days", tone="soon", plain="3")]
        for each in rights
    ]


def test_a_pipe_gets_tabs_plain_values_and_one_line_per_row() -> None:
    lines = list(table(COLUMNS, rows("access\nand more"), Screen()))
    assert lines == ["reference\trights\tleft", "DSR-2026-00042-9\taccess and more\t3"]


def test_a_table_shrinks_only_what_may_shrink() -> None:
    lines = list(table(COLUMNS, rows("access, erasure, portability"), Screen(width=45, terminal=True)))
    assert lines[0].split() == ["Reference", "Rights", "Left"]
    assert lines[1] == "DSR-2026-00042-9  access, erasure…  in 3 days"
    assert max(map(len, lines)) <= 45


def test_a_terminal_that_is_far_too_narrow_still_shows_every_reference() -> None:
    lines = list(table(COLUMNS, rows("access, erasure"), Screen(width=10, terminal=True)))
    assert lines[1].startswith("DSR-2026-00042-9  acces…")


def test_colour_is_added_only_where_it_is_welcome_and_changes_no_width() -> None:
    plain = list(table(COLUMNS, rows("access"), Screen(terminal=True)))
    painted = list(table(COLUMNS, rows("access"), Screen(terminal=True, colour=True)))
    assert "\033[" not in "".join(plain)
    assert "\033[33min 3 days\033[0m" in painted[1]


@pytest.mark.parametrize(
    ("stream", "environ", "colour"),
    [
        (Tty(), {}, True),
        (Tty(), {"NO_COLOR": "1"}, False),
        (Tty(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
)
def test_no_color_and_pipes_are_respected(stream: io.StringIO, environ: dict[str, str], colour: bool) -> None:
    found = screen(stream, environ)
    assert found.colour is colour
    assert found.terminal is stream.isatty()


def test_a_name_cannot_command_the_terminal() -> None:
    assert cropped("a\x1b[31mb\u202ec", 20) == "a [31mb c"


@given(st.text(max_size=40), st.integers(1, 30))
def test_a_cropped_text_fits(text: str, width: int) -> None:
    assert cells(cropped(text, width)) <= width


def flag(days: int, label: str, *, strong: bool = False) -> Flag:
    return Flag(day=DAY + timedelta(days=days), label=label, strong=strong)


def line_of(*flags: Flag, days: int, today: int = 5, **more: object) -> Timeline:
    values = {"first": DAY, "last": DAY + timedelta(days=days), "today": DAY + timedelta(days=today), "flags": flags}
    return Timeline(**values, **more)  # type: ignore[arg-type]


def test_labels_step_up_in_rows_and_the_target_is_the_strongest() -> None:
    picture = draw(line_of(flag(0, "received"), flag(1, "asked"), flag(30, "TARGET", strong=True), days=30), 40)
    assert picture == [
        "received",
        "│asked                            TARGET",
        "┴┴─────────────────────────────────────╋",
        "      ▲ today",
    ]


def test_pauses_and_days_off_are_drawn_on_the_axis() -> None:
    pause = Band(first=DAY + timedelta(days=2), last=DAY + timedelta(days=4))
    off = frozenset({DAY + timedelta(days=7)})
    axis = draw(line_of(flag(0, "received"), days=10, pauses=(pause,), off=off), 11)[1]
    assert axis == "┴─░░░──╌───"
    assert "╌" not in draw(line_of(flag(0, "received"), days=300, off=off), 40)[1]


def test_today_outside_of_the_axis_is_not_drawn() -> None:
    assert "today" not in "".join(draw(line_of(flag(0, "received"), days=3, today=9), 40))
    assert draw(line_of(flag(0, "received"), days=5, today=5), 30)[-1] == "today ▲".rjust(30)


@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 30)), min_size=1, max_size=9),
    st.integers(0, 90),
    st.integers(35, 100),
)
def test_no_label_is_lost_cut_by_another_or_beyond_the_edge(
    wanted: list[tuple[int, int]], days: int, width: int
) -> None:
    flags = [flag(at, "x" * length) for at, length in wanted]
    picture = draw(line_of(*flags, days=days), width)
    assert all(len(line) <= width for line in picture)
    found = sorted(len(run) for line in picture for run in line.replace("│", " ").split() if set(run) == {"x"})
    assert found == sorted(length for _, length in wanted)
