"""What waits in the letters of cases, and what of ours did not arrive: pure, over the few cases that have some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from typing import Final

from dsarbot.core.case import Case, Claim, Letter, LetterStatus, Moment, Status, summary
from dsarbot.desk.dating import local_day
from dsarbot.desk.digest_facts import Todo, TodoLine, TroubleLine, TroubleState, WaitsOn
from dsarbot.ports import JobRow

#: What nobody mended stays in the digest so long; a letter of an open case stays as long as the case.
_REMEMBERED: Final = timedelta(days=30)
#: A job whose time came so long ago means that nobody carries the jobs out.
_OVERDUE: Final = timedelta(minutes=30)
#: practice 16: 12 hours without delivery, counted from the first try.
_DEFERRED: Final = timedelta(hours=12)
#: What a message asks for that has words of its own.
_ASKS: Final[Mapping[str, Todo]] = {
    "answered-by-hand": "answered-by-hand",
    "earlier-receipt": "earlier-receipt",
    "authority-in-copy": "authority-in-copy",
}
_RETURNED: Final[Mapping[str, TroubleState]] = {"cap": "capped"}
_STUCK: Final[Mapping[str, TroubleState]] = {
    "given-up": "given-up",
    "unreadable": "unreadable",
    "deferred-12h": "deferred",
}


def todos(case: Case, zone: str) -> Iterator[TodoLine]:
    """Drafts to approve, approved letters that nobody posted yet, messages that a person must settle."""
    target = summary(case).target if case.claims else None
    for letter in case.letters:
        if letter.status == LetterStatus.DRAFTED and not letter.automatic:
            yield _todo(case, letter, zone, target, post=False)
        # practice 8: paper counts as sent once it is posted; the digest shows unposted letters.
        elif letter.status == LetterStatus.APPROVED and letter.medium == "post" and letter.sent_at is None:
            yield _todo(case, letter, zone, target, post=True)
    waiting: dict[Todo, list[datetime]] = {}
    for each in case.proposals:
        if not each.settled:
            waiting.setdefault(_ASKS.get(each.kind, "message"), []).append(each.received_at)
    for todo, since in waiting.items():
        yield TodoLine(
            reference=case.reference, todo=todo, moment=None, since=local_day(min(since), zone), target=target
        )


def _todo(case: Case, letter: Letter, zone: str, target: date | None, *, post: bool) -> TodoLine:
    return TodoLine(
        reference=case.reference,
        todo="post" if post else "approve",
        moment=letter.moment,
        since=local_day(letter.drafted_at, zone) if letter.drafted_at else None,
        target=target,
        letter=letter.id,
    )


def troubled(case: Case, zone: str) -> Iterator[tuple[str, TroubleLine]]:
    """Letters of the case that came back, were refused, stopped or given up; each with the letter's id."""
    for letter in case.letters:
        if state := _trouble(letter):
            at = letter.sent_at or letter.drafted_at
            line = TroubleLine(
                reference=case.reference,
                kind="letter",
                moment=letter.moment,
                state=state,
                since=local_day(at, zone) if at else None,
            )
            yield letter.id, line


def _trouble(letter: Letter) -> TroubleState | None:
    if letter.status == LetterStatus.BOUNCED:
        return "bounced"
    if letter.status == LetterStatus.RETURNED:
        # Overtaken by an answer or a dismissal, an acknowledgement has nothing left to say.
        return None if letter.trouble == "overtaken" else _RETURNED.get(letter.trouble, "returned")
    if letter.status == LetterStatus.SENT:
        return "delayed" if letter.trouble else None
    if letter.status in (LetterStatus.APPROVED, LetterStatus.DRAFTED) and letter.trouble:
        return "refused" if letter.trouble.startswith("refused") else _STUCK.get(letter.trouble, "deferred")
    return None


def undelivered_jobs(
    jobs: Sequence[JobRow],
    references: Mapping[str, str],
    told: AbstractSet[tuple[str, str]],
    *,
    now: datetime,
    zone: str,
) -> Iterator[TroubleLine]:
    """Outbox rows that will not go: shunted, long overdue, or tried in vain for half a day.

    references: of cases that may be shown; told: (case, letter) of lines that exist already."""
    for job in jobs:
        if (job.case, job.letter) in told or (job.case and job.case not in references):
            continue
        state: TroubleState | None = None
        if job.state == "shunted":
            state = "given-up" if job.case or job.due_at > now - _REMEMBERED else None
        elif job.first_tried_at and job.first_tried_at <= now - _DEFERRED:
            state = "retrying"
        elif job.due_at < now - _OVERDUE:
            state = "overdue"
        if state:
            yield TroubleLine(
                reference=references.get(job.case, ""),
                kind=job.kind,
                moment=None,
                state=state,
                since=local_day(job.due_at, zone),
            )


def waiting_since(case: Case, zone: str) -> tuple[WaitsOn, str, date | None]:
    """Whom the case waits for, for the answer to which question, and since when: by its most urgent such claim."""
    waiting = [claim for claim in case.active if claim.status in (Status.WAITING_PERSON, Status.WAITING_PARTY)]
    if not waiting:
        return "person", "", None
    claim = min(waiting, key=lambda each: (each.dates.target if each.dates else date.max, each.id))
    if claim.status == Status.WAITING_PERSON:
        question = claim.open_question()
        return "person", question.kind if question else "", question.asked_on if question else None
    return "party", "", _forwarded_on(case, claim, zone)


def _forwarded_on(case: Case, claim: Claim, zone: str) -> date | None:
    sent = [
        letter.sent_at
        for letter in case.letters
        if letter.moment == Moment.FORWARDED and claim.id in letter.claims and letter.sent_at
    ]
    return local_day(max(sent), zone) if sent else None
