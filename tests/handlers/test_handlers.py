"""The nine rights as data: complete in three languages, without contradiction, and with what the law asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

import handlers
from dsarbot.core.dates import LANGUAGES
from dsarbot.core.identity_table import Harm, table
from dsarbot.core.letter import Moment
from dsarbot.core.right_checks import problems
from dsarbot.core.rights import Right
from dsarbot.desk.letters import template_source
from dsarbot.resources import shipped

RIGHTS = handlers.by_slug()
MARKETING = RIGHTS["objection"].marketing
SAID = template_source([shipped("templates") / "letters"]).phrases("en", "grounds")


def slugs(right: Right, part: str) -> set[str]:
    return {each.slug for each in getattr(right, part)}


@pytest.mark.parametrize("right", RIGHTS.values(), ids=RIGHTS)
def test_no_right_contradicts_itself(right: Right) -> None:
    assert problems(right, known=RIGHTS, phrases=SAID.keys()) == []


@pytest.mark.parametrize("right", RIGHTS.values(), ids=RIGHTS)
def test_texts_are_sentences_and_differ_by_language(right: Right) -> None:
    for variant in (right, right.marketing):
        texts = [each.text for part in (variant.steps, variant.holds) for each in part] if variant else []
        for text in (*texts, *(ground.evidence for ground in right.grounds)):
            assert all(text[language][0].isupper() and text[language].endswith(".") for language in LANGUAGES)
            assert len(set(text.values())) == len(LANGUAGES)


def test_access_holds_everything_of_article_15() -> None:
    articles = {item.article for item in RIGHTS["access"].holds}
    assert {f"15(1)({letter})" for letter in "abcdefgh"} <= articles
    assert {"15(1)", "15(2)", "15(3)"} <= articles
    assert RIGHTS["access"].fees == ("excessive", "further-copies")


def test_marketing_has_no_refusal_no_proof_no_fee_and_a_day() -> None:
    assert MARKETING
    assert (MARKETING.grounds, MARKETING.rungs.high, MARKETING.fees, MARKETING.goal_days) == ((), "R0", (), 1)
    assert not {Moment.REFUSED, Moment.IDENTITY_ASKED, Moment.FEE_ASKED} & set(MARKETING.letters)


@pytest.mark.parametrize(("right", "days"), [("restriction", 1), ("consent-withdrawal", 1), ("access", 15)])
def test_goals_are_those_of_the_rules(right: str, days: int) -> None:
    assert RIGHTS[right].goal_days == days


def test_recipients_are_told_after_16_17_and_18() -> None:
    told = {right.slug for right in RIGHTS.values() if right.tell_recipients}
    assert told == {"rectification", "erasure", "restriction"}
    assert told == {right.slug for right in RIGHTS.values() if "tell-recipients" in slugs(right, "steps")}


def test_what_12_5_and_abuse_need_is_two_persons_and_evidence() -> None:
    for right in RIGHTS.values():
        second = {ground.slug for ground in right.grounds if ground.second}
        assert second <= {"manifestly-unfounded", "excessive", "abuse"}
        assert all(ground.demonstrate for ground in right.grounds if ground.second)
    assert "abuse" in slugs(RIGHTS["access"], "grounds")


def test_the_limits_of_erasure_are_tried_in_their_order() -> None:
    order = [ground.slug for ground in RIGHTS["erasure"].grounds]
    assert order.index("no-ground-17-1") < order.index("legal-obligation") < order.index("not-identified")
    assert RIGHTS["erasure"].after == ("access", "portability")


def test_what_a_right_brings_up() -> None:
    brought = {(right.slug, each.right, each.at_once) for right in RIGHTS.values() for each in right.implies}
    assert brought == {
        ("objection", "restriction", True),
        ("rectification", "restriction", False),
        ("consent-withdrawal", "erasure", False),
    }


def test_only_restriction_announces_its_end_and_only_article_22_waits_for_a_record() -> None:
    assert [right.slug for right in RIGHTS.values() if Moment.LIFTING in right.letters] == ["restriction"]
    gates = {(right.slug, step.slug) for right in RIGHTS.values() for step in right.steps if step.gate}
    assert gates == {("automated-decision", "reviewer"), ("automated-decision", "view")}


def test_a_handler_stays_small() -> None:
    for path in (Path(handlers.__file__).parent).glob("*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 80, path.name


def proofs(harm: Harm) -> set[str]:
    """What the ladder takes for enough from the person themselves, whatever the channel."""
    rows = [row for row in table().cases if row.role == "person" and row.record == "one"]
    return {"+".join(way.rungs) for row in rows for way in row.cells[harm]}


def test_the_ladder_asks_for_nothing_where_a_mix_up_does_little_harm() -> None:
    # law 3: R0 on every channel; GDPR 12(6) wants a reasonable doubt before anything is asked.
    assert proofs("low") == {"R0"}


@pytest.mark.parametrize("right", RIGHTS.values(), ids=RIGHTS)
def test_the_proofs_of_a_right_are_those_of_the_ladder(right: Right) -> None:
    assert right.rungs.low == "R0"
    # GDPR 7(3): withdrawing is as easy as giving, so a mix-up counts as little harm; the rest stands in its column.
    assert right.rungs.normal in proofs("low" if right.slug == "consent-withdrawal" else "normal")
    assert right.rungs.high in proofs("high")
    if right.marketing:
        # law 3: the marketing stop is the example of low harm.
        assert {right.marketing.rungs.normal, right.marketing.rungs.high} <= proofs("low")
