"""Postfix in front of Dovecot: mail goes in by SMTP and its refusals come back as real bounces."""

from __future__ import annotations

import json
import os
import shutil
import smtplib
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.base import Server, free_port, listening, require_program, wait_until
from tests.servers.certificate import Certificate
from tests.servers.dovecot import Dovecot

DAEMONS = Path("/usr/lib/postfix/sbin")

#: Every name with an `example` label at its end or before its top: RFC 2606 keeps them for uses like this.
DOMAINS = r"/^([a-z0-9-]+\.)*example(\.[a-z]+)*$/ OK"

MAIN = """\
compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
maillog_file = {log}
maillog_file_prefixes = {root}
myhostname = mx.example.org
inet_interfaces = loopback-only
inet_protocols = ipv4
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = regexp:{root}/etc/domains
virtual_transport = lmtp:inet:{dovecot.host}:{dovecot.lmtp_port}
default_transport = error:5.7.1 no mail leaves the tests
relay_transport = error:5.7.1 no mail leaves the tests
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtpd_tls_security_level = may
smtpd_tls_chain_files = {certificate.combined}
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:{dovecot.host}:{dovecot.auth_port}
smtpd_client_connection_count_limit = 0
message_size_limit = 67108864
mailbox_size_limit = 0
biff = no
# A journey that stops Dovecot wants to see the mail arrive seconds later, not minutes.
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
transport_retry_time = 1s
default_destination_concurrency_failed_cohort_limit = 100
"""

MASTER = """\
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_auth_only=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Queued:
    """A mail that Postfix still holds, and why."""

    queue_id: str
    sender: str
    recipients: tuple[str, ...]
    reasons: tuple[str, ...]


class Postfix(Server):
    """Takes mail from loopback for every example.* domain and hands it to Dovecot by LMTP.

    An unknown account is bounced with 550 5.1.1; any other domain is refused with 550. STARTTLS and DSN are
    offered. `smtp_port` takes everything from loopback, also while Dovecot is down; `submission_port` wants
    a log-in (Dovecot's accounts) after STARTTLS.
    """

    name = "postfix"

    def __init__(self, root: Path, certificate: Certificate, dovecot: Dovecot) -> None:
        super().__init__(root)
        self.certificate = certificate
        self._program = require_program("postfix", "postfix")
        if os.geteuid() != 0:
            pytest.skip("Postfix starts only as root")
        self.smtp_port, self.submission_port = free_port(), free_port()
        self.ports = (self.smtp_port, self.submission_port)
        for folder in ("etc", "spool", "data"):
            (root / folder).mkdir(exist_ok=True)
        shutil.chown(root / "data", "postfix")
        names = {"root": root, "log": self.log, "certificate": certificate, "dovecot": dovecot}
        (root / "etc" / "main.cf").write_text(MAIN.format(**names))
        (root / "etc" / "master.cf").write_text(MASTER.format(smtp=self.smtp_port, submission=self.submission_port))
        (root / "etc" / "domains").write_text(DOMAINS + "\n")
        # Creates the queue folders with their owners. `postfix start` would do this too, but it starts the
        # master in a process group that we could not end as a whole.
        subprocess.run([self._program, "-c", str(root / "etc"), "check"], capture_output=True, check=True)

    def command(self) -> Sequence[str]:
        return [str(DAEMONS / "master"), "-c", str(self.root / "etc"), "-d"]

    def ready(self) -> bool:
        return listening(self.smtp_port) and listening(self.submission_port)

    def send(self, sender: str, recipients: Sequence[str], raw: bytes) -> None:
        """One mail by SMTP, under STARTTLS."""
        with smtplib.SMTP(self.host, self.smtp_port) as smtp:
            smtp.starttls(context=self.certificate.client_context())
            smtp.sendmail(sender, list(recipients), raw)

    def queue(self) -> list[Queued]:
        """What has not been handed over yet."""
        postqueue = require_program("postqueue", "postfix")
        shown = subprocess.run(
            [postqueue, "-c", str(self.root / "etc"), "-j"], capture_output=True, text=True, check=True
        )
        rows = [json.loads(line) for line in shown.stdout.splitlines()]
        return [
            Queued(
                queue_id=row["queue_id"],
                sender=row["sender"],
                recipients=tuple(one["address"] for one in row["recipients"]),
                reasons=tuple(one.get("delay_reason", "") for one in row["recipients"]),
            )
            for row in rows
        ]

    def wait_until_empty(self, seconds: float = 30) -> None:
        """Everything was delivered or bounced."""
        wait_until(lambda: not self.queue(), seconds=seconds, what="an empty queue of Postfix", pause=0.1)
