"""What the controller says to a claim: more time, yes, no, passed on; and what ends it."""

from __future__ import annotations

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.case import UNSENT, Case, Claim, LetterStatus, Moment, Outcome, Purpose
from dsarbot.core.clock import extend_to
from dsarbot.core.dating import CONTESTED_DAYS, dates_of, local_day
from dsarbot.core.evolve import replace
from dsarbot.core.fact import Fact
from dsarbot.core.opening import put_away
from dsarbot.core.rules import CancelSending, Decision, Draft, Effect, Rules
from dsarbot.core.targets import ids, targets
from dsarbot.errors import NotAllowed

#: GDPR 12(3): "taking into account the complexity and number of the requests"; nothing else is a reason.
EXTENSION_REASONS = ("complexity", "number")


def extend(order: o.Extend, case: Case, rules: Rules) -> Decision:
    """Once, for a lawful reason, concretely explained, with the notice in time (Art. 12(3), practice 16)."""
    meant = targets(case, order)
    if order.reason not in EXTENSION_REASONS:
        reasons = ", ".join(EXTENSION_REASONS)
        raise NotAllowed("extension-reason", f"Art. 12(3) GDPR knows only these reasons: {reasons}.")
    if len(order.detail.strip()) < 20:
        raise NotAllowed("extension-detail", "Explain concretely why more time is needed; the person must be told.")
    for claim in meant:
        _demand_extendable(claim, case, order, rules)
    until = max(extend_to(claim.received_at, rules.jurisdiction, rules.promise) for claim in meant)
    purpose = Purpose(reason=order.reason, detail=order.detail, until=until, by=order.actor)
    return Decision(effects=(Draft(moment=Moment.EXTENDED, claims=ids(meant), purpose=purpose),))


def _demand_extendable(claim: Claim, case: Case, order: o.Extend, rules: Rules) -> None:
    letters = [each for each in case.letters if each.moment == Moment.EXTENDED and claim.id in each.claims]
    # The notice of a claim that came from another case lies there; it left, or the claim would not be extended.
    bounced = any(each.id == claim.extension_letter and each.status == LetterStatus.BOUNCED for each in case.letters)
    under_way = [each for each in letters if each.status in (LetterStatus.DRAFTED, LetterStatus.APPROVED)]
    if (claim.extended_on and not bounced) or under_way:
        raise NotAllowed("extension-once", "Art. 12(3) GDPR: the period can be extended once, by two months.")
    # practice 16: in time is by safe_due, or by legal_due where suspension is statutory; the clock knows.
    would_be = dates_of(replace(claim, extended_on=local_day(order.at, rules)), rules)
    if would_be.extension_valid != "yes":
        raise NotAllowed(
            "extension-in-time",
            f"Art. 12(3) GDPR: the notice had to leave by {would_be.safe_due.isoformat()}; it is too late to extend. "
            "Answer now.",
        )


def forward(order: o.Forward, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """Tell the person that the party answerable has the request (law 4.4, practice 26)."""
    meant = targets(case, order)
    purpose = Purpose(outcome=Outcome.FORWARDED, party=order.party, by=order.actor)
    return Decision(effects=(Draft(moment=Moment.FORWARDED, claims=ids(meant), purpose=purpose),))


def withdraw(order: o.Withdraw, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """practice 8: per claim; an unverified withdrawal closes nothing."""
    meant = targets(case, order)
    if not order.evidence.strip():
        raise NotAllowed("withdrawal-evidence", "Say how it is known that the person withdraws, e.g. the message.")
    gone = set(ids(meant))
    stale = [each for each in case.letters if each.status in UNSENT and set(each.claims) <= gone]
    facts: tuple[Fact, ...] = (
        *(f.ClaimWithdrawn(claim=claim.id, evidence=order.evidence) for claim in meant),
        *(f.LetterCancelled(letter=each.id, why="withdrawn") for each in stale),
    )
    effects: tuple[Effect, ...] = (
        *(CancelSending(letter=each.id) for each in stale),
        Draft(moment=Moment.CLOSED, claims=ids(meant), purpose=Purpose(outcome=Outcome.WITHDRAWN, by=order.actor)),
    )
    return Decision(facts=facts, effects=effects)


def close(order: o.Close, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """Put away what was answered. The table refuses it for anything else: nobody is closed in silence."""
    meant = ids(targets(case, order))
    return Decision(facts=(*(f.ClaimClosed(claim=claim) for claim in meant), *put_away(case, meant)))


def reopen(order: o.Reopen, case: Case, rules: Rules) -> Decision:
    """practice 19: the old period goes on; only a new request starts a new month. Whoever contests is told by when."""
    meant = targets(case, order)
    facts = tuple(f.ClaimReopened(claim=claim.id, why=order.why) for claim in meant)
    if order.why != "contested":
        return Decision(facts=facts)
    until = rules.jurisdiction.calendar.add_working_days(local_day(order.at, rules), CONTESTED_DAYS)
    purpose = Purpose(until=until, by=order.actor)
    return Decision(facts=facts, effects=(Draft(moment=Moment.CONTESTED, claims=ids(meant), purpose=purpose),))
