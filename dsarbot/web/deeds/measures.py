"""Orders about what is done for a right: ticked, restricted, charged, recorded."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from dsarbot.core import orders as o
from dsarbot.core import orders_rights as r
from dsarbot.core.case import Case
from dsarbot.core.letter import Fee
from dsarbot.core.rights import FEES
from dsarbot.web.deeds import choosing as pick
from dsarbot.web.deeds.claims import alive
from dsarbot.web.deeds.deed import Deed, ordered
from dsarbot.web.deeds.field import Field, Given, Unfit, choice, day, fixed, text, words

SETTLED: Final = ("paid", "waived", "narrowed")
_CENTS: Final = 100


def _tick(given: Given[Case]) -> o.Order:
    claim, _, step = given.text("step").partition(":")
    undo = given.text("verdict") == "undo"
    return given.room.order(r.Tick, claims=(claim,), step=step, note=given.text("note"), undo=undo)


def _restrict(given: Given[Case]) -> o.Order:
    return given.room.order(
        r.Restrict, claims=given.many("claim"), frozen=given.text("frozen"), since=given.day_or_today("since")
    )


def _announce(given: Given[Case]) -> o.Order:
    return given.room.order(
        r.AnnounceLifting, claims=given.many("claim"), reason=given.text("reason"), ends_on=given.day_or_today("on")
    )


def _cents(given: Given[Case]) -> int:
    try:
        cents = Decimal(given.text("amount").replace(",", ".")) * _CENTS
    except InvalidOperation:
        raise Unfit("amount", "amount") from None
    if not cents.is_finite() or cents != cents.to_integral_value():
        raise Unfit("amount", "amount")
    return int(cents)


def _fee(given: Given[Case]) -> o.Order:
    asked = Fee(
        amount=_cents(given), currency=(given.text("currency") or "EUR").upper(), basis=given.text("basis"),
        calculation=given.text("calculation"),
    )  # fmt: skip
    return given.room.order(r.AskFee, claims=given.many("claim"), fee=asked, evidence=given.text("evidence"))


def _directive(given: Given[Case]) -> o.Order:
    return given.room.order(
        r.RecordDirective, claims=given.many("claim"), text=given.text("text"), consent=given.text("consent"),
        executor=given.text("executor"), recorded_on=given.day_or_today("on"),
    )  # fmt: skip


def _restricted(case: Case) -> bool:
    return any(claim.restriction and not claim.restriction.lifted_on for claim in case.claims)


MEASURES: Final[tuple[Deed[Case], ...]] = (
    Deed(name="tick", group="measures", do=ordered(_tick), fields=(
        choice("step", pick.steps), words("note", needed=False),
        choice("verdict", fixed("done", "undo"), needed=False))),
    Deed(name="restrict", group="measures", do=ordered(_restrict), when=alive,
         fields=(pick.claims(), words("frozen"), day("since", past=True))),
    Deed(name="announce-lifting", group="measures", do=ordered(_announce), when=_restricted,
         fields=(pick.claims(), words("reason"), day("on", needed=True))),
    Deed(name="lift", group="measures", when=_restricted, fields=(pick.claims(),),
         do=ordered(lambda g: g.room.order(r.Lift, claims=g.many("claim")))),
    Deed(name="fee", group="measures", do=ordered(_fee), when=alive, fields=(
        pick.claims(), text("amount"), Field(name="currency", first=lambda _: ("EUR",)),
        choice("basis", fixed(*FEES)), words("calculation"), words("evidence", needed=False))),
    Deed(name="fee-settled", group="measures", fields=(pick.claims(), choice("how", fixed(*SETTLED))),
         when=lambda case: any(claim.charge and not claim.charge.settled for claim in case.claims),
         do=ordered(lambda g: g.room.order(r.SettleFee, claims=g.many("claim"), how=g.text("how")))),
    Deed(name="directive", group="measures", do=ordered(_directive),
         when=lambda case: any(claim.right == "directives" for claim in case.claims), fields=(
             pick.claims(), words("text"), words("consent"), text("executor", needed=False), day("on", past=True))),
    Deed(name="revoke-directive", group="measures", fields=(pick.claims(), day("on", past=True)),
         when=lambda case: any(claim.directives for claim in case.claims),
         do=ordered(lambda g: g.room.order(
             r.RevokeDirective, claims=g.many("claim"), revoked_on=g.day_or_today("on")))),
)  # fmt: skip
