"""Links in letters: made when they leave, for whom they go to, and never copied."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dsarbot.core.case import Letter, Moment, Purpose, Section
from dsarbot.core.codes import BLANK as CODE
from dsarbot.core.links import BLANK
from dsarbot.core.presend import check
from tests.core.test_presend import CASE, TODAY


def letter(text: str, **more: object) -> Letter:
    made = Letter(
        id="l1", moment=Moment.REMINDER, claims=("c1",), language="fr", medium="mail",
        recipient="marie@person.example", subject="", sections=(Section(key="contact", text=text),), purpose=Purpose(),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def rules(of: Letter) -> set[str]:
    return {each.rule for each in check(of, CASE, today=TODAY) if each.rule.startswith("link-")}


@pytest.mark.parametrize(
    ("made", "found"),
    [
        (letter(f"Here: https://desk.example.org/o/nord/p/{BLANK}"), set()),
        (letter("Here: https://desk.example.org/o/nord"), set()),
        (letter(f"Code: {CODE}"), set()),
        (letter(f"Here: https://desk.example.org/o/nord/p/{'0a' * 16}"), {"link-pasted"}),
        (letter(f"Here: /o/nord/p/{BLANK}", medium="post"), {"link-to-others"}),
        (letter(f"Here: /o/nord/p/{BLANK}", moment=Moment.CONTACT_TOLD), {"link-to-others"}),
        (letter(f"Here: /o/nord/p/{BLANK}", moment=Moment.RECALLED), {"link-to-others"}),
        (letter(f"Here: /o/nord/p/{BLANK}", moment=Moment.CONTROLLER_ASKED), {"link-to-others"}),
        (letter(f"Here: /o/nord/p/{BLANK[:-1]}"), {"link-broken"}),
    ],
)
def test_a_link_that_would_lead_astray_stops_the_letter(made: Letter, found: set[str]) -> None:
    assert rules(made) == found
