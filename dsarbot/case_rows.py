"""A case as one row of a list: what stands in the clear columns, and what waits in it for a person. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from dsarbot.core.case import Case, Letter, LetterStatus, Outcome, Status, Summary, summary
from dsarbot.core.chain import HopState
from dsarbot.rows import CaseRow

_EMPTY = Summary(
    status=Status.CLOSED,
    outcome=Outcome.PENDING,
    rights=(),
    target=None,
    received_at=datetime.max.replace(tzinfo=UTC),
    closed=True,
)


def case_row(case: Case) -> CaseRow:
    """The clear columns. A case whose claims all went elsewhere is closed, unless a message waits in it."""
    seen = summary(case) if case.claims else _EMPTY
    return CaseRow(
        id=case.id,
        organisation=case.organisation,
        reference=case.reference,
        status=seen.status,
        outcome=seen.outcome,
        rights=seen.rights,
        language=case.language,
        channel=case.channel,
        received_at=seen.received_at if case.claims else case.opened_at,
        opened_at=case.opened_at,
        target=seen.target,
        safe_due=min((claim.dates.safe_due for claim in case.active if claim.dates), default=None),
        assignee=case.assignee,
        # What somebody wrote to a case that was put away must not lie where nobody looks.
        closed=seen.closed and all(each.settled for each in case.proposals),
        version=case.version,
        attention=attention(case),
        confidential=case.confidential,
    )


def attention(case: Case) -> int:
    """How many things of the case wait for a person besides the request itself: each letter that somebody must
    approve, post or mend once, each message whose meaning nobody has settled, and what stops in the chain."""
    stopped = sum(each.state in ("contradicted", "questioned") for each in case.chain.instructions)
    unreached = sum(each.state == HopState.BOUNCED for each in case.chain.hops)
    return sum(map(_waits, case.letters)) + sum(not each.settled for each in case.proposals) + stopped + unreached


def to_post(case: Case) -> int:
    """How many letters somebody must print and post."""
    return sum(each.unposted for each in case.letters)


def _waits(letter: Letter) -> bool:
    match letter.status:
        case LetterStatus.DRAFTED:
            return not letter.automatic or bool(letter.trouble)
        case LetterStatus.APPROVED:
            return bool(letter.trouble) or letter.unposted
        case LetterStatus.SENT:
            return bool(letter.trouble)
        case LetterStatus.RETURNED:
            # Overtaken by an answer or a dismissal, an acknowledgement has nothing left to say.
            return letter.trouble != "overtaken"
        case LetterStatus.BOUNCED:
            return True
        case LetterStatus.CANCELLED:
            return False
