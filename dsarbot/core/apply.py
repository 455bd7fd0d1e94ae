"""apply(case, fact) -> case: what a fact means for the values of a case. It never refuses and never looks at the law.

Folding `apply` over the journal gives the case; `dsarbot db rebuild` does just that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce, singledispatch

from dsarbot.core import apply_chain, apply_copies, apply_identity, apply_package, apply_rights  # noqa: F401
from dsarbot.core import facts as f
from dsarbot.core.apply_rights import on_claim as _on_claim
from dsarbot.core.case import (
    Case,
    Claim,
    Joined,
    Letter,
    LetterStatus,
    Note,
    Outcome,
    Proposal,
    Question,
    Sibling,
    Status,
)
from dsarbot.core.evolve import replace
from dsarbot.core.fact import Fact
from dsarbot.core.facts_by_hand import StaffMailBounced, StaffWrote
from dsarbot.core.moves import after
from dsarbot.core.proofs import Proof


def fold(facts: Iterable[Fact]) -> Case:
    """The case that these facts make. ValueError when the first one does not open a case."""
    case = reduce(apply, facts, None)
    if case is None:
        raise ValueError("a case begins with CaseOpened")
    return case


def apply(case: Case | None, fact: Fact) -> Case:
    """The case once the fact is known; its version counts the facts."""
    if case is None:
        if not isinstance(fact, f.CaseOpened):
            raise ValueError("a case begins with CaseOpened")
        return _opened(fact)
    return replace(_moved(_change(fact, case), fact), version=case.version + 1)


def _opened(fact: f.CaseOpened) -> Case:
    return Case(
        id=fact.case,
        reference=fact.reference,
        organisation=fact.organisation,
        channel=fact.channel,
        language=fact.language,
        opened_at=fact.at,
        person=fact.person,
        subject=fact.subject,
        role_hint=fact.role_hint,
        urgency=fact.urgency,
        automatic_blocked=fact.automatic_blocked,
        also=fact.also,
        version=1,
    )


def _moved(case: Case, fact: Fact) -> Case:
    """The table of moves, for the claim the fact names."""
    name = getattr(fact, "claim", None)
    if name is None or isinstance(fact, f.ClaimFound):
        return case
    return _on_claim(case, name, lambda claim: replace(claim, status=_settled(claim, after(claim.status, type(fact)))))


def _settled(claim: Claim, status: Status) -> Status:
    """A claim with a question still open goes on waiting for the person when only one of two was answered."""
    return Status.WAITING_PERSON if status == Status.OPEN and claim.open_question() else status


def _on_letter(case: Case, letter_id: str, change: Callable[[Letter], Letter]) -> Case:
    return replace(case, letters=tuple(change(each) if each.id == letter_id else each for each in case.letters))


@singledispatch
def _change(fact: Fact, case: Case) -> Case:
    """What a fact changes besides the status of its claim."""
    return apply_rights.change(fact, case)


@_change.register
def _claim_found(fact: f.ClaimFound, case: Case) -> Case:
    claim = Claim(
        id=fact.claim,
        right=fact.right,
        party=fact.party,
        received_at=fact.received_at,
        status=Status.OPEN if fact.certain else Status.UNCONFIRMED,
        marketing=fact.marketing,
        because=fact.because,
        scope=fact.scope,
    )
    return replace(case, claims=(*case.claims, claim))


@_change.register
def _claim_taken_over(fact: f.ClaimTakenOver, case: Case) -> Case:
    return replace(case, claims=(*case.claims, fact.taken))


@_change.register
def _dated(fact: f.Dated, case: Case) -> Case:
    return _on_claim(case, fact.claim, lambda c: replace(c, dates=fact.dates, goal=fact.goal))


@_change.register
def _receipt_corrected(fact: f.ReceiptCorrected, case: Case) -> Case:
    return _on_claim(case, fact.claim, lambda c: replace(c, received_at=fact.received_at))


@_change.register
def _question_asked(fact: f.QuestionAsked, case: Case) -> Case:
    question = Question(kind=fact.kind, letter=fact.letter, asked_on=fact.asked_on, accepted=fact.accepted)
    return _on_claim(case, fact.claim, lambda c: replace(c, questions=(*c.questions, question)))


@_change.register
def _question_answered(fact: f.QuestionAnswered, case: Case) -> Case:
    def answered(question: Question) -> Question:
        if question.kind != fact.kind or question.answered_on is not None:
            return question
        return replace(question, answered_on=max(fact.answered_on, question.asked_on))

    return _on_claim(case, fact.claim, lambda c: replace(c, questions=tuple(answered(q) for q in c.questions)))


@_change.register
def _identity_verified(fact: f.IdentityVerified, case: Case) -> Case:
    proof = Proof(rung=fact.rung, means=fact.means, at=fact.at, by=fact.actor, facts=fact.facts)
    return apply_identity.proved(case, proof)


@_change.register
def _claim_extended(fact: f.ClaimExtended, case: Case) -> Case:
    return _on_claim(case, fact.claim, lambda c: replace(c, extended_on=fact.notice_on, extension_letter=fact.letter))


@_change.register
def _claim_answered(fact: f.ClaimAnswered, case: Case) -> Case:
    def answered(claim: Claim) -> Claim:
        # practice 19: a contested answer keeps the date of the first one.
        first = claim.answered_at or fact.answered_at
        return replace(claim, outcome=fact.outcome, answered_at=first, late=claim.late or fact.late, parts=fact.parts)

    return _on_claim(case, fact.claim, answered)


@_change.register
def _claim_forwarded(fact: f.ClaimForwarded, case: Case) -> Case:
    return _on_claim(case, fact.claim, lambda c: replace(c, outcome=Outcome.FORWARDED))


@_change.register
def _claim_withdrawn(fact: f.ClaimWithdrawn, case: Case) -> Case:
    return _on_claim(case, fact.claim, lambda c: replace(c, outcome=Outcome.WITHDRAWN))


@_change.register
def _claim_reopened(fact: f.ClaimReopened, case: Case) -> Case:
    def reopened(claim: Claim) -> Claim:
        contested = fact.at if fact.why == "contested" else claim.contested_at
        return replace(claim, outcome=Outcome.PENDING, contested_at=contested, passed_on="")

    return _on_claim(case, fact.claim, reopened)


@_change.register
def _letter_drafted(fact: f.LetterDrafted, case: Case) -> Case:
    return replace(case, letters=(*case.letters, replace(fact.letter, drafted_at=fact.at)))


@_change.register
def _letter_edited(fact: f.LetterEdited, case: Case) -> Case:
    return _on_letter(case, fact.letter.id, lambda _: replace(fact.letter, drafted_at=fact.at))


@_change.register
def _letter_approved(fact: f.LetterApproved, case: Case) -> Case:
    def approved(letter: Letter) -> Letter:
        decided_by = fact.decided_by or fact.by
        letter = replace(letter, approved_by=fact.by, decided_by=decided_by, digest=fact.digest)
        return replace(letter, status=LetterStatus.APPROVED, overridden=fact.overridden)

    return _on_letter(case, fact.letter, approved)


@_change.register
def _letter_sent(fact: f.LetterSent, case: Case) -> Case:
    sent = LetterStatus.SENT
    return _on_letter(case, fact.letter, lambda each: replace(each, status=sent, sent_at=fact.sent_at, trouble=""))


@_change.register
def _letter_cancelled(fact: f.LetterCancelled, case: Case) -> Case:
    return _on_letter(case, fact.letter, lambda each: replace(each, status=LetterStatus.CANCELLED))


@_change.register
def _letter_returned(fact: f.LetterReturned, case: Case) -> Case:
    returned = LetterStatus.RETURNED
    return _on_letter(case, fact.letter, lambda each: replace(each, status=returned, trouble=fact.why))


@_change.register
def _letter_bounced(fact: f.LetterBounced, case: Case) -> Case:
    def bounced(letter: Letter) -> Letter:
        status = LetterStatus.BOUNCED if fact.permanent else letter.status
        return replace(letter, status=status, trouble=fact.status)

    return _on_letter(case, fact.letter, bounced)


@_change.register
def _letter_stuck(fact: f.LetterStuck, case: Case) -> Case:
    return _on_letter(case, fact.letter, lambda each: replace(each, trouble=fact.why))


@_change.register
def _joined(fact: f.InboundJoined, case: Case) -> Case:
    joined = Joined(inbound=fact.inbound, received_at=fact.received_at, how=fact.how, message_id=fact.message_id)
    return replace(case, inbounds=(*case.inbounds, joined))


@_change.register
def _staff_wrote(fact: StaffWrote, case: Case) -> Case:
    joined = Joined(inbound=fact.inbound, received_at=fact.sent_at, how=fact.how, message_id=fact.message_id)
    return replace(case, inbounds=(*case.inbounds, replace(joined, recipient=fact.recipient)))


@_change.register
def _staff_mail_bounced(fact: StaffMailBounced, case: Case) -> Case:
    trouble = fact.status if fact.permanent else ""
    marked = (replace(j, trouble=trouble or j.trouble) if j.inbound == fact.inbound else j for j in case.inbounds)
    return replace(case, inbounds=tuple(marked))


@_change.register
def _proposed(fact: f.ProposalMade, case: Case) -> Case:
    proposal = Proposal(
        id=fact.proposal, kind=fact.kind, inbound=fact.inbound, received_at=fact.received_at, instant=fact.instant
    )
    return replace(case, proposals=(*case.proposals, proposal))


@_change.register
def _proposal_settled(fact: f.ProposalSettled, case: Case) -> Case:
    settled = tuple(replace(p, settled=True) if p.id == fact.proposal else p for p in case.proposals)
    return replace(case, proposals=settled)


@_change.register
def _noted(fact: f.Noted, case: Case) -> Case:
    return replace(case, notes=(*case.notes, Note(at=fact.at, actor=fact.actor, kind=fact.kind, text=fact.text)))


@_change.register
def _assigned(fact: f.Assigned, case: Case) -> Case:
    return replace(case, assignee=fact.staff)


@_change.register
def _person_corrected(fact: f.PersonCorrected, case: Case) -> Case:
    return apply_identity.about(case, fact.person)


@_change.register
def _woke(fact: f.Woke, case: Case) -> Case:
    return replace(case, alarms=(*case.alarms, fact.alarm))


@_change.register
def _linked(fact: f.Linked, case: Case) -> Case:
    sibling = (Sibling(case=fact.case, named=fact.named),) if fact.named else ()
    return replace(case, links=(*case.links, fact.case), siblings=(*case.siblings, *sibling))


@_change.register
def _merged_into(fact: f.MergedInto, case: Case) -> Case:
    return replace(case, merged_into=fact.case)


@_change.register
def _absorbed(fact: f.Absorbed, case: Case) -> Case:
    return replace(case, aliases=(*case.aliases, fact.reference), links=(*case.links, fact.case))


@_change.register
def _moved_to(fact: f.MovedTo, case: Case) -> Case:
    return replace(case, moved_to=fact.organisation, links=(*case.links, fact.case))
