"""Mails that staff wrote by hand, beside the desk: what they propose, and what they answered once a person says so."""

from __future__ import annotations

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.answering import ANSWERS, demand_ground
from dsarbot.core.case import Case, Joined, Letter, Moment, Outcome, Purpose
from dsarbot.core.consequences import ANSWERED_BY_HAND
from dsarbot.core.rules import Decision, Rules
from dsarbot.core.targets import ids, targets
from dsarbot.errors import NotAllowed


def answered_by_hand(order: o.AnsweredByHand, case: Case, rules: Rules) -> Decision:
    """The mail becomes a letter of the case that left when it was sent: what follows from that is the same as for a
    letter of the desk, also when it bounces or somebody answers it."""
    meant = targets(case, order)
    mail = _written(order.inbound, case)
    if order.outcome not in (*ANSWERS, Outcome.REFUSED):
        raise NotAllowed("answer-outcome", f"An answer is one of: {', '.join((*ANSWERS, Outcome.REFUSED))}.")
    for claim in meant if order.outcome in (Outcome.PARTLY, Outcome.REFUSED) else ():
        demand_ground(claim, order.ground, rules)
    letter = Letter(
        id=f"l{len(case.letters) + 1}",
        moment=Moment.REFUSED if order.outcome == Outcome.REFUSED else Moment.ANSWERED,
        claims=ids(meant),
        language=case.language,
        medium="mail",
        recipient=mail.recipient,
        subject=order.subject,
        sections=order.sections,
        purpose=Purpose(outcome=order.outcome, ground=order.ground, by=order.actor),
        inbound=mail.inbound,
    )
    offered = (p for p in case.proposals if (p.kind, p.inbound, p.settled) == (ANSWERED_BY_HAND, mail.inbound, False))
    return Decision(
        facts=(
            *(f.ProposalSettled(proposal=each.id, accepted=True) for each in offered),
            f.LetterDrafted(letter=letter),
            f.LetterSent(letter=letter.id, sent_at=mail.received_at, written_id=mail.message_id),
        )
    )


def _written(inbound: str, case: Case) -> Joined:
    known = [each for each in case.inbounds if each.recipient]
    mail = next((each for each in known if each.inbound == inbound), None)
    if mail is None:
        found = ", ".join(each.inbound[:8] for each in known) or "none"
        raise NotAllowed("not-by-hand", f"No such mail of staff belongs to the case; there are: {found}.")
    if any(each.inbound == mail.inbound for each in case.letters):
        raise NotAllowed("recorded-already", "This mail is recorded as an answer already.")
    if mail.trouble:
        # Art. 12(3): "provide information ... to the data subject"; what came back was not provided.
        raise NotAllowed("came-back", f"The mail came back ({mail.trouble}): it reached nobody. Answer another way.")
    return mail
