"""intake: what arrived and was kept becomes a case, joins one, or is listed as what it is. Nothing is dropped.

Mails are read in batches: one transaction counts the attempts (before anything is parsed, so that a mail which kills
the process is held at its fourth try), one gives out references, one writes cases, rows and outbox together.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from dsarbot.core import orders as o
from dsarbot.desk import verdict
from dsarbot.desk.ahead import ahead
from dsarbot.desk.attached import Documents, texts_in
from dsarbot.desk.attempts import MAX_ATTEMPTS, Attempts
from dsarbot.desk.batches import lighter, opened, slices, wave
from dsarbot.desk.copies import House, kin_of
from dsarbot.desk.handle import Desk, Settled, Task
from dsarbot.desk.judging import Around, judge
from dsarbot.desk.keep import BEING_READ, keep_rows
from dsarbot.desk.mailroom import MailboxInfo, Read, look
from dsarbot.desk.numbering import met, numbered
from dsarbot.desk.ocr import Pictures
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.routing import organisations_for
from dsarbot.desk.sent import SENT, forgotten, judge_sent
from dsarbot.errors import Gone, NotAllowed, StoreProblem, TheirInput
from dsarbot.ports import INCOMPLETE, Blob, InboundRow, Scope, Store
from dsarbot.reading.mail import parse
from dsarbot.reading.skeleton import join

log = logging.getLogger(__name__)

BATCH = 200
#: So long texts are read before those are judged that have been read.
_MOST_TEXT = 4 * 1024 * 1024
#: What a reader may raise on input it was not made for; such a mail is held, its bytes are kept.
_UNREADABLE = (TheirInput, ValueError, LookupError, RecursionError, UnicodeError)


class Intake:
    """Reads what was kept. One instance per process; `process` is called whenever something was kept."""

    def __init__(
        self,
        desk: Desk,
        mailboxes: Mapping[str, MailboxInfo],
        *,
        year: Callable[[datetime, str], int],
        documents: Documents,
    ) -> None:
        self._desk = desk
        self._boxes = mailboxes
        self._year = year
        self._documents = documents
        self._attempts = Attempts()
        self._house = House(organisations=desk.organisations, boxes=mailboxes)
        self._prefixes = {key: each.prefix for key, each in desk.organisations.items()}

    async def process(self, limit: int = BATCH) -> int:
        """Read what was kept and not read yet; how many mails were settled or held."""
        rows = sorted(await self._desk.store.unread_inbounds(limit), key=lambda row: (row.received_at, row.uid))
        if not rows:
            return 0
        rows = self._attempts.which(rows)
        # Of what staff sent, only that is kept which concerns a case: what came in may open one, so it is read first.
        rows = [row for row in rows if row.channel != SENT] or rows
        counted = await self._attempts.count(rows, self._desk.store)
        try:
            await self._settle(counted)
        except (OSError, StoreProblem):
            self._attempts.spare(rows)
            raise
        self._attempts.done(rows)
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
        """Read all, then judge and write them in waves: a mail that may belong to a case which one before it opens
        waits until that is written."""
        batch: list[verdict.Verdict] = []
        reads: list[Read] = []
        for some in slices(rows):
            pieces = await opened(some, self._desk.vault)
            for row in some:
                read = await self._read(row, pieces.pop(row.id, None))
                match read:
                    case Settled():
                        batch.append(verdict.Verdict(settled=read))
                    case verdict.Verdict():
                        batch.append(read)
                    case _:
                        reads.append(lighter(read))
            if sum(len(each.text) for each in reads) > _MOST_TEXT:
                await self._judge_all(batch, reads)
                batch, reads = [], []
        await self._judge_all(batch, reads)

    async def _judge_all(self, batch: list[verdict.Verdict], reads: Sequence[Read]) -> None:
        # What the outbox has handed over is known before anything that may answer it is judged.
        await self._desk.catch_up()
        while reads or batch:
            now, reads = wave(reads)
            store = await ahead(self._desk.store, self._by_scope(now))
            for each in now:
                batch += await self._judge(each, store)
            await self._write(batch)
            batch = []

    def _by_scope(self, reads: Sequence[Read]) -> Mapping[Scope, Sequence[Read]]:
        """The mails under each organisation for which they may be judged."""
        found: dict[Scope, list[Read]] = {}
        for read in reads:
            for key in self._box(read.row).organisations:
                found.setdefault(Scope(key), []).append(read)
        return found

    async def _read(self, row: InboundRow, pieces: Sequence[bytes] | None) -> Read | Settled | verdict.Verdict:
        box = self._box(row)
        if row.channel == SENT:
            return await self._read_sent(row, box)
        first = self._desk.organisations[box.organisations[0]]
        if row.attempts >= MAX_ATTEMPTS:
            return verdict.held(row, first, problem="gave-up-after-crash", now=self._desk.clock())
        if row.problem == INCOMPLETE:
            return verdict.held(row, first, problem=row.problem, now=self._desk.clock())
        try:
            return await self._look(row, box, pieces)
        except _UNREADABLE as why:
            log.warning("Inbound %s cannot be read: %s", row.id, type(why).__name__, extra={"action": "inbound_held"})
            return verdict.held(row, first, problem=type(why).__name__, now=self._desk.clock())

    async def _read_sent(self, row: InboundRow, box: MailboxInfo) -> Read | verdict.Verdict:
        """What staff sent is never held for a person: what cannot be read, or was destroyed by a try before this one,
        is forgotten."""
        if row.attempts < MAX_ATTEMPTS:
            with contextlib.suppress(*_UNREADABLE, Gone):
                return await self._look(row, box)
        return forgotten(row, now=self._desk.clock())

    async def look_again(self, row: InboundRow, seen: Pictures) -> None:
        """A mail that was held until its pictures are read: judged anew with what stands in them."""
        read = await self._look(row, self._box(row), seen=seen)
        await self._desk.catch_up()
        organisation = self._desk.organisations[row.scope]
        await self._write([await self._judge_for(read, organisation, self._box(row), self._desk.store)])

    async def _look(
        self, row: InboundRow, box: MailboxInfo, pieces: Sequence[bytes] | None = None, seen: Pictures | None = None
    ) -> Read:
        skeleton, *leaves = pieces or await self._desk.vault.open_all(row.scope, row.objects)
        mail = parse(join(skeleton, leaves))
        own = frozenset().union(*(self._desk.organisations[key].own_domains for key in box.organisations))
        return look(row, mail, box, own, await texts_in(mail, self._documents), seen)

    async def _judge(self, read: Read, store: Store) -> list[verdict.Verdict]:
        box = self._box(read.row)
        if read.row.channel == SENT:
            return [
                await judge_sent(
                    read, [self._around(self._desk.organisations[key], box, store) for key in box.organisations]
                )
            ]
        keys = organisations_for(read, box)
        if not keys:
            # security 5: whose mail it is, a person decides; until then it stays in the mailbox's own scope.
            first = self._desk.organisations[box.organisations[0]]
            settled = verdict.settle(read, first, disposition="held", now=self._desk.clock(), kind="which-organisation")
            return [verdict.Verdict(settled=replace(settled, row=replace(settled.row, scope=read.row.scope)))]
        reads = [read, *[await self._shared(read, Scope(key)) for key in keys[1:]]]
        verdicts = [
            await self._judge_for(each, self._desk.organisations[key], box, store)
            for key, each in zip(keys, reads, strict=True)
        ]
        # practice 1: of two persons forwarded together each has a case, with a row and bytes of its own.
        for number, other in enumerate(read.others, start=1):
            for key in keys:
                copy = await self._shared(other, Scope(key), f"person-{number}")
                found = await self._judge_for(copy, self._desk.organisations[key], box, store)
                verdicts.append(replace(found, family=f"{read.row.id}-{number}"))
        return [replace(each, family=each.family or read.row.id) for each in verdicts]

    async def _shared(self, read: Read, scope: Scope, person: str = "") -> Read:
        """practice 5, security 5: each company has its own row and its own sealed bytes of a mail to several.

        The copy is named after both, so that a second try after a crash finds it; it is never taken up by itself."""
        row = read.row
        copy_id = hashlib.sha256(f"{row.id}\0{scope}{person}".encode()).hexdigest()[:32]
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

    async def _judge_for(
        self, read: Read, organisation: Organisation, box: MailboxInfo, store: Store
    ) -> verdict.Verdict:
        found = await judge(read, self._around(organisation, box, store))
        return replace(found, kin=await kin_of(read, organisation, self._house, store)) if found.opens else found

    def _around(self, organisation: Organisation, box: MailboxInfo, store: Store) -> Around:
        return Around(
            organisation=organisation,
            box=box,
            store=store,
            now=self._desk.clock(),
            new_id=self._desk.new_id,
            prefixes=self._prefixes,
        )

    async def take_in(
        self, row: InboundRow, organisation: Organisation, *, actor: str, rights: Sequence[str],
        asked: Sequence[o.Asked] = (), proposes: Sequence[str] = (),
    ) -> str:  # fmt: skip
        """Somebody says that it is a request: a colleague, or, in a form, who wrote it (asked, proposes); reference."""
        box = self._box(row)
        read = await self._look(row, box)
        found = verdict.opening(read, organisation, box, case_id=self._desk.new_id(), now=self._desk.clock())
        (order,) = found.opens
        if not (rights or asked or read.triage.rights):
            raise NotAllowed("which-right", "No right was found in it; say which one is meant.")
        named = tuple(o.Asked(right=each, party=organisation.key, certain=True) for each in rights)
        asked = tuple(asked) or named or tuple(replace(each, certain=True) for each in order.asked)
        order = replace(order, asked=asked, actor=actor, proposes=(*order.proposes, *proposes))
        opened = [replace(found, opens=(order,), kin=await kin_of(read, organisation, self._house, self._desk.store))]
        for number, other in enumerate(read.others, start=1):
            # practice 1: whoever else was forwarded in it is not lost with it; what they want, a person confirms.
            copy = await self._shared(other, organisation.scope, f"person-{number}")
            new_id, now = self._desk.new_id(), self._desk.clock()
            opened.append(verdict.opening(copy, organisation, box, case_id=new_id, now=now))
        return (await self._store(opened))[0]

    async def _write(self, batch: Sequence[verdict.Verdict]) -> None:
        """All of the batch in one transaction; if an order in it is refused, in halves, until it is held alone."""
        if not batch:
            return
        try:
            await self._store(batch)
        except NotAllowed as refusal:
            if len(batch) > 1:
                half = len(batch) // 2
                await self._write(batch[:half])
                await self._write(batch[half:])
                return
            (only,) = batch
            row = only.settled.row
            organisation = self._desk.organisations[row.scope]
            held = verdict.held(row, organisation, problem=refusal.rule, now=self._desk.clock())
            # The case it would have opened is not there.
            case = "" if only.opens else held.row.case
            await self._desk.handle([], [replace(only.settled, row=replace(held.row, case=case))])

    async def _store(self, batch: Sequence[verdict.Verdict]) -> list[str]:
        """Cases, rows and outbox in one transaction; the references given. NotAllowed when an order is refused."""
        wanted = [(each.family, order, each.kin) for each in batch for order in each.opens]
        opens = await numbered(wanted, self._desk.store, self._desk.organisations, self._year)
        tasks = [Task(scope=Scope(order.organisation), case="", thing=order) for order in opens]
        for order, (_, _, kin) in zip(opens, wanted, strict=True):
            tasks += met(order, kin, self._desk.organisations[order.organisation])
        tasks += [task for each in batch for task in each.tasks]
        rows = {settled.row.id: settled for each in batch for settled in (*each.further, each.settled)}
        gone = [each.forget for each in batch if each.forget and each.forget.objects]
        for scope in dict.fromkeys(row.scope for row in gone):
            objects = [name for row in gone if row.scope == scope for name in row.objects]
            await self._desk.vault.destroy(scope, objects, rule="sent-folder", actor="service")
        await self._desk.handle(tasks, list(rows.values()), together=True)
        return [order.reference for order in opens]
