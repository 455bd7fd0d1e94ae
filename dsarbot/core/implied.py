"""Rights that come to a case later: a person finds one more in it, or a claim brings it up (Art. 18(1)(d) with 21(1));
the latter is proposed, and never opened by itself."""

from __future__ import annotations

from collections.abc import Iterable

from dsarbot.core import facts as f
from dsarbot.core import orders_rights as r
from dsarbot.core.case import Case, Claim, Proposal, Status
from dsarbot.core.evolve import replace
from dsarbot.core.opening import proposed
from dsarbot.core.rights import right_of
from dsarbot.core.rules import Decision, Rules
from dsarbot.errors import NotAllowed

#: Kind of the proposal: ``right:restriction:c1``, the right proposed and the claim that brings it up.
_KIND = "right"


def invoke(order: r.Invoke, case: Case, rules: Rules) -> Decision:
    """Its clock runs from when it was received, at the latest with the rest of the case unless a person says when."""
    if order.right not in rules.rights:
        raise NotAllowed(
            "unknown-right", f"There is no right {order.right}; there are: {', '.join(sorted(rules.rights))}."
        )
    if case.merged_into:
        raise NotAllowed("merged", "This case was merged into another one; give the order there.")
    if not order.because.strip():
        raise NotAllowed("right-because", "Say what shows that this right is invoked, e.g. the words of the message.")
    if order.received_at is not None and order.received_at > order.at:
        raise NotAllowed("receipt-future", "The date of receipt cannot be in the future.")
    known = {(claim.right, claim.marketing) for claim in case.active if claim.party == case.organisation}
    if (order.right, order.marketing) in known:
        raise NotAllowed("right-known", f"The case has an open claim to {order.right} already.")
    found = f.ClaimFound(
        claim=f"c{len(case.claims) + 1}",
        right=order.right,
        party=case.organisation,
        received_at=order.received_at or min((c.received_at for c in case.claims), default=order.at),
        certain=True,
        marketing=order.marketing,
        because=(order.because,),
        scope=order.scope,
    )
    return Decision(facts=(found,))


def with_implied(decision: Decision, before: Case | None, after: Case, rules: Rules) -> Decision:
    """What was opened or confirmed, and what it proposes besides."""
    known = {claim.id for claim in before.active if claim.status != Status.UNCONFIRMED} if before else set()
    opened = [each for each in after.active if each.status != Status.UNCONFIRMED and each.id not in known]
    kinds = tuple(_kinds(opened, after, rules))
    if not kinds:
        return decision
    first = after.inbounds[0]
    made = proposed(kinds, first.inbound, first.received_at, first=len(after.proposals) + 1)
    return replace(decision, facts=(*decision.facts, *made))


def _kinds(opened: Iterable[Claim], case: Case, rules: Rules) -> Iterable[str]:
    asked = {(claim.right, claim.party) for claim in case.active}
    for claim in opened:
        for each in right_of(claim, rules.rights).implies:
            if each.at_once and each.right in rules.rights and (each.right, claim.party) not in asked:
                yield f"{_KIND}:{each.right}:{claim.id}"


def follows(proposal: Proposal, case: Case, scope: str) -> tuple[f.ClaimFound, ...]:
    """The claim that an accepted proposal opens: received with the one that brought it up, of what that one is about
    (practice 21: only the purpose contested)."""
    kind, _, rest = proposal.kind.partition(":")
    right, _, cause = rest.partition(":")
    if kind != _KIND:
        return ()
    source = case.claim(cause)
    found = f.ClaimFound(
        claim=f"c{len(case.claims) + 1}",
        right=right,
        party=source.party,
        received_at=source.received_at,
        certain=True,
        because=(f"{source.right} {source.id}",),
        scope=scope.strip() or source.scope,
    )
    return (found,)
