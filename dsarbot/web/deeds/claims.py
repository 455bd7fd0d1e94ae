"""Orders about what is asked: confirmed, clarified, passed on, withdrawn, closed, opened again, dated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dsarbot.core import orders as o
from dsarbot.core import orders_rights as r
from dsarbot.core.case import DONE, Case, Joined, Outcome, Section, Status
from dsarbot.desk.handwritten import words_of
from dsarbot.web.deeds import choosing as pick
from dsarbot.web.deeds.deed import Deed, ordered
from dsarbot.web.deeds.field import Field, Given, choice, day, fixed, several, staff, text, words

#: As the core knows them.
REOPEN: Final = ("identity-completed", "contested", "mistake")
OUTCOMES: Final = (Outcome.GRANTED, Outcome.PARTLY, Outcome.NOTHING_HELD, Outcome.REFUSED)


def has(*statuses: Status) -> Callable[[Case], bool]:
    """A case with a claim that stands so, and that still takes orders."""
    return lambda case: not case.merged_into and any(claim.status in statuses for claim in case.claims)


def alive(case: Case) -> bool:
    """Something is still open."""
    return not case.merged_into and bool(case.active)


def waiting(case: Case) -> bool:
    """Something that a message proposes waits for a person."""
    return any(not each.settled for each in case.proposals)


def _confirm(given: Given[Case]) -> o.Order:
    party = given.room.subject.organisation
    asked = tuple(
        o.Asked(right=each, party=party, certain=True, because=("by a person",)) for each in given.many("right")
    )
    return given.room.order(o.Confirm, claims=given.many("claim"), asked=asked)


def _clarified(given: Given[Case]) -> o.Order:
    return given.room.order(o.Clarified, claims=given.many("claim"), answered_on=given.day_or_today("on"))


def _received(given: Given[Case]) -> o.Order:
    return given.room.order(
        o.CorrectReceipt, claims=given.many("claim"), received_at=given.instant("at"), evidence=given.text("evidence"),
        second=given.text("second"),
    )  # fmt: skip


def _joined(given: Given[Case], name: str) -> Joined:
    wanted = given.text(name)
    return next(each for each in given.room.subject.inbounds if each.inbound == wanted)


async def _by_hand(given: Given[Case]) -> str:
    room, store = given.room, given.room.site.app.store
    joined = _joined(given, "message")
    subject, said = await words_of(store, store.vault, room.scope, joined)
    order = room.order(
        o.AnsweredByHand,
        claims=given.many("claim"),
        inbound=joined.inbound,
        outcome=Outcome(given.text("outcome")),
        ground=given.text("ground"),
        subject=subject,
        sections=(Section(key="by-hand", text=said),),
    )
    return (await room.site.app.desk.order(room.scope, room.subject.id, order)).reference


def _invoke(given: Given[Case]) -> o.Order:
    came = _joined(given, "source").received_at if given.text("source") else None
    return given.room.order(
        r.Invoke, right=given.text("right"), because=given.text("because"), party=given.text("party"),
        scope=given.text("scope"), marketing=given.tick("marketing"), received_at=came,
    )  # fmt: skip


def _settle(given: Given[Case]) -> o.Order:
    accepted = given.text("verdict") == "accept"
    return given.room.order(o.Settle, proposal=given.text("proposal"), accepted=accepted, scope=given.text("scope"))


CLAIMS: Final[tuple[Deed[Case], ...]] = (
    Deed(name="confirm", group="request", do=ordered(_confirm), fields=(pick.claims(), several("right", pick.rights)),
         when=has(Status.UNCONFIRMED, Status.NOT_A_REQUEST)),
    Deed(name="not-a-request", group="request", fields=(pick.claims(), words("reason", needed=False)), when=alive,
         do=ordered(lambda g: g.room.order(o.NotARequest, claims=g.many("claim"), reason=g.text("reason")))),
    Deed(name="add-right", group="request", do=ordered(_invoke), fields=(
        choice("right", pick.rights), words("because"), text("scope", needed=False),
        Field(name="marketing", sort="tick"), choice("source", pick.messages, needed=False),
        text("party", needed=False))),
    Deed(name="clarified", group="request", do=ordered(_clarified), when=has(Status.WAITING_PERSON),
         fields=(pick.claims(), day("on", needed=True, past=True))),
    Deed(name="settle", group="request", do=ordered(_settle), when=waiting,
         fields=(choice("proposal", pick.proposals), choice("verdict", fixed("accept", "decline")),
                 text("scope", needed=False))),
    Deed(name="received", group="request", do=ordered(_received), fields=(
        pick.claims(), Field(name="at", sort="instant", needed=True, past=True), words("evidence"),
        choice("second", staff, needed=False))),
    Deed(name="forward", group="request", when=alive, fields=(pick.claims(), text("to")),
         do=ordered(lambda g: g.room.order(o.Forward, claims=g.many("claim"), party=g.text("to")))),
    Deed(name="forwarded", group="request", step_up=True, when=has(Status.WAITING_PARTY),
         fields=(pick.claims(), words("proof")),
         do=ordered(lambda g: g.room.order(r.ProveForward, claims=g.many("claim"), proof=g.text("proof")))),
    Deed(name="withdraw", group="request", step_up=True, when=alive, fields=(pick.claims(), words("evidence")),
         do=ordered(lambda g: g.room.order(o.Withdraw, claims=g.many("claim"), evidence=g.text("evidence")))),
    Deed(name="answered-by-hand", group="letters", step_up=True, do=_by_hand,
         when=lambda case: any(each.recipient for each in case.inbounds), fields=(
             pick.claims(), choice("message", pick.by_hand), choice("outcome", fixed(*OUTCOMES)),
             choice("ground", pick.grounds, needed=False))),
    Deed(name="close", group="request", step_up=True, fields=(pick.claims(),),
         when=lambda case: not case.merged_into and any(claim.status == Status.ANSWERED for claim in case.claims),
         do=ordered(lambda g: g.room.order(o.Close, claims=g.many("claim")))),
    Deed(name="reopen", group="request", fields=(pick.claims(), choice("why", fixed(*REOPEN))),
         when=lambda case: any(claim.status in DONE for claim in case.claims),
         do=ordered(lambda g: g.room.order(o.Reopen, claims=g.many("claim"), why=g.text("why")))),
)  # fmt: skip
