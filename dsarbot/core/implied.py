"""Rights that a claim brings up (Art. 18(1)(d) with 21(1)): proposed to a person, never opened by themselves."""

from __future__ import annotations

from collections.abc import Iterable

from dsarbot.core import facts as f
from dsarbot.core.case import Case, Claim, Proposal, Status
from dsarbot.core.evolve import replace
from dsarbot.core.opening import proposed
from dsarbot.core.rights import right_of
from dsarbot.core.rules import Decision, Rules

#: Kind of the proposal: ``right:restriction:c1``, the right proposed and the claim that brings it up.
_KIND = "right"


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
