"""Back down the chain: what the controller instructs, who may, and what is done when instructions do not agree."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dsarbot.core import facts as f
from dsarbot.core import facts_chain as fc
from dsarbot.core import orders_chain as o
from dsarbot.core.case import Case, Moment, Outcome, Purpose, Status
from dsarbot.core.chain import ACTIONS, Hop, HopState, Instruction, contradict
from dsarbot.core.chain_up import read, the_hop
from dsarbot.core.dating import local_day
from dsarbot.core.fact import Fact
from dsarbot.core.letter import UNSENT, Letter
from dsarbot.core.rules import CancelSending, Decision, Draft, Rules
from dsarbot.errors import NotAllowed

#: practice 28: "a cooling day unless the contract waives it".
COOLING: Final = timedelta(days=1)


def instruct(order: o.Instruct, case: Case, rules: Rules) -> Decision:
    """An authenticated instruction is recorded; one that contradicts another stops both for a person."""
    hop = the_hop(case, order.hop)
    claims = _demand_instruction(order, hop, rules)
    proof = _proof(order, case, hop)
    against = [
        each
        for each in case.chain.instructions
        if set(each.claims) & set(claims)
        and each.state in ("unconfirmed", "standing", "contradicted", "questioned")
        and contradict(each.actions, order.actions)
    ]
    by_link = "erase" in order.actions and order.how == "page"
    number = len(case.chain.instructions) + 1
    made = fc.Instructed(
        instruction=f"i{number}",
        hop=hop.id,
        claims=claims,
        actions=tuple(each for each in ACTIONS if each in order.actions),
        state="contradicted" if against else "unconfirmed" if by_link else "standing",
        how=order.how,
        until=order.until,
        inbound=order.inbound,
        by=order.by,
        proof=proof,
        scope=order.scope,
        detail=order.detail,
    )
    stopped = (
        fc.InstructionSettled(instruction=each.id, state="contradicted", reason=f"i{number}")
        for each in against
        if each.state != "contradicted"
    )
    through = _through(case, hop, order)
    return Decision(facts=(made, *stopped, *through, *read(case, order.inbound), *_reopened(case, claims, order)))


def _demand_instruction(order: o.Instruct, hop: Hop, rules: Rules) -> tuple[str, ...]:
    if hop.direction != "up" or hop.state == HopState.PLANNED:
        raise NotAllowed("instruction-hop", "Only a party to which the request was passed on can instruct us.")
    if not order.actions or set(order.actions) - set(ACTIONS):
        raise NotAllowed("instruction-actions", f"Say what is to be done: {', '.join(ACTIONS)}.")
    if "nothing" in order.actions and len(order.actions) > 1:
        raise NotAllowed("instruction-actions", "'nothing' stands alone.")
    if "nothing" not in order.actions and not order.scope.strip():
        raise NotAllowed("instruction-scope", "Say with which data: an instruction without a scope cannot be shown.")
    if order.until is not None and order.until < local_day(order.at, rules):
        raise NotAllowed("past-day", "The date of the instruction is over.")
    claims = order.claims or hop.claims
    if unknown := [each for each in claims if each not in hop.claims]:
        raise NotAllowed("no-such-claim", f"That party was not asked about: {', '.join(unknown)}.")
    return claims


def _proof(order: o.Instruct, case: Case, hop: Hop) -> str:
    """law 4.7: "written, authenticated (named instruction contact, portal or signed mail)"."""
    if order.how == "page":
        if not order.proof.strip():
            raise NotAllowed(
                "instruction-proof", "practice 28: link and code of the named contact; the code is missing."
            )
        return order.proof
    wrote = next(
        (each for one in case.chain.hops for each in one.wrote if order.inbound and each.inbound == order.inbound
         and one.terms.party == hop.terms.party), None,
    )  # fmt: skip
    if wrote is not None and wrote.standing == "look-alike":
        raise NotAllowed("instruction-forged", "That mail came from an address made to look like the customer's.")
    if wrote is not None and wrote.standing == "authenticated":
        return f"mail of a named contact, proved by our mail server: {wrote.address}"
    if not order.vouched.strip():
        # practice 28: what the page proved is that they sent it; its own form asks what an instruction needs.
        why = f" That message alone proves no instruction: {wrote.standing}." if wrote else ""
        raise NotAllowed(
            "instruction-proof",
            "Only a named instruction contact may instruct us, by a mail whose sender is proved." + why
            + " Call back on the number of the contract and say so: who was called, and when.",
        )  # fmt: skip
    return f"vouched for: {order.vouched}"


def _through(case: Case, hop: Hop, order: o.Instruct) -> tuple[Fact, ...]:
    """An instruction that comes from a reseller comes from whoever stands behind it: those hops have been heard."""
    behind = (
        each
        for each in case.chain.hops
        if each.sender and set(each.claims) & set(hop.claims) and each.state in (HopState.EXPECTED, HopState.ASKED)
    )
    return tuple(
        fc.HopHeard(hop=each.id, said="acknowledged", how=order.how, inbound=order.inbound) for each in behind
    )  # fmt: skip


def _reopened(case: Case, claims: tuple[str, ...], order: o.Instruct) -> tuple[Fact, ...]:
    """practice 27: "instruction, answer or complaint reopens it"."""
    if order.actions == ("nothing",):
        return ()
    ended = (case.claim(each) for each in claims)
    return tuple(
        f.ClaimReopened(claim=each.id, why="instruction")
        for each in ended
        if each.status == Status.CLOSED and each.outcome == Outcome.FORWARDED
    )


def the_instruction(case: Case, instruction: str) -> Instruction:
    """NotAllowed when the case has none of that number."""
    found = case.chain.instruction(instruction)
    if found is None:
        known = ", ".join(each.id for each in case.chain.instructions) or "none"
        raise NotAllowed("no-such-instruction", f"There is no instruction {instruction}; there are: {known}.")
    return found


def confirm_instruction(order: o.ConfirmInstruction, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """practice 28: "'Erase' by link needs a second confirmation naming counts and a cooling day"."""
    found = the_instruction(case, order.instruction)
    if found.state != "unconfirmed":
        raise NotAllowed("instruction-confirmed", f"That instruction is {found.state}; nothing is to be confirmed.")
    if not order.counts.strip() or not order.proof.strip():
        raise NotAllowed("instruction-counts", "The confirmation names how many of what, and is proved by a code.")
    hop = case.chain.hop(found.hop)
    effective = order.at + COOLING if hop is None or hop.terms.cooling else order.at
    return Decision(
        facts=(
            fc.InstructionConfirmed(
                instruction=found.id, effective_at=effective, counts=order.counts, proof=order.proof
            ),
        )
    )


def settle_instruction(order: o.SettleInstruction, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """A person decides: which of two stands, which is questioned (GDPR 28(3)), which is not followed."""
    found = the_instruction(case, order.instruction)
    if not order.reason.strip():
        raise NotAllowed("instruction-reason", "Say why; it stands in the file.")
    if found.state in ("refused", "superseded", "reported"):
        raise NotAllowed("instruction-ended", f"That instruction is {found.state}.")
    waiting = tuple(each for each in case.letters if each.status in UNSENT and _questions(each, found))
    if order.verdict == "questioned":
        asking = () if waiting else (_questioning(found, case, order),)
        settled = fc.InstructionSettled(instruction=found.id, state="questioned", reason=order.reason)
        return Decision(facts=(settled,), effects=asking)
    # What is decided is not asked any more.
    over = tuple(f.LetterCancelled(letter=each.id, why=order.verdict) for each in waiting)
    return Decision(
        facts=(*_settled(found, case, order), *over),
        effects=tuple(CancelSending(letter=each.id) for each in waiting),
    )


def _questions(letter: Letter, found: Instruction) -> bool:
    return letter.moment == Moment.CONTROLLER_QUESTIONED and ("instruction", found.id) in letter.purpose.slots


def _questioning(found: Instruction, case: Case, order: o.SettleInstruction) -> Draft:
    """GDPR 28(3), last sentence: "immediately inform the controller if, in its opinion, an instruction infringes"."""
    hop = case.chain.hop(found.hop)
    purpose = Purpose(
        detail=order.reason,
        party=hop.terms.party if hop else "",
        hop=found.hop,
        slots=(("instruction", found.id), ("actions", " ".join(found.actions)), ("what", found.scope)),
        by=order.actor,
    )
    return Draft(moment=Moment.CONTROLLER_QUESTIONED, claims=found.claims, purpose=purpose)


def _settled(found: Instruction, case: Case, order: o.SettleInstruction) -> tuple[Fact, ...]:
    if order.verdict != "stands":
        return (fc.InstructionSettled(instruction=found.id, state=order.verdict, reason=order.reason),)
    if found.state not in ("contradicted", "questioned"):
        raise NotAllowed("instruction-stands", f"That instruction is {found.state}; nothing is to be decided.")
    # A person's word is no second confirmation: an erasure by link still waits for it.
    by_link = "erase" in found.actions and found.how == "page" and not found.counts
    stands = fc.InstructionSettled(
        instruction=found.id, state="unconfirmed" if by_link else "standing", reason=order.reason
    )
    others = (
        fc.InstructionSettled(instruction=each.id, state="superseded", reason=found.id)
        for each in case.chain.instructions
        if each.id != found.id
        and each.state in ("unconfirmed", "standing", "contradicted", "questioned")
        and set(each.claims) & set(found.claims)
        and contradict(each.actions, found.actions)
    )
    return (stands, *others)
