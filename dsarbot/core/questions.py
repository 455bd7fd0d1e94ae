"""Questions to the person: who are you, what exactly do you want? And their answers."""

from __future__ import annotations

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.case import Case, Moment, Purpose
from dsarbot.core.fact import Fact
from dsarbot.core.rights import right_of
from dsarbot.core.rules import Decision, Draft, Rules
from dsarbot.core.targets import ids, targets
from dsarbot.errors import NotAllowed

#: What may be asked for (law 3). R7, an unredacted copy, is not among them.
RUNGS = ("R1", "R2", "R3", "R4", "R5", "R6")


def ask_identity(order: o.AskIdentity, case: Case, rules: Rules) -> Decision:
    """GDPR 12(6): additional information only "where the controller has reasonable doubts"; they are written down.

    Where a right never asks for proof (marketing, Art. 21(2)), its claims are left out, and go on."""
    meant = targets(case, order)
    free = {claim.id for claim in meant if Moment.IDENTITY_ASKED not in right_of(claim, rules.rights).letters}
    if free & set(order.claims) or len(free) == len(meant):
        raise NotAllowed(
            "identity-free", "An objection to direct marketing needs no proof of identity: stop, and confirm the stop."
        )
    meant = tuple(claim for claim in meant if claim.id not in free)
    if not order.doubt.strip():
        raise NotAllowed("identity-doubt", "Art. 12(6) GDPR: say which reasonable doubt there is about the identity.")
    if order.rung not in RUNGS:
        raise NotAllowed("identity-rung", f"Ask for one of {', '.join(RUNGS)}; an unredacted copy is never asked for.")
    if case.rung >= order.rung:
        raise NotAllowed("identity-known", f"The person has already proved {case.rung}; the same is never asked twice.")
    purpose = Purpose(doubt=order.doubt, rung=order.rung, by=order.actor)
    return Decision(effects=(Draft(moment=Moment.IDENTITY_ASKED, claims=ids(meant), purpose=purpose),))


def clarify(order: o.Clarify, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """Recital 63: only where a large quantity of data is processed does the question also pause the clock."""
    meant = targets(case, order)
    if not order.about.strip():
        raise NotAllowed("clarification-about", "Say what is unclear; the person must know what to answer.")
    purpose = Purpose(detail=order.about, large=order.large, by=order.actor)
    return Decision(effects=(Draft(moment=Moment.CLARIFICATION_ASKED, claims=ids(meant), purpose=purpose),))


def clarified(order: o.Clarified, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """The person has answered; it counts from the receipt of that answer (security 6)."""
    meant = [claim for claim in targets(case, order) if claim.open_question("clarification")]
    if not meant:
        raise NotAllowed("no-open-question", "No clarification was asked that still waits for an answer.")
    return Decision(
        facts=tuple(
            f.QuestionAnswered(claim=claim.id, kind="clarification", answered_on=order.answered_on) for claim in meant
        )
    )


def verify(order: o.Verify, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """The verdict is kept, not the picture (practice 31). It ends every open identity question."""
    if not order.how.strip():
        raise NotAllowed("identity-how", "Say how the identity was checked; the verdict must be explainable.")
    if order.rung not in ("R0", *RUNGS):
        raise NotAllowed("identity-rung", f"Rungs are R0, {', '.join(RUNGS)}.")
    answered: list[Fact] = [
        f.QuestionAnswered(claim=claim.id, kind="identity", answered_on=order.answered_on)
        for claim in case.claims
        if claim.open_question("identity")
    ]
    return Decision(facts=(f.IdentityVerified(rung=order.rung, how=order.how), *answered))
