"""What follows from a fact: a letter that has left means something for its claims, an alarm may ask for a reminder."""

from __future__ import annotations

from functools import singledispatch

from dsarbot.core import facts as f
from dsarbot.core import facts_rights as r
from dsarbot.core.case import UNSENT, Case, Claim, Letter, Moment, Outcome, Purpose
from dsarbot.core.chain_time import woke
from dsarbot.core.dating import local_day
from dsarbot.core.fact import Fact
from dsarbot.core.facts_by_hand import StaffWrote
from dsarbot.core.guarding import correspondents
from dsarbot.core.letter import Fee
from dsarbot.core.proving import code_follows
from dsarbot.core.rights import NOT_IDENTIFIED
from dsarbot.core.rules import Decision, Draft, Rules, Send

_NOTHING = Decision()
#: So long before the target, in office days, nobody may be left without a letter.
_LAST_CALL = "due-5"
_NO_FEE = Fee(amount=0, currency="EUR", basis="", calculation="")
#: How a message came from another case, where it was looked at.
_CARRIED_ON = ("split", "merge", "move")
#: Kind of the proposal: did this mail answer the request?
ANSWERED_BY_HAND = "answered-by-hand"


@singledispatch
def of(fact: Fact, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """What follows from *fact*; *case* is the case once the fact is known. Most facts speak for themselves."""
    return _NOTHING


@of.register
def _letter_drafted(fact: f.LetterDrafted, case: Case, rules: Rules) -> Decision:
    """Only an automatic letter goes on by itself, after a delay in which a person can stop it (practice 7)."""
    # practice 8: while nobody has decided about a misdirected letter, nothing leaves by itself.
    if not fact.letter.automatic or case.frozen:
        return _NOTHING
    return Decision(effects=(Send(letter=fact.letter.id, not_before=fact.at + rules.acknowledge_after),))


@of.register
def _staff_wrote(fact: StaffWrote, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """What staff wrote by hand answers nothing by itself; a person is asked whether it did, once."""
    first_time = sum(each.inbound == fact.inbound for each in case.inbounds) == 1 and fact.how not in _CARRIED_ON
    if not case.active or not first_time or fact.recipient.lower() not in correspondents(case):
        return _NOTHING
    number = len(case.proposals) + 1
    asked = f.ProposalMade(proposal=f"p{number}", kind=ANSWERED_BY_HAND, inbound=fact.inbound, received_at=fact.sent_at)
    return Decision(facts=(asked,))


@of.register
def _letter_sent(fact: f.LetterSent, case: Case, rules: Rules) -> Decision:
    letter = case.letter(fact.letter)
    claims = [claim for claim in case.claims if claim.id in letter.claims]
    means = _MEANINGS.get(letter.moment)
    facts = tuple(means(claim, letter, fact, rules) for claim in claims) if means else ()
    return Decision(facts=facts, effects=code_follows(letter, case, fact.sent_at, rules))


def _identity(claim: Claim, letter: Letter, fact: f.LetterSent, rules: Rules) -> Fact:
    """practice 18: a pause opens only for a sent question with a recorded doubt, asked promptly."""
    asked_on = local_day(fact.sent_at, rules)
    return f.QuestionAsked(
        claim=claim.id,
        letter=letter.id,
        kind="identity",
        asked_on=asked_on,
        accepted=bool(letter.purpose.doubt.strip()) and _prompt(claim, fact, rules),
        rung=letter.purpose.rung,
        doubt=letter.purpose.doubt,
    )


def _clarification(claim: Claim, letter: Letter, fact: f.LetterSent, rules: Rules) -> Fact:
    """law 1.1 (e): only a large quantity of data makes a clarification pause the clock."""
    return f.QuestionAsked(
        claim=claim.id,
        letter=letter.id,
        kind="clarification",
        asked_on=local_day(fact.sent_at, rules),
        accepted=letter.purpose.large and _prompt(claim, fact, rules),
    )


def _prompt(claim: Claim, fact: f.LetterSent, rules: Rules) -> bool:
    """law 1.1 (d): at most three working days after receipt; (c) a follow-up as soon after the answer to it."""
    answers = [question.answered_on for question in claim.questions if question.answered_on]
    since = max([local_day(claim.received_at, rules), *answers])
    return local_day(fact.sent_at, rules) <= rules.jurisdiction.calendar.add_working_days(since, rules.prompt_days)


def _extension(claim: Claim, letter: Letter, fact: f.LetterSent, rules: Rules) -> Fact:
    notice_on = local_day(fact.sent_at, rules)
    return f.ClaimExtended(
        claim=claim.id,
        letter=letter.id,
        reason=letter.purpose.reason,
        notice_on=notice_on,
        until=letter.purpose.until or notice_on,
    )


def _answered(claim: Claim, letter: Letter, fact: f.LetterSent, rules: Rules) -> Fact:  # noqa: ARG001
    limit = claim.dates.due_before_utc if claim.dates else None
    result = letter.purpose.result_of(claim.id)
    return f.ClaimAnswered(
        claim=claim.id,
        letter=letter.id,
        outcome=result.outcome,
        ground=result.ground,
        parts=result.parts,
        answered_at=fact.sent_at,
        late=limit is not None and fact.sent_at >= limit,
    )


def _forwarded(claim: Claim, letter: Letter, fact: f.LetterSent, rules: Rules) -> Fact:  # noqa: ARG001
    return f.ClaimForwarded(claim=claim.id, letter=letter.id)


def _lifting(claim: Claim, letter: Letter, fact: f.LetterSent, rules: Rules) -> Fact:
    ends_on = letter.purpose.until or local_day(fact.sent_at, rules)
    return r.LiftingAnnounced(claim=claim.id, letter=letter.id, ends_on=ends_on)


def _fee(claim: Claim, letter: Letter, fact: f.LetterSent, rules: Rules) -> Fact:
    fee = letter.purpose.fee or _NO_FEE
    return r.FeeAsked(claim=claim.id, letter=letter.id, asked_on=local_day(fact.sent_at, rules), fee=fee)


_MEANINGS = {
    Moment.IDENTITY_ASKED: _identity,
    Moment.CLARIFICATION_ASKED: _clarification,
    Moment.EXTENDED: _extension,
    Moment.ANSWERED: _answered,
    Moment.REFUSED: _answered,
    Moment.FORWARDED: _forwarded,
    Moment.LIFTING: _lifting,
    Moment.FEE_ASKED: _fee,
}


@of.register
def _woke(fact: f.Woke, case: Case, rules: Rules) -> Decision:
    """practice 18: silence on a question is answered with a reminder; a person reads it before it leaves."""
    if (of_chain := woke(fact, case, rules)) is not None:
        return of_chain
    kind, _, letter_id = fact.alarm.partition(":")
    if kind == _LAST_CALL:
        return _not_identified(case)
    if not kind.startswith("remind"):
        return _NOTHING
    # The question of a claim that came from another case lies there: the reminder then names no proof again.
    meant = next((each.purpose for each in case.letters if each.id == letter_id), Purpose())
    waiting = tuple(
        c.id for c in case.claims if any(q.letter == letter_id and q.answered_on is None for q in c.questions)
    )
    if not waiting or _reminder_waits(case, letter_id):
        return _NOTHING
    purpose = Purpose(question=letter_id, rung=meant.rung, detail=meant.detail)
    return Decision(effects=(Draft(moment=Moment.REMINDER, claims=waiting, purpose=purpose),))


def _not_identified(case: Case) -> Decision:
    """practice 18: silence on identity ends with "the closing letter before the safe date"; it is a refusal with its
    reasons (Art. 12(4)), and a person reads it. Silence on a clarification never ends like this."""
    silent = tuple(claim.id for claim in case.active if claim.open_question("identity"))
    written = {
        claim
        for each in case.letters
        if each.moment in (Moment.REFUSED, Moment.ANSWERED) and each.status in UNSENT
        for claim in each.claims
    }
    if not silent or written.intersection(silent):
        return _NOTHING
    purpose = Purpose(outcome=Outcome.REFUSED, ground=NOT_IDENTIFIED.slug)
    return Decision(effects=(Draft(moment=Moment.REFUSED, claims=silent, purpose=purpose),))


def _reminder_waits(case: Case, letter_id: str) -> bool:
    return any(
        each.moment == Moment.REMINDER and each.purpose.question == letter_id and each.status in UNSENT
        for each in case.letters
    )
