"""A case begins: opened by an inbound, confirmed or dismissed by a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.case import Case, LetterStatus, Moment, Status
from dsarbot.core.fact import Fact
from dsarbot.core.rules import CancelSending, Decision, Draft, Effect, Rules
from dsarbot.core.targets import ids, targets
from dsarbot.errors import NotAllowed


def open_case(order: o.Open, rules: Rules) -> Decision:
    """Claims as triage found them; the acknowledgement only when all of them are certain (practice 7)."""
    _demand_known(order.asked, rules)
    opened = f.CaseOpened(
        case=order.case,
        reference=order.reference,
        organisation=order.organisation,
        channel=order.channel,
        language=order.language,
        role_hint=order.role_hint,
        urgency=order.urgency,
        automatic_blocked=order.automatic_blocked,
        person=order.person,
        subject=order.subject,
    )
    found = _found(order.asked, order.received_at, first=1)
    joined = f.InboundJoined(
        inbound=order.inbound, received_at=order.received_at, how="first", message_id=order.message_id
    )
    links = tuple(f.Linked(case=each, why="same-sender") for each in order.links)
    certain = all(asked.certain for asked in order.asked)
    effects = (_acknowledgement(tuple(c.claim for c in found), order.automatic_blocked, rules),) if certain else ()
    return Decision(facts=(opened, *found, joined, *links), effects=effects)


def confirm(order: o.Confirm, case: Case, rules: Rules) -> Decision:
    """A person says that it is a request, and perhaps which rights it really invokes."""
    meant = targets(case, order)
    wanted = {asked.right: asked for asked in order.asked}
    _demand_known(order.asked, rules)
    keep = [claim for claim in meant if not wanted or claim.right in wanted]
    drop = [claim for claim in meant if wanted and claim.right not in wanted and claim.status == Status.UNCONFIRMED]
    known = {claim.right for claim in case.claims if claim not in drop}
    new = _found(
        [asked for asked in order.asked if asked.right not in known],
        min(claim.received_at for claim in case.claims),
        first=len(case.claims) + 1,
    )
    facts: tuple[Fact, ...] = (
        *(f.ClaimConfirmed(claim=claim.id) for claim in keep),
        *(f.ClaimDismissed(claim=claim.id, reason="other right") for claim in drop),
        *new,
    )
    acknowledged = any(each.moment == Moment.ACKNOWLEDGED for each in case.letters if _counts(each.status))
    claims = (*(claim.id for claim in keep), *(each.claim for each in new))
    effects = () if acknowledged else (_acknowledgement(claims, case.automatic_blocked, rules),)
    return Decision(facts=facts, effects=effects)


def not_a_request(order: o.NotARequest, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """Reversible by `confirm`. Letters that speak only of these claims must not leave any more."""
    meant = targets(case, order)
    gone = set(ids(meant))
    stale = [each for each in case.letters if _unsent(each.status) and set(each.claims) <= gone]
    facts: tuple[Fact, ...] = (
        *(f.ClaimDismissed(claim=claim.id, reason=order.reason) for claim in meant),
        *(f.LetterCancelled(letter=each.id, why="not-a-request") for each in stale),
    )
    effects: tuple[Effect, ...] = tuple(CancelSending(letter=each.id) for each in stale)
    return Decision(facts=facts, effects=effects)


def _found(asked: Iterable[o.Asked], received_at: datetime, *, first: int) -> tuple[f.ClaimFound, ...]:
    return tuple(
        f.ClaimFound(
            claim=f"c{number}",
            right=each.right,
            party=each.party,
            received_at=received_at,
            certain=each.certain,
            marketing=each.marketing,
            because=each.because,
        )
        for number, each in enumerate(asked, start=first)
    )


def _acknowledgement(claims: tuple[str, ...], blocked: str, rules: Rules) -> Draft:
    automatic = not blocked and Moment.ACKNOWLEDGED in rules.automatic
    return Draft(moment=Moment.ACKNOWLEDGED, claims=claims, automatic=automatic)


def _demand_known(asked: Iterable[o.Asked], rules: Rules) -> None:
    asked = tuple(asked)
    if unknown := [each.right for each in asked if each.right not in rules.rights]:
        raise NotAllowed(
            "unknown-right", f"There is no right {', '.join(unknown)}; there are: {', '.join(sorted(rules.rights))}."
        )


def _counts(status: LetterStatus) -> bool:
    return status != LetterStatus.CANCELLED


def _unsent(status: LetterStatus) -> bool:
    return status in (LetterStatus.DRAFTED, LetterStatus.APPROVED, LetterStatus.RETURNED)
