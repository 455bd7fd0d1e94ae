"""Orders about copies of identity papers: what a person may say of one, and what follows."""

from __future__ import annotations

import re
from typing import Final

from dsarbot.core import facts_copies as f
from dsarbot.core import orders as o
from dsarbot.core import orders_copies as oc
from dsarbot.core.case import Case, LetterStatus
from dsarbot.core.dating import local_day
from dsarbot.core.fact import Fact
from dsarbot.core.identity_copy import IdCopy, extended
from dsarbot.core.questions import verify
from dsarbot.core.rules import Decision, Rules
from dsarbot.errors import NotAllowed

#: What a number of a paper looks like, which is never kept (law 3): no kind of paper is called so.
_NUMBER: Final = re.compile(r"\d{3}|\d[A-Z0-9]{4}|[A-Z0-9]{4}\d", re.IGNORECASE)
_RUNG: Final = "R6"
BY_HAND: Final = "by-hand"
#: The section of a letter that tells the person what became of a copy that nobody had asked for.
NOTE: Final = "id-copy"


def asked_for(case: Case) -> bool:
    """Whether a copy was asked for, by a question that is still open."""
    open_ = {question.letter for claim in case.claims if (question := claim.open_question("identity"))}
    return any(each.id in open_ and _RUNG in each.purpose.rung.upper().split("+") for each in case.letters)


def copy_untold(case: Case) -> bool:
    """law 3: of "a copy sent unasked" the person is told, in the next letter once it is destroyed everywhere."""
    told = [
        each.drafted_at
        for each in case.letters
        if each.status != LetterStatus.CANCELLED and any(one.key == NOTE for one in each.sections) and each.drafted_at
    ]
    return any(
        copy.destroyed_at is not None
        and not copy.asked
        and not copy.lingers
        and not any(at >= copy.destroyed_at for at in told)
        for copy in case.copies
    )


def mark(order: oc.MarkCopy, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """What a person marks is treated as if the machine had seen it."""
    if order.inbound not in {each.inbound for each in case.inbounds}:
        raise NotAllowed("copy-message", "That message does not belong to this case.")
    if any(each.id == order.copy and not each.released for each in case.copies):
        raise NotAllowed("copy-known", "This file is set apart as a copy of a paper already.")
    arrived = f.IdCopyArrived(
        copy=order.copy,
        inbound=order.inbound,
        arrived_at=order.arrived_at,
        guess="paper",
        why=BY_HAND,
        asked=asked_for(case),
    )
    return Decision(facts=(arrived,))


def release(order: oc.ReleaseCopy, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """A suspicion is enough to set something apart, so taking it back must be easy, and is recorded."""
    copy = _waiting(case, order.copy)
    if not order.reason.strip():
        raise NotAllowed("copy-reason", "Say what it is, if it is no copy of a paper.")
    return Decision(facts=(f.IdCopyReleased(copy=copy.id, reason=order.reason.strip()),))


def judge(order: oc.JudgeCopy, case: Case, rules: Rules) -> Decision:
    """practice 31: the verdict instead of the picture. Only where a copy was asked for it proves anything more."""
    copy = _waiting(case, order.copy)
    kind = order.doc_type.strip()
    if not kind:
        raise NotAllowed("copy-type", "Say what kind of paper it is, such as passport or identity card.")
    if _NUMBER.search(kind):
        raise NotAllowed("copy-number", "Name the kind of paper only: its number is never kept.")
    facts: tuple[Fact, ...] = (
        f.IdCopyJudged(copy=copy.id, match=order.match, doc_type=kind, signature=order.signature),
    )
    if order.match == "yes" and copy.asked:
        # security 6: "a confirmed answer counts from its own receipt".
        proved = o.Verify(
            at=order.at,
            actor=order.actor,
            cause=order.cause,
            rung=_RUNG,
            means="copy",
            how=f"copy of a paper compared: {kind}",
            answered_on=local_day(copy.arrived_at, rules),
        )
        facts += verify(proved, case, rules).facts
    return Decision(facts=facts)


def extend(order: oc.ExtendCopy, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """Seven days more, once."""
    copy = _waiting(case, order.copy)
    given = extended(copy.arrived_at, copy.extension, at=order.at, reason=order.reason)
    return Decision(facts=(f.IdCopyExtended(copy=copy.id, reason=given.reason),))


def tick(order: oc.TickCopy, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """practice 32: "listed as 'ID copy still at X' until a person ticks it"."""
    copy = _named(case, order.copy)
    if order.place not in copy.lingers:
        known = ", ".join(copy.lingers) or "nowhere"
        raise NotAllowed("copy-place", f"The copy is not listed there. It is still at: {known}.")
    return Decision(facts=(f.IdCopyGone(copy=copy.id, place=order.place),))


def _named(case: Case, copy_id: str) -> IdCopy:
    for each in case.copies:
        if each.id == copy_id:
            return each
    raise NotAllowed("copy-unknown", "There is no such copy in this case; see: dsarbot cases id-copies.")


def _waiting(case: Case, copy_id: str) -> IdCopy:
    copy = _named(case, copy_id)
    if copy.released:
        raise NotAllowed("copy-released", "It was released: it is no copy of a paper.")
    if copy.verdict is not None:
        raise NotAllowed("copy-judged", "The verdict on this copy is recorded already; it has been destroyed.")
    if copy.destroyed_at is not None:
        raise NotAllowed("copy-destroyed", "This copy was destroyed at the end of its time, without a verdict.")
    return copy
