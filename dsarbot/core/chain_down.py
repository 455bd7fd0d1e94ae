"""Down the chain: what was done for an instruction, by us and by whoever works for us, and the report that goes up.

The same road serves GDPR 19: recipients are told what became of data that we gave them as its controller.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dsarbot.core import facts_chain as fc
from dsarbot.core import orders_chain as o
from dsarbot.core.case import Case, Moment, Outcome, Purpose, Status
from dsarbot.core.chain import ENDED, Executed, Hop, HopState, Instruction
from dsarbot.core.chain_back import the_instruction
from dsarbot.core.dating import local_day
from dsarbot.core.letter import UNSENT
from dsarbot.core.rules import Decision, Draft, Rules
from dsarbot.core.targets import ids, targets
from dsarbot.errors import NotAllowed

#: GDPR 19: what recipients must hear of.
TOLD: Final = ("rectification", "erasure", "restriction")
#: Recipients are asked to confirm within so many days.
_CONFIRM: Final = timedelta(days=14)
_MINUTE: Final = "%Y-%m-%d %H:%M"


def _effective(case: Case, order: o.Execute | o.PassDown | o.Report) -> Instruction:
    """GDPR 28(3)(a): "only on documented instructions"."""
    found = the_instruction(case, order.instruction)
    if not found.effective(order.at):
        since = f" It takes effect at {found.effective_at.isoformat()}." if found.effective_at else ""
        raise NotAllowed("instruction-waits", f"That instruction is {found.state}: no data is touched for it.{since}")
    if found.actions == ("nothing",):
        raise NotAllowed("instruction-nothing", "The instruction is to do nothing.")
    return found


def execute(order: o.Execute, case: Case, rules: Rules) -> Decision:
    """What, where, how many, by whom, when (law 4.7): the actor and the instant are those of the order."""
    found = _effective(case, order)
    if not order.where.strip() or order.number < 0:
        raise NotAllowed("execution-what", "Say in which system, and how many records or files.")
    if order.backups_until is not None and order.backups_until < local_day(order.at, rules):
        raise NotAllowed("past-day", "The day on which the backups are overwritten is over.")
    return Decision(
        facts=(
            fc.InstructionExecuted(
                instruction=found.id,
                number=order.number,
                backups_until=order.backups_until,
                where=order.where,
                note=order.note,
                exceptions=order.exceptions,
            ),
        )
    )


def pass_down(order: o.PassDown, case: Case, rules: Rules) -> Decision:
    """GDPR 28(4): "the same data protection obligations"; each sub-processor has a letter and a date of its own."""
    found = _effective(case, order)
    if not order.to or any(each.kind != "sub-processor" for each in order.to):
        raise NotAllowed("down-who", "Name sub-processors of the register.")
    if order.due < local_day(order.at, rules) or (found.until is not None and order.due > found.until):
        raise NotAllowed("down-day", "Their date lies ahead, and not after the controller's own.")
    known = {each.terms.party for each in case.chain.down(found.id) if each.state not in ENDED}
    if twice := [each.party for each in order.to if each.party in known]:
        raise NotAllowed("down-known", f"The instruction is with {', '.join(twice)} already.")
    first = len(case.chain.hops) + 1
    hops = tuple(
        fc.HopPlanned(
            hop=f"h{number}",
            direction="down",
            party=terms.party,
            claims=found.claims,
            due=order.due,
            instruction=found.id,
            terms=terms,
            words=order.detail or "\n\n".join(part for part in (found.scope, found.detail) if part),
        )
        for number, terms in enumerate(order.to, start=first)
    )
    return Decision(facts=hops, effects=tuple(instructing(each, found, order.actor) for each in hops))


def instructing(hop: fc.HopPlanned | Hop, found: Instruction, actor: str, *, again: bool = False) -> Draft:
    """The letter to whoever works for us."""
    party = hop.party if isinstance(hop, fc.HopPlanned) else hop.terms.party
    number = hop.hop if isinstance(hop, fc.HopPlanned) else hop.id
    purpose = Purpose(
        detail=hop.words,
        until=hop.due,
        party=party,
        hop=number,
        reason="again" if again else "",
        slots=(("actions", " ".join(found.actions)), ("instruction", found.id)),
        by=actor,
    )
    return Draft(moment=Moment.PROCESSOR_INSTRUCTED, claims=hop.claims, purpose=purpose)


def report(order: o.Report, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """law 4.7: "evidence report (what, counts, hashes, time, operator)"; nobody reports what others still do."""
    found = _effective(case, order)
    own = [each for each in case.chain.executed if each.instruction == found.id]
    down = case.chain.down(found.id)
    if open_ones := [each.terms.party for each in down if each.state not in ENDED]:
        raise NotAllowed("report-early", f"These have not confirmed yet: {', '.join(open_ones)}.")
    if not own and not any(each.state in (HopState.DONE, HopState.NOTHING_HELD) for each in down):
        raise NotAllowed("report-empty", "Nothing was recorded as done for it.")
    if not order.evidence.strip():
        raise NotAllowed("report-evidence", "Say what shows it: checksums of files handed over, logs kept.")
    if any(each.moment == Moment.CONTROLLER_REPORTED and _of(each.purpose, found) and each.status in UNSENT
           for each in case.letters):  # fmt: skip
        raise NotAllowed("report-known", "A report of this instruction waits already.")
    hop = case.chain.hop(found.hop)
    purpose = Purpose(
        detail=done_in_words(case, found),
        evidence=order.evidence,
        party=hop.terms.party if hop else "",
        hop=found.hop,
        slots=_reported(case, found),
        by=order.actor,
    )
    return Decision(effects=(Draft(moment=Moment.CONTROLLER_REPORTED, claims=found.claims, purpose=purpose),))


def _of(purpose: Purpose, found: Instruction) -> bool:
    return ("instruction", found.id) in purpose.slots


def done_in_words(case: Case, found: Instruction) -> str:
    """A line for each system: what was counted, when, by whom, what there was to say."""
    return "\n".join(_line(each) for each in case.chain.executed if each.instruction == found.id)


def _line(each: Executed) -> str:
    note = f"; {each.note}" if each.note.strip() else ""
    return f"- {each.where}: {each.number} ({each.at.strftime(_MINUTE)} UTC, {each.by}){note}"


def _confirmed(each: Hop) -> str:
    when = each.heard_at.strftime(_MINUTE) if each.heard_at else "-"
    return f"- {each.terms.name}: {each.state}, {each.number} ({when})"


def _reported(case: Case, found: Instruction) -> tuple[tuple[str, str], ...]:
    own = [each for each in case.chain.executed if each.instruction == found.id]
    down = case.chain.down(found.id)
    exceptions = [f"- {each.where}: {each.exceptions}" for each in own if each.exceptions.strip()]
    exceptions += [f"- {each.terms.name}: {each.why or each.detail}" for each in down if each.state != HopState.DONE]
    ends = [each.backups_until for each in own if each.backups_until] + [each.until for each in down if each.until]
    return (
        ("instruction", found.id),
        ("actions", " ".join(found.actions)),
        ("exceptions", "\n".join(exceptions)),
        ("backups", max(ends).isoformat() if ends else ""),
        ("sub-processors", "\n".join(map(_confirmed, down))),
    )


def tell_recipients(order: o.TellRecipients, case: Case, rules: Rules) -> Decision:
    """GDPR 19: "The controller shall communicate any rectification or erasure of personal data or restriction of
    processing [...] to each recipient"."""
    meant = targets(case, order)
    for claim in meant:
        done = claim.status in (Status.ANSWERED, Status.CLOSED) and claim.outcome in (Outcome.GRANTED, Outcome.PARTLY)
        restricted = claim.restriction is not None
        if claim.right not in TOLD or claim.party != case.organisation or not (done or restricted):
            raise NotAllowed(
                "recipients-claim",
                f"Art. 19 GDPR: recipients are told of a {', '.join(TOLD)} of our own data that was carried out.",
            )
    if not order.to or not order.who.strip() or not order.what.strip():
        raise NotAllowed("recipients-what", "Say which recipients, by which identifier they know the person, and what.")
    first, day = len(case.chain.hops) + 1, local_day(order.at, rules)
    hops = tuple(
        fc.HopPlanned(
            hop=f"h{number}", direction="notice", party=terms.party, claims=ids(meant), terms=terms, due=day + _CONFIRM
        )
        for number, terms in enumerate(order.to, start=first)
    )
    slots = (("who", order.who), ("what", order.what))
    return Decision(
        facts=hops,
        effects=tuple(
            Draft(
                moment=Moment.RECIPIENT_TOLD,
                claims=each.claims,
                purpose=Purpose(party=each.party, hop=each.hop, slots=slots, until=each.due, by=order.actor),
            )
            for each in hops
        ),
    )
