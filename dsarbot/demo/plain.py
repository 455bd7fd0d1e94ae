"""The demo without a terminal: plain lines, tab-separated, ISO dates, so that a pipe or a log can read them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from dsarbot.demo.check import Row
from dsarbot.demo.observe import Happening, Line
from dsarbot.demo.post_office import Found
from dsarbot.demo.shown import TITLE


class PlainScreen:
    """A `Show`: each thing that happens is one line."""

    def __init__(self) -> None:
        self._lines: tuple[Line, ...] = ()
        _write(TITLE, "nothing here is real: invented people, embedded mail servers on 127.0.0.1")

    def __call__(self, lines: tuple[Line, ...], happened: tuple[Happening, ...]) -> None:
        self._lines = lines
        for each in happened:
            _write(each.what, each.text)

    def cases(self) -> None:
        """The open cases, most urgent first."""
        _write("reference", "organisation", "rights", "language", "person", "target", "days left", "status")
        for each in self._lines:
            left = "" if each.left is None else str(each.left)
            on = each.target.isoformat() if each.target else ""
            rights = "+".join(each.rights)
            _write(each.reference, each.company, rights, each.language, each.initials, on, left, each.status)

    def letters(self, letters: Sequence[Found]) -> None:
        """Recipient and subject of what left."""
        for each in letters:
            _write("sent", str(each.mail["To"]), str(each.mail["Subject"]))

    def rows(self, rows: Sequence[Row]) -> None:
        """The final comparison."""
        _write("holds", "what", "expected", "found")
        for each in rows:
            _write("yes" if each.holds else "NO", each.what, each.expected, each.found)

    def say(self, *cells: str) -> None:
        """One line."""
        _write(*cells)


def _write(*cells: str) -> None:
    sys.stdout.write("\t".join(" ".join(cell.split()) for cell in cells) + "\n")
    sys.stdout.flush()
