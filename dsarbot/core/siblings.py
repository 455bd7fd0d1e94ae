"""practice 5: one mail to several companies of a house makes sibling cases. Each answers for itself; what one knows of
the other is its name and its reference, and one acknowledgement speaks for all that have not confirmed yet."""

from __future__ import annotations

from dataclasses import dataclass

from dsarbot.core import facts as f
from dsarbot.core.case import UNSENT, Case, Moment, Sibling
from dsarbot.core.orders import Open, Order
from dsarbot.core.rules import CancelSending, Decision, Rules

#: `Linked.why` between siblings.
SIBLING = "sibling"


@dataclass(frozen=True, kw_only=True)
class Meet(Order):
    """The same mail has opened a case of another organisation, too. confirms: that one's acknowledgement leaves by
    itself and names this case, so ours need not leave any more."""

    sibling: Sibling
    confirms: bool


def meet(order: Meet, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """Name the other; hold back an acknowledgement that has not left. One that has is not taken back."""
    if order.sibling.case in case.links:
        return Decision(facts=())
    stale = [
        each
        for each in case.letters
        if order.confirms and each.automatic and each.moment == Moment.ACKNOWLEDGED and each.status in UNSENT
    ]
    return Decision(
        facts=(linked(order.sibling), *(f.LetterCancelled(letter=each.id, why=SIBLING) for each in stale)),
        effects=tuple(CancelSending(letter=each.id) for each in stale),
    )


def linked(sibling: Sibling) -> f.Linked:
    """The link to it, with its name."""
    return f.Linked(case=sibling.case, why=SIBLING, named=sibling.named)


def confirms_by_itself(order: Open, rules: Rules) -> bool:
    """Whether the new case acknowledges without a person: then its letter confirms for its siblings as well."""
    certain = all(asked.certain for asked in order.asked) and not order.acknowledged_by
    return certain and not order.automatic_blocked and Moment.ACKNOWLEDGED in rules.automatic
