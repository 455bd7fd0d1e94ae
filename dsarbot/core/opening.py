"""A case begins: opened by an inbound, confirmed or dismissed by a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.case import UNSENT, Case, Claim, Joined, LetterStatus, Moment, Status
from dsarbot.core.evolve import replace
from dsarbot.core.fact import Fact
from dsarbot.core.facts_by_hand import StaffWrote
from dsarbot.core.facts_rights import Confided, MandateRecorded
from dsarbot.core.rules import CancelSending, Decision, Draft, Effect, Rules
from dsarbot.core.siblings import linked
from dsarbot.core.targets import ids, targets
from dsarbot.errors import NotAllowed

#: Kind of a proposal: a date of receipt that is printed in the message and shown by nothing else (practice 1).
EARLIER_RECEIPT = "earlier-receipt"


def open_case(order: o.Open, rules: Rules) -> Decision:
    """Claims as triage found them; the acknowledgement only when all of them are certain (practice 7)."""
    _demand_known(order.asked, rules)
    found = _found(order.asked, order.received_at, first=1)
    joined = f.InboundJoined(
        inbound=order.inbound, received_at=order.received_at, how="first", message_id=order.message_id
    )
    proposals = proposed(order.proposes, order.inbound, order.received_at)
    if order.earlier_receipt is not None:
        (earlier,) = proposed((EARLIER_RECEIPT,), order.inbound, order.received_at, first=len(proposals) + 1)
        proposals = (*proposals, replace(earlier, instant=order.earlier_receipt))
    links = (
        *(f.Linked(case=each, why="same-sender") for each in order.links),
        *map(linked, order.siblings),
    )
    certain = all(asked.certain for asked in order.asked) and not order.acknowledged_by
    effects = (acknowledgement(tuple(c.claim for c in found), order.automatic_blocked, rules),) if certain else ()
    assigned = (f.Assigned(staff=order.assignee),) if order.assignee else ()
    return Decision(facts=(_opened(order), *found, joined, *assigned, *proposals, *links), effects=effects)


def open_from(order: o.OpenFrom, rules: Rules) -> Decision:
    """practice 8: the receipt goes with the claims; calendar and dates are those of whoever answers now.

    The person learns the new reference by a letter that somebody reads before: it may be the second one to say so."""
    _demand_claims(order, rules)
    taken = tuple(
        taken_over(_towards(claim, order), id=f"c{number}", source=order.from_case)
        for number, claim in enumerate(order.claims, start=1)
    )
    known = f.IdentityVerified(rung=order.rung, how=f"as proved in the case before this {order.mode}")
    facts: tuple[Fact, ...] = (
        _opened(order),
        *((Confided(staff=order.confidential, reason=order.mode),) if order.confidential else ()),
        *((MandateRecorded(representative=order.representative),) if order.representative else ()),
        *(f.ClaimTakenOver(source=order.from_case, taken=claim) for claim in taken),
        *joined_again(order.inbounds, order.mode),
        f.Linked(case=order.from_case, why=order.mode),
        *((known,) if order.rung else ()),
    )
    told = all(claim.status != Status.UNCONFIRMED for claim in taken)
    effects = (Draft(moment=Moment.ACKNOWLEDGED, claims=ids(taken)),) if told else ()
    return Decision(facts=facts, effects=effects)


def proposed(
    kinds: Iterable[str], inbound: str, received_at: datetime, *, first: int = 1
) -> tuple[f.ProposalMade, ...]:
    """What a message proposes, numbered on from what the case has."""
    return tuple(
        f.ProposalMade(proposal=f"p{number}", kind=kind, inbound=inbound, received_at=received_at)
        for number, kind in enumerate(kinds, start=first)
    )


def joined_again(messages: Iterable[Joined], how: str) -> tuple[Fact, ...]:
    """The conversation goes with the claims; what staff wrote by hand stays something that staff wrote."""
    return tuple(
        StaffWrote(
            inbound=each.inbound,
            sent_at=each.received_at,
            how=how,
            message_id=each.message_id,
            recipient=each.recipient,
        )
        if each.recipient
        else f.InboundJoined(inbound=each.inbound, received_at=each.received_at, how=how, message_id=each.message_id)
        for each in messages
    )


def taken_over(claim: Claim, *, id: str, source: str) -> Claim:  # noqa: A002  # it is the claim's id
    """The claim as another case carries it on. Its letters stay behind: they are named with the case they lie in,
    so that no letter of the new case is ever taken for one of them."""

    def there(letter: str) -> str:
        return letter and (letter if ":" in letter else f"{source}:{letter}")

    questions = tuple(replace(question, letter=there(question.letter)) for question in claim.questions)
    held, charge = claim.restriction, claim.charge
    return replace(
        claim,
        id=id,
        questions=questions,
        extension_letter=there(claim.extension_letter),
        restriction=held and replace(held, notice=there(held.notice)),
        charge=charge and replace(charge, letter=there(charge.letter)),
    )


def _towards(claim: Claim, order: o.OpenFrom) -> Claim:
    """After a move the new organisation answers for what the old one would have answered for."""
    return replace(claim, party=order.organisation, dates=None, goal=None) if order.mode == "move" else claim


def _demand_claims(order: o.OpenFrom, rules: Rules) -> None:
    if not order.claims:
        raise NotAllowed("no-claims", f"Nothing open is left to {order.mode}.")
    _demand_known((o.Asked(right=each.right, party=each.party, certain=True) for each in order.claims), rules)


def _opened(order: o.Open) -> f.CaseOpened:
    return f.CaseOpened(
        case=order.case,
        reference=order.reference,
        organisation=order.organisation,
        channel=order.channel,
        language=order.language,
        role_hint=order.role_hint,
        urgency=order.urgency,
        automatic_blocked=order.automatic_blocked,
        also=order.also,
        triaged=order.triaged,
        person=order.person,
        subject=order.subject,
    )


def confirm(order: o.Confirm, case: Case, rules: Rules) -> Decision:
    """A person says that it is a request, and perhaps which rights it really invokes."""
    meant = targets(case, order)
    wanted = {asked.right: asked for asked in order.asked}
    _demand_known(order.asked, rules)
    keep = [claim for claim in meant if not wanted or claim.right in wanted]
    drop = [claim for claim in meant if wanted and claim.right not in wanted and claim.status == Status.UNCONFIRMED]
    known = {claim.right for claim in case.claims if claim not in drop}
    new = _found(
        [asked for asked in order.asked if asked.right not in known],
        min(claim.received_at for claim in case.claims),
        first=len(case.claims) + 1,
    )
    facts: tuple[Fact, ...] = (
        *(f.ClaimConfirmed(claim=claim.id) for claim in keep),
        *(f.ClaimDismissed(claim=claim.id, reason="other right") for claim in drop),
        *new,
    )
    told = any(claim.id in acknowledged(case) for claim in meant)
    claims = (*(claim.id for claim in keep), *(each.claim for each in new))
    effects = () if told else (acknowledgement(claims, case.automatic_blocked, rules),)
    return Decision(facts=facts, effects=effects)


def not_a_request(order: o.NotARequest, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """Reversible by `confirm`. Letters that speak only of these claims must not leave any more."""
    meant = targets(case, order)
    gone = set(ids(meant))
    stale = [each for each in case.letters if each.status in UNSENT and set(each.claims) <= gone]
    facts: tuple[Fact, ...] = (
        *(f.ClaimDismissed(claim=claim.id, reason=order.reason) for claim in meant),
        *(f.LetterCancelled(letter=each.id, why="not-a-request") for each in stale),
        *put_away(case, gone),
    )
    effects: tuple[Effect, ...] = tuple(CancelSending(letter=each.id) for each in stale)
    return Decision(facts=facts, effects=effects)


def put_away(case: Case, done: Collection[str]) -> tuple[Fact, ...]:
    """practice 10: whoever ends the last open matter of a case has looked at its messages, too; a later one asks
    again. done: claims that end now."""
    if any(claim.id not in done for claim in case.active):
        return ()
    return tuple(f.ProposalSettled(proposal=each.id, accepted=False) for each in case.proposals if not each.settled)


def _found(asked: Iterable[o.Asked], received_at: datetime, *, first: int) -> tuple[f.ClaimFound, ...]:
    return tuple(
        f.ClaimFound(
            claim=f"c{number}",
            right=each.right,
            party=each.party,
            received_at=received_at,
            certain=each.certain,
            marketing=each.marketing,
            because=each.because,
        )
        for number, each in enumerate(asked, start=first)
    )


def acknowledged(case: Case) -> frozenset[str]:
    """The claims whose receipt was confirmed by a letter, or will be by one that is not taken back."""
    letters = (each for each in case.letters if each.moment == Moment.ACKNOWLEDGED and _counts(each.status))
    return frozenset(claim for letter in letters for claim in letter.claims)


def acknowledgement(claims: tuple[str, ...], blocked: str, rules: Rules) -> Draft:
    """The letter; it leaves by itself only where nothing stands against it (practice 7)."""
    automatic = not blocked and Moment.ACKNOWLEDGED in rules.automatic
    return Draft(moment=Moment.ACKNOWLEDGED, claims=claims, automatic=automatic)


def _demand_known(asked: Iterable[o.Asked], rules: Rules) -> None:
    asked = tuple(asked)
    if unknown := [each.right for each in asked if each.right not in rules.rights]:
        raise NotAllowed(
            "unknown-right", f"There is no right {', '.join(unknown)}; there are: {', '.join(sorted(rules.rights))}."
        )


def _counts(status: LetterStatus) -> bool:
    return status != LetterStatus.CANCELLED
