"""The embedded mail servers of the demo: IMAP by pymap, SMTP by aiosmtpd, one process, 127.0.0.1 only.

Run as a child process (``python -m dsarbot.demo.servers``), so that the service talks to them over real sockets and
nothing of them lives in its memory. The plan comes as the first line of standard input (credentials never stand on
a command line), the ports go out as one line; when standard input ends, whoever started this is gone, and so is it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import secrets
import signal
import socket
import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, Identity, Login
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from dsarbot.demo.plan import HOSTNAME, LOOPBACK, Plan

_MAX_MAIL = 20 * 1024 * 1024


class Mailboxes:
    """The accounts inside pymap, and the way in that needs no network."""

    def __init__(self, plan: Plan) -> None:
        args = Namespace(passlib_cfg=None, proxy_protocol=None)
        self.config = Config(
            args,
            host=LOOPBACK,
            port=0,
            tls_enabled=False,
            demo_data=False,
            demo_user="",
            demo_password="",
            # The passwords are random, live in this process only and die with it.
            hash_context=Cleartext(),
        )
        self.config.apply_context()
        self.login = Login(self.config)
        self._plan = plan

    async def create(self) -> None:
        """One account for each of the plan, with an empty inbox and a folder for what is sent."""
        for name, password in self._plan.accounts.items():
            await self._identity(name).set(UserMetadata(self.config, name, password=password))
            async with self._identity(name).new_session() as session:
                await session.create_mailbox("Sent")

    async def deliver(self, account: str, raw: bytes, at: datetime) -> None:
        """Append to the account's INBOX; whoever waits there in IDLE is told."""
        async with self._identity(account).new_session() as session:
            await session.append_messages("INBOX", [AppendMessage(raw, at)])

    def _identity(self, name: str) -> Identity:
        return Identity(name, self.login, None, frozenset())


class Postman:
    """aiosmtpd's handler: takes mail from whoever logged in, and delivers it or says 550."""

    def __init__(self, plan: Plan, mailboxes: Mailboxes, clock: Callable[[], datetime]) -> None:
        self._plan = plan
        self._mailboxes = mailboxes
        self._clock = clock

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """PLAIN and LOGIN with the passwords of the plan."""
        if mechanism not in ("PLAIN", "LOGIN") or not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        name = data.login.decode("utf-8", "replace")
        known = self._plan.accounts.get(name, "")
        right = bool(known) and secrets.compare_digest(known.encode(), data.password)
        return AuthResult(success=right, handled=False, auth_data=name)

    async def handle_MAIL(  # noqa: N802  # the name is aiosmtpd's
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only accounts of this run may send: other programs on this machine may not."""
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802  # the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """RFC 3463 section 3.2: 5.1.1 is "bad destination mailbox address"."""
        if address.lower() not in self._plan.routes:
            return "550 5.1.1 No such mailbox here: this server knows the demo's addresses only"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Stamp as a receiving server does, and deliver once to each mailbox concerned."""
        now, number = self._clock(), secrets.token_hex(6)
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        accounts = dict.fromkeys(self._plan.routes[each.lower()] for each in envelope.rcpt_tos)
        for account in accounts:
            await self._mailboxes.deliver(account, self._stamp(session, envelope, now, number) + content, now)
        return f"250 2.0.0 Taken as {number}"

    def _stamp(self, session: Session, envelope: Envelope, now: datetime, number: str) -> bytes:
        # RFC 5321 section 4.4: Return-Path above the trace line of the server that makes final delivery.
        sender = envelope.mail_from or ""
        verdict = "pass" if self._plan.routes.get(sender.lower(), "") == session.auth_data else "none"
        lines = [
            f"Return-Path: <{sender}>",
            f"Authentication-Results: {HOSTNAME}; spf={verdict} smtp.mailfrom={sender or HOSTNAME};",
            f"\tdmarc={verdict} header.from={sender.rpartition('@')[2] or HOSTNAME}",
            f"Received: from {_word(session.host_name)} ([{LOOPBACK}]) by {HOSTNAME} (DEMO)",
            f"\twith ESMTPA id {number}; {format_datetime(now)}",
        ]
        return "".join(f"{line}\r\n" for line in lines).encode("utf-8")


def _word(name: str | None) -> str:
    return re.sub(r"[^\w.-]", "", name or "") or "unknown"


class Servers:
    """Both servers on free ports. `ahead` moves their clock, as `--fast-forward` does."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The demo's time."""
        return datetime.now(UTC) + self._ahead

    async def start(self) -> tuple[int, int]:
        """(IMAP port, SMTP port); both listen when it returns."""
        mailboxes = Mailboxes(self._plan)
        await mailboxes.create()
        reader = ProxyProtocolReader(mailboxes.config.proxy_protocol)
        serve_imap = reader.get_callback(IMAPServer(mailboxes.login, mailboxes.config))
        imap = await asyncio.start_server(serve_imap, LOOPBACK, 0)
        postman = Postman(self._plan, mailboxes, self.now)
        loop = asyncio.get_running_loop()
        smtp = await loop.create_server(lambda: _session(postman, loop), LOOPBACK, 0)
        return _port(imap.sockets[0]), _port(smtp.sockets[0])

    async def obey(self, lines: asyncio.StreamReader) -> None:
        """Orders of the parent, one JSON line each, until there is no parent."""
        while line := await lines.readline():
            self._ahead = timedelta(seconds=json.loads(line)["ahead"])


def _session(postman: Postman, loop: asyncio.AbstractEventLoop) -> SMTP:
    return SMTP(
        postman,
        hostname=HOSTNAME,
        ident="DEMO",
        data_size_limit=_MAX_MAIL,
        enable_SMTPUTF8=True,
        # Plain text never leaves this machine: the socket is bound to loopback.
        auth_require_tls=False,
        authenticator=postman.authenticate,
        loop=loop,
    )


def _port(listening: socket.socket) -> int:
    port: int = listening.getsockname()[1]
    return port


async def _standard_input() -> asyncio.StreamReader:
    lines = asyncio.StreamReader(limit=1024 * 1024)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    return lines


async def _run() -> None:
    lines = await _standard_input()
    servers = Servers(Plan.parse((await lines.readline()).decode("utf-8")))
    imap, smtp = await servers.start()
    sys.stdout.write(json.dumps({"imap": imap, "smtp": smtp}) + "\n")
    sys.stdout.flush()
    await servers.obey(lines)


def main() -> None:
    """Serve until standard input ends. Ctrl-C reaches the whole terminal; the parent decides when this ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # pymap greets with the machine's full name and would ask the DNS for it; nothing here asks the network.
    os.environ["FQDN"] = HOSTNAME
    # aiosmtpd warns in a log of this name about its own inner affairs.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    with suppress(BrokenPipeError):
        asyncio.run(_run())


if __name__ == "__main__":
    main()
