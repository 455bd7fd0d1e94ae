"""One mail that came in twice: into two mailboxes, of one organisation or of two (practice 5), and perhaps by a list.

Within an organisation the later copy is a duplicate. Between organisations nothing is shared but that each has the same
mail: asked by keyed hashes, each under its own organisation's key, and only where the mail shows that both were meant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dsarbot.core.case import Case, Sibling
from dsarbot.core.facts import ProposalMade
from dsarbot.core.opening import EARLIER_RECEIPT
from dsarbot.desk.addressed import organisation_of
from dsarbot.desk.handle import Task
from dsarbot.desk.mailroom import MailboxInfo, Read
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.routing import going_on
from dsarbot.errors import NotFound
from dsarbot.ports import InboundRow, Scope, Store

#: The same words without a Message-ID are the same mail only when they come again so soon: one copy for each folder
#: or alias, or a program that sent twice.
_SAME_MAIL_WITHIN: Final = timedelta(days=1)
#: A program whose clock stands still writes the same date for ever; no copy is under way for so long.
_COPIES_WITHIN: Final = timedelta(days=30)
#: Kind of an inbound that opened a case.
_REQUEST: Final = "request"


@dataclass(frozen=True, kw_only=True)
class Kin:
    """A case that the same mail has opened at another organisation. owner: who answers for it; also: for which others
    its acknowledgement speaks."""

    scope: Scope
    sibling: Sibling
    owner: str
    also: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class House:
    """All the organisations that one service works for, by key, and all their mailboxes."""

    organisations: Mapping[str, Organisation]
    boxes: Mapping[str, MailboxInfo]

    def meant_besides(self, read: Read, here: Organisation) -> Iterator[Organisation]:
        """The others, where everybody who has the mail can see that it went to them and to this one: by an address of
        theirs, or by a group of their domain. Whom the sender has hidden (Bcc) is told to nobody, and told nothing."""
        named = {key for each in (*read.mail.to, *read.mail.cc) for key in self._keys_of(each.address.lower())}
        if here.key in named:
            yield from (each for key, each in self.organisations.items() if key in named - {here.key})

    def _keys_of(self, address: str) -> Collection[str]:
        """Whose address it is, or whose it may be by its domain."""
        listed = (organisation_of(address, box.addresses) for box in self.boxes.values())
        own = (key for key, each in self.organisations.items() if each.envelope_sender.lower() == address)
        domain = address.rpartition("@")[2]
        return {key for key in (*listed, *own) if key} or {
            key for key, each in self.organisations.items() if domain in each.own_domains
        }


async def kin_of(read: Read, here: Organisation, house: House, store: Store) -> tuple[Kin, ...]:
    """practice 5: the cases that the same mail has opened for other companies out of other mailboxes."""
    found = []
    for other in house.meant_besides(read, here):
        if case := await _opened(read, other.scope, store):
            sibling = Sibling(case=case.id, named=f"{other.name} ({case.reference})")
            owner = case.assignee or other.owner
            found.append(Kin(scope=other.scope, sibling=sibling, owner=owner, also=case.also))
    return tuple(found)


async def _opened(read: Read, scope: Scope, store: Store) -> Case | None:
    row = await first_copy(read, scope, store)
    if row is None or row.kind != _REQUEST or not row.case:
        return None
    try:
        return await going_on(scope, row.case, store)
    except NotFound:
        # Its time was over: nothing of it is left to be linked with.
        return None


async def first_copy(read: Read, scope: Scope, store: Store) -> InboundRow | None:
    """The inbound that brought this mail to that organisation first."""
    # security 7: "duplicates are recognised per organisation by Message-ID and content together".
    found = await store.duplicate_of(scope, read.message_id, read.digest)
    # Without a Message-ID only the words are the same: whoever asks again next year asks anew.
    longest = timedelta.max if read.message_id else _SAME_MAIL_WITHIN
    if original := await _other(read, found, scope, store, within=longest):
        return original
    marked = await store.copies_of(scope, [read.copy_mark]) if read.copy_mark else {}
    return await _other(read, marked.get(read.copy_mark), scope, store, within=_COPIES_WITHIN)


async def _other(read: Read, found: str | None, scope: Scope, store: Store, *, within: timedelta) -> InboundRow | None:
    """The row of that id, if it is another than the one that is read and came at about the same time."""
    if found is None or found == read.row.id:
        return None
    original = await _read_first(await store.inbound(scope, found), scope, store)
    if original.id == read.row.id:
        return None
    return original if abs(read.received_at - original.received_at) <= within else None


async def _read_first(row: InboundRow, scope: Scope, store: Store) -> InboundRow:
    """The copy that this one was taken for a duplicate of: the one that was kept first is not always read first."""
    if row.disposition != "duplicate" or not row.kind:
        return row
    try:
        return await store.inbound(scope, row.kind)
    except NotFound:
        return row


async def earlier_receipt(
    read: Read, original: InboundRow, organisation: Organisation, store: Store, *, now: datetime
) -> tuple[Task, ...]:
    """A copy that lay in another mailbox on a day before: the organisation has had the request since then. Whether that
    is so a person confirms (security 6): a mailbox that was moved may say any date (security 8)."""
    place = organisation.rules.jurisdiction
    before = place.local_date(read.received_at) < place.local_date(original.received_at)
    if not before or read.row.mailbox == original.mailbox or original.kind != _REQUEST or not original.case:
        return ()
    case = await going_on(organisation.scope, original.case, store)
    number = sum(each.kind == EARLIER_RECEIPT for each in case.proposals) + 1
    found = ProposalMade(
        at=now,
        actor="service",
        cause=f"inbound:{read.row.id}",
        proposal=f"e{number}",
        kind=EARLIER_RECEIPT,
        inbound=read.row.id,
        received_at=read.received_at,
        instant=read.received_at,
    )
    return (Task(scope=organisation.scope, case=case.id, thing=found),)
