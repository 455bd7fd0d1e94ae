"""The console over a whole small instance: configuration, key, database, mails that arrived; a browser without one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from html import unescape
from pathlib import Path

import httpx
import pyotp
import pytest
from fastapi import FastAPI

from dsarbot.app import App, opened
from dsarbot.config import load
from dsarbot.core.account import Account
from dsarbot.core.case import Case
from dsarbot.desk.keep import keep
from dsarbot.ports import Arrival, Scope
from dsarbot.store.masterkey import new_master_key
from dsarbot.web.proofs import new_secret, password_hash
from dsarbot.web.server import build
from tests.cli.desk_world import ACCESS, CONFIG, mail
from tests.conftest import DATABASE
from tests.servers.blank import BlankFiles

NORD, SUD = Scope("nord"), Scope("sud")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "a long and quiet password"
WEB = """
[web]
port = 8470

[[staff]]
key = "ada"
name = "Ada Admin"
roles = ["admin"]
organisations = ["nord"]

[[staff]]
key = "sam"
name = "Sam Support"
roles = ["support"]
organisations = ["nord"]
"""
HERE = "http://127.0.0.1:8470"


@dataclass
class Browser:
    """Somebody's browser. headers: what every browser of today says of where a form comes from."""

    client: httpx.AsyncClient
    text: str = ""
    status: int = 0
    at: str = "/"
    address: str = "/"

    async def get(self, path: str, **headers: str) -> str:
        """The page there, after redirects."""
        return self._seen(await self.client.get(path, headers=headers))

    async def post(self, path: str, data: dict[str, str], *, with_form: bool = True) -> str:
        """A form sent from our own page, with the token that the page last seen carries."""
        found = re.search(r'name="form" value="([0-9a-f]+)"', self.text)
        token = {"form": found[1]} if found and with_form else {}
        headers = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
        return self._seen(await self.client.post(path, data=token | data, headers=headers))

    def _seen(self, answer: httpx.Response) -> str:
        self.status, self.text, self.at = answer.status_code, unescape(answer.text), answer.url.path
        self.address = str(answer.url)
        return self.text


@dataclass
class Desk:
    """The console and the instance behind it."""

    app: App
    secrets: dict[str, str] = field(default_factory=dict)
    now: datetime = START
    uid: int = 0

    def browser(self, language: str = "en") -> Browser:
        transport = httpx.ASGITransport(self.web)
        return Browser(
            httpx.AsyncClient(
                transport=transport, base_url=HERE, follow_redirects=True, headers={"Accept-Language": language}
            )
        )

    @cached_property
    def web(self) -> FastAPI:
        assert self.app.settings.web is not None
        return build(self.app, self.app.settings.web)

    async def account(self, staff: str) -> str:
        """An account with a password; its secret."""
        secret = self.secrets.setdefault(staff, new_secret())
        async with self.app.store.transaction() as transaction:
            await transaction.save_account(Account(staff=staff, password=await password_hash(PASSWORD), secret=secret))
        return secret

    def code(self, staff: str) -> str:
        """The code of now; time moves on, as none is taken twice."""
        self.now += timedelta(seconds=90)
        return pyotp.TOTP(self.secrets[staff]).at(self.now)

    async def logged_in(self, staff: str = "anna", language: str = "en") -> Browser:
        """A browser in which that person has logged in."""
        if staff not in self.secrets:
            await self.account(staff)
        browser = self.browser(language)
        await browser.post("/login", {"name": staff, "password": PASSWORD, "code": self.code(staff)})
        assert browser.client.cookies, browser.text
        return browser

    async def opened(self, text: str = ACCESS, *, mailbox: str = "privacy", **fields: str) -> str:
        """A mail makes a case; its reference."""
        self.uid += 1
        raw = mail(text, number=self.uid, **fields)
        arrival = Arrival(mailbox=mailbox, folder="INBOX", uidvalidity=1, uid=self.uid, received_at=self.now, raw=raw)
        before = {row.id for scope in (NORD, SUD) for row in await self.app.store.rows(scope)}
        scope = self.app.scope_of_mailbox(mailbox)
        await keep([arrival], store=self.app.store, vault=self.app.store.vault, scope=scope, clock=self.app.clock)
        while await self.app.intake.process():
            pass
        rows = [row for scope in (NORD, SUD) for row in await self.app.store.rows(scope)]
        (reference,) = [row.reference for row in rows if row.id not in before]
        return reference

    async def case(self, reference: str, scope: Scope = NORD) -> Case:
        case_id = await self.app.store.by_reference(scope, reference)
        assert case_id is not None
        return await self.app.store.case(scope, case_id)


@pytest.fixture
def configured(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The configuration, with a database of the kind this run is for. Pages that read or write much are marked
    `database`, so that they run on both."""
    if DATABASE == "sqlite":
        files: BlankFiles = request.getfixturevalue("blank_files")
        files.copy_to(tmp_path / "data" / "test.sqlite")
        return CONFIG + WEB
    return CONFIG.replace("sqlite:///test.sqlite", request.getfixturevalue("database_url")) + WEB


@pytest.fixture
async def desk(tmp_path: Path, configured: str) -> AsyncIterator[Desk]:
    """A console that is open."""
    (tmp_path / "config.toml").write_text(configured, encoding="utf-8")
    for name, text in (("master.key", new_master_key()), ("secret", "not-a-real-one\n")):
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text(text, encoding="utf-8")
    found: list[Desk] = []
    settings = load(tmp_path / "config.toml", environ={})
    async with opened(settings, environ={}, clock=lambda: found[0].now if found else START) as app:
        found.append(Desk(app))
        yield found[0]
