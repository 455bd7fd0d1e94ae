"""The digest as HTML for mail programs: tables of at most 600 px, style inline, nothing that is fetched.

Programs that know dark mode take the second set of colours from the style element; those that throw it away show
the first set, which stands inline. Every pair of text and ground has a contrast of at least 4.5:1 (a test computes it).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from dsarbot.desk.digest_lines import Row, State
from dsarbot.desk.digest_page import Bar, Block, Page
from dsarbot.desk.digest_text import SIGNS


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Text on its ground."""

    text: str
    ground: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Theme:
    """page: body; quiet: small print on the page's ground; badges and bars by state; line: borders, no text."""

    page: Pair
    quiet: Pair
    line: str
    badges: Mapping[State, Pair]
    bars: Mapping[State, Pair]


LIGHT: Final = Theme(
    page=Pair(text="#1c2024", ground="#ffffff"),
    quiet=Pair(text="#565d66", ground="#ffffff"),
    line="#d5dae0",
    badges={
        "late": Pair(text="#8f1d17", ground="#fdeae8"),
        "soon": Pair(text="#6e4300", ground="#fff1d2"),
        "waiting": Pair(text="#34475a", ground="#e8eef3"),
        "done": Pair(text="#1b5e31", ground="#e4f3e8"),
        "unsure": Pair(text="#5a3ea3", ground="#ffffff"),
    },
    bars={
        "late": Pair(text="#ffffff", ground="#b3261e"),
        "soon": Pair(text="#ffffff", ground="#8a5200"),
        "waiting": Pair(text="#ffffff", ground="#46607a"),
    },
)
DARK: Final = Theme(
    page=Pair(text="#e8eaed", ground="#16191d"),
    quiet=Pair(text="#a9b1bb", ground="#16191d"),
    line="#3b424a",
    badges={
        "late": Pair(text="#ffb4ab", ground="#4a1512"),
        "soon": Pair(text="#ffd08a", ground="#3f2d05"),
        "waiting": Pair(text="#b9cadb", ground="#26323e"),
        "done": Pair(text="#a5dfb5", ground="#143521"),
        "unsure": Pair(text="#cfbcff", ground="#16191d"),
    },
    bars={
        "late": Pair(text="#16191d", ground="#ff9389"),
        "soon": Pair(text="#16191d", ground="#f2b957"),
        "waiting": Pair(text="#16191d", ground="#9db3c9"),
    },
)

_FONT: Final = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif"
_INNER: Final = f"max-width:600px;{_FONT};font-size:15px;line-height:1.4;text-align:left"
_TABLE: Final = '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"'
#: A bar shorter than this could not hold its number.
_SHORTEST: Final = 9


def as_html(page: Page) -> str:
    """A complete document."""
    light = LIGHT.page
    return "\n".join(
        (
            "<!DOCTYPE html>",
            f'<html lang="{escape(page.language)}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="supported-color-schemes" content="light dark">',
            f"<title>{escape(page.subject)}</title>",
            f"<style>\n{_dark_style()}\n</style>",
            "</head>",
            f'<body class="page" style="margin:0;padding:0;background:{light.ground};color:{light.text}">',
            f'{_TABLE}><tr><td align="center" style="padding:16px 8px">',
            f'{_TABLE} class="page" style="{_INNER};color:{light.text};background:{light.ground}">',
            *_body(page),
            "</table>",
            "</td></tr></table>",
            "</body>",
            "</html>",
            "",
        )
    )


def _dark_style() -> str:
    rules = [
        ":root{color-scheme:light dark;supported-color-schemes:light dark}",
        "@media (prefers-color-scheme:dark){",
        _rule("page", DARK.page),
        f".quiet{{color:{DARK.quiet.text}!important}}",
        f".line{{border-color:{DARK.line}!important}}",
        *(_rule(f"badge-{state}", pair) + _border(f"badge-{state}", pair) for state, pair in DARK.badges.items()),
        *(_rule(f"bar-{state}", pair) for state, pair in DARK.bars.items()),
        "}",
    ]
    return "\n".join(rules)


def _rule(name: str, pair: Pair) -> str:
    return f".{name}{{color:{pair.text}!important;background:{pair.ground}!important}}"


def _border(name: str, pair: Pair) -> str:
    return f".{name}{{border-color:{pair.text}!important}}"


def _body(page: Page) -> Iterator[str]:
    yield (
        '<tr><td style="padding:0 8px">'
        f'<h1 style="margin:0;font-size:22px;line-height:1.25;font-weight:600">{escape(page.day)}</h1>'
        f'<p class="quiet" style="margin:4px 0 0;color:{LIGHT.quiet.text}">{escape(page.title)}</p>'
        f'<p style="margin:16px 0 0">{escape(page.headline)}</p></td></tr>'
    )
    for block in page.blocks:
        yield from _block(block)
    yield from _picture(page)
    yield f'<tr><td class="line" style="padding:16px 8px 0;border-top:1px solid {LIGHT.line}">'
    # A hash of 64 characters must break somewhere on a telephone.
    if page.witness:
        yield f'<p style="margin:0;font-size:13px;word-break:break-all">{escape(page.witness)}</p>'
    for line in page.foot:
        yield _quiet(line, "8px 0 0")
    yield "</td></tr>"


def _block(block: Block) -> Iterator[str]:
    yield f'<tr><td style="padding:24px 8px 0">{_heading(block.title)}'
    if block.hint:
        yield _quiet(block.hint, "2px 0 8px")
    yield f"{_TABLE}>"
    yield from map(_row, block.rows)
    for line in block.tail:
        yield f'<tr><td class="line" style="padding:8px 0;border-top:1px solid {LIGHT.line}">{escape(line)}</td></tr>'
    yield "</table></td></tr>"


def _quiet(text: str, margin: str) -> str:
    return f'<p class="quiet" style="margin:{margin};font-size:13px;color:{LIGHT.quiet.text}">{escape(text)}</p>'


def _heading(text: str) -> str:
    return f'<h2 style="margin:0 0 4px;font-size:17px;line-height:1.3;font-weight:600">{escape(text)}</h2>'


def _row(row: Row) -> str:
    pair = LIGHT.badges[row.state]
    badge = (
        f'<span class="badge-{row.state}" style="display:inline-block;padding:0 6px;border:1px solid {pair.text};'
        f"border-radius:3px;font-size:13px;color:{pair.text};background:{pair.ground}"
        f'">{SIGNS[row.state]} {escape(row.badge)}</span>'
    )
    when = f' <strong style="white-space:nowrap">{escape(row.when)}</strong>' if row.when else ""
    details = "".join(f"<br>{escape(detail)}" for detail in row.details)
    return (
        f'<tr><td class="line" style="padding:8px 0;border-top:1px solid {LIGHT.line}">'
        f"{badge} {escape(row.lead)}{when}{details}</td></tr>"
    )


def _picture(page: Page) -> Iterator[str]:
    if not page.picture:
        yield '<tr><td style="padding:0 8px 24px"></td></tr>'
        return
    yield f'<tr><td style="padding:24px 8px 24px">{_heading(page.picture)}'
    if page.bars:
        yield f'{_TABLE} style="margin-top:8px">'
        longest = max(bar.number for bar in page.bars)
        yield from (_bar(bar, longest) for bar in page.bars)
        yield "</table>"
    yield "</td></tr>"


def _bar(bar: Bar, longest: int) -> str:
    label = f'<td width="130" style="padding:2px 8px 2px 0;white-space:nowrap">{escape(bar.label)}</td>'
    if not bar.number:
        return f'<tr>{label}<td class="quiet" style="padding:2px 8px;color:{LIGHT.quiet.text}">{bar.written}</td></tr>'
    pair, width = LIGHT.bars[bar.state], max(_SHORTEST, round(100 * bar.number / longest))
    colours = f"background:{pair.ground};color:{pair.text}"
    return (
        f'<tr>{label}<td style="padding:2px 0"><table role="presentation" width="{width}%" cellpadding="0" '
        f'cellspacing="0" border="0"><tr><td class="bar-{bar.state}" bgcolor="{pair.ground}" '
        f'style="padding:1px 8px;{colours}">{escape(bar.written)}</td></tr></table></td></tr>'
    )
