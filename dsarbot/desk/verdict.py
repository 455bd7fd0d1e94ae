"""What becomes of one mail: the checks in their order, a table to read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.case import DONE, Case, Person
from dsarbot.core.clock import compute
from dsarbot.core.fact import Fact
from dsarbot.core.facts_by_hand import StaffMailBounced
from dsarbot.core.triaged import Triaged
from dsarbot.desk.copies import Kin
from dsarbot.desk.handle import Settled, Task
from dsarbot.desk.identity_codes import presented
from dsarbot.desk.inner import people_in
from dsarbot.desk.mailroom import MailboxInfo, Read, blocked_because
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.routing import Thread, is_party
from dsarbot.ports import Disposition, InboundRow
from dsarbot.reading.authorities import is_authority
from dsarbot.reading.edition import edition
from dsarbot.reading.triage import Triage

#: No request of a data subject is older than the data protection directive.
_OLDEST = datetime(1995, 1, 1, tzinfo=UTC)
#: Kinds that a person must see today, but that are no request of a data subject (practice 23-24, 27).
FOR_A_PERSON = ("authority", "instruction", "content-notice", "disclosure", "breach-notice")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """opens: cases to open (their reference is given later); tasks: facts and orders for cases that exist.
    family: the mail that this and its sibling verdicts for other companies are about; further: rows that are settled
    by it as well; forget: a row as it was kept, whose bytes are destroyed before anything is written; kin: the cases
    that a copy in another mailbox has opened for other companies."""

    settled: Settled
    family: str = ""
    further: tuple[Settled, ...] = ()
    forget: InboundRow | None = None
    opens: tuple[o.Open, ...] = ()
    tasks: tuple[Task, ...] = ()
    kin: tuple[Kin, ...] = ()


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
    return Settled(
        row=row,
        unread=read.row.state == "kept",
        message_id=read.message_id,
        content_digest=read.digest,
        sender=read.sender,
        copy_mark=read.copy_mark,
    )


def safe_due(received_at: datetime, organisation: Organisation) -> date:
    """The last day if this is a request."""
    return compute(received_at, organisation.rules.jurisdiction).safe_due


def held(row: InboundRow, organisation: Organisation, *, problem: str, now: datetime) -> Settled:
    """What cannot be read is held, dated and shown; its bytes are kept."""
    due = safe_due(row.received_at, organisation)
    return Settled(
        row=replace(
            row, state="held", disposition="held", kind="unreadable", problem=problem, safe_due=due, settled_at=now
        ),
        unread=row.state == "kept",
    )


def joining(read: Read, thread: Thread, organisation: Organisation, *, now: datetime) -> Verdict:
    """The mail belongs to a case. It moves nothing by itself (security 6); what a code in it does, the case decides."""
    meant = proposals(thread.case)
    code = presented(read, thread.case, organisation.rules, proposes=meant, now=now)
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
            proposes=(*(() if code else meant), *_in_copy(read)),
            message_id=read.message_id,
        ),
    )
    settled = settle(read, organisation, disposition="case", now=now, kind="reply", case=thread.case.id)
    tasks = (task, replace(task, thing=code)) if code else (task,)
    return Verdict(settled=settled, tasks=tasks)


def proposals(case: Case) -> tuple[str, ...]:
    """What a message to this case may mean; a person says whether it does (security 6)."""
    asked = {question.kind for claim in case.active for question in claim.questions if question.answered_on is None}
    if asked:
        return tuple(f"{kind}-answer" for kind in sorted(asked))
    return ("contested",) if all(claim.status in DONE for claim in case.claims) else ("message",)


def _in_copy(read: Read) -> tuple[str, ...]:
    """practice 6: an authority in copy is shown; no address in copy ever gets a letter."""
    mails = (read.mail, *(read.inner.mails if read.inner else ()))
    others = (each for mail in mails for each in (*mail.to, *mail.cc))
    return ("authority-in-copy",) if any(is_authority(each.address) for each in others) else ()


def _earlier_receipt(read: Read, organisation: Organisation) -> datetime | None:
    """practice 1: a date of receipt that is only printed, if it would be an earlier day; a person confirms it."""
    if read.inner is None:
        return None
    place, sender = organisation.rules.jurisdiction, read.inner.sender
    # Read again, as a clock on the wall of this establishment shows it.
    persons = people_in(read.mail, organisation.own_domains, place.tz)
    date = next((each.date for each in persons if each.sender == sender), read.inner.date)
    earlier = date is not None and date >= _OLDEST and place.local_date(date) < place.local_date(read.received_at)
    return date if earlier else None


def opening(
    read: Read,
    organisation: Organisation,
    box: MailboxInfo,
    *,
    case_id: str,
    now: datetime,
    links: Sequence[str] = (),
    certain: bool = True,
) -> Verdict:
    """A new case with the rights triage found; unsure ones are unconfirmed, with the clock running all the same.

    certain: False when somebody else may be meant than the sender."""
    asked = tuple(
        o.Asked(
            right=found.right,
            party=organisation.key,
            certain=read.triage.certain and not read.inner and certain,
            marketing=found.marketing,
            because=found.because,
        )
        for found in read.triage.rights
    ) or (o.Asked(right="access", party=organisation.key, certain=False, because=read.triage.because or (_why(read),)),)
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
        subject=read.subject,
        asked=asked,
        role_hint=read.triage.role_hint or "",
        urgency=read.triage.urgency,
        triaged=said(read.triage),
        automatic_blocked=blocked_because(read, box, organisation),
        links=tuple(links),
        message_id="" if read.inner and not read.inner.message_id else read.message_id,
        proposes=_in_copy(read),
        earlier_receipt=_earlier_receipt(read, organisation),
    )
    settled = settle(read, organisation, disposition="case", now=now, kind="request", case=case_id)
    return Verdict(settled=settled, opens=(order,))


def said(found: Triage) -> Triaged:
    """What triage said, as it is kept beside what a person will say."""
    rights = tuple(each.right + "!" * each.marketing for each in found.rights)
    return Triaged(kind=found.kind, certain=found.certain, rights=rights, rules=edition())


def _why(read: Read) -> str:
    unread = f"unread content: {read.left.why}" if read.left.why else "unread content"
    return unread if read.unread_content else "perhaps from somebody else"


@dataclass(frozen=True, kw_only=True)
class Returned:
    """A letter of the desk that came back, or a mail that staff wrote by hand: one of the two is named."""

    case: str
    letter: str = ""
    inbound: str = ""


def bounced(read: Read, returned: Sequence[Returned], organisation: Organisation, *, now: datetime) -> Verdict:
    """security 11: a bounce raises an alarm for the letter it names and changes no clock."""
    tasks = tuple(
        Task(scope=organisation.scope, case=each.case, thing=_came_back(read, each, now=now)) for each in returned
    )
    case = returned[0].case if returned else ""
    settled = settle(read, organisation, disposition="bounce", now=now, kind=read.delivery.because, case=case)
    return Verdict(settled=settled, tasks=tasks)


def _came_back(read: Read, returned: Returned, *, now: datetime) -> Fact:
    status, permanent = read.delivery.status or "unknown", read.delivery.permanent
    cause = f"bounce:{read.row.id}:{returned.letter or returned.inbound}"
    if returned.letter:
        return f.LetterBounced(
            at=now,
            actor="service",
            cause=cause,
            letter=returned.letter,
            status=status,
            permanent=permanent,
            inbound=read.row.id,
        )
    return StaffMailBounced(
        at=now,
        actor="service",
        cause=cause,
        inbound=returned.inbound,
        status=status,
        permanent=permanent,
        found=read.row.id,
    )
