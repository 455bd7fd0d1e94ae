"""A whole small instance for tests of commands: configuration, key, SQLite, mails that arrived, one clock.

Commands run through `main`, as a person types them; what they stored is read with a separate connection.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest

from dsarbot import app as wiring
from dsarbot.app import App, opened
from dsarbot.cli import table
from dsarbot.cli.main import main
from dsarbot.config import load
from dsarbot.core import facts as f
from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.desk.handle import Task
from dsarbot.desk.keep import keep
from dsarbot.ports import Arrival, InboundRow, Scope
from dsarbot.store.masterkey import new_master_key
from tests.servers.blank import BlankFiles

T = TypeVar("T")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

CONFIG = """
[service]
data_dir = "data"

[database]
url = "sqlite:///test.sqlite"

[keys]
master_key_file = "master.key"

[[mailboxes]]
key = "privacy"
host = "127.0.0.1"
security = "plain"
user = "privacy@nord.example.org"
password_file = "secret"
organisations = ["nord"]

[[mailboxes]]
key = "shared"
host = "127.0.0.1"
security = "plain"
user = "group@example.org"
password_file = "secret"
organisations = ["nord", "sud"]
addresses = { "dpo@nord.example.org" = "nord", "dpo@sud.example.org" = "sud" }

[[senders]]
key = "out"
host = "127.0.0.1"
security = "plain"

[[organisations]]
key = "nord"
profile = "example-fr"
reference_prefix = "DSR"
sender = "out"
mail_from = "privacy@nord.example.org"
mail_from_name = "Nord, data protection"
owner = "anna"
deputy = "bruno"
languages = ["fr", "en", "de"]
fallback_language = "en"
[organisations.contact]
postal = ["Nord SAS", "2 rue de l'Exemple", "00000 Exempleville"]

[[organisations]]
key = "sud"
profile = "example-lu"
reference_prefix = "SUD"
sender = "out"
mail_from = "privacy@sud.example.org"
mail_from_name = "Sud, data protection"
owner = "anna"

[[organisations]]
key = "foreign"
profile = "example-de"
reference_prefix = "FRM"
sender = "out"
mail_from = "privacy@foreign.example.org"
mail_from_name = "Foreign"
owner = "carla"

[[staff]]
key = "anna"
name = "Anna Beispill"
roles = ["dpo"]
organisations = ["nord", "sud"]
system_user = "anna"

[[staff]]
key = "bruno"
name = "Bruno Exemple"
roles = ["agent"]
organisations = ["nord"]
system_user = "bruno"

[[staff]]
key = "carla"
name = "Carla Muster"
roles = ["dpo"]
organisations = ["foreign"]
system_user = "carla"

[[staff]]
key = "otto"
name = "Otto Audit"
roles = ["auditor"]
organisations = ["nord", "sud"]
system_user = "otto"
"""

ACCESS = "Please send me a copy of all my personal data under Article 15 GDPR."
BOTH = f"{ACCESS}\nAfter that please erase all my personal data (Article 17 GDPR)."


def mail(text: str, *, sender: str = "Jeanne Martin <jeanne@example.net>", number: int = 1, **headers: str) -> bytes:
    """A plain message."""
    fields = {
        "From": sender,
        "To": "privacy@nord.example.org",
        "Subject": "My data",
        "Message-ID": f"<m{number}@example.net>",
        "Date": f"Mon, 02 Mar 2026 09:{number % 60:02d}:00 +0000",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
    } | {name.replace("_", "-").title(): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{head}\r\n{text}\r\n".encode()


class World:
    """The instance under the hands of a test."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.now = START
        self.user = "anna"
        self._capsys = capsys
        self._uid = 0
        (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
        for name, text in (("master.key", new_master_key()), ("secret", "not-a-real-one\n")):
            (folder / name).touch(mode=0o600)
            (folder / name).write_text(text, encoding="utf-8")

    def do(self, work: Callable[[App], Awaitable[T]]) -> T:
        """Something done with the application itself, as the service would."""

        async def go() -> T:
            settings = load(self.folder / "config.toml", environ={})
            async with opened(settings, environ={}, clock=lambda: self.now) as app:
                return await work(app)

        return asyncio.run(go())

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """One command: exit code, what it printed, what it complained about."""
        self._capsys.readouterr()
        code = main(["--config", str(self.folder / "config.toml"), *arguments])
        printed = self._capsys.readouterr()
        return code, printed.out, printed.err

    def said(self, *arguments: str) -> str:
        """What a command prints that succeeds."""
        code, out, err = self.run(*arguments)
        assert (code, err) == (0, ""), f"{arguments}: {code}\n{out}\n{err}"
        return out

    def refused(self, *arguments: str, code: int = 1) -> str:
        """What a command complains about that does not."""
        found, out, err = self.run(*arguments)
        assert found == code, f"{arguments}: {found}\n{out}\n{err}"
        return err

    def arrive(self, raw: bytes, *, mailbox: str = "privacy", folder: str = "INBOX") -> None:
        """A mail comes into a mailbox and is read."""
        self._uid += 1
        arrival = Arrival(mailbox=mailbox, folder=folder, uidvalidity=1, uid=self._uid, received_at=self.now, raw=raw)

        async def work(app: App) -> None:
            scope = app.scope_of_mailbox(mailbox)
            await keep([arrival], store=app.store, vault=app.store.vault, scope=scope, clock=app.clock)
            while await app.intake.process():
                pass

        self.do(work)

    def arrive_at_sud(self, number: int = 1) -> None:
        """The same request, to the other organisation of the shared mailbox."""
        self.arrive(mail(ACCESS, number=number, to="dpo@sud.example.org"), mailbox="shared")

    def opened(self, text: str = ACCESS, **mail_fields: Any) -> str:
        """A mail makes a case; its reference."""
        before = set(self.references())
        self.arrive(mail(text, **mail_fields))
        (reference,) = set(self.references()) - before
        return reference

    def references(self) -> list[str]:
        return [row["reference"] for row in json.loads(self.said("cases", "list", "--json"))]

    def case(self, reference: str, organisation: str = "nord") -> Case:
        async def work(app: App) -> Case:
            case_id = await app.store.by_reference(Scope(organisation), reference)
            assert case_id is not None, reference
            return await app.store.case(Scope(organisation), case_id)

        return self.do(work)

    def inbounds(self, organisation: str = "nord", **wanted: str) -> list[InboundRow]:
        async def work(app: App) -> list[InboundRow]:
            return list(await app.store.inbounds(Scope(organisation), **wanted))  # type: ignore[arg-type]

        return self.do(work)

    def jobs(self, organisation: str = "nord") -> list[tuple[str, str]]:
        """(letter, state) of everything in the outbox."""

        async def work(app: App) -> list[tuple[str, str]]:
            return sorted((job.letter, job.state) for job in await app.store.jobs(Scope(organisation)))

        return self.do(work)

    def tell(self, reference: str, fact: Callable[[datetime], Fact], organisation: str = "nord") -> None:
        """A fact that the service learnt."""
        case = self.case(reference, organisation)

        async def work(app: App) -> None:
            await app.desk.handle([Task(scope=Scope(organisation), case=case.id, thing=fact(self.now))], together=True)

        self.do(work)

    def sent(self, reference: str, letter: str, organisation: str = "nord") -> None:
        """The outbox has handed the letter over."""
        self.tell(
            reference,
            lambda now: f.LetterSent(at=now, actor="service", cause=f"sent:{letter}", letter=letter, sent_at=now),
            organisation,
        )

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def world(
    tmp_path: Path, blank_files: BlankFiles, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> World:
    blank_files.copy_to(tmp_path / "data" / "test.sqlite")
    made = World(tmp_path, capsys)
    monkeypatch.setattr(wiring, "utc_now", lambda: made.now)
    monkeypatch.setattr("dsarbot.cli.common.pwd.getpwuid", lambda _: SimpleNamespace(pw_name=made.user))
    return made


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Standard output is a terminal of so many columns, without colour."""

    def as_wide_as(width: int) -> None:
        look = table.Screen(width=width, terminal=True)
        for module in ("alarms_desk", "case_page", "cases_letters", "cases_list", "cases_show", "intake_held"):
            monkeypatch.setattr(f"dsarbot.cli.{module}.screen", lambda: look, raising=False)

    return as_wide_as
