"""What follows from how the chain stands, whatever brought it about: hops whose letter has left, people who are to be
told, claims that end. Derived from the case alone, so it comes out the same in any order of events."""

from __future__ import annotations

from collections.abc import Iterator

from dsarbot.core import facts_chain as fc
from dsarbot.core import facts_rights as fr
from dsarbot.core.apply import apply
from dsarbot.core.case import DONE, Case, Claim, LetterStatus, Moment, Outcome, Purpose, Status
from dsarbot.core.chain import ENDED, PROVED, Hop, HopState
from dsarbot.core.evolve import replace
from dsarbot.core.fact import Fact
from dsarbot.core.facts import LetterDrafted
from dsarbot.core.letter import TO_PARTIES, Letter
from dsarbot.core.rules import Decision, Draft

_ASKS = (Moment.CONTROLLER_ASKED, Moment.PROCESSOR_INSTRUCTED, Moment.RECIPIENT_TOLD)
_UNDER_WAY = (Status.OPEN, Status.WAITING_PERSON, Status.WAITING_PARTY)
#: What the person is told by the same letter (practice 26); who is named, is named alone.
_TOGETHER = ("neutral", "none")


def with_chain(decision: Decision, after: Case) -> Decision:
    """The decision with what follows from how the chain stands after it."""
    if not after.chain.hops:
        return decision
    case, found = after, []
    for rule in (_letters, _reports, _ends, _over):
        for fact in tuple(rule(case)):
            case = apply(case, fact)
            found.append(fact)
    # While letters are being composed, those that come after are asked for already.
    composing = any(isinstance(each, LetterDrafted) for each in decision.facts)
    drafts = () if composing else tuple(_telling(case))
    return replace(decision, facts=(*decision.facts, *found), effects=(*decision.effects, *drafts))


def _letters(case: Case) -> Iterator[Fact]:
    """A letter to a party has left, or came back."""
    for letter in case.letters:
        hop = case.chain.hop(letter.purpose.hop) if letter.moment in TO_PARTIES else None
        if hop is None or not letter.sent_at:
            continue
        first = letter.moment in _ASKS and hop.state == HopState.PLANNED
        if first:
            yield fc.HopAsked(hop=hop.id, letter=letter.id, asked_at=letter.sent_at)
        mine = first or (letter.id == hop.letter and hop.state == HopState.ASKED)
        if mine and letter.status == LetterStatus.BOUNCED:
            yield fc.HopBounced(hop=hop.id, letter=letter.id)


def _reports(case: Case) -> Iterator[Fact]:
    """The report has left: the instruction is carried out and told."""
    for letter in case.letters:
        if letter.moment != Moment.CONTROLLER_REPORTED or letter.status != LetterStatus.SENT:
            continue
        found = case.chain.instruction(dict(letter.purpose.slots).get("instruction", ""))
        if found is None or found.state != "standing":
            continue
        yield fc.InstructionSettled(instruction=found.id, state="reported", letter=letter.id)
        others = any(each.open and each.id != found.id and each.hop == found.hop for each in case.chain.instructions)
        if not others:
            yield fc.HopEnded(hop=found.hop, state="reported")


def _ends(case: Case) -> Iterator[Fact]:
    """practice 27: "a proved and told forward closes by itself"; what was instructed closes once it is reported."""
    for claim in case.claims:
        hops = case.chain.up(claim.id)
        if claim.status not in _UNDER_WAY or not hops or case.chain.open_instruction(claim.id):
            continue
        latest = hops[-1]
        told = latest.adopted or was_told(case, claim, latest)
        if not told or latest.state not in (*PROVED, HopState.NOTHING_HELD):
            continue
        instructed = [each.id for each in case.chain.instructions if claim.id in each.claims]
        if claim.status == Status.WAITING_PARTY:
            yield fr.ForwardProved(claim=claim.id, proof=proof_of(latest))
        elif instructed:
            yield fc.ClaimServed(claim=claim.id, instruction=instructed[-1])


def _over(case: Case) -> Iterator[Fact]:
    """Withdrawn, dismissed, answered otherwise: nobody is reminded of what has ended."""
    for hop in case.chain.up():
        waits = hop.state in (HopState.PLANNED, HopState.ASKED, HopState.BOUNCED)
        if waits and all(case.claim(each).status in DONE for each in hop.claims):
            yield fc.HopEnded(hop=hop.id, state="given-up", why="its claims have ended")


def not_ended(case: Case, claim: str) -> bool:
    """Whether a party still has a part in that claim."""
    return case.chain.open_instruction(claim) or any(each.state not in ENDED for each in case.chain.up(claim))


def proof_of(hop: Hop) -> str:
    """law 4.10: what shows that the party has it. A link that was opened proves nothing (practice 28)."""
    if hop.state == HopState.SILENT:
        return f"delivered as letter {hop.letter} and not returned; no answer"
    return f"{hop.state} by {hop.said_by or hop.terms.party}"


def was_told(case: Case, claim: Claim, hop: Hop) -> bool:
    """Whether the person has heard that it was passed on, since it was."""
    return any(each.status == LetterStatus.SENT for each in _told(case, claim, hop))


def _told(case: Case, claim: Claim, hop: Hop) -> Iterator[Letter]:
    """The letters that say so, whatever became of them: one that somebody discarded is not written again."""
    for letter in case.letters:
        about = letter.moment == Moment.FORWARDED and claim.id in letter.claims
        if about and hop.asked_at and letter.drafted_at and letter.drafted_at >= hop.asked_at:
            yield letter


def _telling(case: Case) -> Iterator[Draft]:
    """practice 26: the person is told once everything was passed on, in one letter where nobody is named."""
    if any(each.state == HopState.PLANNED for each in case.chain.up()):
        return
    groups: dict[str, tuple[Hop, list[str]]] = {}
    for claim in case.claims:
        hops = [each for each in case.chain.up(claim.id) if each.asked_at and not each.adopted]
        if claim.status not in _UNDER_WAY or not hops or any(_told(case, claim, hops[-1])):
            continue
        if hops[-1].state in (HopState.NOT_OURS, HopState.GIVEN_UP):
            continue
        notice = notice_of(hops[-1])
        name = notice if notice in _TOGETHER else hops[-1].id
        groups.setdefault(name, (hops[-1], []))[1].append(claim.id)
    for hop, claims in groups.values():
        purpose = Purpose(outcome=Outcome.FORWARDED, party=hop.terms.party, hop=hop.id)
        yield Draft(moment=Moment.FORWARDED, claims=tuple(claims), purpose=purpose)


def notice_of(hop: Hop) -> str:
    """What the person may be told: a name only where the contract allows it as well."""
    if hop.terms.notice == "none-until-authorised":
        return "none"
    return "full" if hop.terms.notice == "full" and hop.terms.may_name else "neutral"
