"""The demo on a terminal: a live table of the cases, below it what happened. The only module that loads rich."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from types import TracebackType
from typing import Self

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from dsarbot.demo import shown
from dsarbot.demo.check import Row
from dsarbot.demo.observe import Happening, Line

_STYLES: dict[shown.Tone, str] = {
    "late": "bold red",
    "soon": "yellow",
    "waiting": "blue",
    "done": "green",
    "unsure": "magenta",
    "plain": "",
}
_WORDS = {
    "mail": ("in", "cyan"),
    "case": ("case", "bold"),
    "letter": ("out", "green"),
    "digest": ("out", "green"),
    "trouble": ("!", "bold red"),
    "alarm": ("alarm", "yellow"),
    "note": ("", ""),
}
_EVENTS = 6
_REMEMBERED = 60
#: Title, rule of the table, its head, the line for what does not fit, an empty line, one line to spare.
_FURNITURE = 7
#: From so many columns on the organisation has a column of its own, from so many names are written out.
_WITH_COMPANY, _WITH_NAMES = 100, 116
#: Sorted by target, as the arrow says.
_COLUMNS = ("Reference", "Organisation", "Rights", "Lg", "Who", "Target ↑", "Left", "Status")
_NARROWEST = 8


class LiveScreen:
    """A `Show`. Inside its `with` block the lower part of the terminal is redrawn in place."""

    def __init__(self, today: Callable[[], date], console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self._today = today
        self._lines: tuple[Line, ...] = ()
        self._events: list[Happening] = []
        self._foot: tuple[str, ...] = ()
        self._live: Live | None = None

    def __enter__(self) -> Self:
        self._live = Live(self._picture(), console=self.console, auto_refresh=False, vertical_overflow="crop")
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.__exit__(kind, error, trace)
        self._live = None

    def __call__(self, lines: tuple[Line, ...], happened: tuple[Happening, ...]) -> None:
        if lines == self._lines and not happened:
            return
        self._lines = lines
        self._events = [*self._events, *happened][-_REMEMBERED:]
        if self._live is not None:
            self._live.update(self._picture(), refresh=True)

    def foot(self, lines: Iterable[str]) -> None:
        """What stands below the table from now on."""
        self._foot = tuple(lines)

    def say(self, text: str = "", style: str = "") -> None:
        """A line that stays, above the table."""
        self.console.print(Text(text, style=style), soft_wrap=True)

    def rows(self, rows: Sequence[Row]) -> None:
        """The final comparison."""
        table = Table(box=SIMPLE_HEAD, title="Expected and found", title_style="bold", padding=(0, 1, 0, 0))
        for name in ("", "what", "expected", "found"):
            table.add_column(name, overflow="fold")
        for row in rows:
            sign = Text("✓", style="green") if row.holds else Text("✗ no", style="bold red")
            table.add_row(sign, row.what, row.expected, "the same" if row.found == row.expected else row.found)
        self.console.print(table)

    def _picture(self) -> Group:
        width = self.console.width
        # Nothing of the foot is cut off: people copy it.
        low = sum(max(-(-len(each) // width), 1) for each in self._foot)
        room = max(self.console.height - _FURNITURE - low, 4)
        events = self._events[-min(_EVENTS, max(room // 3, 2)) :]
        table = self._table(room - len(events))
        below = [_event(each) for each in events]
        foot = [Text(each, style="dim", overflow="fold") for each in self._foot]
        title = Text(shown.heading(self._lines, self._today()), style="bold", no_wrap=True, overflow="ellipsis")
        return Group(title, *table, *below, *foot)

    def _table(self, room: int) -> list[Table | Text]:
        wide = self.console.width >= _WITH_COMPANY
        table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0) if wide else 0, show_edge=False)
        rows = [self._cells(line) for line in self._lines[:room]]
        columns = [name for name in _COLUMNS if wide or name != "Organisation"]
        widths = {name: max(len(name), *(row[name].cell_len for row in rows), 0) for name in columns}
        # The rights give way: every other column says something that cannot be guessed.
        spare = self.console.width - sum(widths.values()) - (2 if wide else 1) * (len(columns) - 1)
        widths["Rights"] = max(widths["Rights"] + min(spare, 0), _NARROWEST)
        for name in columns:
            table.add_column(name, no_wrap=True, overflow="ellipsis", width=widths[name])
        for row in rows:
            table.add_row(*(row[name] for name in columns))
        hidden = len(self._lines) - room
        return [table, Text(f"… and {hidden} more, due later" if hidden > 0 else "", style="dim")]

    def _cells(self, line: Line) -> dict[str, Text]:
        tone, word = shown.state(line)
        style, (on, left) = _STYLES[tone], shown.target(line, self._today())
        return {
            "Reference": Text(line.reference),
            "Organisation": Text(line.company),
            "Rights": Text(" + ".join(line.rights)),
            "Lg": Text(line.language),
            "Who": Text(line.person if self.console.width >= _WITH_NAMES else line.initials),
            "Target ↑": Text(on, style=style),
            "Left": Text(left, style=style),
            "Status": Text(word, style=style),
        }


def _event(happening: Happening) -> Text:
    word, style = _WORDS[happening.what]
    return Text.assemble((f"{word:<6}", style), happening.text, no_wrap=True, overflow="ellipsis")
