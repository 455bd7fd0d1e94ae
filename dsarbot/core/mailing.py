"""Letters between draft and hand-over: edit, approve, discard, posted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.answering import grounds_of
from dsarbot.core.case import Case, Claim, Letter, LetterStatus, Moment
from dsarbot.core.dating import local_day
from dsarbot.core.deciding import wanted
from dsarbot.core.evolve import replace
from dsarbot.core.rights import right_of
from dsarbot.core.rules import CancelSending, Decision, Rules, Send
from dsarbot.errors import NotAllowed

_DECISIONS = (Moment.ANSWERED, Moment.REFUSED)
#: It stands in the clear in the journal, so it must not be free text.
_REGISTERED = re.compile(r"[A-Za-z0-9 -]{0,40}")


def edit(order: o.Edit, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """Changed text needs a new approval (security 10)."""
    letter = _unsent(case, order.letter)
    missing = {section.key for section in letter.sections} - {section.key for section in order.sections}
    if missing:
        raise NotAllowed("letter-section", f"These sections cannot be removed: {', '.join(sorted(missing))}.")
    changed = replace(
        letter,
        sections=order.sections,
        subject=order.subject or letter.subject,
        status=LetterStatus.DRAFTED,
        approved_by="",
        digest="",
        automatic=False,
    )
    return Decision(facts=(f.LetterEdited(letter=changed),), effects=(CancelSending(letter=letter.id),))


def approve(order: o.Approve, case: Case, rules: Rules) -> Decision:
    """Nothing with legal effect leaves unread: the approval binds what the approver saw (security 10)."""
    letter = _unsent(case, order.letter)
    if letter.status == LetterStatus.APPROVED:
        raise NotAllowed("approved-already", "The letter is approved already and on its way.")
    if order.version != case.version:
        raise NotAllowed("approval-version", "The case has moved on since this draft was shown; look again.")
    if unknown := [each for each in order.overrides if each not in order.findings]:
        raise NotAllowed("override-unknown", f"There is no such finding to set aside: {', '.join(unknown)}.")
    if blocked := [each for each in order.findings if each not in order.overrides]:
        raise NotAllowed("pre-send", f"The letter cannot leave like this: {', '.join(blocked)}.")
    if order.overrides and not order.reason.strip():
        raise NotAllowed("override-reason", "Setting a finding aside needs a reason; it is kept in the journal.")
    _demand_persons(order, letter, case, rules)
    approved = f.LetterApproved(
        letter=letter.id,
        digest=order.digest,
        by=order.actor,
        decided_by=order.decided_by or order.actor,
        advised_by=letter.purpose.by,
        version=order.version,
        overridden=order.overrides,
        reason=order.reason,
    )
    # Paper counts as sent only when somebody has posted it (practice 8).
    effects = () if letter.medium == "post" else (Send(letter=letter.id, not_before=order.at),)
    return Decision(facts=(approved,), effects=effects)


def _demand_persons(order: o.Approve, letter: Letter, case: Case, rules: Rules) -> None:
    """Who must have done what before this letter may leave."""
    if case.frozen and letter.moment != Moment.RECALLED:
        raise NotAllowed("frozen", "A letter of this case went astray: decide about it first; only the recall leaves.")
    claims = [case.claim(each) for each in letter.claims]
    if (ground := _needs_second(letter, claims, rules)) and order.actor == letter.purpose.by:
        raise NotAllowed("second-person", f"What rests on '{ground}' needs a second person's approval.")
    decider = wanted(letter, claims, rules.deciding, local_day(order.at, rules))
    if decider not in ("", order.decided_by or order.actor):
        # practice 11: advice and decision are kept apart.
        raise NotAllowed("decider", f"This is for {decider} to decide: --decided-by {decider}, once they have.")
    if letter.moment not in _DECISIONS:
        return
    for claim in claims:
        _demand_gates(claim, letter, rules)
        # practice 19: "another reviewer where there is one"; a reason says why there is none.
        former = {each.approved_by for each in case.letters if claim.contested_at and _answered(each, claim)}
        if order.actor in former and not order.reason.strip():
            raise NotAllowed(
                "other-reviewer", "The person contests what you approved: somebody else looks, or say why nobody can."
            )


def _demand_gates(claim: Claim, letter: Letter, rules: Rules) -> None:
    """GDPR 22(3): "to obtain human intervention ..., to express his or her point of view"; that is on file first."""
    if letter.moment != Moment.ANSWERED:
        return
    done = {each.step for each in claim.done}
    missing = [step.slug for step in right_of(claim, rules.rights).steps if step.gate and step.slug not in done]
    if missing:
        raise NotAllowed("step-missing", f"Before the answer to {claim.right} leaves, record: {', '.join(missing)}.")


def _answered(letter: Letter, claim: Claim) -> bool:
    return letter.moment in _DECISIONS and letter.sent_at is not None and claim.id in letter.claims


def _needs_second(letter: Letter, claims: Sequence[Claim], rules: Rules) -> str:
    """The ground that needs two, "" for none. GDPR 12(5) covers a fee for an excessive request as well."""
    named = grounds_of(letter.purpose)
    if letter.purpose.fee is not None:
        named |= {letter.purpose.fee.basis}
    known = [ground for claim in claims for ground in right_of(claim, rules.rights).grounds]
    return next((ground.slug for ground in known if ground.second and ground.slug in named), "")


def discard(order: o.Discard, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """A draft or a letter still waiting to leave is not sent after all."""
    letter = _unsent(case, order.letter)
    return Decision(
        facts=(f.LetterCancelled(letter=letter.id, why="discarded"),), effects=(CancelSending(letter=letter.id),)
    )


def posted(order: o.Posted, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """The paper letter was handed to the post on that day; only now does it count as sent."""
    letter = _unsent(case, order.letter)
    if letter.medium != "post":
        raise NotAllowed("posted-mail", "This letter goes by e-mail.")
    if letter.status != LetterStatus.APPROVED:
        raise NotAllowed("posted-approved", "The letter must be approved before it is posted.")
    if not _REGISTERED.fullmatch(order.registered):
        raise NotAllowed("posted-number", "The number of a registered letter has up to 40 letters and digits.")
    if order.on > order.at.date():
        raise NotAllowed("posted-future", "The day of posting cannot be in the future.")
    sent_at = min(order.at, order.at.replace(year=order.on.year, month=order.on.month, day=order.on.day))
    return Decision(facts=(f.LetterSent(letter=letter.id, sent_at=sent_at, registered=order.registered),))


def _unsent(case: Case, letter_id: str) -> Letter:
    known = {letter.id: letter for letter in case.letters}
    if letter_id not in known:
        raise NotAllowed("no-such-letter", f"The case has no letter {letter_id}; it has: {', '.join(known) or 'none'}.")
    letter = known[letter_id]
    if letter.status in (LetterStatus.SENT, LetterStatus.BOUNCED, LetterStatus.CANCELLED):
        raise NotAllowed("letter-done", f"The letter is {letter.status}.")
    return letter
