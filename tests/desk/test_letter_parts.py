"""What an answer says to each right: every item of its checklist in a section of its own, with a gap where only a
person knows; several rights in one letter, each with its own outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsarbot.core.case import Case, Claim, Letter, Moment, Outcome, Person, Purpose
from dsarbot.core.letter import Fee, Part, Result
from dsarbot.core.measures import Charge, Directive, Representative, Restriction, Role
from dsarbot.core.presend import blocking, check
from dsarbot.core.rights import right_of
from dsarbot.desk.letter_problems import problems
from dsarbot.desk.letters import compose, must_hold, template_source
from dsarbot.desk.occasion import slug_of
from tests.desk.letter_samples import (
    ANSWER,
    FOLDER,
    HEAD,
    LANGUAGES,
    NOW,
    RIGHTS,
    SOURCES,
    case,
    claim,
    draft,
    letterhead,
)

MARKETING = replace(claim("objection"), marketing=True)
EVERY_CLAIM = (*(claim(right) for right in RIGHTS), MARKETING)


def text(letter: Letter, key: str) -> str:
    (found,) = [section.text for section in letter.sections if section.key == key]
    return found.replace("\u00a0", " ")


def keys(letter: Letter) -> list[str]:
    return [section.key for section in letter.sections]


def blocks(letter: Letter, of: Case) -> tuple[str, ...]:
    found = check(
        letter,
        of,
        today=NOW.date(),
        must_hold=must_hold(letter, of, SOURCES),
        authority_names=tuple(HEAD.authority_name.values()),
        rights=RIGHTS,
    )
    return blocking(found)


# --- one right -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asked", EVERY_CLAIM, ids=slug_of)
@pytest.mark.parametrize("outcome", [Outcome.GRANTED, Outcome.PARTLY, Outcome.NOTHING_HELD])
def test_every_item_that_the_law_wants_has_its_section(outcome: Outcome, asked: Claim, language: str) -> None:
    """Without a word from the drafter nothing is missing: what cannot be known stands there as a gap."""
    of = case(asked, language=language)
    purpose = Purpose(outcome=outcome, detail="What was found.", evidence="What shows it.")
    letter = draft(of, Moment.ANSWERED, purpose)
    wanted = [item for item in right_of(asked, RIGHTS).wanted(outcome) if item.when != "perhaps"]
    for item in wanted:
        said = {f"{slug_of(asked)}-{item.slug}", *item.sections} & set(keys(letter))
        assert said, item.slug
    assert set(blocks(letter, of)) <= {"placeholder", "ground-missing"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asked", EVERY_CLAIM, ids=slug_of)
def test_what_the_drafter_says_stands_in_the_text_leaves_no_gap_and_nothing_typed_is_lost(
    asked: Claim, language: str
) -> None:
    of = case(asked, language=language)
    letter = draft(of, Moment.ANSWERED, ANSWER)
    assert blocks(letter, of) == ()
    assert sum(section.text.count("The data follows.") for section in letter.sections) == 1


def test_a_gap_that_is_left_open_stops_the_letter() -> None:
    of = case()
    letter = draft(of, Moment.ANSWERED, replace(ANSWER, holds=()))
    assert blocks(letter, of) == ("placeholder",)
    assert text(letter, "access-purposes").endswith("[each purpose, with its legal basis]")


def test_a_partial_answer_lists_each_item_with_its_ground() -> None:
    parts = (
        Part(name="E-mails", given=True, detail="names of colleagues blacked out"),
        Part(name="Call notes", given=False, ground="rights-of-others", detail="they quote a neighbour"),
    )
    result = Result(claim="c1", outcome=Outcome.PARTLY, ground="rights-of-others", parts=parts, detail="Two kinds.")
    of = case()
    letter = draft(of, Moment.ANSWERED, Purpose(outcome=Outcome.PARTLY, results=(result,), detail="Two kinds."))
    assert "**E-mails** – names of colleagues blacked out." in text(letter, "access-copy")
    withheld = text(letter, "access-withheld")
    assert "**Call notes** – they quote a neighbour. What we withhold would affect" in withheld
    assert withheld.count("Art. 15(4) GDPR") == 1
    assert text(letter, "access-categories").endswith("- E-mails\n- Call notes")


def test_an_item_that_is_withheld_on_a_ground_is_not_asked_for_again() -> None:
    parts = (Part(name="source", given=False, ground="rights-of-others"),)
    result = Result(claim="c1", outcome=Outcome.PARTLY, ground="rights-of-others", parts=parts)
    letter = draft(case(), Moment.ANSWERED, Purpose(outcome=Outcome.PARTLY, results=(result,)))
    assert "access-source" not in keys(letter)
    assert "**source** – [why, under which provision of law, and until when]" in text(letter, "access-withheld")


def test_erasure_says_what_is_kept_and_that_no_contract_ends() -> None:
    parts = (Part(name="Invoices", given=False, ground="legal-obligation", detail="until 31 December 2031"),)
    result = Result(claim="c1", outcome=Outcome.PARTLY, ground="legal-obligation", parts=parts)
    letter = draft(case(claim("erasure")), Moment.ANSWERED, Purpose(outcome=Outcome.PARTLY, results=(result,)))
    assert "**Invoices** – until 31 December 2031. We keep the data because the law" in text(letter, "erasure-withheld")
    assert "ends no contract" in text(letter, "erasure-contract")


def test_a_recorded_restriction_stands_in_its_answer_and_in_the_notice_of_its_end() -> None:
    held = Restriction(since=date(2026, 11, 2), frozen="The claims file in the archive.")
    of = case(replace(claim("restriction"), restriction=held))
    letter = draft(of, Moment.ANSWERED, replace(ANSWER, detail=""))
    assert "restricted since Monday 2 November 2026." in text(letter, "restriction-start")
    assert "The claims file" in text(letter, "restriction-frozen")
    notice = draft(of, Moment.LIFTING, Purpose(detail="It is settled.", until=date(2026, 12, 1)))
    assert "The claims file" in text(notice, "frozen")


def test_a_recorded_directive_gives_version_text_and_executor() -> None:
    day = date(2026, 11, 2)
    directive = Directive(version=2, recorded_on=day, text="Erase it all.", consent="letter", executor="Ada")
    of = case(replace(claim("directives"), directives=(directive,)))
    letter = draft(of, Moment.ANSWERED, ANSWER)
    assert "Erase it all." in text(letter, "directives-recorded")
    assert text(letter, "directives-version") == "**Version:** 2. It replaces every earlier version."
    assert text(letter, "directives-executor").endswith("Ada")
    assert "recorded on Monday 2 November" in text(draft(of, Moment.DIRECTIVES_REVOKED), "version")


def test_the_reviewer_of_a_decision_is_the_one_on_record() -> None:
    letter = draft(case(claim("automated-decision")), Moment.ANSWERED, ANSWER)
    assert "Anna Muster, head of support." in text(letter, "automated-decision-reviewer")
    unknown = draft(case(replace(claim("automated-decision"), done=())), Moment.ANSWERED, replace(ANSWER, holds=()))
    assert "[name and position]" in text(unknown, "automated-decision-reviewer")


def test_the_evidence_is_shown_where_the_law_wants_it_demonstrated_and_stays_in_the_file_elsewhere() -> None:
    purpose = Purpose(outcome=Outcome.REFUSED, ground="excessive", detail="Again.", evidence="Three letters in May.")
    assert "Three letters in May." in text(draft(case(), Moment.REFUSED, purpose), "evidence")
    others = replace(purpose, ground="rights-of-others")
    assert "evidence" not in keys(draft(case(), Moment.REFUSED, others))


def test_german_law_wants_the_reasons_on_record() -> None:
    purpose = Purpose(outcome=Outcome.REFUSED, ground="rights-of-others", detail="Why.")
    letter = draft(case(claim(code="DE")), Moment.REFUSED, purpose, head=letterhead("DE"))
    assert "Section 34(2)" in text(letter, "documented")
    assert "documented" not in keys(draft(case(), Moment.REFUSED, purpose))


def test_french_law_adds_directives_to_the_rights() -> None:
    letter = draft(case(claim(code="FR")), Moment.ANSWERED, ANSWER, head=letterhead("FR"))
    assert "after your death" in text(letter, "access-rights")
    assert "death" not in text(draft(case(), Moment.ANSWERED, ANSWER), "access-rights")


def test_an_agreed_fee_is_named_instead_of_saying_that_all_is_free() -> None:
    fee = Fee(amount=1250, currency="EUR", basis="further-copies", calculation="50 pages")
    paid = Charge(fee=fee, letter="l0", asked_on=date(2026, 11, 3), settled="paid")
    letter = draft(case(replace(claim(), charge=paid)), Moment.ANSWERED, ANSWER)
    assert "€12.50" in text(letter, "free")


# --- several rights --------------------------------------------------------------------------------------------


def test_each_claim_gets_its_own_outcome_and_words_and_erasure_comes_last() -> None:
    of = case(claim("erasure"), claim("access", number=2), claim("rectification", number=3))
    results = (
        Result(claim="c1", outcome=Outcome.PARTLY, ground="legal-obligation", detail="Your account is erased."),
        Result(claim="c2", outcome=Outcome.GRANTED, detail="Here it is."),
        Result(claim="c3", outcome=Outcome.REFUSED, ground="accurate", detail="The date is the one on your contract."),
    )
    letter = draft(of, Moment.ANSWERED, Purpose(outcome=Outcome.PARTLY, results=results, detail="", holds=ANSWER.holds))
    assert blocks(letter, of) == ()
    summary = text(letter, "outcome")
    # The letter may leave on a later day than it is drafted: it names none.
    assert all(f"– {word} with this letter" in summary for word in ("granted in part", "granted", "refused"))
    assert "Here it is." in text(letter, "access-copy")
    assert "Your account is erased." in text(letter, "erasure-erased")
    assert "Art. 17(3)(b)" in text(letter, "erasure-withheld")
    assert "not able to grant" in text(letter, "rectification-answer")
    assert "The date is the one" in text(letter, "rectification-facts")
    assert "Art. 16 GDPR" in text(letter, "rectification-law")
    assert keys(letter).index("access-copy") < keys(letter).index("erasure-title")


@pytest.mark.parametrize("key", ["erasure-withheld", "rectification-law", "rectification-facts"])
def test_a_part_that_says_no_cannot_lose_its_reasons(key: str) -> None:
    of = case(claim("erasure"), claim("rectification", number=2))
    results = (
        Result(claim="c1", outcome=Outcome.PARTLY, ground="legal-obligation", detail="Done."),
        Result(claim="c2", outcome=Outcome.REFUSED, ground="accurate", detail="It is right."),
    )
    letter = draft(of, Moment.ANSWERED, Purpose(outcome=Outcome.PARTLY, results=results, holds=ANSWER.holds))
    torn = replace(letter, sections=tuple(section for section in letter.sections if section.key != key))
    assert "ground-missing" in blocks(torn, of)


def test_what_is_said_to_all_claims_alike_is_said_once() -> None:
    letter = draft(case(claim("access"), claim("portability", number=2)), Moment.ANSWERED, ANSWER)
    assert text(letter, "done").startswith("The data follows.")
    assert sum(section.text.count("The data follows.") for section in letter.sections) == 1


def test_two_objections_keep_their_sections_apart() -> None:
    of = case(replace(claim("objection"), scope="profiling"), replace(claim("objection", number=2), scope="scoring"))
    letter = draft(of, Moment.ANSWERED, replace(ANSWER, detail="Stopped."))
    assert "profiling" in text(letter, "objection-decision")
    assert "scoring" in text(letter, "objection-2-decision")
    both = draft(case(MARKETING, replace(claim("objection", number=2), scope="scoring")), Moment.ANSWERED, ANSWER)
    assert {"objection-marketing-channels", "objection-decision"} <= set(keys(both))


def test_a_strangers_right_is_answered_in_general_words() -> None:
    odd = replace(RIGHTS["access"], slug="odd", marketing=None)
    head = replace(HEAD)
    from_package = dict(RIGHTS) | {"odd": odd}
    of = case(replace(claim(), right="odd"))
    letter = compose(
        of,
        moment=Moment.ANSWERED,
        claims=of.claims,
        purpose=replace(ANSWER, detail="It is done."),
        letterhead=head,
        rights=from_package,
        letter_id="l1",
        automatic=False,
        now=NOW,
        sources=SOURCES,
    )
    assert text(letter, "odd-done") == "It is done."
    assert problems(SOURCES, rights=[odd]) == []


# --- somebody acts for the person ------------------------------------------------------------------------------


def acting(role: Role) -> Case:
    agent = Person(name="Ada Agent", address="ada@agent.example")
    return case(claim("directives"), representative=Representative(role=role, person=agent, mandate="letter"))


def test_a_letter_to_a_representative_says_who_you_is() -> None:
    refused = Purpose(outcome=Outcome.REFUSED, ground="not-identified", detail="x")
    letter = draft(acting("agent"), Moment.REFUSED, refused)
    assert "representative of Marie Keller" in text(letter, "represented")
    assert "handed directly" not in text(letter, "represented")
    extended = draft(acting("agent"), Moment.EXTENDED, Purpose(reason="number", detail="x", until=date(2027, 2, 2)))
    assert "handed directly to that person" in text(extended, "represented")
    assert text(letter, "salutation") == "Dear Ada Agent,"


@pytest.mark.parametrize(
    ("role", "words"),
    [("agent", "written mandate"), ("lawyer", "confirm in writing"), ("parent", "parental"), ("heir", "condolences")],
)
def test_a_mandate_is_asked_for_as_it_fits(role: Role, words: str) -> None:
    assert words in text(draft(case(), Moment.MANDATE_ASKED, Purpose(reason=role)), "ask")


def test_heirs_are_answered_as_heirs() -> None:
    of = acting("heir")
    of = replace(of, representative=replace(of.representative, data_to="representative"))  # type: ignore[type-var]
    letter = draft(of, Moment.ANSWERED, ANSWER)
    assert "as heir or executor" in text(letter, "outcome")
    assert "estate" in text(letter, "directives-heirs")
    assert "directives-executor" not in keys(letter)
    assert text(letter, "represented") == "This letter is about the data of Marie Keller."


@pytest.mark.parametrize(("role", "gap"), [("parent", "[the person whose data it is]"), ("heir", "")])
def test_a_mandate_of_before_leaves_a_gap_for_the_person(role: Role, gap: str) -> None:
    of = acting(role)
    of = replace(of, representative=replace(of.representative, person=of.person))  # type: ignore[type-var]
    letter = draft(of, Moment.EXTENDED, Purpose(reason="number", detail="x", until=date(2027, 2, 2)))
    assert (gap in text(letter, "represented")) if gap else ("represented" not in keys(letter))


# --- mistakes --------------------------------------------------------------------------------------------------


def test_a_part_that_forgets_what_the_law_wants_is_named(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "answered.erasure.md").write_text(
        '+++\nmoment = "answered"\nright = "erasure"\n+++\n## erased [if acted]\n{detail}\n', "utf-8"
    )
    (tmp_path / "en" / "answered.access.md").write_text("broken", "utf-8")
    found = problems(template_source([tmp_path, FOLDER]), rights=list(RIGHTS.values()))
    assert "letters/en/answered.erasure.md: section 'backups' is missing; the law wants it said" in found
    assert "letters/en/answered.access.md: no front matter between two lines of +++" in found


def test_without_any_part_no_answer_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "common.md").write_text("", "utf-8")
    found = problems(template_source([tmp_path]), languages=["en"], rights=[RIGHTS["access"]])
    assert "letters/en/answered.other.md: missing; no answer can be written" in found


# --- every mixture ---------------------------------------------------------------------------------------------

OUTCOMES = (Outcome.GRANTED, Outcome.PARTLY, Outcome.NOTHING_HELD, Outcome.REFUSED)


@st.composite
def answers(draw: st.DrawFn) -> tuple[Case, Purpose]:
    """A case of several rights, each answered in its own way and in its own words."""
    asked = draw(st.lists(st.sampled_from(EVERY_CLAIM), min_size=1, max_size=6))
    claims = tuple(replace(each, id=f"c{number}") for number, each in enumerate(asked))
    results = tuple(_result(draw, each, number) for number, each in enumerate(claims))
    outcomes = {each.outcome for each in results}
    whole = outcomes.pop() if len(outcomes) == 1 else Outcome.PARTLY
    language = draw(st.sampled_from(LANGUAGES))
    return case(*claims, language=language), Purpose(outcome=whole, results=results, holds=ANSWER.holds)


def _result(draw: st.DrawFn, asked: Claim, number: int) -> Result:
    grounds = right_of(asked, RIGHTS).grounds
    outcome = draw(st.sampled_from(OUTCOMES if grounds else (Outcome.GRANTED, Outcome.NOTHING_HELD)))
    withholds = outcome in (Outcome.PARTLY, Outcome.REFUSED)
    ground = draw(st.sampled_from([each.slug for each in grounds])) if withholds else ""
    return Result(claim=asked.id, outcome=outcome, ground=ground, detail=f"Word {number}.", evidence="It is shown.")


@given(answers())
@settings(max_examples=60, deadline=None)
def test_no_claim_and_no_word_is_lost_in_any_mixture_of_rights_and_outcomes(answer: tuple[Case, Purpose]) -> None:
    of, purpose = answer
    letter = draft(of, Moment.ANSWERED, purpose)
    assert blocks(letter, of) == ()
    for number, each in enumerate(of.claims):
        prefixes = [key for key in keys(letter) if key.startswith(slug_of(each))]
        assert prefixes
        assert sum(section.text.count(f"Word {number}.") for section in letter.sections) == 1
    assert len(keys(letter)) == len(set(keys(letter)))
