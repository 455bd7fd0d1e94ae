"""The person who sent a copy that nobody had asked for is told what became of it, in the next letter."""

from __future__ import annotations

import pytest

from dsarbot.core.case import Moment
from dsarbot.core.copies import NOTE
from dsarbot.core.identity_copy import IdCopy
from tests.desk.letter_samples import IDENTITY, LANGUAGES, NOW, RECEIVED, case, draft

DESTROYED = IdCopy(
    id="k", inbound="i", arrived_at=RECEIVED, guess="passport", why="words-on-it", asked=False, destroyed_at=RECEIVED
)
WORDS = {"fr": "Nous l’avons détruite", "en": "We have destroyed it", "de": "Wir haben sie vernichtet"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("moment", [Moment.ACKNOWLEDGED, Moment.IDENTITY_ASKED, Moment.CLOSED])
def test_it_is_told_in_the_persons_language(language: str, moment: Moment) -> None:
    letter = draft(case(language=language, copies=(DESTROYED,)), moment, IDENTITY)
    [note] = [each.text for each in letter.sections if each.key == NOTE]
    assert WORDS[language] in note
    assert not [each for each in draft(case(language=language), moment, IDENTITY).sections if each.key == NOTE]


@pytest.mark.parametrize("moment", [Moment.RECIPIENT_TOLD, Moment.CONTROLLER_ASKED])
def test_others_hear_nothing_of_it(moment: Moment) -> None:
    assert not [each for each in draft(case(copies=(DESTROYED,)), moment).sections if each.key == NOTE]


def test_it_is_told_once() -> None:
    of = case(copies=(DESTROYED,))
    first = draft(of, Moment.ACKNOWLEDGED)
    second = draft(case(copies=(DESTROYED,), letters=(first,)), Moment.ACKNOWLEDGED, now=NOW)
    assert [each.key for each in first.sections].count(NOTE) == 1
    assert NOTE not in [each.key for each in second.sections]
