"""Questions to the person: who are you, what exactly do you want? And their answers."""

from __future__ import annotations

from datetime import date

from dsarbot.core import codes
from dsarbot.core import facts as f
from dsarbot.core import facts_identity as fi
from dsarbot.core import orders as o
from dsarbot.core.case import Case, Claim, Moment, Proposal, Purpose
from dsarbot.core.dating import local_day
from dsarbot.core.fact import Fact
from dsarbot.core.proofs import Means
from dsarbot.core.rights import right_of
from dsarbot.core.rules import Decision, Draft, Rules
from dsarbot.core.targets import ids, targets
from dsarbot.errors import NotAllowed

#: What may be asked for (law 3). R7, an unredacted copy, is not among them.
RUNGS = ("R1", "R2", "R3", "R4", "R5", "R6")
#: Kind of the proposal: the message holds the code that was sent to the contact on file.
CODE_ANSWERED = "identity-code"
#: law 3, R3: "knowledge of two facts from file".
FACTS_NEEDED = 2


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
    _demand_rung(order, case)
    if "R2" in order.rung.split("+") and order.contact:
        _demand_code(order, case)
    purpose = Purpose(doubt=order.doubt, rung=order.rung, contact=order.contact, by=order.actor)
    facts: tuple[Fact, ...] = ()
    if order.override.strip():
        text = f"Identity: {order.rung} is asked, more than the ladder proposes ({order.proposed}): {order.override}"
        facts = (f.Noted(kind="decision", text=text),)
    return Decision(
        facts=facts, effects=(Draft(moment=Moment.IDENTITY_ASKED, claims=ids(meant), purpose=purpose),)
    )  # fmt: skip


def _demand_rung(order: o.AskIdentity, case: Case) -> None:
    asked = set(order.rung.split("+"))
    if not asked <= set(RUNGS):
        raise NotAllowed("identity-rung", f"Ask for one of {', '.join(RUNGS)}; an unredacted copy is never asked for.")
    known = {each.rung for each in case.proofs.shown}
    if asked <= known or ("+" not in order.rung and case.rung >= order.rung):
        raise NotAllowed("identity-known", f"The person has already proved {case.rung}; the same is never asked twice.")
    # law 3: "lowest sufficient rung"; whoever asks for more says why.
    if order.proposed and max(asked) > max(order.proposed.split("+")) and not order.override.strip():
        raise NotAllowed(
            "identity-above",
            f"{order.proposed} is enough here; {order.rung} asks for more than is needed (Art. 12(6) GDPR). See: "
            f"dsarbot cases identity {case.reference}. With a reason: --override TEXT.",
        )


def _demand_code(order: o.AskIdentity, case: Case) -> None:
    if codes.why_not(case.proofs.codes, order.at, by_person=True):
        raise NotAllowed(
            "code-too-many", f"{codes.PER_DAY} codes were sent within a day; wait, or ask for another proof."
        )  # fmt: skip


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
    compared = fi.FactsCompared(matched=order.facts, missed=order.missed)
    if order.missed:
        # What was wrong is kept as well: the same facts are not asked for again.
        return Decision(facts=(compared,))
    if order.means == "facts" and len(set(order.facts)) < FACTS_NEEDED:
        raise NotAllowed("identity-facts", "Two facts on file prove somebody; a name is none (law 3, practice 30).")
    found = verified(
        case, order.rung, how=order.how, means=order.means, facts=order.facts, answered_on=order.answered_on
    )
    return Decision(facts=(*((compared,) if order.facts else ()), *found))


def verified(
    case: Case, rung: str, *, how: str, answered_on: date, means: Means = "", facts: tuple[str, ...] = ()
) -> tuple[Fact, ...]:  # fmt: skip
    """That a rung was reached, and the questions that this answers, on the day on which the proof arrived."""
    reached = f.IdentityVerified(rung=rung, how=how, means=means, facts=facts)
    known = {rung, *(each.rung for each in case.proofs.shown)}
    answered = (
        f.QuestionAnswered(claim=claim.id, kind="identity", answered_on=answered_on)
        for claim in case.claims
        if claim.open_question("identity") and not _still_wanted(claim, case, rung, known)
    )
    return (reached, *answered)


def _still_wanted(claim: Claim, case: Case, rung: str, known: set[str]) -> bool:
    """Whether several proofs were asked for and this is only one of them."""
    question = claim.open_question("identity")
    letter = next((each for each in case.letters if question and each.id == question.letter), None)
    asked = set(letter.purpose.rung.split("+")) if letter else set()
    return rung in asked and not asked <= known


def confirmed(proposal: Proposal, case: Case, rules: Rules) -> tuple[Fact, ...]:
    """security 6: what a person confirms "counts from its own receipt"."""
    if proposal.kind != CODE_ANSWERED:
        return ()
    day = local_day(proposal.received_at, rules)
    return verified(case, "R2", how="the code sent to the contact on file", means="code", answered_on=day)
