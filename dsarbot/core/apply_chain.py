"""What the facts of `facts_chain` mean for a case: they add to those of `apply_rights`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dsarbot.core import facts_chain as f
from dsarbot.core.apply_rights import change, on_claim
from dsarbot.core.case import Case, Outcome
from dsarbot.core.chain import SPEAKS, Executed, Hop, HopState, Instruction, Wrote
from dsarbot.core.evolve import replace

_SAID: Final = {
    "acknowledged": HopState.ACKNOWLEDGED,
    "passed-on": HopState.PASSED_ON,
    "wait": HopState.WAITS,
    "not-ours": HopState.NOT_OURS,
    "nothing-held": HopState.NOTHING_HELD,
    "done": HopState.DONE,
}


def _on_hop(case: Case, hop_id: str, changed: Callable[[Hop], Hop]) -> Case:
    hops = tuple(changed(each) if each.id == hop_id else each for each in case.chain.hops)
    return replace(case, chain=replace(case.chain, hops=hops))


def _on_instruction(case: Case, instruction: str, changed: Callable[[Instruction], Instruction]) -> Case:
    found = tuple(changed(each) if each.id == instruction else each for each in case.chain.instructions)
    return replace(case, chain=replace(case.chain, instructions=found))


@change.register
def _routed(fact: f.ClaimRouted, case: Case) -> Case:
    return on_claim(case, fact.claim, lambda c: replace(c, party=fact.party, contract_days=fact.days))


@change.register
def _planned(fact: f.HopPlanned, case: Case) -> Case:
    state = HopState.WROTE if fact.adopted else HopState.EXPECTED if fact.expected else HopState.PLANNED
    hop = Hop(
        id=fact.hop,
        direction=fact.direction,
        terms=fact.terms,
        claims=fact.claims,
        state=state,
        planned_at=fact.at,
        sender=fact.sender,
        forward_by=fact.forward_by,
        due=fact.due,
        systems=fact.systems,
        words=fact.words,
        because=fact.because,
        instruction=fact.instruction,
        adopted=fact.adopted,
    )
    return replace(case, chain=replace(case.chain, hops=(*case.chain.hops, hop)))


@change.register
def _asked(fact: f.HopAsked, case: Case) -> Case:
    def asked(hop: Hop) -> Hop:
        return replace(hop, state=HopState.ASKED, letter=fact.letter, asked_at=fact.asked_at)

    return _on_hop(case, fact.hop, asked)


@change.register
def _bounced(fact: f.HopBounced, case: Case) -> Case:
    return _on_hop(case, fact.hop, lambda hop: replace(hop, state=HopState.BOUNCED))


@change.register
def _wrote(fact: f.PartyWrote, case: Case) -> Case:
    wrote = Wrote(inbound=fact.inbound, at=fact.received_at, address=fact.address, standing=fact.standing)

    def written(hop: Hop) -> Hop:
        # practice 27: whoever has answered is reminded no more; a mail of a stranger silences no reminder.
        speaks = fact.standing in SPEAKS and hop.state in (HopState.ASKED, HopState.BOUNCED)
        return replace(hop, wrote=(*hop.wrote, wrote), state=HopState.WROTE if speaks else hop.state)

    return _on_hop(case, fact.hop, written)


@change.register
def _heard(fact: f.HopHeard, case: Case) -> Case:
    def heard(hop: Hop) -> Hop:
        return replace(
            hop,
            state=_SAID[fact.said],
            heard_at=fact.at,
            said_by=fact.by,
            detail=fact.detail,
            number=fact.number,
            until=fact.until,
        )

    return _on_hop(_passed_on(case, fact) if fact.said == "passed-on" else case, fact.hop, heard)


def _passed_on(case: Case, fact: f.HopHeard) -> Case:
    """Whoever stands behind a reseller has been asked by it."""
    between = next((each for each in case.chain.hops if each.id == fact.hop), None)

    def asked(hop: Hop) -> Hop:
        mine = between is not None and hop.sender == between.terms.party and hop.claims == between.claims
        return replace(hop, state=HopState.ASKED, asked_at=fact.at) if mine and hop.state == HopState.EXPECTED else hop

    return replace(case, chain=replace(case.chain, hops=tuple(asked(each) for each in case.chain.hops)))


@change.register
def _ended(fact: f.HopEnded, case: Case) -> Case:
    return _on_hop(case, fact.hop, lambda hop: replace(hop, state=HopState(fact.state), why=fact.why))


@change.register
def _instructed(fact: f.Instructed, case: Case) -> Case:
    instruction = Instruction(
        id=fact.instruction,
        hop=fact.hop,
        claims=fact.claims,
        actions=fact.actions,
        state=fact.state,
        at=fact.at,
        how=fact.how,
        by=fact.by,
        proof=fact.proof,
        scope=fact.scope,
        detail=fact.detail,
        until=fact.until,
        inbound=fact.inbound,
        effective_at=fact.effective_at,
    )
    case = _on_hop(case, fact.hop, lambda hop: replace(hop, state=HopState.INSTRUCTED, heard_at=fact.at))
    return replace(case, chain=replace(case.chain, instructions=(*case.chain.instructions, instruction)))


@change.register
def _confirmed(fact: f.InstructionConfirmed, case: Case) -> Case:
    def confirmed(each: Instruction) -> Instruction:
        return replace(each, state="standing", counts=fact.counts, effective_at=fact.effective_at)

    return _on_instruction(case, fact.instruction, confirmed)


@change.register
def _settled(fact: f.InstructionSettled, case: Case) -> Case:
    def settled(each: Instruction) -> Instruction:
        return replace(each, state=fact.state, reason=fact.reason or each.reason, report=fact.letter or each.report)

    return _on_instruction(case, fact.instruction, settled)


@change.register
def _executed(fact: f.InstructionExecuted, case: Case) -> Case:
    done = Executed(
        instruction=fact.instruction,
        at=fact.at,
        by=fact.actor,
        where=fact.where,
        number=fact.number,
        note=fact.note,
        exceptions=fact.exceptions,
        backups_until=fact.backups_until,
    )
    return replace(case, chain=replace(case.chain, executed=(*case.chain.executed, done)))


@change.register
def _returned(fact: f.ClaimReturned, case: Case) -> Case:
    return on_claim(case, fact.claim, lambda c: replace(c, outcome=Outcome.PENDING, passed_on=""))


@change.register
def _served(fact: f.ClaimServed, case: Case) -> Case:
    return on_claim(case, fact.claim, lambda c: replace(c, outcome=Outcome.FORWARDED))
