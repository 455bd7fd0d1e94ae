"""What is said after each order: what was drafted, where the case stands now, and what happens next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from dsarbot.cli import shown
from dsarbot.cli.case_talk import answered
from dsarbot.cli.chain_steps import chain_step
from dsarbot.core.agenda import agenda
from dsarbot.core.case import Case, Letter, LetterStatus, Status, summary
from dsarbot.core.guarding import addressee
from dsarbot.core.letter import TO_FILE
from dsarbot.core.rules import Rules
from dsarbot.desk.people import initials


def told(before: Case | None, case: Case, rules: Rules, now: datetime) -> Iterator[str]:
    """The lines for one case; *before* is the case as it was when the order was given."""
    known = {letter.id for letter in before.letters} if before else set()
    for letter in case.letters:
        if letter.id not in known and letter.status != LetterStatus.CANCELLED:
            yield from drafted(case, letter, rules)
    today = shown.today_of(now, rules)
    yield f"{case.reference} is now: {standing(case)}"
    target = summary(case).target if case.claims else None
    if case.active and target is not None:
        yield f"Target: {shown.near(target, today)}"
    yield f"Next: {following(case, rules, now)}"


def drafted(case: Case, letter: Letter, rules: Rules) -> Iterator[str]:
    """What was drafted, for whom, and the two commands that come next."""
    to = "the contact on file" if letter.moment in TO_FILE else initials(addressee(case, letter.moment))
    way = "by post" if letter.medium == "post" else "by e-mail"
    if letter.automatic:
        delay = int(rules.acknowledge_after.total_seconds()) // 60
        yield f"Letter {letter.id} drafted: {letter.moment}, to {to} {way}; it leaves by itself in {delay} minutes."
        yield f"  Look: dsarbot cases show {case.reference} --letter {letter.id}"
        yield f"  Stop: dsarbot cases discard {case.reference} {letter.id}"
        return
    yield f"Letter {letter.id} drafted: {letter.moment}, to {to} {way}. It leaves once it is approved."
    yield f"  Look: dsarbot cases show {case.reference} --letter {letter.id}"
    yield f"  Send: dsarbot cases approve {case.reference} {letter.id}"


def standing(case: Case) -> str:
    """The state of every claim, in one line."""
    if case.merged_into:
        return "merged into another case"
    return ", ".join(f"{claim.right} {_word(claim.status)}" for claim in case.claims) or "without claims"


def _word(status: Status) -> str:
    return shown.state(status)[0].partition(" ")[2]


def following(case: Case, rules: Rules, now: datetime) -> str:
    """The one thing that the case waits for; a person's own step comes first."""
    return _letter_step(case) or chain_step(case) or _claim_step(case, rules, now)


def _letter_step(case: Case) -> str:
    waiting = [letter for letter in case.letters if shown.to_approve(letter)]
    if waiting:
        letter = waiting[-1]
        return f"check and send the {shown.letter_name(letter)}: dsarbot cases approve {case.reference} {letter.id}"
    posting = [each for each in case.letters if each.status == LetterStatus.APPROVED and each.medium == "post"]
    offered = [each.inbound for each in case.proposals if each.kind == "answered-by-hand" and not each.settled]
    if offered and case.active:
        return f"a colleague wrote by hand; if that answered it: {answered(case, offered[-1])}"
    if posting:
        return f"post the letter, then: dsarbot cases posted {case.reference} {posting[-1].id} --on DATE"
    if any(letter.status == LetterStatus.APPROVED for letter in case.letters):
        return "the approved letter leaves with the running service."
    return ""


def _claim_step(case: Case, rules: Rules, now: datetime) -> str:
    statuses = {claim.status for claim in case.claims}
    reference = case.reference
    if case.merged_into or not case.active:
        if Status.ANSWERED in statuses:
            return f"nothing is owed; put it away: dsarbot cases close {reference}"
        return "nothing; the case is done."
    if Status.UNCONFIRMED in statuses:
        return f"a person decides: dsarbot cases confirm {reference}, or: dsarbot cases not-a-request {reference}"
    if Status.OPEN in statuses:
        return f"collect the data and answer: dsarbot cases answer {reference} --outcome OUTCOME --detail TEXT"
    waits = "the party it was passed on to" if Status.WAITING_PARTY in statuses else "the person's answer"
    return f"waits for {waits}{_reminder(case, rules, now)}."


def _reminder(case: Case, rules: Rules, now: datetime) -> str:
    today = shown.today_of(now, rules)
    coming = [each for each in agenda(case, rules) if each.key.startswith("remind") and each.key not in case.alarms]
    if not coming:
        return ""
    return f"; reminder on {shown.day(rules.jurisdiction.local_date(coming[0].at), today)}"
