"""The words of the pages are the same set in every language, and no part of the site takes another one's."""

from __future__ import annotations

import string
from itertools import combinations

import pytest

from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.desk.digest_words import words as read
from dsarbot.web.words import parts, words


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things_with_the_same_values(language: Language) -> None:
    english, here = words("en").texts, words(language).texts
    assert here.keys() == english.keys()
    assert {key: gaps(text) for key, text in here.items()} == {key: gaps(text) for key, text in english.items()}
    assert all(text.strip() for text in here.values())


def test_no_part_of_the_site_says_what_another_says() -> None:
    keys = {part: read("en", f"web/{part}" if part else "web").texts.keys() for part in ("", *parts())}
    assert not [(one, other) for one, other in combinations(keys, 2) if keys[one] & keys[other]]
