"""A whole installation on real servers: its configuration, its running service as a child process, its commands."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

from dsarbot.cli.main import main
from dsarbot.store.masterkey import new_master_key
from tests.servers.base import wait_until
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.postfix import Postfix

T = TypeVar("T")

SERVICE = """
[service]
data_dir = "data"

[database]
url = "{database}"

[keys]
master_key_file = "master.key"
"""

COMPANY = """
[[organisations]]
key = "{company.key}"
profile = "{company.profile}"
reference_prefix = "{company.prefix}"
sender = "relay"
mail_from = "{address}"
mail_from_name = "{company.name}"
domains = ["example.org"]
owner = "dpo"
sent_folder = "Sent"
[organisations.contact]
email = "{address}"
[organisations.acknowledgement]
delay_minutes = 0
[organisations.digest]
recipients = ["dpo"]
local_time = 00:00:01
language = "fr"
"""

REST = """
[[staff]]
key = "dpo"
name = "Dominique Garde"
email = "{dpo}"
roles = ["dpo"]
organisations = {keys}
system_user = "{user}"

[[senders]]
key = "relay"
host = "127.0.0.1"
port = {smtp_port}
security = "plain"

[[mailboxes]]
key = "privacy"
host = "127.0.0.1"
port = {imap_port}
security = "plain"
user = "{privacy}"
password_file = "imap.password"
organisations = {keys}
addresses = {{ {addresses} }}
junk = ["Junk"]
after = "move"
move_to = "Archive"
"""


@dataclass(frozen=True, kw_only=True)
class Company:
    """An organisation of the installation. local: what stands before the @ of its address."""

    key: str
    profile: str
    prefix: str
    name: str
    local: str = "privacy"


NUAGE = Company(key="nuage", profile="example-fr", prefix="NUA", name="Nuage d'Exemple")


class Installation:
    """Own addresses per test, so that the servers can be shared. `database` is a URL of either kind. Several companies
    share the mailbox of the first, as aliases do."""

    #: How the service is started; the configuration and "run" follow.
    program: Sequence[str] = (sys.executable, "-m", "dsarbot")

    def __init__(
        self,
        folder: Path,
        database: str,
        dovecot: Dovecot,
        postfix: Postfix,
        *,
        user: str,
        companies: Sequence[Company] = (NUAGE,),
    ) -> None:
        self.folder, self.dovecot, self.postfix = folder, dovecot, postfix
        mark = secrets.token_hex(4)
        self.addresses = {each.key: f"{each.local}-{mark}@example.org" for each in companies}
        self.privacy, self.dpo = self.addresses[companies[0].key], f"dpo-{mark}@example.org"
        self.person = f"jeanne-{mark}@example.net"
        for address in (self.privacy, self.dpo, self.person):
            dovecot.create_user(address)
        for name, secret in (("master.key", new_master_key()), ("imap.password", PASSWORD)):
            (folder / name).write_text(secret)
            (folder / name).chmod(0o600)
        self.config = folder / "config.toml"
        blocks = (COMPANY.format(company=each, address=self.addresses[each.key]) for each in companies)
        rest = REST.format(
            keys=json.dumps(list(self.addresses)),
            addresses=", ".join(f'"{address}" = "{key}"' for key, address in self.addresses.items()),
            privacy=self.privacy,
            dpo=self.dpo,
            user=user,
            smtp_port=postfix.smtp_port,
            imap_port=dovecot.imap_port,
        )
        self.config.write_text("".join((SERVICE.format(database=database), *blocks, rest)))
        self._service: subprocess.Popen[str] | None = None
        self.lines: list[str] = []

    # --- the service -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start `dsarbot run` and wait for its line."""
        self._service = subprocess.Popen(
            [*self.program, "--config", str(self.config), "run"],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "default", "PYTHONFAULTHANDLER": "1"},
        )
        ready: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(self._service, ready), daemon=True)
        self._reader.start()
        line = ready.get(timeout=60)
        assert line, "\n".join(self.lines)

    def _read(self, service: subprocess.Popen[str], ready: queue.Queue[str]) -> None:
        assert service.stderr
        with service.stderr:
            for line in service.stderr:
                self.lines.append(line.rstrip())
                if line.startswith("dsarbot is ready"):
                    ready.put(line)
        ready.put("")

    @property
    def process(self) -> subprocess.Popen[str]:
        """The service as started last."""
        assert self._service
        return self._service

    def beside(self) -> Installation:
        """The same installation once more, to start a second service by mistake."""
        second = copy.copy(self)
        second._service, second.lines = None, []
        return second

    def stop(self, seconds: float = 20) -> int:
        """SIGTERM, as a service manager does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=seconds)
        self._reader.join(timeout=10)
        return code

    def kill(self) -> None:
        """SIGKILL: nothing can be tidied up."""
        assert self._service
        self._service.kill()
        self._service.wait(timeout=10)
        self._reader.join(timeout=10)

    def end(self) -> None:
        if self._service and self._service.poll() is None:
            self.kill()

    # --- people ----------------------------------------------------------------------------------------------

    def command(self, *arguments: str, code: int = 0) -> str:
        """Run a command as a person would; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "dsarbot", "--config", str(self.config), *arguments],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )
        assert done.returncode == code, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def ask(self, *words: str) -> str:
        """What a command prints, run in this process: for what is asked again and again while a test waits."""
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            assert main(["--config", str(self.config), *words]) == 0, printed.getvalue()
        return printed.getvalue()

    def cases(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.ask("cases", "list", "--json"))
        return found

    def write(
        self, text: str, *, subject: str = "Mes données", sender: str = "", to: str = "", **headers: str
    ) -> EmailMessage:
        """The person writes to the privacy mailbox, by SMTP. to: what the mail names instead, such as its aliases."""
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"] = sender or f"Jeanne Martin <{self.person}>"
        mail["To"], mail["Subject"] = to or self.privacy, subject
        mail["Message-ID"] = f"<{secrets.token_hex(8)}@example.org>"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        self.postfix.send(sender or self.person, [self.privacy], mail.as_bytes())
        return mail

    def mails(self, address: str, folder: str = "INBOX") -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.dovecot.mails(address, folder)]

    def wait(self, condition: Callable[[], T], what: str, seconds: float = 90) -> T:
        """Until the condition holds; when it never does, the service's log and where each of its threads stands."""
        try:
            wait_until(lambda: bool(condition()), seconds=seconds, what=what, pause=0.1)
        except TimeoutError:
            if self._service and self._service.poll() is None:
                self._service.send_signal(signal.SIGABRT)
                self._service.wait(timeout=10)
                self._reader.join(timeout=10)
            print("\n".join(self.lines))
            raise
        return condition()
