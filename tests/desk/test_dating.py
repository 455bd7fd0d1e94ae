"""Dates, distances and citations as people of each language write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dsarbot.core.dates import Language
from dsarbot.desk.citing import cite
from dsarbot.desk.dating import distance, known, listed, local_day, long, short, with_distance, years

DAY = date(2027, 1, 5)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Tue 5 January (in 12 days)"),
        ("fr", "mar. 5 janvier (dans 12\u00a0jours)"),
        ("de", "Di., 5. Januar (in 12 Tagen)"),
    ],
)
def test_the_short_form_has_weekday_and_distance(language: Language, expected: str) -> None:
    assert with_distance(DAY, date(2026, 12, 24), language) == expected


@pytest.mark.parametrize(
    ("language", "tomorrow", "today", "late"),
    [
        ("en", "in 1 day", "today", "3 days late"),
        ("fr", "dans 1\u00a0jour", "aujourd’hui", "3\u00a0jours de retard"),
        ("de", "in einem Tag", "heute", "seit 3 Tagen überfällig"),
    ],
)
def test_distances_have_their_plural_forms(language: Language, tomorrow: str, today: str, late: str) -> None:
    assert distance(DAY, date(2027, 1, 4), language) == tomorrow
    assert distance(DAY, DAY, language) == today
    assert distance(DAY, date(2027, 1, 8), language) == late


def test_the_day_stays_on_one_line_with_its_month() -> None:
    assert long(DAY, "en") == "Tuesday 5\u00a0January 2027"
    assert long(DAY, "de") == "Dienstag, 5.\u00a0Januar 2027"
    assert long(date(2027, 1, 1), "fr") == "vendredi 1er\u00a0janvier 2027"
    assert short(date(2027, 1, 1), "fr") == "ven. 1er janvier"


def test_the_day_is_that_of_the_zone() -> None:
    assert local_day(datetime(2026, 6, 14, 22, 30, tzinfo=UTC), "Europe/Paris") == date(2026, 6, 15)
    with pytest.raises(ValueError, match="needs a time zone"):
        local_day(datetime(2026, 6, 14), "Europe/Paris")  # noqa: DTZ001  # this is what is refused


def test_lists_and_years_are_spoken() -> None:
    assert listed(["a", "b", "c"], "de") == "a, b und c"
    assert (years(5, "en"), years(1, "fr"), years(3, "de")) == ("5 years", "1\u00a0an", "3 Jahre")
    assert (known("fr"), known("xx"), known("", "de")) == ("fr", "en", "de")


@pytest.mark.parametrize(
    ("article", "en", "fr", "de"),
    [
        ("15", "Art. 15 GDPR", "article 15 du RGPD", "Art. 15 DSGVO"),
        (
            "12(5)(b)",
            "Art. 12(5)(b) GDPR",
            "article 12, paragraphe 5, point b), du RGPD",
            "Art. 12 Abs. 5 Buchst. b DSGVO",
        ),
        (
            "11(2), 12(2)",
            "Art. 11(2) and Art. 12(2) GDPR",
            "article 11, paragraphe 2, et article 12, paragraphe 2, du RGPD",
            "Art. 11 Abs. 2 und Art. 12 Abs. 2 DSGVO",
        ),
        (
            "85 LIL",
            "Art. 85 of the French Law no. 78-17 of 6 January 1978",
            "article 85 de la loi n° 78-17 du 6 janvier 1978",
            "Art. 85 des französischen Gesetzes Nr. 78-17 vom 6. Januar 1978",
        ),
        ("Section 3 of something", "Section 3 of something", "Section 3 of something", "Section 3 of something"),
    ],
)
def test_articles_are_cited_as_each_language_does(article: str, en: str, fr: str, de: str) -> None:
    cited = [cite(article, language).replace("\u00a0", " ") for language in ("en", "fr", "de")]
    assert cited == [en, fr, de]
