"""practice 5 with a mailbox for each company, and two for one of them: real Dovecot, real Postfix, the service."""

from __future__ import annotations

import asyncio
import getpass
import json
import secrets
from collections.abc import Iterator, Sequence
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from dsarbot.config import load
from dsarbot.ports import Scope
from dsarbot.store.database import open_store
from dsarbot.store.masterkey import parse_master_key
from dsarbot.wiring.servers import database_url
from tests.desk.world import ACCESS
from tests.journeys.installation import NUAGE, Company, Installation
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

BRUME = Company(key="brume", profile="example-fr", prefix="BRU", name="Brume d'Exemple", local="brume")
MAILBOX = """
[[mailboxes]]
key = "{key}"
host = "127.0.0.1"
port = {port}
security = "plain"
user = "{user}"
password_file = "imap.password"
organisations = ["{organisation}"]
"""


class Apart(Installation):
    """Each company has a mailbox of its own, the first one a second one besides."""

    @property
    def theirs(self) -> str:
        return self.addresses["brume"]

    @property
    def second(self) -> str:
        return f"second-{self.privacy}"

    def divide(self) -> None:
        text = self.config.read_text(encoding="utf-8").replace("delay_minutes = 0", "delay_minutes = 10")
        head, _, mailbox = text.partition("[[mailboxes]]")
        lines = [line for line in mailbox.splitlines() if not line.startswith(("organisations =", "addresses ="))]
        shared = "\n".join(["[[mailboxes]]", 'organisations = ["nuage"]', *lines])
        for address in (self.theirs, self.second):
            self.dovecot.create_user(address)
        more = "".join(
            MAILBOX.format(key=key, port=self.dovecot.imap_port, user=user, organisation=organisation)
            for key, user, organisation in (("theirs", self.theirs, "brume"), ("second", self.second, "nuage"))
        )
        self.config.write_text(head + shared + more, encoding="utf-8")

    def writes(self, text: str, recipients: Sequence[str]) -> None:
        """One mail of the person to all of them, which the relay delivers to each."""
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = f"Jeanne <{self.person}>", ", ".join(recipients), "Mes données"
        mail["Message-ID"], mail["Date"] = f"<{secrets.token_hex(8)}@example.net>", "Mon, 02 Mar 2026 08:59:07 +0000"
        mail.set_content(text)
        self.postfix.send(self.person, list(recipients), mail.as_bytes())

    def by_organisation(self) -> dict[str, dict[str, Any]]:
        cases = [json.loads(self.ask("cases", "show", each["reference"], "--json")) for each in self.cases()]
        return {case["organisation"]: case for case in cases}


@pytest.fixture
def apart(tmp_path: Path, empty_database_url: str, dovecot: Dovecot, postfix: Postfix) -> Iterator[Apart]:
    where = tmp_path, empty_database_url, dovecot, postfix
    made = Apart(*where, user=getpass.getuser(), companies=(NUAGE, BRUME))
    made.divide()
    yield made
    made.end()


async def dispositions(apart: Apart, organisation: str) -> list[str]:
    master = parse_master_key((apart.folder / "master.key").read_text())
    url = database_url(load(apart.config, environ={}))
    async with open_store(url, data_dir=apart.folder / "data", master=master) as store:
        return sorted(row.disposition for row in await store.inbounds(Scope(organisation)))


def test_one_mail_into_three_mailboxes_is_two_linked_cases_with_one_acknowledgement(apart: Apart) -> None:
    apart.writes(ACCESS, (apart.privacy, apart.second, apart.theirs))
    apart.start()
    found = apart.wait(lambda: cases if len(cases := apart.by_organisation()) == 2 else {}, "two cases")
    read = ["case", "duplicate"]
    apart.wait(lambda: asyncio.run(dispositions(apart, "nuage")) == read, "the copy in the second mailbox")
    assert asyncio.run(dispositions(apart, "brume")) == ["case"]
    found = apart.by_organisation()
    assert len(apart.cases()) == 2, "two mailboxes of one company make one case"
    nuage, brume = found["nuage"], found["brume"]
    for mine, other in ((nuage, brume), (brume, nuage)):
        page = " ".join(apart.ask("cases", "show", mine["reference"]).split())
        assert f"({other['reference']})." in page[page.index("Linked with ") :]
        assert "a case of another organisation" not in page
    # Whichever was read last speaks for both; the other one's letter does not leave.
    waiting = [case for case in (nuage, brume) if case["letters"][0]["status"] != "cancelled"]
    (speaker,) = waiting
    (other,) = (case for case in (nuage, brume) if case is not speaker)
    text = " ".join(apart.ask("cases", "show", speaker["reference"], "--letter", "l1").split())
    assert f"({other['reference']})" in text and speaker["reference"] in text
    assert apart.stop() == 0
