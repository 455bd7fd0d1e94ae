"""Who is asking, as orders and facts of a case: contacts, codes, harm, facts, and what ends a pause."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from dsarbot.core import facts as f
from dsarbot.core import facts_identity as fi
from dsarbot.core import orders as o
from dsarbot.core import orders_identity as oi
from dsarbot.core.case import Moment, Status
from dsarbot.core.codes import digest_of, token
from dsarbot.core.evolve import replace
from dsarbot.core.proofs import IdentityRules, OnFile
from dsarbot.core.proving import code_issued
from dsarbot.core.rules import Decision, Draft
from dsarbot.errors import NotAllowed
from tests.core.builders import NOW, Story, asked_for, rules

TOKEN = token(bytes(range(16)))
DIGEST = digest_of(TOKEN)
OLD = "jeanne.old@example.org"
TODAY = date(2026, 3, 2)


def story(rung: str = "R2", *, automatic: bool = True, contact: str = OLD, **identity: object) -> Story:
    """A case whose identity question has left, and the code after it."""
    made = replace(rules(), identity=IdentityRules(**identity))  # type: ignore[arg-type]
    if automatic:
        made = replace(made, automatic=made.automatic | {Moment.IDENTITY_CODE})
    told = Story(rules_=made)
    told.order(o.AskIdentity, doubt="unknown-address", rung=rung, contact=contact)
    told.send(told.now.letters[-1].id, NOW)
    return told


def issue(told: Story, digest: str = DIGEST, at: datetime = NOW) -> None:
    letter = f"k{len(told.now.proofs.codes) + 1}"
    expires = at + timedelta(days=14)
    cause = f"code:{digest}"
    told.do(fi.CodeIssued(at=at, cause=cause, code=letter, letter=letter, expires_at=expires, digest=digest))


def present(told: Story, *digests: str, spoken: bool = True, days: int = 3, **more: object) -> Decision:
    at = NOW + timedelta(days=days)
    fields = {"proposes": ("identity-answer",), "says_more": False} | more
    return told.order(
        oi.PresentCode, at=at, inbound="i2", received_at=at, answered_on=at.date(), digests=digests or (DIGEST,),
        spoken=spoken, **fields,
    )  # fmt: skip


def open_kinds(told: Story) -> list[str]:
    return [each.kind for each in told.now.proposals if not each.settled]


# --- the question and its code ------------------------------------------------------------------------------------


def test_the_code_follows_the_question_to_the_contact_on_file() -> None:
    told = story()
    question, code = told.now.letters[-2:]
    assert (question.moment, code.moment) == (Moment.IDENTITY_ASKED, Moment.IDENTITY_CODE)
    assert (code.purpose.to, code.purpose.question, code.automatic) == (OLD, question.id, True)
    assert code.purpose.until == date(2026, 3, 16)
    assert [each.kind for each in told.now.claims[0].questions] == ["identity"]


def test_an_organisation_may_want_to_read_it_first() -> None:
    assert story(automatic=False).now.letters[-1].automatic is False


@pytest.mark.parametrize(("rung", "contact"), [("R2", ""), ("R3", OLD), ("R2", "JEANNE@example.org")])
def test_no_second_letter_without_contact_or_code_or_when_the_question_went_there(rung: str, contact: str) -> None:
    told = story(rung, contact=contact)
    assert [each.moment for each in told.now.letters if each.moment == Moment.IDENTITY_CODE] == []


def test_more_than_proposed_takes_a_reason_that_is_kept() -> None:
    told = Story()
    with pytest.raises(NotAllowed, match="R2 is enough here") as refused:
        told.order(o.AskIdentity, doubt="unknown-address", rung="R6", proposed="R2")
    assert refused.value.rule == "identity-above"
    told.order(o.AskIdentity, doubt="unknown-address", rung="R6", proposed="R2", override="Cannot read that address.")
    assert "Cannot read that address." in told.now.notes[-1].text
    assert told.now.letters[-1].purpose.rung == "R6"


@pytest.mark.parametrize("rung", ["R1", "R2", "R2+R1"])
def test_as_much_as_proposed_or_less_takes_none(rung: str) -> None:
    told = Story()
    told.order(o.AskIdentity, doubt="unknown-address", rung=rung, proposed="R2")
    assert told.now.letters[-1].purpose.rung == rung


@pytest.mark.parametrize("rung", ["R7", "R2+R7", "R0", "+", ""])
def test_what_is_no_rung_is_not_asked(rung: str) -> None:
    with pytest.raises(NotAllowed, match="an unredacted copy is never asked for"):
        Story().order(o.AskIdentity, doubt="unknown-address", rung=rung)


def test_three_codes_a_day_and_no_more() -> None:
    told = story()
    for number in range(3):
        issue(told, digest=f"{number}", at=NOW + timedelta(hours=number))
    with pytest.raises(NotAllowed) as refused:
        told.order(o.AskIdentity, doubt="unknown-address", rung="R2", contact=OLD)
    assert refused.value.rule == "code-too-many"


# --- codes that come back -----------------------------------------------------------------------------------------


def test_a_code_that_comes_back_is_a_proposal_and_counts_from_its_own_receipt() -> None:
    told = story()
    issue(told)
    present(told)
    assert open_kinds(told) == ["identity-code"]
    assert (told.now.rung, told.now.claims[0].status) == ("", Status.WAITING_PERSON)
    told.order(o.Settle, at=NOW + timedelta(days=9), proposal=told.now.proposals[-1].id, accepted=True)
    claim = told.now.claims[0]
    assert (told.now.rung, claim.status) == ("R2", Status.OPEN)
    assert claim.questions[0].answered_on == date(2026, 3, 5)
    assert [(each.rung, each.means) for each in told.now.proofs.shown] == [("R2", "code")]


def test_a_declined_proposal_verifies_nobody() -> None:
    told = story()
    issue(told)
    present(told)
    told.order(o.Settle, proposal=told.now.proposals[-1].id, accepted=False)
    assert (told.now.rung, told.now.claims[0].status) == ("", Status.WAITING_PERSON)


def test_where_the_organisation_wants_it_the_code_verifies_by_itself() -> None:
    told = story(verify_by_code=True)
    issue(told)
    present(told)
    assert (told.now.rung, told.now.claims[0].status, open_kinds(told)) == ("R2", Status.OPEN, [])
    assert told.now.claims[0].questions[0].answered_on == date(2026, 3, 5)


def test_whoever_writes_more_than_the_code_is_read_by_a_person_too() -> None:
    told = story(verify_by_code=True)
    issue(told)
    present(told, says_more=True)
    assert (told.now.rung, open_kinds(told)) == ("R2", ["message"])


def test_a_code_that_only_stands_in_the_quotation_never_verifies_by_itself() -> None:
    told = story(verify_by_code=True)
    issue(told)
    present(told, spoken=False)
    assert (told.now.rung, open_kinds(told)) == ("", ["identity-code"])


def test_a_code_is_used_once_and_the_second_time_it_is_an_ordinary_answer() -> None:
    told = story()
    issue(told)
    present(told)
    present(told, days=4)
    assert open_kinds(told) == ["identity-code", "identity-answer"]
    assert told.now.proofs.codes[0].ended == "used"


@pytest.mark.parametrize(("days", "kinds"), [(13, ["identity-code"]), (14, ["identity-answer"])])
def test_a_code_ends_after_its_days(days: int, kinds: list[str]) -> None:
    told = story()
    issue(told)
    present(told, days=days)
    assert open_kinds(told) == kinds


def test_the_fifth_wrong_code_closes_it_and_the_right_one_then_comes_too_late() -> None:
    told = story(verify_by_code=True)
    issue(told)
    for number in range(5):
        present(told, f"wrong {number}", days=1)
    assert told.now.proofs.codes[0].ended == "closed"
    present(told, days=2)
    tried = [each.result for each in told.facts if isinstance(each, fi.CodeTried)]
    assert (tried, told.now.rung) == (["wrong"] * 5 + ["closed"], "")


def test_a_newer_letter_ends_the_code_before_and_quoting_the_old_one_is_no_wrong_try() -> None:
    told = story(verify_by_code=True)
    issue(told, digest="old")
    issue(told)
    present(told, "old", spoken=True)
    assert [each.result for each in told.facts if isinstance(each, fi.CodeTried)] == ["spent"]
    assert told.now.proofs.codes[-1].tries == 0
    present(told, "old", DIGEST, days=4)
    assert told.now.rung == "R2"


def test_another_token_that_is_only_quoted_is_no_try() -> None:
    told = story()
    issue(told)
    present(told, "somebody else's", spoken=False)
    assert (told.now.proofs.codes[0].tries, open_kinds(told)) == (0, ["identity-answer"])


def test_a_revoked_code_opens_nothing() -> None:
    told = story()
    with pytest.raises(NotAllowed, match="No code of this case is live"):
        told.order(oi.RevokeCode, reason="wrong address")
    issue(told)
    with pytest.raises(NotAllowed, match="why"):
        told.order(oi.RevokeCode, reason=" ")
    told.order(oi.RevokeCode, reason="wrong address")
    present(told)
    assert (told.now.proofs.codes[0].ended, open_kinds(told)) == ("revoked", ["identity-answer"])


def test_of_two_proofs_asked_for_the_code_alone_ends_no_pause() -> None:
    told = story("R2+R3", verify_by_code=True)
    issue(told)
    present(told)
    assert (told.now.rung, told.now.claims[0].status) == ("R2", Status.WAITING_PERSON)
    on = date(2026, 3, 6)
    told.order(o.Verify, rung="R3", how="facts", means="facts", facts=("birth-date", "customer-number"), answered_on=on)
    assert (told.now.rung, told.now.claims[0].status) == ("R3", Status.OPEN)
    assert told.now.claims[0].questions[0].answered_on == on


# --- facts, harm, contacts ----------------------------------------------------------------------------------------


def verify_facts(told: Story, facts: tuple[str, ...], missed: tuple[str, ...] = ()) -> None:
    told.order(
        o.Verify, rung="R3", how="facts", means="facts", facts=facts, missed=missed, answered_on=TODAY
    )  # fmt: skip


def test_facts_that_are_wrong_verify_nobody_and_are_not_asked_for_again() -> None:
    told = story("R3")
    verify_facts(told, ("customer-number",), ("birth-date",))
    assert (told.now.rung, told.now.proofs.failed) == ("", ("R3",))
    assert told.now.claims[0].status == Status.WAITING_PERSON


@pytest.mark.parametrize("facts", [(), ("customer-number",), ("birth-date", "birth-date")])
def test_one_fact_proves_nobody(facts: tuple[str, ...]) -> None:
    with pytest.raises(NotAllowed, match="Two facts"):
        verify_facts(story("R3"), facts)


def test_kinds_of_facts_are_kept_and_never_their_values() -> None:
    told = story("R3")
    verify_facts(told, ("customer-number", "fact:last-invoice"))
    (proof,) = told.now.proofs.shown
    assert (proof.rung, proof.means, proof.facts) == ("R3", "facts", ("customer-number", "fact:last-invoice"))


def test_what_a_person_knows_of_the_harm_is_kept_for_each_claim() -> None:
    told = Story(asked_for("access"), asked_for("erasure"))
    told.order(oi.SetHarm, harm="high", reason="health data", claims=("c2",))
    told.order(oi.SetHarm, harm="low", reason="an empty account")
    assert [(each.claim, each.harm) for each in told.now.proofs.harms] == [("c1", "low"), ("c2", "low")]
    with pytest.raises(NotAllowed, match="no claim c9"):
        told.order(oi.SetHarm, harm="low", reason="?", claims=("c9",))
    with pytest.raises(NotAllowed, match="Say why"):
        told.order(oi.SetHarm, harm="low", reason="")


def seen(**more: object) -> OnFile:
    fields = {"kind": "mail", "value": OLD, "system": "CRM", "seen": TODAY} | more
    return OnFile(**fields)  # type: ignore[arg-type]


def test_a_contact_seen_again_replaces_what_was_said_of_it() -> None:
    told = Story()
    told.order(oi.SeeContact, contact=seen(system="billing", seen=date(2026, 2, 1)))
    told.order(oi.SeeContact, contact=seen(since=date(2019, 4, 1)))
    (contact,) = told.now.proofs.on_file
    assert (contact.system, contact.since, contact.by) == ("CRM", date(2019, 4, 1), "dpo")


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"system": " "}, "contact-system"),
        ({"value": ""}, "contact-system"),
        ({"seen": date(2026, 3, 3)}, "future-day"),
        ({"since": date(2026, 3, 3)}, "contact-since"),
        ({"value": "2 rue de l'Exemple"}, "contact-mail"),
    ],
)
def test_a_contact_that_cannot_be_is_refused(more: dict[str, object], rule: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        Story().order(oi.SeeContact, contact=seen(**more))
    assert refused.value.rule == rule


def test_of_a_contact_change_the_old_contact_is_told() -> None:
    told = Story(asked_for("rectification"))
    decision = told.order(oi.WantContactChange, old=OLD, reason="a new mail address")
    (draft,) = (each for each in decision.effects if isinstance(each, Draft))
    assert (draft.moment, draft.purpose.to) == (Moment.CONTACT_TOLD, OLD)
    assert told.now.proofs.changes_contact
    with pytest.raises(NotAllowed, match="which contact"):
        told.order(oi.WantContactChange, old=OLD, reason="")


def test_what_was_verified_before_means_were_kept_stays_as_it_was() -> None:
    told = Story()
    told.do(f.IdentityVerified(at=NOW, cause="old", rung="R2", how="an old entry"))
    assert (told.now.rung, told.now.proofs.shown) == ("R2", ())


def test_a_contact_change_needs_an_open_claim_and_words() -> None:
    told = Story(asked_for("rectification"))
    with pytest.raises(NotAllowed, match="Say which contact"):
        told.order(oi.WantContactChange, old=OLD, reason=" ")
    told.order(o.NotARequest)
    with pytest.raises(NotAllowed, match="Nothing in this case is open"):
        told.order(oi.WantContactChange, old=OLD, reason="a new mail address")


def test_a_contact_without_a_word_on_its_age_counts_as_new() -> None:
    assert seen().contact.since == TODAY
    assert seen(since=date(2019, 4, 1)).contact.since == date(2019, 4, 1)


def test_the_token_of_a_letter_lives_as_long_as_the_organisation_says() -> None:
    told = story()
    letter = told.now.letters[-1]
    made = code_issued(letter, told.now, DIGEST, NOW, rules())
    assert (made.code, made.letter, made.expires_at - NOW) == ("k1", letter.id, timedelta(days=14))
