"""The digest in words: order, counts, dates, both forms, three languages, colours that can be read."""

from __future__ import annotations

import re
import string
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import handlers
from dsarbot import resources
from dsarbot.core.case import Moment
from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.desk.digest import build
from dsarbot.desk.digest_facts import (
    MOST_LINES,
    Anchor,
    AwayLine,
    CaseLine,
    DayOff,
    DigestInput,
    HeldLine,
    InquiryLine,
    Listed,
    Sign,
    TodoLine,
    TroubleLine,
    WaitLine,
    cut,
)
from dsarbot.desk.digest_html import DARK, LIGHT, Pair, Theme
from dsarbot.desk.digest_text import SIGNS
from dsarbot.desk.digest_words import FORMS, words
from tests.desk.digest_samples import NOW, TODAY

HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
EMPTY = DigestInput(
    organisation="Beispielwolke GmbH",
    zone="Europe/Paris",
    day=TODAY,
    next_by=datetime(2026, 11, 25, 8, tzinfo=UTC),
)


def line(number: int, days: int | None, **changes: object) -> CaseLine:
    made = CaseLine(
        reference=f"DSR-2026-{number:05d}-9",
        rights=("access",),
        received_on=TODAY - timedelta(days=20),
        target=None if days is None else TODAY + timedelta(days=days),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


FULL = replace(
    EMPTY,
    inquiries=cut([
        InquiryLine(reference="SA-2026-0007-T", due=TODAY - timedelta(days=1), opened_on=TODAY - timedelta(days=40)),
        InquiryLine(reference="SA-2026-0008-R", due=TODAY + timedelta(days=9), opened_on=TODAY),
    ]),
    authority=cut([HeldLine(kind="authority", mailbox="privacy", received_on=TODAY, safe_due=TODAY)]),
    away=cut([AwayLine(case=line(1, 4), colleague="A.B.", until=TODAY + timedelta(days=3), takes_over="C.D.")]),
    late=cut([line(2, -1, rights=("access", "portability")), line(3, -3)]),
    due=cut([line(4, 0), line(5, 1, last_office_day=TODAY), line(6, 10)]),
    todo=cut(
        [
            TodoLine(reference="DSR-2026-00007-9", todo="approve", moment=Moment.ANSWERED, since=TODAY, target=TODAY),
            TodoLine(reference="DSR-2026-00008-9", todo="post", moment=Moment.REFUSED, since=None, target=TODAY),
            TodoLine(reference="DSR-2026-00009-9", todo="message", moment=None, since=TODAY, target=None),
        ]
    ),
    to_approve=1,
    waiting=cut(
        [
            WaitLine(case=line(10, 12), on="person", question="identity", since=TODAY - timedelta(days=8)),
            WaitLine(case=line(11, 13), on="person", question="clarification", since=None),
            WaitLine(case=line(12, 13), on="party", question="", since=TODAY),
            WaitLine(case=line(13, -1), on="person", question="", since=TODAY),
        ]
    ),
    since=NOW - timedelta(days=1),
    new=cut([line(14, 29)]),
    unconfirmed=cut([line(15, 28), line(16, None)]),
    held=cut(
        [
            HeldLine(kind=kind, mailbox="privacy" if kind else "", received_on=TODAY, safe_due=TODAY - timedelta(1))
            for kind in ("unreadable", "which-organisation", "in-other-folder", "instruction", "disclosure", "", "new")
        ]
    ),
    undelivered=cut(
        [TroubleLine(reference="DSR-2026-00017-9", kind="letter", moment=Moment.EXTENDED, state="bounced", since=TODAY)]
        + [TroubleLine(reference="", kind=kind, moment=None, state="overdue", since=None) for kind in ("digest", "new")]
    ),
    signs=(
        Sign(kind="mailbox", name="privacy", last=NOW - timedelta(days=1), limit=timedelta(minutes=15), ok=False),
        Sign(kind="outbox", name="", last=NOW, limit=timedelta(minutes=15), ok=True),
        Sign(kind="alarms", name="", last=None, limit=timedelta(minutes=1), ok=False),
    ),
    queued=3,
    unopened=1,
    days_off=(
        DayOff(first=TODAY, last=TODAY, names={"en": "Test day", "fr": "Jour d’essai", "de": "Testtag"}),
        DayOff(first=TODAY + timedelta(days=2), last=TODAY + timedelta(days=4)),
    ),
    bars=(2, 2, 1, 6, 31, 113),
    anchor=Anchor(number=118, hash=HASH),
)  # fmt: skip


class _Reader(HTMLParser):
    """The words of an HTML document, and whether its elements close in order."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title"):
            self.said.append(data)


def read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    assert reader.open == []
    return reader


def plain(text: str) -> str:
    """Words only: what both forms must share whatever their layout."""
    return " ".join(re.sub(r"[\[\]#]", " ", text).split()).casefold()


# --- what it says ----------------------------------------------------------------------------------------------


def test_the_subject_holds_counts_only() -> None:
    assert build(FULL, "en", NOW).subject == (
        "Privacy desk: 2 inquiries, 1 from an authority, 2 late, 3 due, 1 to approve, 7 held, 3 undelivered, 3 faults"
    )
    five = replace(EMPTY, late=cut([line(1, -1)] * 2), due=cut([line(2, 1)] * 5), to_approve=3)
    assert build(five, "en", NOW).subject == "Privacy desk: 2 late, 5 due, 3 to approve"
    assert build(five, "de", NOW).subject == "Datenschutz: 2 überfällig, 5 fällig, 3 freizugeben"
    assert build(five, "fr", NOW).subject == "Protection des données\u00a0: 2 en retard, 5 à échéance, 3 à approuver"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_day_still_says_so_and_when_the_next_must_come(language: Language) -> None:
    digest = build(EMPTY, language, NOW)
    own = words(language)
    assert own.text("nothing") in digest.subject
    for form in (plain(digest.text), plain(" ".join(read(digest.html).said))):
        assert plain(own.text("empty")) in form
        assert plain(own.text("no_case")) in form
        assert "09:00" in form
        assert plain(own.text("foot.no_witness")) in form
    assert len(digest.text.splitlines()) < 16


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sections_stand_in_their_order(language: Language) -> None:
    """An authority first (practice 23), then what waits for somebody away (practice 11), then by urgency."""
    keys = ("authority", "away", "late", "due", "todo", "waiting", "new", "unconfirmed", "held", "undelivered")
    titles = [words(language).text(f"titles.{key}") for key in (*keys, "health", "days_off")]
    text = build(FULL, language, NOW).text
    places = [re.search(rf"^{re.escape(title.upper())}( \(|$)", text, re.MULTILINE) for title in titles]
    assert all(places)
    starts = [place.start() for place in places if place]
    assert starts == sorted(starts)
    assert starts[-1] < text.index(words(language).text("open_cases")) < text.index(f"118:{HASH}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_and_html_say_the_same(language: Language) -> None:
    """Word for word; only the picture's signs and their scale belong to the text alone."""
    digest, scale = build(FULL, language, NOW), words(language).text("scale", n=3)
    in_text = Counter(plain(digest.text).replace(plain(scale), "").split())
    in_html = Counter(plain(" ".join(read(digest.html).said)).split())
    assert in_text == in_html


@pytest.mark.parametrize(
    ("language", "soon", "late", "today"),
    [
        ("en", "Fri 4 December (in 10 days)", "Mon 23 November (1 day late)", "(today)"),
        ("fr", "ven. 4 décembre (dans 10 jours)", "lun. 23 novembre (1 jour de retard)", "(aujourd’hui)"),
        ("de", "Fr., 4. Dezember (in 10 Tagen)", "Mo., 23. November (seit einem Tag überfällig)", "(heute)"),
    ],
)  # fmt: skip
def test_dates_as_people_write_them(language: Language, soon: str, late: str, today: str) -> None:
    text = build(FULL, language, NOW).text.replace("\u00a0", " ")
    assert [said for said in (soon, late, today) if said not in text] == []


def test_the_office_that_is_closed_on_the_last_day_is_told() -> None:
    text = build(FULL, "en", NOW).text
    assert "Your office is closed on the last day; last office day: Tue 24 November." in " ".join(text.split())


def test_when_the_next_must_arrive_stands_in_the_time_of_the_organisation() -> None:
    wanted = "The next digest must arrive before Wed 25 November, 09:00."
    assert wanted in " ".join(build(EMPTY, "en", NOW).text.split())
    assert "10:00" in build(replace(EMPTY, zone="Europe/Helsinki"), "en", NOW).text


def test_the_witness_can_be_copied_whole() -> None:
    for form in (build(FULL, "en", NOW).text, build(FULL, "en", NOW).html):
        assert f"witness 118:{HASH}" in form


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "and 1 more", "and 1,950 more"),
        ("fr", "et 1 autre", "et 1\u202f950 autres"),
        ("de", "und 1 weiterer", "und 1.950 weitere"),
    ],
)  # fmt: skip
def test_long_lists_end_with_a_number(language: Language, one: str, many: str) -> None:
    def tail(number: int) -> str:
        lines = [line(each, -1) for each in range(number)]
        return build(replace(EMPTY, late=cut(lines)), language, NOW).text

    assert "more" not in tail(MOST_LINES)
    assert f"  {one}\n" in tail(MOST_LINES + 1)
    assert many in tail(2000)
    assert tail(2000).count("DSR-2026-") == MOST_LINES


def test_confidential_cases_are_a_number() -> None:
    facts = replace(EMPTY, late=Listed(shown=(line(1, -1),), total=3, confidential=2))
    digest = build(facts, "en", NOW)
    assert digest.subject == "Privacy desk: 3 late"
    assert "and 2 confidential cases, not shown here" in digest.text
    assert "more" not in digest.text


@pytest.mark.parametrize(("number", "said"), [(0, "0 autre"), (1, "1 autre"), (2, "2 autres")])
def test_french_counts_zero_as_one(number: int, said: str) -> None:
    assert words("fr").count("more", number) == f"et {said}"


# --- the picture -----------------------------------------------------------------------------------------------


def bars_of(text: str) -> list[tuple[int, int]]:
    """(signs, number) of each row."""
    found = re.findall(r"^  \S.*?  (#*) ?([\d,]+)$", text, re.MULTILINE)
    return [(len(signs), int(number.replace(",", ""))) for signs, number in found]


@given(st.lists(st.integers(0, 5000), min_size=6, max_size=6).filter(any))
def test_bars_grow_with_their_numbers_and_fit(numbers: list[int]) -> None:
    digest = build(replace(EMPTY, bars=tuple(numbers)), "en", NOW)
    rows = bars_of(digest.text)
    assert [number for _, number in rows] == numbers
    assert all(bool(signs) == bool(number) for signs, number in rows)
    assert max(signs for signs, _ in rows) <= 40
    assert all(a[0] <= b[0] for a, b in pairwise(sorted(rows, key=lambda each: each[1])))


def test_a_bar_of_html_is_a_cell_with_its_number_in_it() -> None:
    html = build(FULL, "en", NOW).html
    cells = re.findall(r'<td class="bar-(\w+)" bgcolor="(#\w+)"[^>]*>([\d,]+)</td>', html)
    assert [(state, number) for state, _, number in cells] == [
        ("late", "2"), ("soon", "2"), ("soon", "1"), ("soon", "6"), ("waiting", "31"), ("waiting", "113")
    ]  # fmt: skip
    assert all(ground == LIGHT.bars[state].ground for state, ground, _ in cells)


# --- the look --------------------------------------------------------------------------------------------------


def _luminance(colour: str) -> float:
    """WCAG 2: relative luminance."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(pair: Pair) -> float:
    light, dark = sorted((_luminance(pair.text), _luminance(pair.ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read_in_both_themes(theme: Theme) -> None:
    pairs = [theme.page, theme.quiet, *theme.badges.values(), *theme.bars.values()]
    assert {pair: contrast(pair) for pair in pairs if contrast(pair) < 4.5} == {}
    assert set(theme.badges) == set(SIGNS)


def test_the_html_is_narrow_inline_and_fetches_nothing() -> None:
    html = build(FULL, "en", NOW).html
    assert 'name="color-scheme" content="light dark"' in html
    assert "max-width:600px" in html
    assert "prefers-color-scheme:dark" in html
    assert not re.search(r"https?:|<img|<script|<link|url\(|src=|href=", html)
    widths = [int(value) for name, value in read(html).attributes if name == "width" and value.isdigit()]
    assert all(width <= 600 for width in widths)


def test_a_state_is_a_word_and_a_sign_beside_its_colour() -> None:
    html = build(FULL, "en", NOW).html
    badges = re.findall(r'class="badge-(\w+)"[^>]*>(.) ([^<]+)</span>', html)
    assert badges
    assert all(SIGNS[state] == sign and word.strip() for state, sign, word in badges)
    assert ("late", "▲", "late") in badges


@pytest.mark.parametrize("hostile", ["<b>x</b>", '"><script>', "{n}", "%s", "a\u202eb"])
def test_values_are_text_and_nothing_else(hostile: str) -> None:
    facts = replace(FULL, organisation=hostile, late=cut([line(1, -1, who=hostile, rights=(hostile,))]))
    digest = build(facts, "en", NOW)
    assert "<b>x" not in digest.html
    assert "<script" not in digest.html
    assert hostile in digest.text
    assert hostile not in digest.subject
    assert hostile in " ".join(read(digest.html).said)


# --- the words -------------------------------------------------------------------------------------------------


def _leaves(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        found |= _leaves(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def written(language: str) -> dict[str, str]:
    path = resources.find("templates", f"digest/{language}.toml")
    return _leaves(tomllib.loads(path.read_text(encoding="utf-8")))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", ["fr", "de"])
def test_the_languages_say_the_same_things(language: str) -> None:
    here, english = written(language), written("en")
    assert set(here) == set(english)
    assert {key for key in english if fields(here[key]) != fields(english[key])} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_complete(language: str) -> None:
    keys = written(language)
    stems = {key.removesuffix(".one") for key in keys if key.endswith(".one")}
    assert {"more", "counts.late", "health.queued"} <= stems
    assert {stem for stem in stems if not all(f"{stem}.{form}" in keys for form in FORMS)} == set()


def test_every_right_and_every_moment_has_a_word() -> None:
    english = written("en")
    assert set(handlers.by_slug()) <= {key.removeprefix("rights.") for key in english if key.startswith("rights.")}
    assert {f"letters.{moment}" for moment in Moment} <= set(english)


def test_a_holiday_has_its_name_in_the_readers_language() -> None:
    assert "Test day" in build(FULL, "en", NOW).text
    assert "Testtag" in build(FULL, "de", NOW).text
    assert "Jour d’essai" in build(FULL, "fr", NOW).text


def test_the_day_is_written_out() -> None:
    day = build(replace(EMPTY, day=date(2027, 1, 1)), "fr", NOW).text.splitlines()[1]
    assert day.split() == ["vendredi", "1er", "janvier", "2027"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_inquiry_of_an_authority_stands_before_everything_else(language: Language) -> None:
    made = build(FULL, language, NOW)
    titles = words(language)
    first = titles.text("section", title=titles.text("titles.inquiries"), n="2").upper()
    assert first in made.text
    assert made.text.index(first) < made.text.index("SA-2026-0007-T") < made.text.index("DSR-2026")
    assert titles.count("counts.inquiries", 2) in made.subject
