"""Letters to and about the parties of the chain, to recipients, to our own desk: what they hold, and what they do not
tell."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dsarbot import core
from dsarbot.core.case import Letter, Moment, Outcome, Purpose
from dsarbot.core.letter import TO_PARTIES
from dsarbot.core.presend import blocking, check
from dsarbot.desk.addressee import Party
from dsarbot.desk.letters import compose
from tests.desk.letter_samples import CUSTOMER, HEAD, NOW, RIGHTS, SOURCES, case, claim, draft

CORE = Path(core.__file__).parent
FORWARDED = Purpose(outcome=Outcome.FORWARDED, party="musterkunde")


def text(letter: Letter, key: str) -> str:
    (found,) = [section.text for section in letter.sections if section.key == key]
    return found.replace("\u00a0", " ")


def whole(letter: Letter) -> str:
    return "\n".join([letter.subject, *(section.text for section in letter.sections)])


def test_the_person_is_told_as_the_contract_allows() -> None:
    neutral = draft(case(), Moment.FORWARDED, FORWARDED, party=CUSTOMER)
    assert "Musterkunde" not in whole(neutral)
    assert "and on Tuesday 3 November 2026 passed it on to the organisation" in text(neutral, "outcome")
    full = draft(case(), Moment.FORWARDED, FORWARDED, party=replace(CUSTOMER, notice="full"))
    assert "to Musterkunde GmbH, who decides" in text(full, "outcome")
    assert "datenschutz@musterkunde.example" in text(full, "next")


def test_where_the_contract_allows_no_word_the_person_learns_only_that_we_have_the_message() -> None:
    """Standard clauses 2021/915, cl. 8(a): the processor does not answer unless authorised."""
    told = whole(draft(case(), Moment.FORWARDED, FORWARDED, party=replace(CUSTOMER, notice="none")))
    assert "Musterkunde" not in told
    assert "passed" not in told
    assert "not even whether we hold any" in told


def test_the_controller_gets_the_words_the_receipt_and_the_date_and_no_opinion() -> None:
    letter = draft(case(), Moment.CONTROLLER_ASKED, Purpose(detail="Please **erase** my data."))
    assert letter.recipient == letter.purpose.to == "datenschutz@musterkunde.example"
    assert text(letter, "words").startswith("**Wording of the request**\n\nPlease **erase** my data.")
    assert text(letter, "person") == "**Person:** Marie Keller, marie@person.example"
    assert "Monday 2 November 2026 (by e-mail)" in text(letter, "request")
    assert "would end on **Wednesday 2 December 2026**" in text(letter, "dates")
    assert "without naming you" in text(letter, "told")
    assert text(letter, "salutation") == "Dear Sir or Madam,"
    assert "Tuesday 10 November 2026" in text(letter, "ask")


def test_a_reseller_is_asked_to_pass_it_on_one_step_further() -> None:
    letter = draft(case(), Moment.CONTROLLER_ASKED, Purpose(detail="x"), party=replace(CUSTOMER, reseller=True))
    assert "pass it on without delay" in text(letter, "outcome")


@pytest.mark.parametrize(("notice", "words"), [("full", "how to reach you"), ("none", "we have not told the person")])
def test_the_controller_learns_what_the_person_was_told(notice: str, words: str) -> None:
    party = replace(CUSTOMER, notice=notice)  # type: ignore[arg-type]
    assert words in text(draft(case(), Moment.CONTROLLER_ASKED, Purpose(detail="x"), party=party), "told")


@pytest.mark.parametrize(
    ("reminder", "last", "words"),
    [(1, False, "We await"), (2, False, "second reminder"), (3, False, "third reminder"), (4, True, "last reminder")],
)
def test_reminders_say_the_how_manieth_they_are(reminder: int, last: bool, words: str) -> None:
    party = replace(CUSTOMER, reminder=reminder, last=last)
    letter = draft(case(), Moment.CONTROLLER_REMINDED, party=party)
    assert words in text(letter, "outcome")
    assert "on Monday 2 November 2026" in text(letter, "outcome")
    assert "(in 29 days)" in text(letter, "open")
    assert ("last" in [section.key for section in letter.sections]) is last


def test_a_protected_page_is_named_only_where_there_is_one() -> None:
    asked = Purpose(detail="x")
    assert "https" not in text(draft(case(), Moment.CONTROLLER_ASKED, asked), "ask")
    party = replace(CUSTOMER, link="https://desk.nordlicht.example/a/17")
    assert party.link in text(draft(case(), Moment.CONTROLLER_ASKED, asked, party=party), "ask")
    assert party.link in text(draft(case(), Moment.CONTROLLER_REMINDED, party=party), "open")


def test_an_instruction_has_its_number_scope_deadline_and_report() -> None:
    purpose = Purpose(detail="Erase the mailbox.", until=date(2026, 11, 9))
    own = draft(case(), Moment.PROCESSOR_INSTRUCTED, purpose)
    assert "**Instruction no. 17**\n\nErase the mailbox." in text(own, "instruction")
    assert "Monday 9 November 2026" in text(own, "deadline")
    assert "28(3)(a)" in text(own, "outcome")
    relayed = draft(case(), Moment.PROCESSOR_INSTRUCTED, purpose, party=replace(CUSTOMER, relayed=True))
    assert "Art. 28(4) GDPR" in text(relayed, "outcome")


def test_an_instruction_that_is_questioned_says_which_and_why_and_that_nothing_is_done() -> None:
    """GDPR 28(3), last sentence."""
    slots = (("instruction", "i1"), ("actions", "erase"), ("what", "mailbox marie@"))
    purpose = Purpose(detail="A claim is pending in court.", slots=slots)
    party = replace(CUSTOMER, link="https://desk.nordlicht.example/a/17")
    letter = draft(case(), Moment.CONTROLLER_QUESTIONED, purpose, party=party)
    assert "28(3), last sentence" in text(letter, "outcome")
    assert text(letter, "instruction") == "**Instructed:** erase the data\n\n**With which data:** mailbox marie@"
    assert text(letter, "why").endswith("A claim is pending in court.")
    assert party.link in text(letter, "ask")
    assert "on **Wednesday 2 December 2026**" in text(letter, "limits")
    assert blocking(check(letter, case(), today=NOW.date(), rights=RIGHTS)) == ()
    unsaid = draft(case(), Moment.CONTROLLER_QUESTIONED, replace(purpose, detail=""))
    assert blocking(check(unsaid, case(), today=NOW.date(), rights=RIGHTS)) != ()


@pytest.mark.parametrize("right", ["rectification", "erasure", "restriction"])
def test_a_recipient_learns_what_changed_and_nothing_of_the_person(right: str) -> None:
    letter = draft(case(claim(right)), Moment.RECIPIENT_TOLD)
    assert "Marie" not in whole(letter)
    assert "marie@" not in whole(letter)
    assert text(letter, "ask").count("\n- ") == 3
    verb = {"rectification": "rectified", "erasure": "erased", "restriction": "restricted"}[right]
    assert verb in text(letter, "outcome")


def test_a_recall_tells_the_wrong_recipient_nothing_of_the_person() -> None:
    letter = draft(case(), Moment.RECALLED, Purpose(to="other@person.example", until=date(2026, 11, 2)))
    assert letter.recipient == "other@person.example"
    assert "Marie" not in whole(letter)
    assert "marie@" not in whole(letter)


def test_a_letter_to_a_party_needs_one_and_goes_in_its_language() -> None:
    letter = draft(case(language="fr"), Moment.CONTROLLER_REMINDED, party=replace(CUSTOMER, language="de"))
    assert letter.language == "de"
    assert "language" not in blocking(check(letter, case(language="fr"), today=NOW.date(), rights=RIGHTS))
    unknown = draft(case(language="fr"), Moment.CONTROLLER_REMINDED, party=replace(CUSTOMER, language=""))
    assert unknown.language == "en"
    with pytest.raises(ValueError, match="is for a party"):
        from_nobody()


def from_nobody() -> Letter:
    of = case()
    return compose(
        of, moment=Moment.DESK_TOLD, claims=of.claims, purpose=Purpose(), letterhead=HEAD, rights=RIGHTS,
        letter_id="l1", automatic=False, now=NOW, sources=SOURCES,
    )  # fmt: skip


def test_a_party_may_have_its_own_day_to_answer() -> None:
    party = Party(name="X", address="x@x.example", language="en", answer_by=date(2026, 11, 6))
    assert "Friday 6 November 2026" in text(draft(case(), Moment.RECIPIENT_TOLD, party=party), "ask")


@pytest.mark.parametrize(("reason", "words"), [("content-notice", "some content"), ("disclosure", "disclosure of")])
def test_what_is_handed_over_is_called_by_its_kind(reason: str, words: str) -> None:
    assert words in text(draft(case(), Moment.HANDED_OVER, Purpose(reason=reason)), "outcome")


def test_whatever_an_order_drafts_for_a_party_names_the_step_that_tells_whom_it_is_for() -> None:
    """Those letters name a party of the chain. Since orders of the chain exist, whoever composes finds it in the case,
    by the hop that the draft names; a letter to our own desk is still written by no order."""
    drafts = [
        (path.name, *each)
        for path in CORE.glob("*.py")
        for each in re.findall(r"(\w+) = Purpose\(([^()]*(?:\([^()]*\)[^()]*)*)\)", path.read_text("utf-8"))
        if path.name.startswith("chain_")
    ]
    assert drafts
    assert [name for name, _, said in drafts if "party=" in said and "hop=" not in said] == []
    found = [re.findall(r"Draft\(\s*moment=Moment\.(\w+)", path.read_text("utf-8")) for path in CORE.glob("*.py")]
    drafted = {Moment[name] for names in found for name in names}
    assert Moment.FORWARDED in drafted
    assert TO_PARTIES - drafted == {Moment.DESK_TOLD}
