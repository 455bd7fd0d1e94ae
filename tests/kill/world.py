"""Two invented organisations with a mailbox each and one that they share: configuration, accounts, planted mail."""

from __future__ import annotations

import getpass
import json
import random
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from dsarbot.store.masterkey import new_master_key
from tests.backlog import KILL, Planted, Shape, backlog
from tests.checker.evidence import Mailbox, Served, Wanted
from tests.desk.world import ACCESS
from tests.kill.sink import REFUSED
from tests.security.markers import Markers
from tests.servers.dovecot import PASSWORD, Dovecot

NUAGE, WOLKE, SHARED = "nuage", "wolke", "shared"
OWN_HOST = "mx.nuage.example"
_PROMISE = {NUAGE: 25, WOLKE: 30}
_PER_ADDRESS = 3

_HEAD = """
[service]
data_dir = "data"
[database]
url = "{url}"
[keys]
master_key_file = "master.key"
[[senders]]
key = "relay"
host = "127.0.0.1"
port = {smtp}
security = "plain"
[[staff]]
key = "boss"
name = "Beate Boss"
roles = ["dpo"]
organisations = ["nuage", "wolke"]
system_user = "{user}"
"""
_ORGANISATION = """
[[organisations]]
key = "{key}"
profile = "{profile}"
jurisdiction = "{jurisdiction}"
promise_days = {promise}
reference_prefix = "{prefix}"
sender = "relay"
mail_from = "privacy@{key}.example"
mail_from_name = "{key}"
domains = ["{key}.example"]
owner = "dpo-{key}"
sent_mailbox = "{key}"
sent_folder = "Sent"
[organisations.acknowledgement]
delay_minutes = 0
per_address_per_day = {per_address}
per_domain_per_hour = 10000
[organisations.digest]
recipients = ["dpo-{key}", "deputy-{key}"]
local_time = {digest}
language = "en"
[[staff]]
key = "dpo-{key}"
name = "Dominique {prefix}"
email = "dpo@{key}.example"
roles = ["dpo"]
organisations = ["{key}"]
[[staff]]
key = "deputy-{key}"
name = "Andrea {prefix}"
email = "deputy@{key}.example"
roles = ["dpo"]
organisations = ["{key}"]
"""
_MAILBOX = """
[[mailboxes]]
key = "{key}"
host = "127.0.0.1"
port = {imap}
security = "plain"
user = "{account}"
password_file = "imap.password"
poll_seconds = 5
since = {since:%Y-%m-%d}
{rest}
"""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail to be delivered. mailbox: its key; stream: whose numbers it counts by; at: INTERNALDATE for one that
    is put into the folder, else None."""

    mailbox: str
    stream: int
    planted: Planted
    organisations: tuple[str, ...]
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How many mails of each sort."""

    nuage: int = 640
    wolke: int = 250
    shared: int = 90
    old: int = 20


class World:
    """accounts: of each mailbox, on `dovecot`; config: what the service is started with."""

    def __init__(
        self, folder: Path, url: str, dovecot: Dovecot, smtp_port: int, *, seed: int, sizes: Sizes, digest_soon: bool
    ) -> None:
        self.folder, self.url, self.dovecot, self.seed, self._digest_soon = folder, url, dovecot, seed, digest_soon
        mark = secrets.token_hex(4)
        self.accounts = {key: f"{key}-{mark}@example.org" for key in (NUAGE, WOLKE, SHARED)}
        for account in self.accounts.values():
            dovecot.create_user(account)
        for name, secret in (("master.key", new_master_key()), ("imap.password", PASSWORD)):
            (folder / name).write_text(secret)
            (folder / name).chmod(0o600)
        self.started = datetime.now(UTC)
        self.markers = Markers()
        self.mails = tuple(self._mails(sizes))
        self.config = folder / "config.toml"
        self.config.write_text(self._configuration(smtp_port))

    @property
    def data(self) -> Path:
        return self.folder / "data"

    # --- configuration -------------------------------------------------------------------------------------------

    def _configuration(self, smtp_port: int) -> str:
        head = _HEAD.format(url=self.url, smtp=smtp_port, user=getpass.getuser())
        now, soon = "00:00:00", _next_minute(self.started)
        # One is due at once, when nothing is read yet; the other one in the midst of the work.
        places = ((NUAGE, "example-fr", "FR", "NUA", now),
                  (WOLKE, "example-de", "DE-HE", "WOL", soon if self._digest_soon else now))  # fmt: skip
        organisations = "".join(
            _ORGANISATION.format(
                key=key, profile=profile, jurisdiction=place, prefix=prefix, promise=_PROMISE[key],
                per_address=_PER_ADDRESS, digest=digest,
            )
            for key, profile, place, prefix, digest in places
        )  # fmt: skip
        addresses = 'addresses = { "privacy@nuage.example" = "nuage", "privacy@wolke.example" = "wolke" }'
        move = 'after = "move"\nmove_to = "Archive"\n'
        rest = {
            NUAGE: f'organisations = ["nuage"]\nown_hosts = ["{OWN_HOST}"]\n{move}',
            WOLKE: 'organisations = ["wolke"]\nafter = "leave"\n',
            SHARED: f'organisations = ["nuage", "wolke"]\n{addresses}\n{move}',
        }
        # A mailbox that is full when it is first seen is not read without a date: the first kills let it fill.
        since = self.started - timedelta(days=90)
        mailboxes = "".join(
            _MAILBOX.format(key=key, imap=self.dovecot.imap_port, account=account, rest=rest[key], since=since)
            for key, account in self.accounts.items()
        )
        return head + organisations + mailboxes

    def described(self) -> dict[str, object]:
        """The part of world.json that is known beforehand."""
        boxes = [
            Mailbox(key=NUAGE, organisations=(NUAGE,), archive="Archive", extra=(), own_hosts=(OWN_HOST,)),
            Mailbox(key=WOLKE, organisations=(WOLKE,), archive="", extra=(), own_hosts=()),
            Mailbox(key=SHARED, organisations=(NUAGE, WOLKE), archive="Archive", extra=(), own_hosts=()),
        ]
        return {
            "markers": list(self.markers.planted.values()),
            "mailboxes": [asdict(box) for box in boxes],
            "organisations": [asdict(self._served(key)) for key in (NUAGE, WOLKE)],
        }

    def _served(self, key: str) -> Served:
        return Served(
            key=key,
            jurisdiction={NUAGE: "FR", WOLKE: "DE-HE"}[key],
            promise_days=_PROMISE[key],
            own_domains=(f"{key}.example",),
            recipients=(f"dpo@{key}.example", f"deputy@{key}.example"),
            per_address=_PER_ADDRESS,
            per_domain=10_000,
            mailbox=key,
            sent_folder="Sent",
            markers=tuple(word for place, word in self.markers.planted.items() if place.startswith(key)),
        )

    def manifest(self) -> str:
        """manifest.json: what was planted, each thread with a number of its own."""
        return json.dumps([asdict(_wanted(number, mail)) for number, mail in enumerate(self.mails)])

    # --- mail ----------------------------------------------------------------------------------------------------

    def _mails(self, sizes: Sizes) -> Iterator[Mail]:
        dice = random.Random(self.seed)
        streams = [
            list(self._stream(NUAGE, sizes.nuage, 1, self.started - timedelta(hours=8))),
            list(self._stream(WOLKE, sizes.wolke, 2, self.started)),
            list(self._to_both(sizes.shared)),
            list(self._old(sizes.old)),
            [*self._marked(NUAGE, 10), *self._marked(WOLKE, 11)],
        ]
        # Shuffled together, each stream in its own order: a reply never comes before its request.
        while streams := [each for each in streams if each]:
            yield dice.choices(streams, weights=[len(each) for each in streams])[0].pop(0)

    def _stream(self, key: str, count: int, seed: int, start: datetime) -> Iterator[Mail]:
        made = backlog(
            count, seed=self.seed * 10 + seed, organisation_address=f"privacy@{key}.example", shape=KILL, start=start
        )
        return (Mail(mailbox=key, stream=seed, planted=planted, organisations=(key,)) for planted in made)

    def _to_both(self, count: int) -> Iterator[Mail]:
        """For one of the companies, for both, and for an address that belongs to neither."""
        goals: Sequence[tuple[str, tuple[str, ...]]] = (
            ("privacy@nuage.example", (NUAGE,)),
            ("privacy@wolke.example", (WOLKE,)),
            ("privacy@nuage.example, privacy@wolke.example", (NUAGE, WOLKE)),
            ("office@elsewhere.example", ()),
        )
        for number, (to, organisations) in enumerate(goals):
            # Requests only: what goes to nobody is held whatever it says.
            some = backlog(
                count // len(goals), seed=self.seed * 10 + 3 + number, organisation_address=to,
                shape=Shape(attachment=0.1, smallest=3_000, largest=9_000, reply=0.0), start=self.started,
            )  # fmt: skip
            for planted in some:
                yield Mail(mailbox=SHARED, stream=3 + number, planted=planted, organisations=organisations)

    def _old(self, count: int) -> Iterator[Mail]:
        """Requests that lay somewhere for weeks: their alarms are due at once."""
        some = backlog(
            count, seed=self.seed * 10 + 9, organisation_address="privacy@wolke.example",
            shape=Shape(attachment=0.0, reply=0.0), start=self.started - timedelta(days=40),
        )  # fmt: skip
        for planted in some:
            at = self.started - timedelta(days=20 + planted.number % 12, hours=planted.number)
            yield Mail(mailbox=WOLKE, stream=9, planted=planted, organisations=(WOLKE,), at=at)

    def _marked(self, key: str, stream: int) -> Iterator[Mail]:
        """Persons whose every word is looked for afterwards: one address asks more often than the cap allows, one
        cannot be written to."""
        senders = (*[f"often-{key}@people.example"] * 5, f"gone-{key}{REFUSED}",
                   *[f"{self.markers.plain(f'{key} address {n}')}@people.example" for n in range(4)])  # fmt: skip
        for number, sender in enumerate(senders):
            text = f"{ACCESS}\n\n{self.markers.plain(f'{key} text {number}')}"
            name = f"{self.markers.plain(f'{key} name {number}')} Martin"
            subject = f"Mes données {self.markers.plain(f'{key} subject {number}')}"
            message_id = f"{sha256(f'{self.seed}{key}{number}{sender}'.encode()).hexdigest()[:20]}@people.example"
            raw = (
                f"Message-ID: <{message_id}>\r\nDate: {self.started:%a, %d %b %Y %H:%M:%S} +0000\r\n"
                f"From: {name} <{sender}>\r\nTo: privacy@{key}.example\r\nSubject: {subject}\r\n"
                "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
                f"\r\n{text}\r\n".replace("\n", "\r\n").replace("\r\r\n", "\r\n")
            ).encode()
            planted = Planted(
                number=number, raw=raw, message_id=message_id, sender=sender, subject=subject,
                expected="request", thread=number,
            )  # fmt: skip
            yield Mail(mailbox=key, stream=stream, planted=planted, organisations=(key,))


def _next_minute(now: datetime) -> str:
    """The next full minute, as local time in Berlin."""
    return f"{(now + timedelta(seconds=60)).astimezone(ZoneInfo('Europe/Berlin')):%H:%M}:00"


def _wanted(number: int, mail: Mail) -> Wanted:
    planted = mail.planted
    plain = planted.raw.replace(b"\r\n", b"\n")
    return Wanted(
        number=number,
        message_id=planted.message_id.strip("<>"),
        sender=planted.sender.lower(),
        mailbox=mail.mailbox,
        organisations=mail.organisations,
        expected=planted.expected if mail.organisations else "held",
        thread=mail.stream * 1_000_000 + planted.thread if planted.thread >= 0 else -number - 1,
        tail=sha256(plain).hexdigest(),
        size=len(plain),
    )
