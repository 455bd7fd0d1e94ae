"""intake: what arrived and was kept becomes a case, joins one, or is listed as what it is. Nothing is dropped.

Mails are read in batches: one transaction counts the attempts (before anything is parsed, so that a mail which kills
the process is held at its third try), one gives out references, one writes cases, rows and outbox together.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from dsarbot.core import orders as o
from dsarbot.core import reference
from dsarbot.desk import verdict
from dsarbot.desk.handle import Desk, Settled, Task
from dsarbot.desk.judging import Around, judge
from dsarbot.desk.keep import BEING_READ, keep_rows
from dsarbot.desk.mailroom import MailboxInfo, Read, look
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.routing import organisations_for
from dsarbot.errors import NotAllowed, TheirInput
from dsarbot.ports import Blob, InboundRow, Scope
from dsarbot.reading.mail import Mail, parse
from dsarbot.reading.skeleton import join

log = logging.getLogger(__name__)

#: The third time a mail is taken up it is held instead of read: twice it did not come through.
MAX_ATTEMPTS = 3
BATCH = 50
#: What a reader may raise on input it was not made for; such a mail is held, its bytes are kept.
_UNREADABLE = (TheirInput, ValueError, LookupError, RecursionError, UnicodeError)


class Intake:
    """Reads what was kept. One instance per process; `process` is called whenever something was kept."""

    def __init__(
        self, desk: Desk, mailboxes: Mapping[str, MailboxInfo], *, year: Callable[[datetime, str], int]
    ) -> None:
        self._desk = desk
        self._boxes = mailboxes
        self._year = year
        self._prefixes = {key: each.prefix for key, each in desk.organisations.items()}

    async def process(self, limit: int = BATCH) -> int:
        """Read what was kept and not read yet; how many mails were settled or held."""
        rows = sorted(await self._desk.store.unread_inbounds(limit), key=lambda row: (row.received_at, row.uid))
        if troubled := [row for row in rows if row.attempts]:
            # One that was taken up before is read alone, so that it takes no other with it.
            rows = troubled[:1]
        if not rows:
            return 0
        rows = [replace(row, attempts=row.attempts + 1) for row in rows]
        async with self._desk.store.transaction() as transaction:
            for row in rows:
                await transaction.update_inbound(row)
        await self._settle(rows)
        return len(rows)

    async def read_now(self, row: InboundRow) -> None:
        """Read one inbound that a person brings in (`by_hand.keep_mail`); whoever waits for it sees what it became."""
        await self._settle([replace(row, attempts=1)])

    def _box(self, row: InboundRow) -> MailboxInfo:
        """The mailbox it came into. What was brought in by hand has none, and belongs to its organisation."""
        if row.mailbox:
            return self._boxes[row.mailbox]
        hosts = [host for box in self._boxes.values() if row.scope in box.organisations for host in box.own_hosts]
        return MailboxInfo(key="", organisations=(row.scope,), own_hosts=tuple(hosts))

    async def _settle(self, rows: Sequence[InboundRow]) -> None:
        batch: list[verdict.Verdict] = []
        told: set[str] = set()
        for row in rows:
            read = await self._read(row)
            if isinstance(read, Settled):
                batch.append(verdict.Verdict(settled=read))
                continue
            marks = {read.sender, read.digest, read.message_id, *read.mail.in_reply_to, *read.mail.references} - {""}
            if told & marks:
                # It may belong to a case that this very batch opens: let that be written first.
                await self._write(batch)
                batch, told = [], set()
            told |= marks
            batch += await self._judge(read)
        await self._write(batch)

    async def _read(self, row: InboundRow) -> Read | Settled:
        box = self._box(row)
        first = self._desk.organisations[box.organisations[0]]
        if row.attempts >= MAX_ATTEMPTS:
            return verdict.held(row, first, problem="gave-up-after-crash", now=self._desk.clock())
        if row.problem == "incomplete":
            return verdict.held(row, first, problem=row.problem, now=self._desk.clock())
        own = frozenset().union(*(self._desk.organisations[key].own_domains for key in box.organisations))
        try:
            return look(row, await self._mail(row), box, own)
        except _UNREADABLE as why:
            log.warning("Inbound %s cannot be read: %s", row.id, type(why).__name__, extra={"action": "inbound_held"})
            return verdict.held(row, first, problem=type(why).__name__, now=self._desk.clock())

    async def _mail(self, row: InboundRow) -> Mail:
        skeleton, *leaves = [await self._desk.vault.open(row.scope, each) for each in row.objects]
        return parse(join(skeleton, leaves))

    async def _judge(self, read: Read) -> list[verdict.Verdict]:
        box = self._box(read.row)
        keys = organisations_for(read, box)
        if not keys:
            # security 5: whose mail it is, a person decides; until then it stays in the mailbox's own scope.
            first = self._desk.organisations[box.organisations[0]]
            settled = verdict.settle(read, first, disposition="held", now=self._desk.clock(), kind="which-organisation")
            return [verdict.Verdict(settled=replace(settled, row=replace(settled.row, scope=read.row.scope)))]
        reads = [read, *[await self._shared(read, Scope(key)) for key in keys[1:]]]
        verdicts = [
            await self._judge_for(each, self._desk.organisations[key], box)
            for key, each in zip(keys, reads, strict=True)
        ]
        return [replace(each, family=read.row.id) for each in verdicts]

    async def _shared(self, read: Read, scope: Scope) -> Read:
        """practice 5, security 5: each company has its own row and its own sealed bytes of a mail to several.

        The copy is named after both, so that a second try after a crash finds it; it is never taken up by itself."""
        row = read.row
        copy_id = hashlib.sha256(f"{row.id}\0{scope}".encode()).hexdigest()[:32]
        blobs = [
            Blob(
                id=f"{copy_id}-{number}",
                kind="leaf" if number else "skeleton",
                data=await self._desk.vault.open(row.scope, each),
            )
            for number, each in enumerate(row.objects)
        ]
        copy = replace(
            row,
            id=copy_id,
            scope=scope,
            mailbox="",
            uidvalidity=0,
            uid=0,
            objects=tuple(blob.id for blob in blobs),
            state="held",
            disposition="held",
            kind=BEING_READ,
        )
        await self._desk.vault.keep(scope, blobs)
        await keep_rows([copy], self._desk.store)
        return replace(read, row=copy)

    async def _judge_for(self, read: Read, organisation: Organisation, box: MailboxInfo) -> verdict.Verdict:
        around = Around(
            organisation=organisation,
            box=box,
            store=self._desk.store,
            now=self._desk.clock(),
            new_id=self._desk.new_id,
            prefixes=self._prefixes,
        )
        return await judge(read, around)

    async def take_in(self, row: InboundRow, organisation: Organisation, *, actor: str, rights: Sequence[str]) -> str:
        """A person says that a held or ordinary item is a request after all; the reference of the new case."""
        box = self._box(row)
        own = organisation.own_domains
        read = look(row, await self._mail(row), box, own)
        found = verdict.opening(read, organisation, box, case_id=self._desk.new_id(), now=self._desk.clock())
        (order,) = found.opens
        if not (rights or read.triage.rights):
            raise NotAllowed("which-right", "No right was found in it; say which one is meant.")
        asked = tuple(o.Asked(right=each, party=organisation.key, certain=True) for each in rights) or tuple(
            replace(each, certain=True) for each in order.asked
        )
        order = replace(order, asked=asked, actor=actor)
        (reference_given,) = await self._store([replace(found, opens=(order,))])
        return reference_given

    async def _write(self, batch: Sequence[verdict.Verdict]) -> None:
        """All of the batch in one transaction; if an order in it is refused, each alone, and that one is held."""
        if not batch:
            return
        try:
            await self._store(batch)
        except NotAllowed as refusal:
            if len(batch) > 1:
                for each in batch:
                    await self._write([each])
                return
            (only,) = batch
            row = only.settled.row
            organisation = self._desk.organisations[row.scope]
            held = verdict.held(row, organisation, problem=refusal.rule, now=self._desk.clock())
            await self._desk.handle([], [replace(only.settled, row=held.row)])

    async def _store(self, batch: Sequence[verdict.Verdict]) -> list[str]:
        """Cases, rows and outbox in one transaction; the references given. NotAllowed when an order is refused."""
        opens = await self._numbered([(each.family, order) for each in batch for order in each.opens])
        tasks = [Task(scope=Scope(order.organisation), case="", thing=order) for order in opens]
        tasks += [task for each in batch for task in each.tasks]
        rows = {each.settled.row.id: each.settled for each in batch}
        await self._desk.handle(tasks, list(rows.values()), together=True)
        return [order.reference for order in opens]

    async def _numbered(self, opens: Sequence[tuple[str, o.Open]]) -> list[o.Open]:
        """References from the organisation's counter; a gap is allowed, a double is not."""
        if not opens:
            return []
        numbered = []
        async with self._desk.store.transaction() as transaction:
            for family, order in opens:
                organisation = self._desk.organisations[order.organisation]
                year = self._year(order.at, order.organisation)
                number = await transaction.next_number(organisation.scope, year)
                given = reference.make(organisation.prefix, year, number)
                numbered.append((family, replace(order, reference=given)))
        return [_sibling(order, family, numbered, self._desk.organisations) for family, order in numbered]


def _sibling(
    order: o.Open, family: str, opens: Sequence[tuple[str, o.Open]], organisations: Mapping[str, Organisation]
) -> o.Open:
    """practice 5: one mail to two group companies makes sibling cases and one acknowledgement, which names both."""
    members = [each for name, each in opens if name == family] if family else [order]
    others = [each for each in members if each is not order]
    first = members[0]
    return replace(
        order,
        links=(*order.links, *(each.case for each in others)),
        also=tuple(_named(each, organisations) for each in others) if order is first else (),
        acknowledged_by="" if order is first else first.reference,
    )


def _named(order: o.Open, organisations: Mapping[str, Organisation]) -> str:
    return f"{organisations[order.organisation].name} ({order.reference})"
