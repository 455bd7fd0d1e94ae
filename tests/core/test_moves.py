"""The table of moves: total over facts, and nobody is closed in silence."""

from __future__ import annotations

import pytest

from dsarbot.core import facts as f
from dsarbot.core import moves
from dsarbot.core import orders as o
from dsarbot.core.case import DONE, Status
from dsarbot.core.fact import Fact, public_names
from dsarbot.core.moves import MOVES, after, demand, possible
from dsarbot.errors import NotAllowed

CLAIM_ORDERS = tuple(o.ClaimOrder.__subclasses__())


@pytest.mark.parametrize("kind", f.FACTS.values(), ids=f.FACTS)
@pytest.mark.parametrize("status", Status)
def test_every_fact_is_accepted_in_every_status(status: Status, kind: type[Fact]) -> None:
    assert after(status, kind) in Status


@pytest.mark.parametrize("order", CLAIM_ORDERS)
def test_every_claim_order_is_possible_somewhere(order: type[o.Order]) -> None:
    assert any(possible(status, order) for status in Status)


def test_only_an_answered_claim_can_be_closed_by_order() -> None:
    assert [status for status in Status if possible(status, o.Close)] == [Status.ANSWERED]


def test_a_claim_is_done_only_by_answer_withdrawal_proved_forward_dismissal_or_moving_on() -> None:
    ending = {
        kind.__name__
        for (status, kind), becomes in MOVES.items()
        if status not in DONE and becomes in DONE and issubclass(kind, Fact)
    }
    assert ending == {"ClaimAnswered", "ClaimWithdrawn", "ClaimDismissed", "ClaimMoved", "ForwardProved", "ClaimServed"}


def test_a_clarification_alone_never_closes() -> None:
    for kind in (f.QuestionAsked, f.QuestionAnswered):
        assert all(after(status, kind) not in DONE for status in Status if status not in DONE)


def test_an_impossible_order_says_where_it_would_be_possible() -> None:
    with pytest.raises(NotAllowed, match="answered") as refused:
        demand(Status.OPEN, o.Close)
    assert refused.value.rule == "moves"
    demand(Status.ANSWERED, o.Close)


def test_the_diagram_shows_every_move_of_the_table() -> None:
    drawn = moves.diagram()
    for (status, kind), becomes in MOVES.items():
        if issubclass(kind, Fact) and becomes != status:
            line = next(
                each
                for each in drawn.splitlines()
                if f"{status.replace('-', '_')} --> {becomes.replace('-', '_')}:" in each
            )
            assert kind.__name__ in line


@pytest.mark.parametrize("kind", f.FACTS.values(), ids=f.FACTS)
def test_what_a_person_wrote_or_is_called_never_stands_in_the_clear(kind: type[Fact]) -> None:
    personal = {"person", "subject", "text", "because", "evidence", "how_checked", "doubt", "letter_text", "taken",
                "note", "frozen", "fee", "consent", "executor", "proof", "representative", "parts",
                "scope"}  # fmt: skip
    assert not personal & public_names(kind)
    assert {"at", "actor", "cause"} <= public_names(kind)
