"""Which claims an order is about: those it names, or all on which it is possible."""

from __future__ import annotations

from dsarbot.core.case import Case, Claim
from dsarbot.core.moves import demand, possible
from dsarbot.core.orders import ClaimOrder
from dsarbot.errors import NotAllowed


def targets(case: Case, order: ClaimOrder) -> tuple[Claim, ...]:
    """The claims meant, at least one. NotAllowed when a named claim does not exist or the table has no such move."""
    if case.merged_into:
        raise NotAllowed("merged", "This case was merged into another one; give the order there.")
    named = {claim.id: claim for claim in case.claims}
    if unknown := [each for each in order.claims if each not in named]:
        raise NotAllowed("no-such-claim", f"The case has no claim {', '.join(unknown)}; it has: {', '.join(named)}.")
    meant = tuple(named[each] for each in order.claims)
    if not meant:
        meant = tuple(claim for claim in case.claims if possible(claim.status, type(order)))
        # With nothing to choose from, the first claim explains best why it is not possible.
        meant = meant or case.claims[:1]
    for claim in meant:
        demand(claim.status, type(order))
    return meant


def ids(claims: tuple[Claim, ...]) -> tuple[str, ...]:
    """The ids of these claims."""
    return tuple(claim.id for claim in claims)
