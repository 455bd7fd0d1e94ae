"""What reaches the desk without a mailbox: a mail file, a scan, a phone call, somebody at the counter.

Keep first here, too: the bytes are in the vault and a held, dated row in the database before a case is made of them.
Such a row is never "kept": the service that reads mailboxes must not take up what a person is just bringing in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from dsarbot.core import orders as o
from dsarbot.core import reference
from dsarbot.core.case import Case, Person
from dsarbot.desk import verdict
from dsarbot.desk.handle import Desk, Settled, Task
from dsarbot.desk.keep import BEING_READ, inbound_of
from dsarbot.desk.organisation import Organisation
from dsarbot.ports import Blob, InboundRow, Store
from dsarbot.reading.addresses import clean_address
from dsarbot.reading.triage import Triage, triage


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A note of five fields (practice 9). reach: an e-mail address, the lines of a postal address separated by
    semicolons, or a number to call back; rights: as the person at the desk heard them, may be empty; language: which
    the person speaks ("": as the words tell)."""

    channel: Literal["phone", "desk"]
    who: str
    reach: str
    words: str
    rights: tuple[str, ...]
    at: datetime
    language: str = ""

    @property
    def person(self) -> Person:
        """Only an address can be written to; a number to call back stays in the note."""
        address = clean_address(self.reach) if "@" in self.reach else ""
        lines = tuple(line.strip() for line in self.reach.split(";") if line.strip())
        return Person(name=self.who, address=address, postal=lines if len(lines) > 1 and not address else ())


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """A letter on paper, as one file. who, rights: as far as somebody has read it; text: as far as a machine has;
    notes: what it says of itself, kept beside it; digest: the same for the same file at the same place, "" when it may
    come again; proposes: what a person must look at besides; language: its own ("": as the text tells)."""

    raw: bytes
    received_at: datetime
    who: str = ""
    postal: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    notes: str = ""
    digest: str = ""
    proposes: tuple[str, ...] = ()
    language: str = ""


async def next_reference(store: Store, organisation: Organisation, now: datetime) -> str:
    """The next reference of the organisation. A gap is allowed, a double is not."""
    year = organisation.rules.jurisdiction.local_date(now).year
    async with store.transaction() as transaction:
        number = await transaction.next_number(organisation.scope, year)
    return reference.make(organisation.prefix, year, number)


async def keep_mail(
    desk: Desk, organisation: Organisation, raw: bytes, *, received_at: datetime, channel: str = "mail"
) -> InboundRow:
    """A mail file, durable and held; `Intake.read_now` makes of it what a mailbox's mail would become."""
    row, blobs = inbound_of(
        raw, row_id=desk.new_id(), scope=organisation.scope, received_at=received_at, now=desk.clock(), channel=channel
    )
    return await _kept(desk, organisation, row, blobs)


async def take_note(desk: Desk, organisation: Organisation, spoken: Spoken, *, actor: str) -> Case:
    """A phone call or a visit becomes a case; what was said is kept in the words in which it was written down."""
    now = desk.clock()
    row, blobs = inbound_of(
        _as_message(spoken),
        row_id=desk.new_id(),
        scope=organisation.scope,
        received_at=spoken.at,
        now=now,
        channel=spoken.channel,
    )
    row = await _kept(desk, organisation, row, blobs)
    found = triage(spoken.words)
    asked = _asked(spoken.rights, organisation, found)
    order = await _opening(desk, organisation, row, actor=actor, person=spoken.person, asked=asked, found=found)
    # practice 9: who spoke may be anybody; a person approves before anything is confirmed in writing.
    order = replace(order, automatic_blocked=f"{spoken.channel}-note", language=spoken.language or order.language)
    return await _opened(desk, row, order)


async def keep_scan(
    desk: Desk, organisation: Organisation, scanned: Scanned, *, problem: str = "", kind: str = ""
) -> InboundRow:
    """The scan, durable and held; problem: why it stays so until a person has looked; kind: what it is called
    meanwhile ("": as its problem says)."""
    row_id = desk.new_id()
    blobs = [Blob(id=f"{row_id}-0", kind="scan", data=scanned.raw)]
    if scanned.notes:
        blobs.append(Blob(id=f"{row_id}-1", kind="leaf", data=scanned.notes.encode()))
    row = InboundRow(
        id=row_id,
        scope=organisation.scope,
        channel="post",
        received_at=scanned.received_at,
        kept_at=desk.clock(),
        objects=tuple(each.id for each in blobs),
        size=len(scanned.raw),
        kind=kind,
    )
    return await _kept(desk, organisation, row, blobs, digest=scanned.digest, problem=problem)


async def open_scan(
    desk: Desk, organisation: Organisation, row: InboundRow, scanned: Scanned, *, actor: str
) -> Case:
    """The case of a scan that is kept: unconfirmed until somebody has read it, with the clock running."""
    person = Person(name=scanned.who, postal=scanned.postal)
    found = triage(scanned.text, subject=scanned.subject) if scanned.text else None
    asked = _asked(scanned.rights, organisation, found)
    order = await _opening(desk, organisation, row, actor=actor, person=person, asked=asked, found=found)
    order = replace(
        order, automatic_blocked="on-paper", subject=scanned.subject, proposes=scanned.proposes,
        language=scanned.language or order.language,
    )  # fmt: skip
    return await _opened(desk, row, order)


async def take_kept(
    desk: Desk, organisation: Organisation, row: InboundRow, *, rights: Sequence[str], actor: str
) -> Case:
    """A scan that is held, because its case was never written or a person had left it, becomes one."""
    asked = _asked(rights, organisation, None)
    order = await _opening(desk, organisation, row, actor=actor, person=Person(), asked=asked, found=None)
    return await _opened(desk, row, replace(order, automatic_blocked="on-paper"))


async def give_to_case(desk: Desk, row: InboundRow, organisation: Organisation, case: Case, *, actor: str) -> Case:
    """A person says to which case a message belongs that joined none by itself. It moves nothing, either."""
    order = o.Join(
        at=desk.clock(),
        actor=actor,
        cause=f"inbound:{row.id}",
        inbound=row.id,
        received_at=row.received_at,
        how="by-hand",
        proposes=verdict.proposals(case),
    )
    settled = replace(
        row,
        scope=organisation.scope,
        state="settled",
        disposition="case",
        kind="reply",
        case=case.id,
        problem="",
        safe_due=None,
        settled_at=desk.clock(),
    )
    task = Task(scope=organisation.scope, case=case.id, thing=order)
    (joined,) = await desk.handle([task], [Settled(row=settled)], together=True)
    assert isinstance(joined, Case)  # noqa: S101  # together: a refusal was raised
    return joined


async def leave(desk: Desk, row: InboundRow, *, reason: str, actor: str) -> None:
    """A person says that a held item is no request. It stays listed and can be taken in later."""
    now = desk.clock()
    settled = replace(
        row, state="settled", disposition="ordinary", problem=f"left:{reason}", safe_due=None, settled_at=now
    )
    async with desk.store.transaction() as transaction:
        await transaction.update_inbound(settled)
        public = {"inbound": row.id, "reason": reason, "kind": row.kind}
        await transaction.ledger(row.scope, "inbound-left", public, at=now, actor=actor)


async def _kept(
    desk: Desk,
    organisation: Organisation,
    row: InboundRow,
    blobs: Sequence[Blob],
    *,
    digest: str = "",
    problem: str = "",
) -> InboundRow:
    due = verdict.safe_due(row.received_at, organisation)
    kind = row.kind or ("unreadable" if problem else BEING_READ)
    row = replace(row, state="held", disposition="held", kind=kind, problem=problem, safe_due=due)
    # Vault bytes synced, then the database commit (security 4).
    await desk.vault.keep(row.scope, blobs)
    async with desk.store.transaction() as transaction:
        await transaction.add_inbounds([row])
        if digest:
            await transaction.update_inbound(row, content_digest=digest)
    return row


async def _opening(
    desk: Desk,
    organisation: Organisation,
    row: InboundRow,
    *,
    actor: str,
    person: Person,
    asked: tuple[o.Asked, ...],
    found: Triage | None,
) -> o.Open:
    now = desk.clock()
    return o.Open(
        at=now,
        actor=actor,
        cause=f"inbound:{row.id}",
        case=desk.new_id(),
        reference=await next_reference(desk.store, organisation, now),
        organisation=organisation.key,
        channel=row.channel,
        language=found.language if found else "und",
        received_at=row.received_at,
        inbound=row.id,
        person=person,
        asked=asked,
        role_hint=(found.role_hint or "") if found else "",
        urgency=found.urgency if found else (),
        triaged=verdict.said(found) if found else None,
    )


async def _opened(desk: Desk, row: InboundRow, order: o.Open) -> Case:
    settled = replace(
        row,
        state="settled",
        disposition="case",
        kind="request",
        case=order.case,
        safe_due=None,
        settled_at=desk.clock(),
    )
    task = Task(scope=row.scope, case="", thing=order)
    done = Settled(row=settled, sender=order.person.address)
    (case,) = await desk.handle([task], [done], together=True)
    assert isinstance(case, Case)  # noqa: S101  # together: a refusal was raised
    return case


def _asked(rights: Sequence[str], organisation: Organisation, found: Triage | None) -> tuple[o.Asked, ...]:
    """Rights that a person names are certain; those that triage reads, or none, are for a person to confirm."""
    party = organisation.key
    if rights:
        return tuple(o.Asked(right=each, party=party, certain=True, because=("by a person",)) for each in rights)
    read = tuple(
        o.Asked(right=each.right, party=party, certain=False, marketing=each.marketing, because=each.because)
        for each in (found.rights if found else ())
    )
    return read or (o.Asked(right="access", party=party, certain=False, because=("not read yet",)),)


def _as_message(spoken: Spoken) -> bytes:
    """The note as a message, so that everything that shows a message shows it, too."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "Phone note" if spoken.channel == "phone" else "Note from the desk"
    message["Date"] = spoken.at
    message.set_content(
        f"Who: {spoken.who}\nReach: {spoken.reach}\nWhen: {spoken.at.isoformat(timespec='minutes')}\n\n{spoken.words}\n"
    )
    return message.as_bytes()
