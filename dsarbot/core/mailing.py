"""Letters between draft and hand-over: edit, approve, discard, posted."""

from __future__ import annotations

import re

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.case import Case, Letter, LetterStatus
from dsarbot.core.evolve import replace
from dsarbot.core.rules import CancelSending, Decision, Rules, Send
from dsarbot.errors import NotAllowed

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
    if _needs_second(letter, case, rules) and order.actor == letter.purpose.by:
        raise NotAllowed("second-person", f"A refusal as {letter.purpose.ground} needs a second person's approval.")
    approved = f.LetterApproved(
        letter=letter.id,
        digest=order.digest,
        by=order.actor,
        version=order.version,
        overridden=order.overrides,
        reason=order.reason,
    )
    # Paper counts as sent only when somebody has posted it (practice 8).
    effects = () if letter.medium == "post" else (Send(letter=letter.id, not_before=order.at),)
    return Decision(facts=(approved,), effects=effects)


def _needs_second(letter: Letter, case: Case, rules: Rules) -> bool:
    claims = [case.claim(each) for each in letter.claims]
    grounds = {ground for claim in claims for ground in rules.rights[claim.right].grounds}
    return any(ground.second and ground.slug == letter.purpose.ground for ground in grounds)


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
