"""Yes, no, and in part: one answer may say each of them to the several claims of a letter."""

from __future__ import annotations

from dsarbot.core import orders as o
from dsarbot.core.case import Case, Claim, Moment, Outcome, Purpose
from dsarbot.core.evolve import replace
from dsarbot.core.letter import ALL, Part, Result
from dsarbot.core.package import present
from dsarbot.core.rights import Ground, right_of
from dsarbot.core.rules import Decision, Draft, Rules
from dsarbot.core.targets import ids, targets
from dsarbot.errors import NotAllowed

ANSWERS = (Outcome.GRANTED, Outcome.PARTLY, Outcome.NOTHING_HELD)


def refuse(order: o.Refuse, case: Case, rules: Rules) -> Decision:
    """Art. 12(4): reasons, complaint and court are in the letter; here only whether the law knows the ground, and
    whether what the law wants demonstrated is recorded."""
    meant = targets(case, order)
    for claim in meant:
        _demand_evidence(claim, demand_ground(claim, order.ground, rules), order.evidence)
    if not order.detail.strip():
        raise NotAllowed("refusal-detail", "Say why the ground applies here; a bare article is no reason.")
    purpose = Purpose(
        outcome=Outcome.REFUSED, ground=order.ground, detail=order.detail, evidence=order.evidence, by=order.actor
    )
    return Decision(effects=(Draft(moment=Moment.REFUSED, claims=ids(meant), purpose=purpose),))


def demand_ground(claim: Claim, slug: str, rules: Rules) -> Ground:
    """The ground. NotAllowed unless the law knows it to withhold something from this claim."""
    if claim.marketing:
        # GDPR 21(3): "the personal data shall no longer be processed for such purposes"; there is nothing to weigh.
        raise NotAllowed("marketing-absolute", "Art. 21(2)-(3) GDPR: an objection to marketing cannot be refused.")
    right = right_of(claim, rules.rights)
    ground = right.ground(slug)
    if ground is None:
        known = ", ".join(sorted(each.slug for each in right.grounds)) or "none"
        raise NotAllowed("refusal-ground", f"Lawful grounds to refuse {claim.right}: {known}.")
    return ground


def _demand_evidence(claim: Claim, ground: Ground, evidence: str) -> None:
    # GDPR 11(2): "the controller is able to demonstrate that it is not in a position to identify the data subject";
    # an identity question that was sent shows it.
    asked = ground.slug == "not-identified" and any(each.kind == "identity" for each in claim.questions)
    if ground.demonstrate and not asked and not evidence.strip():
        raise NotAllowed(
            "refusal-evidence",
            f"Art. {ground.article} GDPR: '{ground.slug}' must be demonstrated; record the evidence. "
            f"{ground.evidence['en']}",
        )


def answer(order: o.Answer, case: Case, rules: Rules) -> Decision:
    """The answer itself; to refuse everything has its own order. What is left out or refused in part is a refusal in
    small: it needs its ground too (Art. 12(4))."""
    meant = targets(case, order)
    given = {each.claim: each for each in order.results}
    if unknown := given.keys() - {claim.id for claim in meant}:
        raise NotAllowed("no-such-claim", f"The answer is not about {', '.join(sorted(unknown))}.")
    whole = Result(
        claim="", outcome=order.outcome, ground=order.ground, detail=order.detail, evidence=order.evidence,
        parts=order.parts,
    )  # fmt: skip
    meant_as = [given[claim.id].outcome if claim.id in given else order.outcome for claim in meant]
    if set(meant_as) == {Outcome.REFUSED}:
        raise NotAllowed("answer-outcome", "To refuse everything, give the order to refuse.")
    results = tuple(_result(claim, given.get(claim.id, replace(whole, claim=claim.id)), rules) for claim in meant)
    outcomes = {each.outcome for each in results}
    if not order.detail.strip() and not all(each.detail.strip() for each in results):
        raise NotAllowed("answer-detail", "Say what was done or found; an answer without content is none.")
    alike = not order.parts and not order.results
    purpose = Purpose(
        outcome=outcomes.pop() if len(outcomes) == 1 else Outcome.PARTLY,
        ground=next((each.ground for each in results if each.ground), ""),
        detail=order.detail,
        evidence=order.evidence,
        results=() if alike else results,
        holds=_holds(order, meant, rules),
        files=tuple(each.file for each in present(case)),
        by=order.actor,
    )
    return Decision(effects=(Draft(moment=Moment.ANSWERED, claims=ids(meant), purpose=purpose),))


def _result(claim: Claim, result: Result, rules: Rules) -> Result:
    """What the answer says to one claim, once the law allows it."""
    if result.outcome not in (*ANSWERS, Outcome.REFUSED):
        raise NotAllowed("answer-outcome", f"An answer is one of: {', '.join((*ANSWERS, Outcome.REFUSED))}.")
    withheld = tuple(part for part in result.parts if not part.given)
    if withheld and result.outcome != Outcome.PARTLY:
        raise NotAllowed("answer-parts", f"Something is withheld: the answer to {claim.right} is partly.")
    result = replace(result, ground=result.ground or next((part.ground for part in withheld), ""))
    if result.outcome in (Outcome.PARTLY, Outcome.REFUSED):
        for ground in (result.ground, *(part.ground for part in withheld)):
            _demand_evidence(claim, demand_ground(claim, ground, rules), result.evidence)
    return result


def _holds(order: o.Answer, meant: tuple[Claim, ...], rules: Rules) -> tuple[str, ...]:
    known = dict.fromkeys(item.slug for claim in meant for item in right_of(claim, rules.rights).holds)
    if ALL in order.holds:
        # The word stays beside the items: the check before sending asks for a reason where it covers too much.
        return (ALL, *known)
    if unknown := [each for each in order.holds if each not in known]:
        raise NotAllowed("answer-holds", f"No checklist wants {', '.join(unknown)}; they want: {', '.join(known)}.")
    return order.holds


def grounds_of(purpose: Purpose) -> frozenset[str]:
    """Every ground that a letter rests on, also in part."""
    parts: tuple[Part, ...] = tuple(part for result in purpose.results for part in result.parts)
    named = {purpose.ground, *(each.ground for each in purpose.results), *(each.ground for each in parts)}
    return frozenset(named - {""})
