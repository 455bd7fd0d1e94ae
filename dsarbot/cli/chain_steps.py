"""The next step of a case in which others have a part: what a person does for an instruction, or reads."""

from __future__ import annotations

from dsarbot.core.case import Case
from dsarbot.core.chain import ENDED, Instruction
from dsarbot.core.chain_up import ANSWER, UNPROVED

_SHOWN = 8


def chain_step(case: Case) -> str:
    """The one thing that the chain waits for here; "" when it waits for others, or there is none."""
    wrote = next((each for each in case.proposals if each.kind in (ANSWER, UNPROVED) and not each.settled), None)
    if wrote is not None:
        hop = next(hop.id for hop in case.chain.hops for each in hop.wrote if each.inbound == wrote.inbound)
        message = f"--from {wrote.inbound[:_SHOWN]}"
        return f"read what the party wrote, then: dsarbot cases heard {case.reference} {hop} SAID {message}"
    for each in case.chain.instructions:
        if each.open:
            return _for_instruction(case, each)
    return ""


def _for_instruction(case: Case, found: Instruction) -> str:
    which = f"{case.reference} {found.id}"
    if found.state == "unconfirmed":
        return "waits for the second confirmation of the erasure."
    if found.state != "standing":
        return f"decide about the instruction: dsarbot cases settle-instruction {which} VERDICT --reason WHY"
    if waiting := [each.terms.party for each in case.chain.down(found.id) if each.state not in ENDED]:
        return f"waits for {', '.join(waiting)}; what they report: dsarbot cases heard {case.reference} HOP done"
    if any(each.instruction == found.id for each in case.chain.executed) or case.chain.down(found.id):
        return f"report it: dsarbot cases report {which} --evidence WHAT_SHOWS_IT"
    return f"carry the instruction out: dsarbot cases executed {which} --where SYSTEM --number N"
