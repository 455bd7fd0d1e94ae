"""What is said around a case, and how claims wander between cases."""

from __future__ import annotations

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.case import DONE, UNSENT, Case, Letter, Moment
from dsarbot.core.chain_follow import not_ended
from dsarbot.core.fact import Fact
from dsarbot.core.implied import follows
from dsarbot.core.opening import EARLIER_RECEIPT, joined_again, proposed, taken_over
from dsarbot.core.questions import confirmed
from dsarbot.core.rules import CancelSending, Decision, Effect, Rules
from dsarbot.core.targets import targets
from dsarbot.errors import NotAllowed


def join(order: o.Join, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """security 6: an inbound never moves a case by itself; what it asks for is a proposal for a person."""
    proposals = proposed(order.proposes, order.inbound, order.received_at, first=len(case.proposals) + 1)
    joined = f.InboundJoined(
        inbound=order.inbound, received_at=order.received_at, how=order.how, message_id=order.message_id
    )
    return Decision(facts=(joined, *proposals))


def settle(order: o.Settle, case: Case, rules: Rules) -> Decision:
    """A person has looked at what a message, or a right that it invokes, proposed."""
    proposal = next((each for each in case.proposals if each.id == order.proposal and not each.settled), None)
    if proposal is None:
        raise NotAllowed("no-such-proposal", f"There is no open proposal {order.proposal}.")
    opened = (*follows(proposal, case, order.scope), *confirmed(proposal, case, rules)) if order.accepted else ()
    return Decision(facts=(f.ProposalSettled(proposal=order.proposal, accepted=order.accepted), *opened))


def note(order: o.Note, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """Somebody writes something down."""
    if not order.text.strip():
        raise NotAllowed("note-empty", "A note needs a text.")
    return Decision(facts=(f.Noted(kind=order.kind, text=order.text),))


def assign(order: o.Assign, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """Somebody takes the case over."""
    return Decision(facts=(f.Assigned(staff=order.staff),))


def correct_receipt(order: o.CorrectReceipt, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """security 8: corrections keep both values, actor and reason; practice 8: later only with a second person."""
    if not order.evidence.strip():
        raise NotAllowed("receipt-evidence", "Say what shows the date of receipt.")
    meant = targets(case, order)
    if order.received_at > order.at:
        raise NotAllowed("receipt-future", "The date of receipt cannot be in the future.")
    later = any(order.received_at > claim.received_at for claim in meant)
    if later and order.second in ("", order.actor):
        raise NotAllowed("receipt-later", "A later receipt than recorded shortens nobody's rights only if two agree.")
    corrected = (
        f.ReceiptCorrected(
            claim=claim.id,
            before=claim.received_at,
            received_at=order.received_at,
            second=order.second,
            evidence=order.evidence,
        )
        for claim in meant
    )
    # practice 1: whoever confirms a receipt has looked at the date that was only printed.
    looked_at = (each for each in case.proposals if each.kind == EARLIER_RECEIPT and not each.settled)
    settled = (f.ProposalSettled(proposal=each.id, accepted=True) for each in looked_at)
    return Decision(facts=(*corrected, *settled))


def redate(order: o.Redate, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """The calendar changed; `decide` computes the dates again. A note says why, if anything moved."""
    return Decision(facts=(f.Noted(kind="work", text="Calendar changed: dates computed again."),))


def leave(order: o.Leave, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """Claims go on elsewhere; their unsent letters here are void. A merge or a move takes all that is open."""
    known = {claim.id: claim for claim in case.claims}
    if unknown := [each for each in order.claims if each not in known]:
        raise NotAllowed("no-such-claim", f"The case has no claim {', '.join(unknown)}.")
    if order.to_case == case.id:
        raise NotAllowed("same-case", "A case cannot go into itself.")
    if case.merged_into:
        raise NotAllowed("merged", "This case was merged already.")
    if order.mode == "split" and not {each.id for each in case.active} - set(order.claims):
        raise NotAllowed("split-all", "Something must stay: a split leaves at least one open claim behind.")
    if any(not_ended(case, each) for each in order.claims):
        # What the parties were asked, and will answer, stands here.
        raise NotAllowed("chain-open", "That claim is with another party; merge the other case into this one instead.")
    going, staying = set(order.claims), {each.id for each in case.active} - set(order.claims)
    stale = [each for each in case.letters if _is_void(each, going, staying)]
    facts: tuple[Fact, ...] = (
        *(f.ClaimMoved(claim=each, to=order.to_case) for each in order.claims),
        *(f.LetterCancelled(letter=each.id, why=order.mode) for each in stale),
        _where_to(order),
    )
    effects: tuple[Effect, ...] = tuple(CancelSending(letter=each.id) for each in stale)
    return Decision(facts=facts, effects=effects)


def _is_void(letter: Letter, going: set[str], staying: set[str]) -> bool:
    """Whether an unsent letter has nothing true to say once these claims are gone. That the request was received
    stays true while one of its claims stays."""
    if letter.status not in UNSENT:
        return False
    if letter.moment == Moment.ACKNOWLEDGED:
        return not staying & set(letter.claims)
    return bool(going & set(letter.claims))


def _where_to(order: o.Leave) -> Fact:
    if order.mode == "merge":
        return f.MergedInto(case=order.to_case)
    if order.mode == "move":
        return f.MovedTo(organisation=order.organisation, case=order.to_case)
    return f.Linked(case=order.to_case, why="split")


def absorb(order: o.Absorb, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """Take claims over. practice 8: of the *same* right the earliest receipt leads; other rights stand beside it."""
    if order.confidential != case.confidential:
        # practice 12: what was said to a few must not be read by others because it was put together.
        raise NotAllowed("merge-confidential", "The same colleagues must see both cases first: cases confidential.")
    # An objection to marketing is another request than one for reasons of one's situation: it is absolute (21(3)).
    same = {(c.right, c.party, c.marketing): c for c in case.claims if c.status not in DONE}
    facts: list[Fact] = []
    number = len(case.claims)
    for claim in order.claims:
        known = same.get((claim.right, claim.party, claim.marketing))
        if known is None:
            number += 1
            taken = taken_over(claim, id=f"c{number}", source=order.from_case)
            facts.append(f.ClaimTakenOver(source=order.from_case, taken=taken))
        elif claim.received_at < known.received_at:
            facts.append(
                f.ReceiptCorrected(
                    claim=known.id, before=known.received_at, received_at=claim.received_at, evidence="merge"
                )
            )
    facts += joined_again(order.inbounds, order.mode)
    if order.mode == "merge":
        facts.append(f.Absorbed(case=order.from_case, reference=order.reference))
    return Decision(facts=tuple(facts))
