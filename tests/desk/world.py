"""A desk on the in-memory store: two invented organisations, one mailbox of their own each and one they share."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

import handlers
from dsarbot.core.case import Case, Letter, Section
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.core.presend import Finding
from dsarbot.core.rules import Draft, Rules
from dsarbot.desk.handle import Desk
from dsarbot.desk.intake import Intake
from dsarbot.desk.keep import keep
from dsarbot.desk.mailroom import MailboxInfo
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.outbox import Outbox, Outgoing, Sent
from dsarbot.documents.answer import Text
from dsarbot.documents.child import read
from dsarbot.ports import Arrival, InboundRow, Job, Scope, mailbox_scope
from dsarbot.reading.kinds import kind_of
from dsarbot.testing import FrozenClock, MemoryStore

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NORD, SUD = Scope("nord"), Scope("sud")


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the scripted relay answers."""

    kind: Literal["accepted", "refused", "deferred", "ambiguous"] = "accepted"
    enhanced: str | None = None
    slug: str = ""


@dataclass
class Relay:
    """A relay that keeps what it was given and says what it is told to say."""

    says: Said = field(default_factory=Said)
    given: list[tuple[str, bytes]] = field(default_factory=list)
    filed: list[bytes] = field(default_factory=list)

    async def send(self, job: Job, raw: bytes, /) -> Said:
        self.given.append((job.recipient, raw))
        return self.says

    async def file(self, copies: Sequence[Sent]) -> None:
        self.filed += [raw for _, raw, _ in copies]


def compose(case: Case, draft: Draft, letter_id: str, now: datetime) -> Letter:
    return Letter(
        id=letter_id,
        moment=draft.moment,
        claims=draft.claims,
        language=case.language,
        medium="mail" if case.person.address else "post",
        recipient=case.person.address,
        subject=f"{draft.moment} {case.reference}",
        sections=(Section(key="body", text="Bonjour"),),
        purpose=draft.purpose,
        automatic=draft.automatic,
    )


def digest(letter: Letter) -> str:
    return hashlib.sha256(repr((letter.recipient, letter.subject, letter.sections)).encode()).hexdigest()


class ReadHere:
    """Reads documents in this process; tests/documents has the process of their own."""

    async def texts(self, files: Sequence[bytes]) -> Sequence[Text]:
        kinds = [kind_of(each) for each in files]
        return [read(kind, each) if kind else Text() for kind, each in zip(kinds, files, strict=True)]


class World:
    """Everything wired as `app` does it, with fakes at the edges."""

    def __init__(self) -> None:
        self.clock = FrozenClock(START)
        self.store = MemoryStore(self.clock)
        self.findings: tuple[Finding, ...] = ()
        self.rung = 0
        ids = (f"id{number:08d}" for number in itertools.count(1))
        self.organisations = {"nord": self.organisation("nord", "NOR"), "sud": self.organisation("sud", "SUD")}
        self.desk = Desk(
            self.store,
            self.store.vault,
            self.organisations,
            clock=self.clock,
            new_id=lambda: next(ids),
            changed=self._ring,
        )
        shared = MailboxInfo(
            key="shared",
            organisations=("nord", "sud"),
            addresses={"dpo@nord.example.org": "nord", "dpo@sud.example.org": "sud"},
        )
        self.boxes = {
            "nord": MailboxInfo(
                key="nord",
                organisations=("nord",),
                authserv_id="mx.nord.example.org",
                own_hosts=("mx.nord.example.org",),
                aside=frozenset({"Junk"}),
            ),
            "shared": shared,
        }
        self.intake = Intake(self.desk, self.boxes, year=lambda at, key: at.year, documents=ReadHere())
        self.relay = Relay()
        out = Outgoing(send=self.relay.send, file=self.relay.file)
        self.outbox = Outbox(self.desk, {"nord": out, "sud": Outgoing(send=self.relay.send)}, worker="w")
        self._uids = itertools.count(1)

    def _ring(self) -> None:
        self.rung += 1

    def organisation(self, key: str, prefix: str) -> Organisation:
        numbers = itertools.count(1)
        return Organisation(
            key=key,
            name=key.title(),
            rules=Rules(organisation=key, jurisdiction=jurisdiction("FR"), rights=handlers.by_slug()),
            compose=compose,
            render=lambda case, letter, message_id, now: (
                f"Message-ID: {message_id}\r\n\r\n{letter.subject}\r\n".encode()
            ),
            check=lambda case, letter, now: self.findings,
            digest=digest,
            new_message_id=lambda: f"<{next(numbers)}@{key}.example.org>",
            prefix=prefix,
            envelope_sender=f"dpo@{key}.example.org",
            own_domains=frozenset({f"{key}.example.org"}),
        )

    async def arrives(
        self,
        raw: str | bytes,
        *,
        box: str = "nord",
        folder: str = "INBOX",
        at: datetime | None = None,
        channel: str = "mail",
    ) -> str:
        """Keep one mail; the id of its inbound."""
        uid = next(self._uids)
        data = raw.encode() if isinstance(raw, str) else raw
        mine = self.boxes[box].organisations
        scope = Scope(mine[0]) if len(mine) == 1 else mailbox_scope(box)
        arrival = Arrival(
            mailbox=box,
            folder=folder,
            uidvalidity=1,
            uid=uid,
            received_at=at or self.clock.now,
            raw=data,
            channel=channel,
        )
        assert await keep([arrival], store=self.store, vault=self.store.vault, scope=scope, clock=self.clock) == [uid]
        rows = await self.store.unread_inbounds(1000)
        return next(row.id for row in rows if row.uid == uid)

    async def receive(self, *raws: str, box: str = "nord", folder: str = "INBOX") -> list[InboundRow]:
        """Keep and read these mails; their final rows."""
        ids = [await self.arrives(raw, box=box, folder=folder) for raw in raws]
        while await self.intake.process():
            pass
        return [await self.row(each) for each in ids]

    async def sent(self, raw: str, *, box: str = "nord", at: datetime | None = None) -> InboundRow:
        """Staff sent this mail from the mailbox; its final row."""
        inbound_id = await self.arrives(raw, box=box, folder="Sent", at=at, channel="sent")
        while await self.intake.process():
            pass
        return await self.row(inbound_id)

    async def row(self, inbound_id: str) -> InboundRow:
        for scope in (NORD, SUD, mailbox_scope("shared")):
            found = [row for row in await self.store.inbounds(scope, limit=1000) if row.id == inbound_id]
            if found:
                return found[0]
        raise AssertionError(inbound_id)

    async def cases(self, scope: Scope = NORD) -> list[Case]:
        rows = [*await self.store.rows(scope), *await self.store.rows(scope, closed=True)]
        found = [await self.store.case(scope, row.id) for row in rows]
        return sorted(found, key=lambda case: case.reference)

    async def deliver(self, *, after: timedelta = timedelta(minutes=11)) -> Sequence[tuple[str, bytes]]:
        """Let time pass and deliver what is due; what the relay was given in all."""
        self.clock.advance(after)
        while await self.outbox.deliver():
            pass
        return self.relay.given


def mail(
    text: str,
    *,
    sender: str = "Jeanne Martin <jeanne@example.org>",
    to: str = "dpo@nord.example.org",
    subject: str = "Mes données",
    message_id: str = "",
    headers: str = "",
) -> str:
    name = message_id or hashlib.sha256(f"{text}{sender}{subject}".encode()).hexdigest()[:12]
    return (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{name}@example.org>\r\n{headers}"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )


ACCESS = (
    "Bonjour,\r\nEn application de l'article 15 du RGPD, je souhaite obtenir une copie de toutes les données "
    "personnelles que vous détenez sur moi.\r\nJeanne Martin"
)
ERASURE = "Bonjour,\r\nConformément à l'article 17 du RGPD, je vous demande d'effacer toutes mes données personnelles."
ORDINARY = "Bonjour,\r\nMon site est lent depuis hier, pouvez-vous regarder le serveur ?\r\nMerci"
