"""A right from outside that contradicts itself is named with every mistake."""

from __future__ import annotations

from dataclasses import replace

import pytest

import handlers
from dsarbot.core.case import Outcome
from dsarbot.core.letter import Moment
from dsarbot.core.right_checks import all_problems, problems
from dsarbot.core.rights import EVERY, Ground, Implied, Item, Right, Rungs, Step, say

TEXT = say(fr="Texte.", en="Text.", de="Text.")
RIGHT = Right(
    slug="information",
    article="13",
    names=say(fr="information", en="information", de="Information"),
    goal_days=10,
    rungs=Rungs(low="R0", normal="R0", high="R2"),
    steps=(Step("write", "owner", 5, TEXT),),
    holds=(Item("notice", "13(1)", TEXT),),
    grounds=(Ground(slug="told-already", article="13(4)", evidence=TEXT, text=TEXT),),
    implies=(Implied(right="access", article="15"),),
)


def found(**changes: object) -> list[str]:
    right = replace(RIGHT, **changes)  # type: ignore[arg-type]
    return problems(right, known=("access", "information"), phrases=("excessive",))


def test_a_sound_right_has_no_mistake() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"slug": "Cake!"}, "no slug"),
        ({"article": " "}, "names no article"),
        ({"names": {"fr": "x", "en": "y"}}, "names has no text in 'de'"),
        ({"goal_days": 0}, "at least one working day"),
        ({"rungs": Rungs(low="R0", normal="R8", high="R2")}, "'R8' is no proof"),
        ({"rungs": Rungs(low="R3", normal="R2", high="R4")}, "more harm"),
        ({"steps": RIGHT.steps * 2}, "step 'write' stands there twice"),
        ({"steps": (Step("Write It", "owner", 5, TEXT),)}, "step 'Write It' is no slug"),
        ({"steps": (Step("write", "janitor", 5, TEXT),)}, "done by 'janitor'"),
        ({"steps": (Step("write", "owner", -1, TEXT),)}, "before the receipt"),
        ({"steps": (Step("write", "owner", 5, {}),)}, "step 'write' has no text in 'en'"),
        ({"holds": (Item("notice", "13(1)", TEXT, when="never"),)}, "wanted 'never'"),
        ({"holds": (Item("notice", "13(1)", {"en": "x"}),)}, "item 'notice' has no text in 'fr'"),
        ({"grounds": (Ground(slug="told", article=" ", evidence=TEXT, text=TEXT),)}, "ground 'told' names no article"),
        ({"grounds": (Ground(slug="told", article="13", evidence={}, text=TEXT),)}, "evidence of ground 'told'"),
        ({"grounds": (Ground(slug="told", article="13", evidence=TEXT),)}, "no text for the letters"),
        ({"grounds": (Ground(slug="told", article="13", evidence=TEXT, text={"en": "x"}),)}, "ground 'told' has no"),
        ({"letters": (*EVERY, "birthday")}, "no letter 'birthday'"),
        ({"letters": (Moment.ANSWERED, Moment.IDENTITY_ASKED)}, "may need the letter 'refused'"),
        ({"letters": (Moment.ANSWERED, Moment.REFUSED)}, "may need the letter 'identity-asked'"),
        ({"letters": (Moment.REFUSED, Moment.IDENTITY_ASKED)}, "may need the letter 'answered'"),
        ({"tell_recipients": True}, "may need the letter 'recipient-told'"),
        ({"after": ("cake",)}, "names the right 'cake'"),
        ({"after": ("information",)}, "waits for itself"),
        ({"fees": ("tip",)}, "no fee 'tip'"),
        ({"marketing": RIGHT}, "no ground to refuse"),
        ({"marketing": replace(RIGHT, goal_days=0, grounds=(), fees=())}, "against marketing: goal_days"),
    ],
)
def test_each_mistake_is_named(changes: dict[str, object], line: str) -> None:
    assert any(line in each for each in found(**changes)), found(**changes)


def test_against_marketing_there_is_nothing_to_refuse_to_prove_or_to_pay() -> None:
    assert found(marketing=replace(RIGHT, grounds=(), fees=(), rungs=Rungs(low="R0", normal="R0", high="R0"))) == []


def test_a_shipped_ground_needs_no_text_of_its_own() -> None:
    shipped = Ground(slug="excessive", article="12(5)(b)", evidence=TEXT, second=True)
    assert found(grounds=(shipped,)) == []


def test_where_it_came_from_is_said_and_a_slug_is_used_once() -> None:
    third = replace(RIGHT, slug="erasure", article="")
    own = {"a (a.rights:RIGHT)": RIGHT, "b (b.rights:RIGHT)": RIGHT, "c (c:X)": third}
    lines = all_problems(own, built_in=handlers.by_slug(), phrases=())
    assert lines == [
        "b (b.rights:RIGHT): the right 'information' exists already, from a (a.rights:RIGHT)",
        "c (c:X): the right 'erasure' exists already, from dsarbot",
        "c (c:X): it names no article of law",
    ]


def test_a_right_finds_its_parts_by_name_and_knows_what_is_wanted() -> None:
    assert RIGHT.step("write") == RIGHT.steps[0] and RIGHT.step("cake") is None
    assert RIGHT.ground("told-already") == RIGHT.grounds[0] and RIGHT.ground("cake") is None
    assert RIGHT.wanted(Outcome.GRANTED) == RIGHT.holds
    assert RIGHT.wanted(Outcome.NOTHING_HELD) == RIGHT.wanted(Outcome.REFUSED) == ()
