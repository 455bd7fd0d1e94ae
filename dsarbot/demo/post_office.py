"""The demo's mail servers as seen from outside: start and stop them, hand mail in, look into a mailbox.

The invented people and the final check use smtplib and imaplib, not the service's own channels: whoever checks must
not look through the glasses of whom is checked.
"""

from __future__ import annotations

import asyncio
import email.policy
import imaplib
import json
import re
import secrets
import smtplib
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from dsarbot.demo.plan import LOOPBACK, Plan
from dsarbot.errors import OurMistake

_START_SECONDS = 20.0
_STOP_SECONDS = 1.5
_TIMEOUT = 10.0
#: How the subjects of notices begin, in the languages of the demo's companies.
_NOTICES = ("Privacy desk alarm", "Alerte protection des données", "Alarm Datenschutz")
_UID = re.compile(rb"UID (\d+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One mail in a mailbox: the bytes as the server has them."""

    uid: int
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        """Parsed by the standard library, as any mail program would."""
        parsed = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)  # noqa: S101  # the default policy makes nothing else
        return parsed

    @property
    def message_id(self) -> str:
        return str(self.mail["Message-ID"] or "").strip()

    @property
    def is_notice(self) -> bool:
        """A notice of alarms, which comes when something needs somebody; a digest comes every day."""
        return str(self.mail["Subject"] or "").startswith(_NOTICES)

    @property
    def text(self) -> str:
        """The plain text part, "" when there is none."""
        body = self.mail.get_body(("plain",))
        return str(body.get_content()) if body is not None else ""


@dataclass(frozen=True, kw_only=True)
class PostOffice:
    """The running servers. Its methods block and are called in threads."""

    plan: Plan
    imap_port: int
    smtp_port: int
    process: asyncio.subprocess.Process

    def submit(self, sender: str, recipients: Iterable[str], raw: bytes, *, account: str) -> None:
        """Hand a mail in by SMTP; *sender* is the envelope's, "" for what must not be answered."""
        with smtplib.SMTP(LOOPBACK, self.smtp_port, local_hostname="localhost", timeout=_TIMEOUT) as smtp:
            smtp.login(account, self.plan.accounts[account])
            smtp.sendmail(sender, list(recipients), raw)

    def append(self, account: str, raw: bytes, at: datetime) -> None:
        """Put a mail into INBOX as if it had been received at that time."""
        with self._imap(account) as imap:
            imap.append("INBOX", "", imaplib.Time2Internaldate(at), raw)

    def read(self, account: str, folder: str = "INBOX") -> tuple[Found, ...]:
        """All mails of a folder, oldest first; none where the folder does not exist. Nothing is marked as read."""
        with self._imap(account) as imap:
            if imap.select(folder, readonly=True)[0] != "OK" or imap.uid("SEARCH", "ALL")[1] in ([b""], [None]):
                return ()
            _, answer = imap.uid("FETCH", "1:*", "(UID BODY.PEEK[])")
        found = [each for each in answer if isinstance(each, tuple)]
        return tuple(Found(uid=_uid(head), raw=raw) for head, raw in found)

    def _imap(self, account: str) -> imaplib.IMAP4:
        imap = imaplib.IMAP4(LOOPBACK, self.imap_port, timeout=_TIMEOUT)
        imap.login(account, self.plan.accounts[account])
        return imap

    async def move_clock(self, ahead_seconds: float) -> None:
        """Let the servers live so far in the future as the demo does."""
        assert self.process.stdin is not None  # noqa: S101  # it was started with a pipe
        self.process.stdin.write(json.dumps({"ahead": ahead_seconds}).encode() + b"\n")
        await self.process.stdin.drain()


def plan_for(accounts: Iterable[str], aliases: Mapping[str, str]) -> Plan:
    """A random password for each account; every account has its own name as address."""
    names = tuple(dict.fromkeys(accounts))
    routes = {**{name.lower(): name for name in names}, **{name.lower(): to for name, to in aliases.items()}}
    return Plan(accounts={name: secrets.token_urlsafe(12) for name in names}, routes=routes)


@asynccontextmanager
async def open_post_office(plan: Plan) -> AsyncIterator[PostOffice]:
    """The servers in a child process, which ends with this block whatever happens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "dsarbot.demo.servers",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Ctrl-C on the terminal is for the demo, which then ends its servers in order.
        start_new_session=True,
    )
    try:
        imap, smtp = await _ports(process, plan)
        yield PostOffice(plan=plan, imap_port=imap, smtp_port=smtp, process=process)
    finally:
        await _end(process)


async def _ports(process: asyncio.subprocess.Process, plan: Plan) -> tuple[int, int]:
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018  # pipes were asked for
    process.stdin.write(plan.line().encode() + b"\n")
    await process.stdin.drain()
    async with asyncio.timeout(_START_SECONDS):
        line = await process.stdout.readline()
    if not line:
        raise OurMistake("The demo's mail servers did not start; the lines above say why.")
    ports = json.loads(line)
    return ports["imap"], ports["smtp"]


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        # The end of its standard input is the servers' order to stop.
        process.stdin.close()
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _uid(head: bytes) -> int:
    match = _UID.search(head)
    return int(match[1]) if match else 0
