"""Practice 34: a few words in the person's own language: all 24 official ones of the Union, and Luxembourgish."""

from __future__ import annotations

import string
import tomllib
import unicodedata
from dataclasses import replace

import pytest
from babel import Locale

from dsarbot.core.case import Moment
from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.resources import shipped
from tests.desk.letter_samples import HEAD, case, draft

#: Regulation No 1 of 1958, as amended.
OFFICIAL = frozenset(
    [
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fi",
        "fr",
        "ga",
        "hr",
        "hu",
        "it",
        "lt",
        "lv",
        "mt",
        "nl",
        "pl",
        "pt",
        "ro",
        "sk",
        "sl",
        "sv",
    ]
)
NOTICES: dict[str, str] = tomllib.loads((shipped("templates") / "letters" / "notices.toml").read_text("utf-8"))
SCRIPTS = {"bg": "CYRILLIC", "el": "GREEK"}


def test_there_is_a_notice_in_every_official_language() -> None:
    assert len(OFFICIAL) == 24
    assert NOTICES.keys() == OFFICIAL | {"lb"}


@pytest.mark.parametrize("language", sorted(NOTICES))
def test_a_notice_has_each_value_once_and_four_sentences(language: str) -> None:
    text = NOTICES[language]
    assert sorted(name for _, name, _, _ in string.Formatter().parse(text) if name) == [
        "contact", "language", "reference",
    ]  # fmt: skip
    assert text.count(". ") == 3
    assert text.endswith(".")
    assert "'" not in text
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("language", sorted(NOTICES))
def test_a_notice_is_written_in_the_script_of_its_language(language: str) -> None:
    words = "".join(literal for literal, *_ in string.Formatter().parse(NOTICES[language]))
    scripts = {unicodedata.name(char).split()[0] for char in words if char.isalpha()}
    assert scripts <= {SCRIPTS.get(language, "LATIN"), "MODIFIER"}


@pytest.mark.parametrize(
    ("language", "ours"), [(each, ours) for each in sorted(NOTICES) for ours in LANGUAGES if each != ours]
)
def test_whoever_writes_in_it_reads_it_first(language: str, ours: Language) -> None:
    head = replace(HEAD, languages=(ours,), fallback=ours)
    letter = draft(case(language=language), Moment.ACKNOWLEDGED, head=head)
    assert (letter.language, letter.sections[0].key) == (ours, "language-note")
    text = letter.sections[0].text.replace("\\", "")
    assert "DSR-2026-00042-9" in text
    assert HEAD.contact_email in text
    assert Locale.parse(language).languages[ours] in text
    assert "{" not in text and "}" not in text
