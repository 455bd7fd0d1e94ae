"""A whole installation without network: configuration, application, real store, a relay that does what it is told."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from dsarbot.app import App, opened
from dsarbot.config import load
from dsarbot.core import orders as o
from dsarbot.core import presend
from dsarbot.core.case import Case, LetterStatus
from dsarbot.desk.digest_send import Sending, send
from dsarbot.desk.keep import keep
from dsarbot.desk.outbox import Outbox, Outgoing
from dsarbot.errors import NotAllowed
from dsarbot.ports import Arrival, InboundRow, Job, Scope, mailbox_scope
from dsarbot.store.masterkey import new_master_key
from dsarbot.testing import FrozenClock
from dsarbot.wiring.digests import digest_desk

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NORD, SUD, SHARED = Scope("nord"), Scope("sud"), mailbox_scope("shared")
SCOPES = (NORD, SUD, SHARED)

_ORGANISATION = """
[[organisations]]
key = "{key}"
profile = "{profile}"
reference_prefix = "{prefix}"
sender = "relay"
mail_from = "dpo@{key}.example.org"
mail_from_name = "{key}"
domains = ["{key}.example.org"]
owner = "dpo-{key}"
[organisations.acknowledgement]
per_address_per_day = 1000
per_domain_per_hour = 1000
[organisations.digest]
recipients = ["dpo-{key}"]
names_in_digest = true

[[staff]]
key = "dpo-{key}"
name = "Dominique {prefix}"
email = "boss@{key}.example.org"
roles = ["dpo"]
organisations = ["{key}"]
"""
_CONFIG = """
[service]
data_dir = "data"
log_level = "DEBUG"
[database]
url = "{url}"
[keys]
master_key_file = "master.key"
{organisations}
[[senders]]
key = "relay"
host = "127.0.0.1"
port = 2525
security = "plain"
"""
_MAILBOX = """
[[mailboxes]]
key = "{key}"
host = "127.0.0.1"
port = 2143
security = "plain"
user = "{key}"
password_file = "imap.password"
organisations = {organisations}
{addresses}
"""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the relay answers, as channels.smtp_types.Outcome."""

    kind: Literal["accepted", "refused", "deferred", "ambiguous"] = "accepted"
    enhanced: str | None = None
    slug: str = ""


@dataclass
class Relay:
    """Keeps every job and its bytes; `says` is its answer to the next ones."""

    says: Said = field(default_factory=Said)
    given: list[tuple[Job, bytes]] = field(default_factory=list)
    filed: list[tuple[Job, bytes]] = field(default_factory=list)

    async def send(self, job: Job, raw: bytes, /) -> Said:
        self.given.append((job, raw))
        return self.says

    async def file(self, copies: Sequence[tuple[Job, bytes, datetime]], /) -> None:
        self.filed += [(job, raw) for job, raw, _ in copies]


def write_configuration(folder: Path, database_url: str) -> Path:
    """A configuration of two organisations with a mailbox each and a third one that both share."""
    text = _CONFIG.format(
        url=database_url,
        organisations=_ORGANISATION.format(key="nord", profile="example-fr", prefix="NOR")
        + _ORGANISATION.format(key="sud", profile="example-de", prefix="SUD"),
    )
    text += "".join(_MAILBOX.format(key=key, organisations=f'["{key}"]', addresses="") for key in ("nord", "sud"))
    addresses = 'addresses = { "dpo@nord.example.org" = "nord", "dpo@sud.example.org" = "sud" }'
    text += _MAILBOX.format(key="shared", organisations='["nord", "sud"]', addresses=addresses)
    for name, secret in (("master.key", new_master_key()), ("imap.password", "geheim-und-lang")):
        if not (folder / name).exists():
            (folder / name).write_text(secret)
            (folder / name).chmod(0o600)
    config = folder / "config.toml"
    config.write_text(text)
    return config


class Office:
    """The opened application under the hands of a test."""

    def __init__(self, app: App, clock: FrozenClock) -> None:
        self.app, self.clock = app, clock
        self.relay = Relay()
        out = Outgoing(send=self.relay.send, file=self.relay.file)
        self.outbox = Outbox(app.desk, {"nord": out, "sud": out}, worker="w")
        self._uids = itertools.count(1)
        self._causes = itertools.count(1)
        self.given: set[type[o.Order]] = set()

    # --- mail -------------------------------------------------------------------------------------------------

    async def receive(
        self, *raws: bytes, box: str = "nord", folder: str = "INBOX", channel: str = "mail"
    ) -> list[InboundRow]:
        """Keep these mails and read them; their rows as they ended."""
        scope = self.app.scope_of_mailbox(box)
        arrivals = [
            Arrival(
                mailbox=box,
                folder=folder,
                uidvalidity=1,
                uid=next(self._uids),
                received_at=self.clock.now,
                raw=raw,
                channel=channel,
            )
            for raw in raws
        ]
        store = self.app.store
        await keep(arrivals, store=store, vault=store.vault, scope=scope, clock=self.clock)
        while await self.app.intake.process():
            pass
        uids = {each.uid for each in arrivals}
        rows = [row for each in SCOPES for row in await store.inbounds(each, limit=10_000) if row.mailbox == box]
        return sorted((row for row in rows if row.uid in uids), key=lambda row: row.uid)

    async def case_of(self, row: InboundRow) -> Case:
        assert row.case, f"{row.disposition} {row.kind} {row.problem}"
        return await self.app.store.case(row.scope, row.case)

    async def opened(self, raw: bytes, *, box: str = "nord") -> Case:
        """The case that this mail opened or joined."""
        (row,) = await self.receive(raw, box=box)
        return await self.case_of(row)

    async def cases(self, scope: Scope) -> list[Case]:
        store = self.app.store
        rows = [*await store.rows(scope), *await store.rows(scope, closed=True)]
        return [await store.case(scope, row.id) for row in rows]

    # --- orders -----------------------------------------------------------------------------------------------

    def make(self, kind: type[o.Order], /, **fields: Any) -> o.Order:
        """An order of the DPO, now, with a cause of its own."""
        self.given.add(kind)
        actor = fields.pop("actor", "dpo-nord")
        return kind(
            at=self.clock.now, actor=actor, cause=f"order:{next(self._causes)}:{self.clock.now.timestamp()}", **fields
        )

    async def order(self, case: Case, kind: type[o.Order], /, **fields: object) -> Case:
        """Give the order; the case after it."""
        return await self.app.desk.order(Scope(case.organisation), case.id, self.make(kind, **fields))

    async def approve(self, case: Case, letter_id: str = "", *, reason: str = "seen and fine") -> Case:
        """Approve the letter (the last one) whatever the check finds; findings are set aside for *reason*."""
        letter = case.letter(letter_id) if letter_id else case.letters[-1]
        organisation = self.app.organisations[case.organisation]
        found = presend.blocking(organisation.check(case, letter, self.clock.now))
        return await self.order(
            case, o.Approve, letter=letter.id, digest=organisation.digest(letter), version=case.version,
            findings=found, overrides=found, reason=reason, actor="second-person",
        )  # fmt: skip

    async def send(self, case: Case, letter_id: str = "", *, reason: str = "seen and fine") -> Case:
        """Approve and deliver the letter; the case once it has left."""
        after = await self.approve(case, letter_id, reason=reason)
        await self.deliver()
        return await self.again(after)

    async def again(self, case: Case) -> Case:
        """The case as it stands now."""
        return await self.app.store.case(Scope(case.organisation), case.id)

    async def deliver(self, after: timedelta = timedelta(minutes=11)) -> None:
        """Let time pass and deliver what is due."""
        self.clock.advance(after)
        while await self.outbox.deliver():
            pass

    async def digest(self, key: str) -> int:
        """Put today's digest of that organisation into the outbox."""
        app = self.app
        desk = digest_desk(app.settings, app.organisations[key], app.profiles[key].organisation.legal_name)
        sending = Sending(
            store=app.store,
            vault=app.store.vault,
            cases_with_letters=app.store.cases_needing_attention,
            new_id=app.desk.new_id,
        )
        return await send(desk, sending, self.clock.now)

    async def refused(self, case: Case, kind: type[o.Order], /, **fields: object) -> NotAllowed:
        """The refusal of that order; AssertionError when it was accepted."""
        try:
            await self.order(case, kind, **fields)
        except NotAllowed as refusal:
            return refusal
        raise AssertionError(f"{kind.__name__} was accepted")


def unsent(case: Case) -> list[str]:
    """Ids of letters that could still be approved, edited or discarded."""
    return [each.id for each in case.letters if each.status in (LetterStatus.DRAFTED, LetterStatus.RETURNED)]


@asynccontextmanager
async def open_office(folder: Path, database_url: str, *, start: datetime = START) -> AsyncIterator[Office]:
    """The application on that database, its files below *folder*."""
    clock = FrozenClock(start)
    settings = load(write_configuration(folder, database_url), environ={})
    async with opened(settings, environ={}, clock=clock) as app:
        yield Office(app, clock)
