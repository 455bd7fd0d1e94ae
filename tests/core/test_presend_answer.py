"""The pre-send check of answers: the missing item is named, what must be recorded first, and the lowest proof."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

import handlers
from dsarbot.core.case import Case, Claim, Letter, Moment, Outcome, Purpose, Status
from dsarbot.core.letter import Part, Result
from dsarbot.core.measures import Done, Person, Representative
from dsarbot.core.presend import Finding, check
from dsarbot.core.rights import right_of
from tests.core.test_presend import AUTHORITY, CASE, CLAIM, FEE, RECALL, RECEIVED, TODAY, letter

RIGHTS = handlers.by_slug()
GRANTED = Purpose(outcome=Outcome.GRANTED)


def claim(right: str, *, marketing: bool = False, **more: object) -> Claim:
    return replace(CLAIM, right=right, marketing=marketing, **more)  # type: ignore[arg-type]


def found(of: Letter, *claims: Claim, case: Case = CASE) -> tuple[Finding, ...]:
    about = replace(case, claims=claims or (claim("access"),))
    return check(of, about, today=TODAY, authority_names=(AUTHORITY,), rights=RIGHTS)


def missing(findings: tuple[Finding, ...]) -> list[str]:
    return [each.rule.removeprefix("content-") for each in findings if each.rule.startswith("content-")]


def bare(purpose: Purpose = GRANTED, **texts: str) -> Letter:
    """An answer with the sections of the law, and nothing that a right asks for besides."""
    return letter(Moment.ANSWERED, purpose, **{"notes": "-", "access_copy": "-", "access_purposes": "-", **texts})


@pytest.mark.parametrize("right", [*handlers.by_slug(), "objection-marketing"])
def test_each_item_that_is_not_said_is_named_and_blocks(right: str) -> None:
    asked = claim(right.removesuffix("-marketing"), marketing=right.endswith("-marketing"))
    wanted = right_of(asked, RIGHTS).wanted(Outcome.GRANTED)
    always = {"outcome", "complaint"}
    here = found(bare(), asked)
    assert sorted(missing(here)) == sorted(item.slug for item in wanted if not always & set(item.sections))
    for finding in (each for each in here if each.rule.startswith("content-")):
        item = next(each for each in wanted if finding.rule == f"content-{each.slug}")
        assert finding.severity == ("warn" if item.when == "perhaps" else "block")
        assert item.slug in finding.text and item.text["en"] in finding.text
        assert finding.source.startswith("GDPR") or "LIL" in finding.source


def test_what_is_taken_for_said_elsewhere_is_named_and_one_word_for_it_all_needs_a_reason() -> None:
    every = tuple(item.slug for item in RIGHTS["access"].holds)
    here = {each.rule: each for each in found(bare(replace(GRANTED, holds=("all", *every)), access_purposes="Why."))}
    assert here["holds-all"].severity == "block"
    assert all(slug in here["holds-all"].text for slug in ("recipients", "retention", "source", "automated-decisions"))
    # What the letter says itself, and what need not apply, nobody has to vouch for.
    assert not [slug for slug in ("purposes", "complaint", "safeguards") if slug in here["holds-all"].text]
    named = {each.rule: each for each in found(bare(replace(GRANTED, holds=("source", "copy"))))}
    assert (named["holds"].severity, "source" in named["holds"].text) == ("warn", True)
    said = {f"access_{slug.replace('-', '_')}": "Here." for slug in every}
    assert not {"holds", "holds-all"} & {each.rule for each in found(bare(replace(GRANTED, holds=("all",)), **said))}


def test_a_section_of_its_own_the_drafters_word_or_a_withheld_part_holds_an_item() -> None:
    said = {f"access_{item.slug.replace('-', '_')}": "Here." for item in RIGHTS["access"].holds}
    assert missing(found(bare(GRANTED, **said))) == []
    every = tuple(item.slug for item in RIGHTS["access"].holds)
    assert missing(found(bare(replace(GRANTED, holds=every)))) == []
    parts = (Part(name="copy", given=False, ground="rights-of-others"), Part(name="source", given=True))
    partly = Purpose(
        outcome=Outcome.PARTLY, holds=every[3:],
        results=(Result(claim="c1", outcome=Outcome.PARTLY, ground="rights-of-others", parts=parts),),
    )  # fmt: skip
    assert missing(found(bare(partly, withheld="Page 3."))) == ["purposes"]


def test_where_nothing_is_held_only_that_is_confirmed() -> None:
    assert missing(found(bare(Purpose(outcome=Outcome.NOTHING_HELD)))) == []
    assert "content-confirmation" in {
        each.rule for each in found(bare(Purpose(outcome=Outcome.NOTHING_HELD), outcome="-"))
    }


def test_what_is_refused_within_an_answer_needs_no_content_but_its_evidence() -> None:
    refused = Result(claim="c1", outcome=Outcome.REFUSED, ground="rights-of-others")
    here = found(bare(Purpose(outcome=Outcome.PARTLY, results=(refused,)), withheld="All of it."))
    assert missing(here) == []
    (finding,) = [each for each in here if each.rule == "evidence"]
    assert RIGHTS["access"].grounds[3].evidence["en"] in finding.text
    shown = replace(refused, evidence="Page 3 names a neighbour.")
    assert "evidence" not in {each.rule for each in found(bare(Purpose(outcome=Outcome.PARTLY, results=(shown,))))}


def test_who_reviewed_it_and_what_the_person_said_is_recorded_before_an_answer_leaves() -> None:
    done = tuple(Done(step=step, at=RECEIVED, actor="dpo", note="Anna Muster") for step in ("reviewer", "identity"))
    here = found(bare(), claim("automated-decision", done=done))
    assert [each.rule for each in here if each.severity == "block" and each.rule.startswith("step")] == ["step-view"]
    (shown,) = [each for each in here if each.rule == "steps-open"]
    assert "review" in shown.text and "reviewer" not in shown.text


def test_a_full_checklist_says_nothing() -> None:
    done = tuple(Done(step=step.slug, at=RECEIVED, actor="dpo") for step in RIGHTS["access"].steps)
    assert "steps-open" not in {each.rule for each in found(bare(), claim("access", done=done))}


@pytest.mark.parametrize(
    ("other", "warned"),
    [
        ({}, True),
        ({"party": "customer"}, False),
        ({"status": Status.ANSWERED}, False),
        ({"right": "restriction"}, False),
    ],
)
def test_erasure_before_access_is_warned_of_until_access_is_answered(other: dict[str, object], warned: bool) -> None:
    access = replace(claim("access"), id="c2", **other)  # type: ignore[arg-type]
    here = found(bare(), claim("erasure"), access)
    assert ("order-of-rights" in {each.rule for each in here}) == warned
    together = replace(bare(), claims=("c1", "c2"))
    assert "order-of-rights" not in {each.rule for each in found(together, claim("erasure"), access)}


def test_too_little_and_too_much_proof_is_shown() -> None:
    def rules_of(of: Letter, asked: Claim, rung: str) -> set[str]:
        return {each.rule for each in found(of, asked, case=replace(CASE, rung=rung))}

    assert "identity-below" in rules_of(bare(), claim("access"), "R1")
    assert "identity-below" not in rules_of(bare(), claim("access"), "R2")
    assert "identity-below" not in rules_of(bare(), claim("objection", marketing=True), "")
    asked = letter(Moment.IDENTITY_ASKED, Purpose(doubt="unknown-address", rung="R6"))
    assert "identity-above" in rules_of(asked, claim("rectification"), "")
    lower = letter(Moment.IDENTITY_ASKED, Purpose(doubt="unknown-address", rung="R2+R3"))
    assert "identity-above" not in rules_of(lower, claim("access"), "")


@pytest.mark.parametrize("fee", [None, replace(FEE.fee, amount=0), replace(FEE.fee, calculation=" ")])  # type: ignore[type-var]
def test_a_fee_is_worked_out(fee: object) -> None:
    of = letter(Moment.FEE_ASKED, replace(FEE, fee=fee))  # type: ignore[arg-type]
    assert "fee-calculation" in {each.rule for each in found(of)}


def test_a_right_that_nobody_here_knows_is_left_to_its_reader() -> None:
    assert missing(found(bare(), claim("of-a-plugin"))) == []


# --- to whom -----------------------------------------------------------------------------------------------------

LAWYER = Representative(role="lawyer", person=Person(name="Office", address="office@law.example"), mandate="signed")


@pytest.mark.parametrize(
    ("moment", "data_to", "recipient", "blocked"),
    [
        (Moment.ACKNOWLEDGED, "person", "office@law.example", False),
        (Moment.ANSWERED, "person", "office@law.example", True),
        (Moment.ANSWERED, "person", "marie@person.example", False),
        (Moment.ANSWERED, "representative", "office@law.example", False),
        (Moment.REFUSED, "person", "somebody@law.example", True),
    ],
)
def test_data_goes_to_the_person_unless_the_mandate_says_otherwise(
    moment: Moment, data_to: str, recipient: str, blocked: bool
) -> None:
    case = replace(CASE, representative=replace(LAWYER, data_to=data_to))  # type: ignore[arg-type]
    of = replace(letter(moment), recipient=recipient)
    assert ("recipient" in {each.rule for each in found(of, case=case)}) == blocked


@pytest.mark.parametrize(
    ("moment", "data_to", "changes", "rules"),
    [
        (Moment.EXTENDED, "person", {"until": date(2026, 11, 9)}, {"mandate-ended"}),
        (Moment.EXTENDED, "person", {"until": date(2026, 11, 10), "rights": ("erasure",)}, set()),
        (Moment.ANSWERED, "person", {"until": date(2026, 11, 9), "rights": ("erasure",)}, set()),
        (Moment.ANSWERED, "representative", {"rights": ("erasure",)}, {"mandate-right"}),
        (Moment.ANSWERED, "representative", {"rights": ("erasure", "access")}, set()),
    ],
)
def test_a_letter_goes_to_a_representative_only_as_far_as_the_mandate_reaches(
    moment: Moment, data_to: str, changes: dict[str, object], rules: set[str]
) -> None:
    acting = replace(LAWYER, data_to=data_to, **changes)  # type: ignore[arg-type]
    of = replace(letter(moment), recipient="office@law.example")
    said = found(of, claim("access"), case=replace(CASE, representative=acting))
    assert {each.rule for each in said if each.rule.startswith("mandate")} == rules
    assert not {each.severity for each in said if each.rule.startswith("mandate")} - {"block"}


def test_a_recall_goes_to_whom_the_letter_reached() -> None:
    of = replace(letter(Moment.RECALLED, replace(RECALL, to="wrong@other.example")), recipient="wrong@other.example")
    assert "recipient" not in {each.rule for each in found(of)}
    assert "recipient" in {each.rule for each in found(replace(of, recipient="marie@person.example"))}
