"""Orders: what each prints and stores; a refused one names its rule and changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dsarbot.core.case import LetterStatus, Outcome, Status
from tests.cli.desk_world import ACCESS, World, mail

DETAIL = "Eleven years of data lie in three systems and must be searched by hand."


def test_confirm_corrects_the_right_and_drafts_the_acknowledgement(world: World) -> None:
    reference = world.opened("a picture", content_type="image/png; name=letter.png")
    assert world.case(reference).claims[0].status == Status.UNCONFIRMED
    assert "a person decides" in world.said("cases", "show", reference)
    out = world.said("cases", "confirm", reference, "--right", "erasure")
    assert "Letter l1 drafted: acknowledged, to J.M. by e-mail" in out
    assert f"{reference} is now:" in out and "erasure open" in out
    assert "Target: Wed 1 Apr (in 30 days)" in out
    assert [(c.right, c.status) for c in world.case(reference).active] == [("erasure", Status.OPEN)]


def test_not_a_request_takes_the_acknowledgement_back_and_confirm_undoes_it(world: World) -> None:
    reference = world.opened()
    assert world.jobs() == [("l1", "queued")]
    out = world.said("cases", "not-a-request", reference, "--reason", "asks for an invoice")
    assert f"{reference} is now: access no request" in out
    assert world.jobs() == [("l1", "cancelled")]
    assert "access open" in world.said("cases", "confirm", reference)


def test_identity_from_doubt_to_verdict(world: World) -> None:
    reference = world.opened()
    out = world.said("cases", "ask-identity", reference, "--doubt", "Another address than on file", "--rung", "R2")
    assert out.splitlines()[:3] == [
        "Letter l2 drafted: identity-asked, to J.M. by e-mail. It leaves once it is approved.",
        f"  Look: dsarbot cases show {reference} --letter l2",
        f"  Send: dsarbot cases approve {reference} l2",
    ]
    assert f"Next: check and send the question about identity: dsarbot cases approve {reference} l2" in out
    world.said("cases", "approve", reference, "l2", "--yes")
    world.sent(reference, "l2")
    assert "waits for the person's answer" in world.said("cases", "note", reference, "Asked.")
    world.later(days=3)
    assert "future-day" in world.refused(
        "cases", "verify", reference, "--rung", "R2", "--how", "code", "--on", "2026-03-09"
    )
    out = world.said("cases", "verify", reference, "--rung", "R2", "--how", "code to the address on file")
    assert f"{reference} is now: access open" in out
    case = world.case(reference)
    assert (case.rung, case.claims[0].questions[0].answered_on) == ("R2", date(2026, 3, 5))


def test_a_question_about_the_scope_and_its_answer(world: World) -> None:
    reference = world.opened()
    world.said("cases", "clarify", reference, "--about", "Which of the two accounts?", "--large")
    world.sent(reference, "l2")
    world.later(days=2)
    world.said("cases", "clarified", reference, "--on", "2026-03-03")
    (question,) = world.case(reference).claims[0].questions
    assert (question.kind, question.accepted, question.answered_on) == ("clarification", True, date(2026, 3, 3))


def test_answer_from_a_file_then_close_and_reopen(world: World) -> None:
    reference = world.opened()
    path = world.folder / "answer.txt"
    path.write_text("A copy is attached.", encoding="utf-8")
    world.said("cases", "answer", reference, "--outcome", "granted", "--file", str(path))
    world.sent(reference, "l2")
    assert "put it away" in world.said("cases", "note", reference, "Sent.")
    assert "access closed" in world.said("cases", "close", reference)
    assert "access open" in world.said("cases", "reopen", reference, "--why", "contested")
    assert world.case(reference).claims[0].outcome == Outcome.PENDING


def test_refuse_forward_and_withdraw_draft_their_letters(world: World) -> None:
    reference = world.opened()
    refuse = ("cases", "refuse", reference, "--ground", "excessive", "--detail", "The sixth request in a month.")
    assert "refusal-evidence" in world.refused(*refuse)
    out = world.said(*refuse, "--evidence", "Requests of 2, 9, 16 and 23 February")
    assert "refused" in out
    world.said("cases", "discard", reference, "l2")
    assert "forwarded" in world.said("cases", "forward", reference, "--to", "the operator of the shop")
    out = world.said("cases", "withdraw", reference, "--evidence", "mail of 2 March")
    assert "Letter l4 drafted: closed" in out
    case = world.case(reference)
    assert [letter.status for letter in case.letters[1:]] == [
        LetterStatus.CANCELLED, LetterStatus.CANCELLED, LetterStatus.DRAFTED,
    ]  # fmt: skip
    assert case.claims[0].outcome == Outcome.WITHDRAWN


def test_receipt_earlier_alone_later_only_with_a_second_person(world: World) -> None:
    reference = world.opened()
    out = world.said("cases", "received", reference, "--at", "2026-02-27", "--evidence", "stamp of the post room")
    assert "Target: Fri 27 Mar (in 25 days)" in out
    assert world.case(reference).claims[0].received_at == datetime(2026, 2, 26, 23, 0, tzinfo=UTC)
    later = ("cases", "received", reference, "--at", "2026-03-01T09:30", "--evidence", "headers")
    assert "receipt-later" in world.refused(*later)
    assert "Nobody called carla works for nord" in world.refused(*later, "--second", "carla")
    world.said(*later, "--second", "bruno")
    assert world.case(reference).claims[0].received_at == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def test_what_a_message_proposes_is_settled_by_a_person(world: World) -> None:
    reference = world.opened()
    world.later(days=1)
    world.arrive(mail("And one more thing: the old address is gone.", number=2, In_Reply_To="<m1@example.net>"))
    assert f"dsarbot cases settle {reference} p1 accept" in world.said("cases", "show", reference)
    world.said("cases", "settle", reference, "p1", "accept")
    assert world.case(reference).proposals[0].settled
    assert "no-such-proposal" in world.refused("cases", "settle", reference, "p1", "decline")


def test_orders_carry_their_actor(world: World) -> None:
    reference = world.opened()
    world.user = "bruno"
    world.said("cases", "note", reference, "Mine.", "--kind", "legal-advice")
    (note,) = world.case(reference).notes
    assert (note.actor, note.kind, note.text) == ("bruno", "legal-advice", "Mine.")


@pytest.mark.parametrize(
    ("order", "rule"),
    [
        (("close",), "moves"),
        (("clarified", "--on", "2026-03-02"), "moves"),
        (("reopen", "--why", "contested"), "moves"),
        (("extend", "--reason", "holidays", "--detail", DETAIL), "extension-reason"),
        (("extend", "--reason", "number", "--detail", "busy"), "extension-detail"),
        (("refuse", "--ground", "too-much-work", "--detail", "x"), "refusal-ground"),
        (("answer", "--outcome", "refused", "--detail", "x"), "answer-outcome"),
        (("answer", "--outcome", "maybe", "--detail", "x"), "answer-outcome"),
        (("ask-identity", "--doubt", " ", "--rung", "R2"), "identity-doubt"),
        (("confirm", "--right", "cake"), "moves"),
        (("withdraw", "--evidence", " "), "withdrawal-evidence"),
        (("note", ""), "note-empty"),
        (("discard", "l7"), "no-such-letter"),
        (("answer", "--claim", "c7", "--outcome", "granted", "--detail", "x"), "no-such-claim"),
    ],
    ids=lambda value: " ".join(value[:3]) if isinstance(value, tuple) else value,
)
def test_a_refused_order_names_its_rule_and_changes_nothing(world: World, order: tuple[str, ...], rule: str) -> None:
    reference = world.opened()
    before = world.case(reference)
    complaint = world.refused("cases", order[0], reference, *order[1:])
    assert complaint.startswith(f"Refused ({rule}): ")
    assert world.case(reference) == before
    assert world.jobs() == [("l1", "queued")]


def test_an_extension_happens_once_and_only_in_time(world: World) -> None:
    reference = world.opened()
    extend = ("cases", "extend", reference, "--reason", "complexity", "--detail", DETAIL)
    world.said(*extend)
    version = world.case(reference).version
    assert "extension-once" in world.refused(*extend)
    assert world.case(reference).version == version
    world.said("cases", "discard", reference, "l2")
    world.later(days=40)
    assert "extension-in-time" in world.refused(*extend)


def test_an_unknown_case_or_file_is_said_and_nothing_happens(world: World) -> None:
    assert "There is no case DSR-2026-00099-9" in world.refused("cases", "close", "DSR-2026-00099-9")
    reference = world.opened(ACCESS)
    answer = ("cases", "answer", reference, "--outcome", "granted", "--file", str(world.folder / "none.txt"))
    assert "cannot be read as text" in world.refused(*answer, code=2)
