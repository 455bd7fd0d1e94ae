"""What is done about claims besides questions and answers: ticked, restricted, charged, recorded, proved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from dsarbot.core import facts_rights as r
from dsarbot.core import orders_rights as o
from dsarbot.core.case import Case, Claim, LetterStatus, Moment, Purpose
from dsarbot.core.dating import local_day
from dsarbot.core.orders import ClaimOrder
from dsarbot.core.rights import right_of
from dsarbot.core.rules import Decision, Draft, Rules
from dsarbot.core.targets import ids, targets
from dsarbot.errors import NotAllowed

#: law 5, L16: so long before the end of a restriction the person is told.
_NOTICE = timedelta(days=10)


def _fitting(case: Case, order: ClaimOrder, fits: Callable[[Claim], bool], rule: str, text: str) -> tuple[Claim, ...]:
    """The claims meant that fit; NotAllowed when a named one does not, or none does."""
    meant = targets(case, order)
    found = tuple(claim for claim in meant if fits(claim))
    if not found or (order.claims and found != meant):
        raise NotAllowed(rule, text)
    return found


def tick(order: o.Tick, case: Case, rules: Rules) -> Decision:
    """The state of a checklist stands with its claim, with who ticked it and what there was to say."""
    steps = {c.id: right_of(c, rules.rights).step(order.step) for c in case.claims}
    known = sorted({step.slug for c in case.claims for step in right_of(c, rules.rights).steps})
    text = f"There is no step '{order.step}' that is {'done' if order.undo else 'open'}; steps: {', '.join(known)}."

    def fits(claim: Claim) -> bool:
        return steps[claim.id] is not None and order.undo == any(done.step == order.step for done in claim.done)

    meant = _fitting(case, order, fits, "no-such-step", text)
    if order.undo:
        return Decision(facts=tuple(r.StepUndone(claim=c.id, step=order.step, note=order.note) for c in meant))
    for claim in meant:
        step = steps[claim.id]
        if step and step.gate and not order.note.strip():
            raise NotAllowed("step-note", f"This step is recorded with a note: {step.text['en']}")
    return Decision(facts=tuple(r.StepDone(claim=c.id, step=order.step, note=order.note) for c in meant))


# --- restriction -----------------------------------------------------------------------------------------------


def restrict(order: o.Restrict, case: Case, rules: Rules) -> Decision:
    """GDPR 18: what is frozen, and since when."""
    if not order.frozen.strip():
        raise NotAllowed("restriction-frozen", "Say which data is frozen and where.")
    if order.since > local_day(order.at, rules):
        raise NotAllowed("future-day", "A restriction that has not begun cannot be recorded.")

    def fits(claim: Claim) -> bool:
        over = claim.restriction is None or claim.restriction.lifted_on is not None
        return over and Moment.LIFTING in right_of(claim, rules.rights).letters

    text = "No claim here can be restricted, or it is restricted already."
    meant = _fitting(case, order, fits, "restriction-claim", text)
    return Decision(
        facts=tuple(r.RestrictionStarted(claim=c.id, since=order.since, frozen=order.frozen) for c in meant)
    )


def _restricted(claim: Claim) -> bool:
    return claim.restriction is not None and claim.restriction.lifted_on is None


def announce_lifting(order: o.AnnounceLifting, case: Case, rules: Rules) -> Decision:
    """GDPR 18(3): "shall be informed by the controller before the restriction of processing is lifted"."""
    meant = _fitting(case, order, _restricted, "restriction-none", "Nothing is restricted here.")
    if not order.reason.strip():
        raise NotAllowed("lift-reason", "Say why the restriction ends; the person is told.")
    if order.ends_on < local_day(order.at, rules) + _NOTICE:
        raise NotAllowed("lift-early", f"The person gets {_NOTICE.days} days to object: choose a later day.")
    purpose = Purpose(detail=order.reason, until=order.ends_on, by=order.actor)
    return Decision(effects=(Draft(moment=Moment.LIFTING, claims=ids(meant), purpose=purpose),))


def lift(order: o.Lift, case: Case, rules: Rules) -> Decision:
    """Only once the notice has left, has not come back, and its day has come."""
    meant = _fitting(case, order, _restricted, "restriction-none", "Nothing is restricted here.")
    today = local_day(order.at, rules)
    back = {letter.id for letter in case.letters if letter.status == LetterStatus.BOUNCED}
    for claim in meant:
        held = claim.restriction
        if held is None or held.ends_on is None or held.notice in back:
            raise NotAllowed(
                "lift-notice", "Art. 18(3) GDPR: the person is told before a restriction is lifted; no notice has left."
            )
        if today < held.ends_on:
            raise NotAllowed("lift-day", f"The person was told that it ends on {held.ends_on}; not earlier.")
    return Decision(facts=tuple(r.RestrictionLifted(claim=claim.id, on=today) for claim in meant))


# --- fees ------------------------------------------------------------------------------------------------------


def ask_fee(order: o.AskFee, case: Case, rules: Rules) -> Decision:
    """GDPR 12(5)(a), 15(3): reasonable, worked out, told before the work; the clock runs on."""
    meant = targets(case, order)
    fee = order.fee
    for claim in meant:
        right = right_of(claim, rules.rights)
        if fee.basis not in right.fees:
            known = ", ".join(right.fees) or "none"
            raise NotAllowed("fee-basis", f"Art. 12(5) GDPR: {claim.right} is free; a fee may rest on: {known}.")
        if claim.charge is not None and not claim.charge.settled:
            raise NotAllowed("fee-open", "A fee was asked already and is not settled.")
    if fee.amount <= 0 or not fee.calculation.strip() or len(fee.currency) != 3:
        raise NotAllowed("fee-calculation", "Say the amount in cents, its currency, and how it was worked out.")
    if fee.basis == "excessive" and not order.evidence.strip():
        raise NotAllowed("refusal-evidence", "Art. 12(5) GDPR: the controller demonstrates what is excessive.")
    purpose = Purpose(detail=fee.calculation, fee=fee, evidence=order.evidence, by=order.actor)
    return Decision(effects=(Draft(moment=Moment.FEE_ASKED, claims=ids(meant), purpose=purpose),))


def settle_fee(order: o.SettleFee, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """Paid, waived, or no longer needed because the request was narrowed."""

    def fits(claim: Claim) -> bool:
        return claim.charge is not None and not claim.charge.settled

    meant = _fitting(case, order, fits, "fee-none", "No fee is open here.")
    return Decision(facts=tuple(r.FeeSettled(claim=claim.id, how=order.how) for claim in meant))


# --- directives, and what was passed on ------------------------------------------------------------------------


def record_directive(order: o.RecordDirective, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """French data protection act, Art. 85: specific directives need a specific consent; versions are kept."""
    meant = targets(case, order)
    if len(meant) > 1:
        raise NotAllowed("directive-claim", "A directive belongs to one claim; name it.")
    if not order.text.strip() or not order.consent.strip():
        raise NotAllowed("directive-consent", "Record what shall be done and what shows the specific consent to it.")
    (claim,) = meant
    recorded = r.DirectiveRecorded(
        claim=claim.id,
        version=len(claim.directives) + 1,
        recorded_on=order.recorded_on,
        text=order.text,
        consent=order.consent,
        executor=order.executor,
    )
    return Decision(facts=(*_revoked(claim, order.recorded_on), recorded))


def revoke_directive(order: o.RevokeDirective, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """At any time, without a reason."""

    def fits(claim: Claim) -> bool:
        return bool(_revoked(claim, order.revoked_on))

    meant = _fitting(case, order, fits, "directive-none", "No directive is in force here.")
    draft = Draft(moment=Moment.DIRECTIVES_REVOKED, claims=ids(meant), purpose=Purpose(by=order.actor))
    facts = tuple(fact for claim in meant for fact in _revoked(claim, order.revoked_on))
    return Decision(facts=facts, effects=(draft,))


def _revoked(claim: Claim, on: date) -> tuple[r.DirectiveRevoked, ...]:
    in_force = (each for each in claim.directives if each.revoked_on is None)
    return tuple(r.DirectiveRevoked(claim=claim.id, version=each.version, revoked_on=on) for each in in_force)


def prove_forward(order: o.ProveForward, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """practice 27: told (the letter has left) and proved: the claim closes by itself as forwarded."""
    meant = targets(case, order)
    if not order.proof.strip():
        raise NotAllowed("forward-proof", "Say what proves that the party has the request, e.g. its acknowledgement.")
    return Decision(facts=tuple(r.ForwardProved(claim=claim.id, proof=order.proof) for claim in meant))
