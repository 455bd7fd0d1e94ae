"""What becomes of one mail: the checks in their order, a table to read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.case import DONE, Case, Person
from dsarbot.core.clock import compute
from dsarbot.desk.handle import Settled, Task
from dsarbot.desk.mailroom import MailboxInfo, Read, blocked_because
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.routing import Thread, is_party
from dsarbot.ports import Disposition, InboundRow

#: Kinds that a person must see today, but that are no request of a data subject (practice 23-24, 27).
FOR_A_PERSON = ("authority", "instruction", "content-notice", "disclosure")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """opens: cases to open (their reference is given later); tasks: facts and orders for cases that exist.
    family: the mail that this and its sibling verdicts for other companies are about."""

    settled: Settled
    family: str = ""
    opens: tuple[o.Open, ...] = ()
    tasks: tuple[Task, ...] = ()


def settle(
    read: Read, organisation: Organisation, *, disposition: Disposition, now: datetime, kind: str = "", case: str = "",
    problem: str = "",
) -> Settled:  # fmt: skip
    """The final row of an inbound. Held items get a provisional date: the clock may be running (practice 4)."""
    held = disposition == "held"
    row = replace(
        read.row,
        scope=organisation.scope,
        state="held" if held else "settled",
        disposition=disposition,
        kind=kind,
        case=case,
        problem=problem,
        received_at=read.received_at,
        safe_due=safe_due(read.received_at, organisation) if held else None,
        settled_at=now,
    )
    return Settled(row=row, message_id=read.message_id, content_digest=read.digest, sender=read.sender)


def safe_due(received_at: datetime, organisation: Organisation) -> date:
    """The last day if this is a request."""
    return compute(received_at, organisation.rules.jurisdiction).safe_due


def held(row: InboundRow, organisation: Organisation, *, problem: str, now: datetime) -> Settled:
    """What cannot be read is held, dated and shown; its bytes are kept."""
    due = safe_due(row.received_at, organisation)
    return Settled(
        row=replace(
            row, state="held", disposition="held", kind="unreadable", problem=problem, safe_due=due, settled_at=now
        )
    )


def joining(read: Read, thread: Thread, organisation: Organisation, *, now: datetime) -> Verdict:
    """The mail belongs to a case. It moves nothing by itself (security 6)."""
    task = Task(
        scope=organisation.scope,
        case=thread.case.id,
        thing=o.Join(
            at=now,
            actor="service",
            cause=f"inbound:{read.row.id}",
            inbound=read.row.id,
            received_at=read.received_at,
            how=thread.how if is_party(read, thread.case) else f"{thread.how}-other-sender",
            proposes=_proposals(thread.case),
            message_id=read.message_id,
        ),
    )
    settled = settle(read, organisation, disposition="case", now=now, kind="reply", case=thread.case.id)
    return Verdict(settled=settled, tasks=(task,))


def _proposals(case: Case) -> tuple[str, ...]:
    asked = {question.kind for claim in case.active for question in claim.questions if question.answered_on is None}
    if asked:
        return tuple(f"{kind}-answer" for kind in sorted(asked))
    return ("contested",) if all(claim.status in DONE for claim in case.claims) else ("message",)


def opening(
    read: Read, organisation: Organisation, box: MailboxInfo, *, case_id: str, now: datetime, links: Sequence[str] = ()
) -> Verdict:
    """A new case with the rights triage found; unsure ones are unconfirmed, with the clock running all the same."""
    asked = tuple(
        o.Asked(
            right=found.right,
            party=organisation.key,
            certain=read.triage.certain and not read.inner,
            marketing=found.marketing,
            because=found.because,
        )
        for found in read.triage.rights
    ) or (
        o.Asked(
            right="access", party=organisation.key, certain=False, because=read.triage.because or ("unread content",)
        ),
    )
    order = o.Open(
        at=now,
        actor="service",
        cause=f"inbound:{read.row.id}",
        case=case_id,
        reference="",
        organisation=organisation.key,
        channel=read.row.channel,
        language=read.triage.language,
        received_at=read.received_at,
        inbound=read.row.id,
        person=Person(name=read.sender_name, address=read.sender),
        subject=read.inner.subject if read.inner else read.mail.subject,
        asked=asked,
        role_hint=read.triage.role_hint or "",
        urgency=read.triage.urgency,
        automatic_blocked=blocked_because(read, box, organisation),
        links=tuple(links),
        message_id=read.message_id,
    )
    settled = settle(read, organisation, disposition="case", now=now, kind="request", case=case_id)
    return Verdict(settled=settled, opens=(order,))


def bounced(read: Read, letters: Sequence[tuple[str, str]], organisation: Organisation, *, now: datetime) -> Verdict:
    """security 11: a bounce raises an alarm for the letter it names and changes no clock."""
    tasks = tuple(
        Task(
            scope=organisation.scope,
            case=case_id,
            thing=f.LetterBounced(
                at=now,
                actor="service",
                cause=f"bounce:{read.row.id}:{letter_id}",
                letter=letter_id,
                status=read.delivery.status or "unknown",
                permanent=read.delivery.permanent,
                inbound=read.row.id,
            ),
        )
        for case_id, letter_id in letters
    )
    case = letters[0][0] if letters else ""
    settled = settle(read, organisation, disposition="bounce", now=now, kind=read.delivery.because, case=case)
    return Verdict(settled=settled, tasks=tasks)
