"""What the facts of `facts_rights` change; `apply` asks here for those it does not know."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch

from dsarbot.core import facts_rights as r
from dsarbot.core.case import Case, Claim
from dsarbot.core.evolve import replace
from dsarbot.core.fact import Fact
from dsarbot.core.measures import Breach, Charge, Directive, Done, Restriction


@singledispatch
def change(fact: Fact, case: Case) -> Case:  # noqa: ARG001
    """What a fact changes besides the status of its claim. Confirmations, closings and their like: nothing."""
    return case


def on_claim(case: Case, claim_id: str, changed: Callable[[Claim], Claim]) -> Case:
    """The case with that claim changed."""
    return replace(case, claims=tuple(changed(c) if c.id == claim_id else c for c in case.claims))


@change.register
def _step_done(fact: r.StepDone, case: Case) -> Case:
    done = Done(step=fact.step, at=fact.at, actor=fact.actor, note=fact.note)
    return on_claim(case, fact.claim, lambda c: replace(c, done=(*_without(c, fact.step), done)))


@change.register
def _step_undone(fact: r.StepUndone, case: Case) -> Case:
    return on_claim(case, fact.claim, lambda c: replace(c, done=_without(c, fact.step)))


def _without(claim: Claim, step: str) -> tuple[Done, ...]:
    return tuple(each for each in claim.done if each.step != step)


@change.register
def _restricted(fact: r.RestrictionStarted, case: Case) -> Case:
    restriction = Restriction(since=fact.since, frozen=fact.frozen)
    return on_claim(case, fact.claim, lambda c: replace(c, restriction=restriction))


@change.register
def _lifting_announced(fact: r.LiftingAnnounced, case: Case) -> Case:
    return _restriction(case, fact.claim, lambda each: replace(each, notice=fact.letter, ends_on=fact.ends_on))


@change.register
def _lifted(fact: r.RestrictionLifted, case: Case) -> Case:
    return _restriction(case, fact.claim, lambda each: replace(each, lifted_on=fact.on))


def _restriction(case: Case, claim_id: str, changed: Callable[[Restriction], Restriction]) -> Case:
    def changes(claim: Claim) -> Claim:
        return replace(claim, restriction=changed(claim.restriction)) if claim.restriction else claim

    return on_claim(case, claim_id, changes)


@change.register
def _fee_asked(fact: r.FeeAsked, case: Case) -> Case:
    charge = Charge(fee=fact.fee, letter=fact.letter, asked_on=fact.asked_on)
    return on_claim(case, fact.claim, lambda c: replace(c, charge=charge))


@change.register
def _fee_settled(fact: r.FeeSettled, case: Case) -> Case:
    def settled(claim: Claim) -> Claim:
        return replace(claim, charge=replace(claim.charge, settled=fact.how)) if claim.charge else claim

    return on_claim(case, fact.claim, settled)


@change.register
def _directive_recorded(fact: r.DirectiveRecorded, case: Case) -> Case:
    directive = Directive(
        version=fact.version,
        recorded_on=fact.recorded_on,
        text=fact.text,
        consent=fact.consent,
        executor=fact.executor,
    )
    return on_claim(case, fact.claim, lambda c: replace(c, directives=(*c.directives, directive)))


@change.register
def _directive_revoked(fact: r.DirectiveRevoked, case: Case) -> Case:
    def revoked(each: Directive) -> Directive:
        return replace(each, revoked_on=fact.revoked_on) if each.version == fact.version else each

    return on_claim(case, fact.claim, lambda c: replace(c, directives=tuple(map(revoked, c.directives))))


@change.register
def _forward_proved(fact: r.ForwardProved, case: Case) -> Case:
    return on_claim(case, fact.claim, lambda c: replace(c, passed_on=fact.proof))


@change.register
def _mandate_recorded(fact: r.MandateRecorded, case: Case) -> Case:
    return replace(case, representative=fact.representative)


@change.register
def _mandate_ended(fact: r.MandateEnded, case: Case) -> Case:  # noqa: ARG001
    return replace(case, representative=None)


@change.register
def _misdirected(fact: r.LetterMisdirected, case: Case) -> Case:
    breach = Breach(letter=fact.letter, known_at=fact.known_at, report_by=fact.report_by)
    return replace(case, breaches=(*case.breaches, breach))


@change.register
def _breach_decided(fact: r.BreachDecided, case: Case) -> Case:
    def decided(each: Breach) -> Breach:
        return replace(each, verdict=fact.verdict) if each.letter == fact.letter else each

    return replace(case, breaches=tuple(map(decided, case.breaches)))


@change.register
def _confided(fact: r.Confided, case: Case) -> Case:
    return replace(case, confidential=fact.staff)


@change.register
def _held(fact: r.RetentionHeld, case: Case) -> Case:
    return replace(case, holds=(*case.holds, fact.inquiry))


@change.register
def _released(fact: r.RetentionReleased, case: Case) -> Case:
    return replace(case, holds=tuple(each for each in case.holds if each != fact.inquiry))
