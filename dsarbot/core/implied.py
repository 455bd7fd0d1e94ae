"""Rights that come to a case later: a person finds one more in it, or a claim brings it up (Art. 18(1)(d) with 21(1));
the latter is proposed, and never opened by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dsarbot.core import facts as f
from dsarbot.core import orders_rights as r
from dsarbot.core.case import Case, Claim, Proposal, Status
from dsarbot.core.evolve import replace
from dsarbot.core.opening import acknowledged, acknowledgement, proposed
from dsarbot.core.rights import right_of
from dsarbot.core.rules import Decision, Draft, Rules
from dsarbot.errors import NotAllowed

#: Kind of the proposal: ``right:restriction:c1``, the right proposed and the claim that brings it up.
_KIND = "right"
#: It stands in the clear in the journal, so it must be a code.
_PARTY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def invoke(order: r.Invoke, case: Case, rules: Rules) -> Decision:
    """Its clock runs from when it was received, at the latest with the rest of the case unless a person says when; the
    person hears that it was received, and by when the answer comes."""
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
    party = order.party or case.organisation
    if not _PARTY.fullmatch(party):
        raise NotAllowed("right-party", "Name who is answerable by a short key, such as shop-operator.")
    known = {(claim.right, claim.marketing) for claim in case.active if claim.party == party}
    if (order.right, order.marketing) in known:
        raise NotAllowed("right-known", f"The case has an open claim to {order.right} already.")
    found = f.ClaimFound(
        claim=f"c{len(case.claims) + 1}",
        right=order.right,
        party=party,
        received_at=order.received_at or min((c.received_at for c in case.claims), default=order.at),
        certain=True,
        marketing=order.marketing,
        because=(order.because,),
        scope=order.scope,
    )
    return Decision(facts=(found,), effects=_acknowledged(found, case, rules))


def _acknowledged(found: f.ClaimFound, case: Case, rules: Rules) -> tuple[Draft, ...]:
    """law 5, L1: each request is acknowledged with its own date, once: not where a letter said so of this message
    already, though its claim has ended since."""
    said = (found.right, found.marketing, found.party, found.received_at)
    told = [case.claim(each) for each in acknowledged(case)]
    if said in {(claim.right, claim.marketing, claim.party, claim.received_at) for claim in told}:
        return ()
    # practice 7: rights and a date only where nothing hints at somebody else who is answerable; a person looks first.
    blocked = case.automatic_blocked or ("" if found.party == case.organisation else "other-party")
    return (acknowledgement((found.claim,), blocked, rules),)


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
