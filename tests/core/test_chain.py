"""The chain of a case: passed on, told, answered, instructed, carried out, reported; and what is never done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core import orders_chain as oc
from dsarbot.core.agenda import agenda
from dsarbot.core.apply import fold
from dsarbot.core.case import Letter, LetterStatus, Moment, Outcome, Status
from dsarbot.core.chain import HopState
from dsarbot.core.chain_time import controller_date
from dsarbot.core.deciding import Deciding
from dsarbot.core.presend import check
from dsarbot.core.routing import below_us
from tests.core.builders import RECEIVED, asked_for
from tests.core.chain_story import REGISTER, ChainStory, terms, to
from tests.core.test_life import refused

UP = Moment.CONTROLLER_ASKED
INSTRUCTION = {"actions": ("erase",), "scope": "mailbox marie@", "how": "mail"}


def routed(*keys: str, right: str = "erasure", **fields: object) -> ChainStory:
    story = ChainStory(asked_for(right))
    story.route(*keys, **fields)
    return story


def told(*keys: str, **fields: object) -> ChainStory:
    story = ChainStory(asked_for("erasure"))
    story.told(*keys, **fields)
    return story


def moments(story: ChainStory, moment: Moment) -> list[Letter]:
    return [each for each in story.now.letters if each.moment == moment]


# --- up --------------------------------------------------------------------------------------------------------


def test_a_known_customer_takes_the_claim_over_and_a_letter_waits_for_approval() -> None:
    story = routed("acme")
    assert story.now.claims[0].party == "acme"
    assert story.hop().state == HopState.PLANNED
    letter = story.last_letter()
    assert (letter.moment, letter.status, letter.purpose.hop) == (UP, LetterStatus.DRAFTED, "h1")
    assert letter.purpose.detail == "Please erase my data."
    assert dict(letter.purpose.slots) == {"systems": "web hosting"}
    assert not letter.automatic


def test_the_person_is_told_once_the_letter_has_left_and_not_before() -> None:
    story = routed("acme")
    assert not moments(story, Moment.FORWARDED)
    story.leave()
    assert story.hop().state == HopState.ASKED
    assert story.last_letter().moment == Moment.FORWARDED
    assert story.now.claims[0].status == Status.OPEN
    story.leave()
    assert story.now.claims[0].status == Status.WAITING_PARTY
    assert len(moments(story, Moment.FORWARDED)) == 1


def test_a_proved_and_told_forward_closes_by_itself() -> None:
    story = told("acme")
    story.act(oc.Hear, hop="h1", said="acknowledged", how="mail", by="dpo@acme.example")
    (claim,) = story.now.claims
    assert (claim.status, claim.outcome) == (Status.CLOSED, Outcome.FORWARDED)
    assert claim.passed_on == "acknowledged by dpo@acme.example"


def test_proof_before_the_person_was_told_closes_nothing_until_they_are() -> None:
    story = routed("acme")
    story.leave(UP)
    story.act(oc.Hear, hop="h1", said="acknowledged", how="mail")
    assert story.now.claims[0].status == Status.OPEN
    story.leave()
    assert story.now.claims[0].status == Status.CLOSED


def test_a_controller_part_and_two_hosted_parts_keep_separate_states() -> None:
    story = ChainStory(asked_for("access"))
    story.told("acme", "beta", ours=True)
    assert [(c.id, c.party) for c in story.now.claims] == [("c1", "nordlicht"), ("c2", "acme"), ("c3", "beta")]
    # Beta may be named, so its part is told in a letter of its own.
    forwarded = moments(story, Moment.FORWARDED)
    assert [each.claims for each in forwarded] == [("c2",), ("c3",)]
    story.act(oc.Hear, hop="h2", said="acknowledged", how="mail")
    assert [c.status for c in story.now.claims] == [Status.OPEN, Status.WAITING_PARTY, Status.CLOSED]
    assert {c.received_at for c in story.now.claims} == {RECEIVED}


def test_two_parts_of_which_nobody_is_named_are_told_in_one_letter() -> None:
    story = ChainStory(asked_for("access"))
    story.route("acme", "gamma")
    story.send(story.now.letters[1].id, story.clock)
    assert not moments(story, Moment.FORWARDED)
    story.leave(UP)
    (forwarded,) = moments(story, Moment.FORWARDED)
    assert forwarded.claims == ("c1", "c2")


def test_a_joint_controller_never_takes_our_part_over() -> None:
    story = routed("sister")
    assert [c.party for c in story.now.claims] == ["nordlicht", "sister"]


def test_a_reseller_stands_between_and_the_controller_is_expected_behind_it() -> None:
    story = routed("gamma")
    assert [(h.terms.party, h.sender, h.state) for h in story.now.chain.hops] == [
        ("resell", "", HopState.PLANNED),
        ("gamma", "resell", HopState.EXPECTED),
    ]
    assert story.now.claims[0].party == "gamma"
    story.leave()
    story.leave()
    story.act(oc.Hear, hop="h1", said="passed-on", how="mail")
    assert [h.state for h in story.now.chain.hops] == [HopState.PASSED_ON, HopState.ASKED]
    assert story.now.claims[0].status == Status.CLOSED


def test_the_contract_may_allow_to_write_past_the_reseller() -> None:
    story = routed("delta")
    assert [h.terms.party for h in story.now.chain.hops] == ["delta"]


def test_an_unconfirmed_request_is_confirmed_by_routing_it() -> None:
    story = ChainStory(asked_for("erasure", certain=False))
    story.route("acme")
    assert story.now.claims[0].status == Status.OPEN


@pytest.mark.parametrize(
    ("rule", "order"),
    [
        ("route-nobody", {"to": ()}),
        ("route-words", {"to": (to("acme"),), "words": " "}),
        ("route-twice", {"to": (to("acme"), to("acme"))}),
        ("route-because", {"to": (oc.Target(way=to("acme").way, because=""),)}),
    ],
)
def test_what_is_no_route(rule: str, order: dict[str, object]) -> None:
    story = ChainStory(asked_for("erasure"))
    refused(rule, lambda: story.act(oc.Route, **{"words": "x", **order}))


def test_the_same_party_is_not_asked_twice() -> None:
    story = told("acme")
    refused("route-known", lambda: story.route("acme"))


def test_the_person_is_asked_once_whose_customer_they_are() -> None:
    story = ChainStory(asked_for("erasure"))
    story.act(oc.AskCustomer)
    assert story.last_letter().moment == Moment.CLARIFICATION_ASKED
    assert not story.last_letter().purpose.large
    refused("customer-asked", lambda: story.act(oc.AskCustomer))


# --- what they say ---------------------------------------------------------------------------------------------


def test_not_ours_brings_the_claim_back_and_it_can_be_routed_again() -> None:
    story = told("gamma")
    story.act(oc.Hear, hop="h1", said="not-ours", how="mail")
    (claim,) = story.now.claims
    assert (claim.status, claim.party, claim.outcome) == (Status.OPEN, "nordlicht", Outcome.PENDING)
    assert [h.state for h in story.now.chain.hops] == [HopState.NOT_OURS, HopState.GIVEN_UP]
    story.told("acme")
    assert story.now.claims[0].status == Status.WAITING_PARTY
    assert len(moments(story, Moment.FORWARDED)) == 2


def test_not_ours_after_the_close_opens_it_again() -> None:
    story = told("acme")
    story.act(oc.Hear, hop="h1", said="acknowledged", how="mail")
    story.act(oc.Hear, hop="h1", said="not-ours", how="mail")
    assert story.now.claims[0].status == Status.OPEN


def test_wait_proves_it_and_asks_again_on_its_day() -> None:
    story = told("acme")
    until = story.clock.date() + timedelta(days=4)
    story.act(oc.Hear, hop="h1", said="wait", how="mail", until=until)
    assert story.now.claims[0].status == Status.CLOSED
    assert f"hop-again:h1:{until}" in {each.key for each in agenda(story.now, story.rules)}
    story.wait(5)
    assert story.last_letter().moment == Moment.CONTROLLER_REMINDED


def test_nothing_held_is_an_answer() -> None:
    story = told("acme")
    story.act(oc.Hear, hop="h1", said="nothing-held", how="page")
    assert story.now.claims[0].status == Status.CLOSED


def test_what_cannot_be_said() -> None:
    story = routed("acme")
    refused("hop-planned", lambda: story.act(oc.Hear, hop="h1", said="acknowledged", how="mail"))
    refused("no-such-hop", lambda: story.act(oc.Hear, hop="h9", said="acknowledged", how="mail"))
    story.leave()
    refused("hop-says", lambda: story.act(oc.Hear, hop="h1", said="done", how="mail"))
    refused("hop-says", lambda: story.act(oc.Hear, hop="h1", said="passed-on", how="mail"))
    refused("past-day", lambda: story.act(oc.Hear, hop="h1", said="wait", how="mail", until=date(2026, 1, 1)))


def test_after_ten_hops_it_is_still_the_one_behind_that_has_no_part_any_more() -> None:
    story = ChainStory(asked_for("erasure"))
    for number in range(1, 10, 2):
        story.route("gamma")
        story.act(oc.GiveUp, hop=f"h{number}", reason="dissolved, commercial register")
        assert story.now.claims[0].party == story.now.organisation
    assert {each.id: each.state for each in story.now.chain.hops} == {
        f"h{number}": HopState.GIVEN_UP for number in range(1, 11)
    }


def test_a_letter_that_comes_back_leaves_the_hop_to_the_officer() -> None:
    story = told("acme")
    story.bounce(story.hop().letter)
    assert story.hop().state == HopState.BOUNCED
    refused("give-up-reason", lambda: story.act(oc.GiveUp, hop="h1", reason=""))
    story.act(oc.GiveUp, hop="h1", reason="dissolved, commercial register")
    assert story.hop().state == HopState.GIVEN_UP
    assert story.now.claims[0].status == Status.OPEN
    refused("hop-ended", lambda: story.act(oc.GiveUp, hop="h1", reason="again"))


# --- back ------------------------------------------------------------------------------------------------------


def instructed(**fields: object) -> ChainStory:
    story = told("acme")
    inbound = story.writes("h1", "authenticated")
    story.act(oc.Instruct, hop="h1", inbound=inbound, by="chef@acme.example", **{**INSTRUCTION, **fields})
    return story


def test_a_mail_of_a_party_moves_nothing_and_silences_reminders() -> None:
    story = told("acme")
    story.writes("h1", "authenticated")
    assert story.now.claims[0].status == Status.WAITING_PARTY
    assert story.hop().state == HopState.WROTE
    assert story.now.proposals[-1].kind == "party-answer"
    assert not [each for each in agenda(story.now, story.rules) if each.key.startswith("hop-")]


def test_a_mail_of_a_stranger_silences_nothing() -> None:
    story = told("acme")
    story.writes("h1", "not-named", "assistant@acme.example")
    assert story.hop().state == HopState.ASKED
    assert story.now.proposals[-1].kind == "party-unproved"


def test_an_authenticated_instruction_is_recorded_with_its_proof_and_settles_the_proposal() -> None:
    story = instructed(until=date(2026, 3, 20))
    (found,) = story.now.chain.instructions
    assert (found.state, found.actions, found.until) == ("standing", ("erase",), date(2026, 3, 20))
    assert "chef@acme.example" in found.proof
    assert all(each.settled for each in story.now.proposals)
    assert story.now.claims[0].status == Status.WAITING_PARTY


@pytest.mark.parametrize("standing", ["not-instructing", "not-named", "not-aligned", "passed-on", "link-and-code"])
def test_what_is_not_proved_needs_a_call_back(standing: str) -> None:
    story = told("acme")
    inbound = story.writes("h1", standing)
    refused("instruction-proof", lambda: story.act(oc.Instruct, hop="h1", inbound=inbound, **INSTRUCTION))
    story.act(oc.Instruct, hop="h1", inbound=inbound, vouched="called +352 1, 9 March", **INSTRUCTION)
    assert story.now.chain.instructions[0].proof == "vouched for: called +352 1, 9 March"


def test_a_forged_mail_is_never_vouched_for() -> None:
    story = told("acme")
    inbound = story.writes("h1", "look-alike", "chef@acrne.example")
    refused("instruction-forged", lambda: story.act(oc.Instruct, hop="h1", inbound=inbound, vouched="x", **INSTRUCTION))


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("instruction-actions", {"actions": ()}),
        ("instruction-actions", {"actions": ("paint",)}),
        ("instruction-actions", {"actions": ("nothing", "erase")}),
        ("instruction-scope", {"scope": " "}),
        ("past-day", {"until": date(2026, 1, 1)}),
        ("no-such-claim", {"claims": ("c7",)}),
        ("instruction-proof", {"how": "command"}),
        ("instruction-proof", {"how": "page"}),
    ],
)
def test_what_is_no_instruction(rule: str, fields: dict[str, object]) -> None:
    story = told("acme")
    refused(rule, lambda: story.act(oc.Instruct, hop="h1", **{**INSTRUCTION, **fields}))


def test_an_instruction_comes_only_from_where_it_was_passed_to() -> None:
    story = routed("acme")
    refused("instruction-hop", lambda: story.act(oc.Instruct, hop="h1", vouched="x", **INSTRUCTION))


def test_an_instruction_reopens_what_was_closed_and_a_report_closes_it_again() -> None:
    story = told("acme")
    story.act(oc.Hear, hop="h1", said="acknowledged", how="mail")
    story.act(oc.Instruct, hop="h1", vouched="called", **INSTRUCTION)
    assert story.now.claims[0].status == Status.OPEN
    story.act(oc.Execute, instruction="i1", where="mail server", number=812, backups_until=date(2026, 4, 20))
    story.act(oc.Report, instruction="i1", evidence="log kept one year")
    letter = story.last_letter()
    assert letter.moment == Moment.CONTROLLER_REPORTED
    assert "mail server: 812" in letter.purpose.detail
    assert dict(letter.purpose.slots)["backups"] == "2026-04-20"
    refused("report-known", lambda: story.act(oc.Report, instruction="i1", evidence="x"))
    story.leave()
    assert story.now.claims[0].status == Status.CLOSED
    assert story.now.chain.instructions[0].state == "reported"
    assert story.hop().state == HopState.REPORTED
    assert fold(story.facts) == story.now


def test_nothing_is_done_when_the_controller_sees_to_it_itself() -> None:
    story = instructed(actions=("nothing",), scope="")
    assert story.now.claims[0].status == Status.CLOSED
    refused("instruction-nothing", lambda: story.act(oc.Execute, instruction="i1", where="x", number=1))


def test_erase_by_link_waits_for_a_second_confirmation_and_a_cooling_day() -> None:
    story = told("acme")
    story.act(oc.Instruct, hop="h1", proof="link and code", actor="service", **{**INSTRUCTION, "how": "page"})
    assert story.now.chain.instructions[0].state == "unconfirmed"
    refused("instruction-waits", lambda: story.act(oc.Execute, instruction="i1", where="x", number=1))
    confirm = {"instruction": "i1", "proof": "code"}
    refused("instruction-counts", lambda: story.act(oc.ConfirmInstruction, counts="", **confirm))
    story.act(oc.ConfirmInstruction, counts="1 mailbox, 812 mails", **confirm)
    refused("instruction-waits", lambda: story.act(oc.Execute, instruction="i1", where="x", number=1))
    refused("instruction-confirmed", lambda: story.act(oc.ConfirmInstruction, counts="1", **confirm))
    story.clock += timedelta(days=1)
    story.act(oc.Execute, instruction="i1", where="x", number=1)


def test_the_contract_may_waive_the_cooling_day() -> None:
    story = told("beta")
    story.act(oc.Instruct, hop="h1", proof="link and code", actor="service", **{**INSTRUCTION, "how": "page"})
    story.act(oc.ConfirmInstruction, instruction="i1", counts="1", proof="code")
    story.act(oc.Execute, instruction="i1", where="x", number=1)


def test_instructions_that_contradict_stop_both_until_a_person_decides() -> None:
    story = instructed()
    story.act(oc.Instruct, hop="h1", vouched="called", **{**INSTRUCTION, "actions": ("restrict",)})
    assert [each.state for each in story.now.chain.instructions] == ["contradicted", "contradicted"]
    refused("instruction-waits", lambda: story.act(oc.Execute, instruction="i1", where="x", number=1))
    settle = {"instruction": "i2", "verdict": "stands"}
    refused("instruction-reason", lambda: story.act(oc.SettleInstruction, reason="", **settle))
    story.act(oc.SettleInstruction, reason="the controller called", **settle)
    assert [each.state for each in story.now.chain.instructions] == ["superseded", "standing"]
    refused("instruction-stands", lambda: story.act(oc.SettleInstruction, reason="x", **settle))
    ended = {**settle, "instruction": "i1"}
    refused("instruction-ended", lambda: story.act(oc.SettleInstruction, reason="x", **ended))


def test_a_person_is_no_second_confirmation() -> None:
    story = told("acme")
    story.act(oc.Instruct, hop="h1", proof="link and code", actor="service", **{**INSTRUCTION, "how": "page"})
    story.act(oc.Instruct, hop="h1", vouched="called", **{**INSTRUCTION, "actions": ("restrict",)})
    story.act(oc.SettleInstruction, instruction="i1", verdict="stands", reason="they mean it")
    assert story.now.chain.instructions[0].state == "unconfirmed"


def test_what_agrees_is_carried_out_side_by_side() -> None:
    story = instructed(actions=("export",))
    story.act(oc.Instruct, hop="h1", vouched="called", **{**INSTRUCTION, "actions": ("rectify",)})
    assert [each.state for each in story.now.chain.instructions] == ["standing", "standing"]


def test_an_instruction_that_seems_unlawful_is_questioned_and_refused() -> None:
    story = instructed()
    question = {"instruction": "i1", "verdict": "questioned"}
    story.act(oc.SettleInstruction, reason="open legal claim", **question)
    letter = story.last_letter()
    assert (letter.moment, letter.claims) == (Moment.CONTROLLER_QUESTIONED, ("c1",))
    assert (letter.purpose.party, letter.purpose.detail) == ("acme", "open legal claim")
    assert dict(letter.purpose.slots) == {"instruction": "i1", "actions": "erase", "what": "mailbox marie@"}
    drafted = len(story.now.letters)
    story.act(oc.SettleInstruction, reason="said once more", **question)
    assert len(story.now.letters) == drafted, "one letter waits already"
    refused("instruction-waits", lambda: story.act(oc.Execute, instruction="i1", where="x", number=1))
    refused("no-such-instruction", lambda: story.act(oc.Execute, instruction="i7", where="x", number=1))
    story.leave()
    story.act(oc.SettleInstruction, instruction="i1", verdict="refused", reason="against the law")
    assert story.now.claims[0].status == Status.CLOSED


@pytest.mark.parametrize("verdict", ["stands", "refused"])
def test_a_question_that_is_decided_before_it_left_is_not_asked(verdict: str) -> None:
    story = instructed()
    story.act(oc.SettleInstruction, instruction="i1", verdict="questioned", reason="open legal claim")
    story.act(oc.SettleInstruction, instruction="i1", verdict=verdict, reason="they called")
    letter = next(each for each in story.now.letters if each.moment == Moment.CONTROLLER_QUESTIONED)
    assert letter.status == LetterStatus.CANCELLED


def test_the_extension_of_a_hosted_claim_is_the_controllers_and_nobody_here_is_warned_of_it() -> None:
    story = ChainStory(asked_for("erasure"))
    before = {each.key for each in agenda(story.now, story.rules)}
    extension = {each for each in before if each.startswith("extension-")}
    assert len(extension) == 2
    story.told("acme")
    after = {each.key for each in agenda(story.now, story.rules) if not each.key.startswith("hop-")}
    assert after == before - extension, "every other alarm stays"
    story.act(oc.Hear, hop="h1", said="not-ours", how="mail")
    assert {each.key for each in agenda(story.now, story.rules)} == before, "it is ours to decide again"


def test_a_part_that_stays_ours_keeps_its_own_extension_alarms() -> None:
    story = ChainStory(asked_for("erasure"))
    story.told("acme", ours=True)
    found = {each.key.split(":")[1] for each in agenda(story.now, story.rules) if each.key.startswith("extension-")}
    assert found == {"c1"}


def test_through_a_reseller_the_controller_has_spoken() -> None:
    story = told("gamma")
    story.act(oc.Instruct, hop="h1", vouched="called", **INSTRUCTION)
    assert [h.state for h in story.now.chain.hops] == [HopState.INSTRUCTED, HopState.ACKNOWLEDGED]


# --- down ------------------------------------------------------------------------------------------------------


def test_sub_processors_have_a_letter_a_date_and_a_confirmation_of_their_own() -> None:
    story = instructed(until=date(2026, 3, 25))
    dc = below_us(REGISTER, ["dc-one"])
    refused("down-day", lambda: story.act(oc.PassDown, instruction="i1", to=dc, due=date(2026, 3, 26)))
    refused("down-who", lambda: story.act(oc.PassDown, instruction="i1", to=(), due=date(2026, 3, 20)))
    story.act(oc.PassDown, instruction="i1", to=dc, due=date(2026, 3, 20))
    refused("down-known", lambda: story.act(oc.PassDown, instruction="i1", to=dc, due=date(2026, 3, 20)))
    letter = story.last_letter()
    assert (letter.moment, letter.purpose.until) == (Moment.PROCESSOR_INSTRUCTED, date(2026, 3, 20))
    assert letter.purpose.detail == "mailbox marie@"
    story.leave()
    refused("report-early", lambda: story.act(oc.Report, instruction="i1", evidence="x"))
    story.act(oc.Hear, hop="h2", said="done", how="mail", number=3, until=date(2026, 4, 1))
    story.act(oc.Report, instruction="i1", evidence="log")
    slots = dict(story.last_letter().purpose.slots)
    assert slots["sub-processors"].startswith("- DC One: done, 3")
    assert slots["backups"] == "2026-04-01"


def test_a_report_needs_something_done_and_something_that_shows_it() -> None:
    story = instructed()
    refused("report-empty", lambda: story.act(oc.Report, instruction="i1", evidence="x"))
    refused("execution-what", lambda: story.act(oc.Execute, instruction="i1", where="", number=1))
    refused("past-day", lambda: story.act(oc.Execute, instruction="i1", where="x", number=1,
                                          backups_until=date(2026, 1, 1)))  # fmt: skip
    story.act(oc.Execute, instruction="i1", where="x", number=0, exceptions="invoices are kept ten years")
    refused("report-evidence", lambda: story.act(oc.Report, instruction="i1", evidence=" "))
    story.act(oc.Report, instruction="i1", evidence="log")
    assert dict(story.last_letter().purpose.slots)["exceptions"] == "- x: invoices are kept ten years"


def test_a_silent_sub_processor_is_reminded_and_late() -> None:
    story = instructed()
    story.act(oc.PassDown, instruction="i1", to=below_us(REGISTER, ["dc-one"]), due=story.clock.date() + timedelta(7))
    story.leave()
    story.wait(5)
    assert story.last_letter().purpose.reason == "again"
    story.leave()
    story.wait(6)
    assert "hop-overdue:h2" in story.now.alarms
    story.act(oc.Hear, hop="h2", said="done", how="mail", number=1)
    assert story.hop("h2").state == HopState.DONE


def test_a_sub_processor_whose_date_is_near_is_not_reminded_before_it() -> None:
    story = instructed()
    story.act(oc.PassDown, instruction="i1", to=below_us(REGISTER, ["dc-one"]), due=story.clock.date() + timedelta(1))
    story.leave()
    assert [each.key for each in agenda(story.now, story.rules) if each.key.startswith("hop-")] == ["hop-overdue:h2"]


def test_recipients_are_told_of_what_we_erased_ourselves() -> None:
    story = ChainStory(asked_for("erasure"))
    tell = {"to": below_us(REGISTER, ["pay"]), "who": "customer 4711", "what": "account"}
    refused("moves", lambda: story.act(oc.TellRecipients, **tell))
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="done", at=story.clock)
    story.leave()
    refused("recipients-what", lambda: story.act(oc.TellRecipients, **{**tell, "who": ""}))
    story.act(oc.TellRecipients, **tell)
    assert dict(story.last_letter().purpose.slots) == {"who": "customer 4711", "what": "account"}
    story.leave()
    assert story.hop().state == HopState.ASKED
    story.wait(30)
    assert story.hop().state == HopState.SILENT
    assert [each.status for each in story.now.letters if each.moment == Moment.RECIPIENT_TOLD] == [LetterStatus.SENT]


def test_recipients_are_told_of_nothing_else() -> None:
    story = ChainStory(asked_for("access"))
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="done", at=story.clock)
    story.leave()
    tell = {"to": below_us(REGISTER, ["pay"]), "who": "4711", "what": "account"}
    refused("recipients-claim", lambda: story.act(oc.TellRecipients, **tell))


# --- time ------------------------------------------------------------------------------------------------------


def reminders(story: ChainStory) -> list[str]:
    return [each.purpose.reason for each in story.now.letters if each.moment == Moment.CONTROLLER_REMINDED]


def test_one_reminder_at_three_working_days_a_last_notice_ten_days_before_and_then_silence_ends_it() -> None:
    story = told("acme")
    story.wait(2)
    assert reminders(story) == []
    story.wait(2)
    assert reminders(story) == [""]
    story.leave()
    story.wait(16)
    assert reminders(story) == [""]
    story.wait(4)
    assert reminders(story) == ["", "last"]
    dates = story.now.claims[0].dates
    assert dates
    assert not story.now.claims[0].pauses
    story.wait(12)
    assert story.hop().state == HopState.SILENT
    assert story.now.claims[0].status == Status.CLOSED
    assert "no answer" in story.now.claims[0].passed_on


def test_more_reminders_only_by_contract_and_none_while_one_waits() -> None:
    story = told("beta")
    story.wait(12)
    assert reminders(story) == [""]
    story.leave()
    story = told("beta")
    story.wait(4)
    story.leave()
    story.wait(9)
    assert reminders(story) == ["", ""]


def test_the_hours_of_the_contract_are_watched() -> None:
    story = routed("beta")
    story.wait(1)
    assert {"hop-forward:h1", "hop-late:h1"} <= set(story.now.alarms)
    late = ChainStory(asked_for("erasure"))
    late.clock += timedelta(days=9)
    late.route("beta")
    late.wait(1)
    assert "hop-late:h1" in late.now.alarms


def test_an_alarm_of_a_hop_that_was_heard_since_asks_for_nothing() -> None:
    story = told("acme")
    story.act(oc.Hear, hop="h1", said="acknowledged", how="mail")
    for alarm in ("hop-silent:h1", "hop-late:h1", "hop-remind-1:h9"):
        story.do(f.Woke(at=story.clock, actor="service", cause=alarm, alarm=alarm))
    assert reminders(story) == []
    assert story.hop().state == HopState.ACKNOWLEDGED


# --- the customer writes first ---------------------------------------------------------------------------------


def adopted(standing: str = "authenticated") -> ChainStory:
    story = ChainStory(asked_for("erasure", certain=False), blocked="party")
    story.act(
        oc.Adopt, terms=terms("acme"), inbound="i1", received_at=RECEIVED, address="chef@acme.example",
        standing=standing, actor="service",
    )  # fmt: skip
    return story


def test_a_customer_who_writes_first_has_the_contracts_time() -> None:
    story = adopted()
    (claim,) = story.now.claims
    assert (claim.party, claim.contract_days, claim.status) == ("acme", 10, Status.OPEN)
    assert claim.dates
    assert claim.dates.target == date(2026, 3, 12)
    assert story.now.letters == ()
    story.act(oc.Instruct, hop="h1", inbound="i1", **INSTRUCTION)
    story.act(oc.Execute, instruction="i1", where="mail", number=1)
    story.act(oc.Report, instruction="i1", evidence="log")
    story.leave()
    assert story.now.claims[0].status == Status.CLOSED
    assert not moments(story, Moment.FORWARDED)


# --- what follows, whatever came before -----------------------------------------------------------------------------


def test_of_two_instructions_each_is_reported_and_the_claim_closes_after_both() -> None:
    story = instructed(actions=("export",))
    story.act(oc.Instruct, hop="h1", vouched="called", **{**INSTRUCTION, "actions": ("rectify",)})
    for number in ("i1", "i2"):
        assert story.now.claims[0].status == Status.WAITING_PARTY
        story.act(oc.Execute, instruction=number, where="mail", number=1, note="sha256 of the file")
        story.act(oc.Report, instruction=number, evidence="log")
        story.leave()
    assert story.now.claims[0].status == Status.CLOSED
    story.act(o.Note, text="done")
    assert [each.state for each in story.now.chain.instructions] == ["reported", "reported"]


def test_what_was_opened_again_by_mistake_is_not_closed_behind_ones_back() -> None:
    story = told("acme")
    story.act(oc.Hear, hop="h1", said="acknowledged", how="mail")
    story.act(o.Reopen, why="mistake")
    assert story.now.claims[0].status == Status.OPEN


def test_whoever_is_not_answerable_is_not_what_the_person_is_told_of() -> None:
    story = ChainStory(asked_for("access"))
    story.route("acme", "gamma")
    first, second = moments(story, UP)
    story.clock += timedelta(minutes=1)
    story.send(first.id, story.clock)
    story.act(oc.Hear, hop="h1", said="not-ours", how="mail")
    story.send(second.id, story.clock)
    (forwarded,) = moments(story, Moment.FORWARDED)
    assert forwarded.claims == ("c2",)


def test_only_the_officer_gives_a_party_up() -> None:
    story = told("acme")
    story.rules = replace(story.rules, deciding=Deciding(officers=frozenset({"dpo"})))
    refused("give-up-officer", lambda: story.act(oc.GiveUp, hop="h1", reason="dissolved", actor="agent"))
    story.act(oc.GiveUp, hop="h1", reason="dissolved")


def test_a_hop_is_found_by_its_party_and_by_who_writes() -> None:
    story = told("acme")
    chain = story.now.chain
    assert chain.current("acme") == chain.named("Chef@acme.example") == story.hop()
    assert chain.current("beta") is None
    assert chain.named("nobody@acme.example") is None


def test_a_claim_without_dates_counts_from_when_it_was_routed() -> None:
    story = told("acme")
    case = replace(story.now, claims=tuple(replace(each, dates=None) for each in story.now.claims))
    assert controller_date(story.hop(), case) == date(2026, 3, 2)


def test_nobody_is_reminded_of_what_was_withdrawn() -> None:
    story = told("acme")
    story.act(o.Withdraw, evidence="message of 9 March")
    assert story.hop().state == HopState.GIVEN_UP
    assert story.now.claims[0].status == Status.CLOSED
    assert not [each for each in agenda(story.now, story.rules) if each.key.startswith("hop-")]


def hosted(story: ChainStory) -> list[str]:
    """What the check before sending says to an answer about the claim."""
    if not moments(story, Moment.ANSWERED):
        story.act(o.Answer, outcome=Outcome.GRANTED, detail="Everything.")
    (letter,) = moments(story, Moment.ANSWERED)
    found = check(letter, story.now, today=story.clock.date(), rights=story.rules.rights)
    return [each.rule for each in found if each.rule == "hosted-answer"]


def test_what_is_hosted_is_answered_by_nobody_here_without_the_controllers_word() -> None:
    story = told("acme")
    assert hosted(story) == ["hosted-answer"]
    story.act(oc.Instruct, hop="h1", vouched="called", **INSTRUCTION)
    assert hosted(story) == []
    ours = ChainStory(asked_for("erasure"))
    assert hosted(ours) == []


def test_a_claim_that_is_with_a_party_goes_into_no_other_case() -> None:
    story = told("acme")
    away = {"to_case": "case2", "claims": ("c1",), "mode": "merge"}
    refused("chain-open", lambda: story.act(o.Leave, **away))
    story.act(oc.Hear, hop="h1", said="not-ours", how="mail")
    story.act(o.Leave, **away)
    assert story.now.claims[0].status == Status.CLOSED


def test_what_is_passed_on_late_has_no_last_notice_that_would_lie_behind() -> None:
    story = ChainStory(asked_for("erasure"))
    story.clock += timedelta(days=27)
    story.told("acme")
    assert [each.key for each in agenda(story.now, story.rules) if each.key.startswith("hop-")] == ["hop-silent:h1"]


def test_whoever_wrote_a_message_is_found_by_it() -> None:
    story = told("acme")
    inbound = story.writes("h1", "authenticated")
    assert story.now.chain.writer(inbound) == story.hop()
    assert story.now.chain.writer("another") is None
