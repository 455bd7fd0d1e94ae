"""Who writes for a person, who sees a case, and letters that went astray."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from dsarbot.core import facts as f
from dsarbot.core import facts_rights
from dsarbot.core import orders as o
from dsarbot.core import orders_rights as r
from dsarbot.core.agenda import agenda
from dsarbot.core.apply import fold
from dsarbot.core.case import LetterStatus, Moment, Outcome
from dsarbot.core.facts_by_hand import StaffWrote
from dsarbot.core.guarding import addressee, correspondents, covers, unnamed
from dsarbot.core.measures import Person, Representative
from dsarbot.core.rules import CancelSending
from tests.core.builders import NOW, Story, asked_for
from tests.core.test_answering import approve, refused

LATER = NOW + timedelta(days=2)
LAWYER = Representative(
    role="lawyer", person=Person(name="Office", address="office@law.example"), mandate="signed on 1 March"
)


# --- mandates ----------------------------------------------------------------------------------------------------


def test_letters_go_to_the_representative_and_data_to_the_person() -> None:
    story = Story()
    assert addressee(story.now, Moment.REFUSED) == story.now.person
    story.order(r.Represent, representative=LAWYER)
    assert addressee(story.now, Moment.REFUSED) == LAWYER.person
    assert addressee(story.now, Moment.ANSWERED) == story.now.person
    story.order(r.Represent, representative=replace(LAWYER, data_to="representative"))
    assert addressee(story.now, Moment.ANSWERED) == LAWYER.person
    refused("mandate-known", story, r.Represent, representative=replace(LAWYER, data_to="representative"))
    refused("mandate-reason", story, r.EndMandate, reason=" ")
    story.order(r.EndMandate, reason="revoked by mail of 9 March")
    assert addressee(story.now, Moment.ANSWERED) == story.now.person
    refused("mandate-none", story, r.EndMandate, reason="again")
    assert fold(story.facts) == story.now


def test_a_mandate_is_shown_reachable_and_still_valid() -> None:
    story = Story()
    refused("mandate-proof", story, r.Represent, representative=replace(LAWYER, mandate=" "))
    refused("mandate-address", story, r.Represent, representative=replace(LAWYER, person=Person(name="Office")))
    refused("mandate-ended", story, r.Represent, representative=replace(LAWYER, until=date(2026, 3, 1)))
    by_post = Person(name="Office", postal=("1, rue du Test", "75000 Paris"))
    story.order(r.Represent, representative=replace(LAWYER, person=by_post, until=date(2026, 3, 2)))
    assert story.now.representative and story.now.representative.person == by_post


def test_after_a_death_the_heir_receives_everything() -> None:
    story = Story(asked_for("directives"))
    heir = replace(LAWYER, role="heir", mandate="certificate of inheritance of 3 February")
    story.order(r.Represent, representative=heir)
    assert addressee(story.now, Moment.ANSWERED) == heir.person


PARENT = Representative(role="parent", person=Person(name="Jeanne Martin"), mandate="family record book, page 3")
PAUL = Person(name="Paul Martin")


def test_whoever_wrote_acts_and_the_case_is_about_somebody_else() -> None:
    story = Story()
    wrote = story.now.person
    at_their_address = replace(PARENT, person=wrote)
    refused("mandate-person", story, r.Represent, representative=at_their_address)
    refused("mandate-person", story, r.Represent, representative=PARENT, person=Person())
    refused("mandate-person", story, r.Represent, representative=PARENT, person=wrote)
    story.order(r.Represent, representative=replace(PARENT, data_to="representative"), person=PAUL)
    assert story.now.representative == replace(PARENT, person=wrote, data_to="representative")
    assert (story.now.person, unnamed(story.now)) == (PAUL, False)
    assert addressee(story.now, Moment.ANSWERED) == wrote
    refused("mandate-known", story, r.Represent, representative=replace(at_their_address, data_to="representative"))
    # His address is found: the data goes there, and it stays known when the mandate is written down again.
    there = replace(PAUL, postal=("1, rue du Test", "75000 Paris"))
    story.order(r.Represent, representative=PARENT, person=there)
    assert (story.now.person, addressee(story.now, Moment.ANSWERED)) == (there, there)
    story.order(r.Represent, representative=replace(PARENT, until=date(2026, 12, 31)), person=PAUL)
    assert story.now.person == there
    assert correspondents(story.now) == {"jeanne@example.org"}
    # Once he is of age, letters go to him, and not back to whoever wrote.
    story.order(r.EndMandate, reason="of age since 9 March")
    assert addressee(story.now, Moment.REFUSED) == there
    assert fold(story.facts) == story.now


def test_what_the_writer_has_proved_proves_nothing_of_the_one_for_whom_they_write() -> None:
    story = Story()
    story.order(o.Verify, rung="R2", how="code to the address on file", answered_on=date(2026, 3, 2))
    assert story.now.rung == "R2"
    story.order(r.Represent, representative=PARENT, person=PAUL)
    assert (story.now.rung, story.now.proofs.shown) == ("", ())
    story.order(o.Verify, rung="R3", how="two facts from the file", answered_on=date(2026, 3, 2))
    # More is known of the same person: what was proved stays.
    story.order(r.Represent, representative=PARENT, person=replace(PAUL, postal=("1, rue du Test", "75000 Paris")))
    assert story.now.rung == "R3"


def test_a_family_may_share_an_address() -> None:
    story = Story()
    same = replace(PAUL, address=story.now.person.address)
    story.order(r.Represent, representative=PARENT, person=same)
    assert (story.now.person, unnamed(story.now)) == (same, False)
    story.order(r.Represent, representative=replace(PARENT, person=replace(same, name="Jeanne Martin"), company="Nord"))
    assert story.now.person == same


def test_a_mandate_may_name_rights_that_exist() -> None:
    story = Story(asked_for("access"), asked_for("erasure"))
    refused("unknown-right", story, r.Represent, representative=replace(LAWYER, rights=("forgetting",)))
    story.order(r.Represent, representative=replace(LAWYER, rights=("access",), company="Nordlicht"))
    acting = story.now.representative
    assert acting and [covers(acting, claim) for claim in story.now.claims] == [True, False]
    assert covers(LAWYER, story.now.claims[1])


def test_a_mandate_of_before_says_for_nobody_whom_it_is_about() -> None:
    story = Story()
    recorded = replace(PARENT, person=story.now.person)
    story.do(facts_rights.MandateRecorded(at=NOW, actor="dpo", cause="before", representative=recorded))
    assert unnamed(story.now)
    story.order(r.Represent, representative=recorded, person=PAUL)
    assert (story.now.person, unnamed(story.now)) == (PAUL, False)


def test_what_a_colleague_writes_to_the_representative_by_hand_is_asked_about() -> None:
    story = Story()
    story.order(r.Represent, representative=LAWYER)
    assert correspondents(story.now) == {"jeanne@example.org", "office@law.example"}
    for number, recipient in enumerate(("office@law.example", "neighbour@example.org"), start=1):
        story.do(
            StaffWrote(
                at=LATER, cause=f"inbound:h{number}", inbound=f"h{number}", sent_at=LATER, how="recipient",
                recipient=recipient, message_id=f"<h{number}@nord.example>",
            )
        )  # fmt: skip
    assert [(each.kind, each.inbound) for each in story.now.proposals] == [("answered-by-hand", "h1")]


def test_whoever_writes_for_another_person_is_asked_what_entitles_them() -> None:
    story = Story(asked_for("access", certain=False))
    story.order(r.AskMandate, role="parent")
    assert (story.last_letter().moment, story.last_letter().purpose.reason) == (Moment.MANDATE_ASKED, "parent")
    story.send(story.last_letter().id, LATER)
    assert story.now.claims[0].dates and not story.now.claims[0].dates.paused


# --- a letter that went astray -----------------------------------------------------------------------------------


def answered() -> Story:
    story = Story(asked_for("access"), asked_for("erasure"))
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="The copy.", claims=("c1",))
    approve(story, "l2")
    story.send("l2", LATER)
    return story


def test_a_misdirected_letter_stops_the_outbox_and_starts_72_hours() -> None:
    story = answered()
    story.order(o.Refuse, ground="no-ground-17-1", detail="The contract runs.", claims=("c2",))
    approve(story, "l3")
    known = LATER + timedelta(hours=5)
    at = known + timedelta(hours=1)
    story.order(r.Misdirected, letter="l2", known_at=known, how="the neighbour wrote back", at=at)
    (breach,) = story.now.breaches
    assert (breach.letter, breach.report_by) == ("l2", known + timedelta(hours=72))
    assert {each.letter for each in story.decisions[-2].effects if isinstance(each, CancelSending)} == {"l1", "l3"}
    assert [each.status for each in story.now.letters[:3]] == [
        LetterStatus.RETURNED,
        LetterStatus.SENT,
        LetterStatus.RETURNED,
    ]
    recall = story.last_letter()
    assert (recall.moment, recall.purpose.to, recall.purpose.until) == (
        Moment.RECALLED,
        "jeanne@example.org",
        LATER.date(),
    )
    refused("frozen", story, o.Approve, letter="l3", digest="d", version=story.now.version)
    approve(story, recall.id)
    alarms = {each.key: each.at for each in agenda(story.now, story.rules) if each.key.startswith("breach")}
    assert alarms == {
        "breach-24:l2": known + timedelta(hours=48),
        "breach-6:l2": known + timedelta(hours=66),
    }
    refused("breach-none", story, r.DecideBreach, letter="l3", verdict="reported", reason="x")
    refused("breach-reason", story, r.DecideBreach, letter="l2", verdict="reported", reason=" ")
    story.order(r.DecideBreach, letter="l2", verdict="not-reported", reason="returned unread, no risk")
    approve(story, "l3")
    assert story.now.breaches[0].verdict == "not-reported"
    assert not [each for each in agenda(story.now, story.rules) if each.key.startswith("breach")]
    assert fold(story.facts) == story.now


def test_only_what_has_left_can_go_astray_and_only_once() -> None:
    story = answered()
    how = {"how": "the neighbour wrote back", "at": LATER}
    refused("misdirected-letter", story, r.Misdirected, letter="l9", known_at=LATER, **how)
    refused("misdirected-letter", story, r.Misdirected, letter="l1", known_at=LATER, **how)
    refused("misdirected-future", story, r.Misdirected, letter="l2", known_at=LATER + timedelta(days=1), **how)
    refused("misdirected-how", story, r.Misdirected, letter="l2", known_at=LATER, how=" ", at=LATER)
    story.order(r.Misdirected, letter="l2", known_at=LATER, **how)
    refused("misdirected-known", story, r.Misdirected, letter="l2", known_at=LATER, **how)
    story.send("l1", LATER)
    story.order(r.Misdirected, letter="l1", known_at=LATER, **how)
    told = "Your answer of 4 March reached a neighbour."
    story.order(r.DecideBreach, letter="l1", verdict="reported", reason="a stranger read it", told=told)
    letter = story.last_letter()
    assert (letter.moment, letter.purpose.detail, letter.purpose.until) == (Moment.BREACH_TOLD, told, LATER.date())
    assert [each.verdict for each in story.now.breaches] == ["", "reported"]


def test_nothing_leaves_by_itself_while_nobody_has_decided() -> None:
    story = answered()
    story.order(r.Misdirected, letter="l2", known_at=LATER, how="it came back opened", at=LATER)
    late = replace(story.now.letters[0], id="l9", automatic=True, status=LetterStatus.DRAFTED)
    assert story.do(f.LetterDrafted(at=LATER, cause="d", letter=late)).effects == ()


# --- confidential cases ------------------------------------------------------------------------------------------


def test_a_confidential_case_is_seen_by_those_it_names() -> None:
    story = Story()
    assert story.now.visible_to("anybody")
    refused("confidential-self", story, r.Confide, staff=("anna",), reason="former employee")
    story.order(r.Confide, staff=("dpo", "anna"), reason="former employee")
    assert [story.now.visible_to(each) for each in ("dpo", "anna", "bruno")] == [True, True, False]
    refused("confidential", story, r.Confide, staff=(), reason="open", actor="bruno")
    refused("confidential", story, o.Assign, staff="bruno", actor="bruno")
    story.order(o.Assign, staff="anna", actor="service")
    refused("confidential-same", story, r.Confide, staff=("dpo", "anna"), reason="again")
    story.order(r.Confide, staff=(), reason="no dispute any more")
    assert story.now.visible_to("bruno")
    assert fold(story.facts) == story.now


def test_what_a_few_may_see_is_not_put_together_with_what_all_may_see() -> None:
    story = Story()
    given = {"from_case": "case2", "reference": "DSR-2026-00002-1", "claims": (), "inbounds": (), "mode": "merge"}
    refused("merge-confidential", story, o.Absorb, confidential=("dpo",), **given)
    story.order(r.Confide, staff=("dpo",), reason="former employee")
    refused("merge-confidential", story, o.Absorb, **given)
    story.order(o.Absorb, confidential=("dpo",), **given)
    assert story.now.aliases == ("DSR-2026-00002-1",)
