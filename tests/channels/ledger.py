"""The other side of a watcher for tests: keeps mails in memory and lets a test await what happens."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from dsarbot.channels.endpoint import Endpoint, Security
from dsarbot.channels.imap_types import Calls, Fetched, Position, Watch
from dsarbot.channels.imap_watch import Watcher
from tests.servers.dovecot import PASSWORD, Dovecot


@dataclass
class Ledger:
    """``mails`` are durable, ``events`` are what was told."""

    mails: list[Fetched] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    events: list[tuple[str, str]] = field(default_factory=list)
    positions: dict[str, Position] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)
    #: Raised by ``keep`` as long as there are any, one per call.
    faults: list[Exception] = field(default_factory=list)
    hold_back: Callable[[Fetched], bool] = lambda _: False
    owed_uids: Sequence[int] = ()

    def keep(self, folder: str, mails: Sequence[Fetched]) -> Sequence[int]:
        with self.changed:
            if self.faults:
                raise self.faults.pop(0)
            self.mails += mails
            self.batches.append(len(mails))
            self.reached(Position(folder=folder, uidvalidity=mails[-1].uidvalidity, last_uid=mails[-1].uid))
            return [mail.uid for mail in mails if not self.hold_back(mail)]

    def reached(self, position: Position) -> None:
        with self.changed:
            self.positions[position.folder] = position
            self.changed.notify_all()

    def state(self, event: str, detail: str) -> None:
        with self.changed:
            self.events.append((event, detail))
            self.changed.notify_all()

    @property
    def calls(self) -> Calls:
        return Calls(
            position=self.positions.get,
            keep=self.keep,
            state=self.state,
            reached=self.reached,
            owed=lambda _folder, _uidvalidity: self.owed_uids,
        )

    def names(self) -> list[str]:
        return [event for event, _ in self.events]

    def subjects(self) -> list[str]:
        return [subject_of(mail.raw) for mail in self.mails]

    def await_that(self, met: Callable[[], bool], seconds: float = 15) -> None:
        with self.changed:
            assert self.changed.wait_for(met, seconds), (self.events, self.subjects())

    def await_event(self, name: str, times: int = 1, seconds: float = 15) -> None:
        self.await_that(lambda: self.names().count(name) >= times, seconds)


def mail(subject: str, size: int = 0) -> bytes:
    return (
        f"From: Paula Probe <paula@example.net>\r\nTo: privacy@example.org\r\nSubject: {subject}\r\n"
        f"Message-ID: <{uuid.uuid4()}@example.net>\r\n\r\n"
    ).encode() + b"0123456789abcde\r\n" * (size // 17 + 1)


def subject_of(raw: bytes) -> str:
    return raw.partition(b"Subject: ")[2].partition(b"\r\n")[0].decode()


def endpoint_of(dovecot: Dovecot, user: str, security: Security = "plain") -> Endpoint:
    return Endpoint(
        host="127.0.0.1" if security == "plain" else "localhost",
        port=dovecot.imaps_port if security == "tls" else dovecot.imap_port,
        security=security,
        ca_file=dovecot.certificate.ca,
        user=user,
        secret=lambda: PASSWORD,
    )


@contextmanager
def watching(watch: Watch, ledger: Ledger) -> Iterator[Watcher]:
    watcher = Watcher(watch, ledger.calls, dice=lambda: 0.0)
    watcher.start()
    try:
        yield watcher
    finally:
        watcher.stop()
        assert not watcher.alive
