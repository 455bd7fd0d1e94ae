"""Dovecot as IMAP and LMTP server: what privacy mailboxes really stand on."""

from __future__ import annotations

import contextlib
import datetime as dt
import getpass
import os
import re
import select
import shutil
import smtplib
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import imapclient
import pytest

from tests.servers.base import Server, free_port, require_program, wait_until
from tests.servers.certificate import Certificate
from tests.servers.dovecot_config import configuration

PASSWORD = "correct horse battery staple"


class Dovecot(Server):
    """Accounts are created by the tests; mail for everybody else is refused with 5.1.1.

    Folders INBOX, Junk, Sent, Drafts, Trash and Archive exist with their special uses; keywords, MOVE,
    UIDPLUS, CONDSTORE, IDLE are offered; a notice reaches IDLE about half a second after the change.
    """

    name = "dovecot"

    def __init__(self, root: Path, certificate: Certificate, *, quota_bytes: int = 0) -> None:
        super().__init__(root)
        self.certificate = certificate
        self._quota_bytes = quota_bytes
        self.imap_port, self.imaps_port, self.lmtp_port, self.auth_port = (free_port() for _ in range(4))
        self.ports = (self.imap_port, self.imaps_port, self.lmtp_port, self.auth_port)
        self._program = require_program("dovecot", "dovecot-core")
        for module, package in (("imap", "dovecot-imapd"), ("lmtp", "dovecot-lmtpd")):
            require_program(f"/usr/lib/dovecot/{module}", package)
        self._config = root / "dovecot.conf"
        for folder in ("run", "state", "mail", "users"):
            (root / folder).mkdir(exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(root / "mail", "nobody")
        self.log.touch()
        self._write_configuration()

    def _write_configuration(self) -> None:
        shown = subprocess.run([self._program, "--version"], capture_output=True, text=True, check=True).stdout
        version = re.match(r"(\d+)\.(\d+)", shown)
        if version is None or version.groups() < ("2", "3"):
            pytest.skip(f"no configuration for Dovecot {shown.strip()} here")
        self._config.write_text(
            configuration(
                version=(int(version[1]), int(version[2])),
                root=self.root,
                log=self.log,
                certificate=self.certificate,
                ports={
                    "imap": self.imap_port, "imaps": self.imaps_port,
                    "lmtp": self.lmtp_port, "auth": self.auth_port,
                },
                runs_as="root" if os.geteuid() == 0 else getpass.getuser(),
                quota_bytes=self._quota_bytes,
            )
        )  # fmt: skip
        check = [require_program("doveconf", "dovecot-core"), "-c", str(self._config), "-n"]
        checked = subprocess.run(check, capture_output=True, text=True, check=False)
        if checked.returncode != 0:
            pytest.skip(f"Dovecot {shown.strip()} refuses our configuration: {checked.stderr.strip()[-300:]}")

    def command(self) -> Sequence[str]:
        return [self._program, "-F", "-c", str(self._config)]

    def ready(self) -> bool:
        """Greets; an open port alone may still be a master without its login process."""
        try:
            with socket.create_connection((self.host, self.imap_port), timeout=2) as probe:
                return probe.recv(4) == b"* OK"
        except OSError:
            return False

    # --- accounts and mail -------------------------------------------------------------------------------

    def create_user(self, address: str, password: str = PASSWORD) -> None:
        """Make the account, or change its password; returns once the server lets it in."""
        # One file per account, because a file is looked at again at most once per second; and each version
        # with a time of its own, because Dovecot knows a changed file by its time in whole seconds.
        account = self.root / "users" / address
        last = account.stat().st_mtime if account.exists() else 0
        account.write_text(f"{address}:{{PLAIN}}{password}\n")
        os.utime(account, (last + 2, last + 2))
        wait_until(lambda: self._lets_in(address, password), seconds=5, what="log-in of the new account", pause=0.1)

    def _lets_in(self, address: str, password: str) -> bool:
        try:
            with self.login(address, password):
                return True
        except imapclient.exceptions.LoginError:
            return False

    def password_of(self, address: str) -> str:
        return (self.root / "users" / address).read_text().strip().partition(":{PLAIN}")[2]

    @contextlib.contextmanager
    def login(self, address: str, password: str | None = None) -> Iterator[imapclient.IMAPClient]:
        """A connection of its own, to look on from outside; INTERNALDATE comes with its time zone."""
        client = imapclient.IMAPClient(self.host, self.imap_port, ssl=False, timeout=30)
        client.normalise_times = False
        try:
            client.login(address, self.password_of(address) if password is None else password)
            yield client
        finally:
            try:
                client.logout()
            except (OSError, imapclient.exceptions.IMAPClientError):
                client.shutdown()

    def deliver(self, address: str, raw: bytes, *, sender: str = "") -> None:
        """By LMTP, as the local mail system would: no Received line but Dovecot's own."""
        with smtplib.LMTP(self.host, self.lmtp_port) as lmtp:
            lmtp.sendmail(sender, [address], raw)

    def append(self, address: str, raw: bytes, *, folder: str = "INBOX", at: dt.datetime | None = None) -> None:
        """Put a mail into a folder with an INTERNALDATE of our choice (`at`, with its time zone)."""
        if at is not None and at.utcoffset() is None:
            raise ValueError(f"{at} needs a time zone")
        with self.login(address) as client:
            client.append(folder, raw, (), at)

    def mails(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """Every message of a folder, in the order of arrival."""
        with self.login(address) as client:
            client.select_folder(folder, readonly=True)
            fetched = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
            return [fetched[uid][b"BODY[]"] for uid in sorted(fetched)]

    def wait_for_mails(
        self, address: str, count: int = 1, *, folder: str = "INBOX", seconds: float = 30
    ) -> list[bytes]:
        """All mails of the folder as soon as there are `count` of them; IDLE tells when to look."""
        deadline = time.monotonic() + seconds
        with self.login(address) as client:
            client.select_folder(folder, readonly=True)
            while len(client.search("ALL")) < count:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"fewer than {count} mails in {folder} of {address} after {seconds:g} s")
                client.idle()
                # Short, because a mail between SEARCH and IDLE was announced before we began to listen.
                select.select([client.socket()], [], [], min(left, 1))
                client.idle_done()
        return self.mails(address, folder)

    def empty(self, address: str) -> None:
        """Remove every mail of the account, in every folder."""
        with self.login(address) as client:
            for _flags, _separator, folder in client.list_folders():
                client.select_folder(folder)
                found = client.search("ALL")
                if found:
                    client.delete_messages(found)
                    client.expunge()

    def kick(self, address: str) -> None:
        """Throw every connection of the account out, as an administrator would."""
        doveadm = require_program("doveadm", "dovecot-core")
        subprocess.run([doveadm, "-c", str(self._config), "kick", address], capture_output=True, check=False)
