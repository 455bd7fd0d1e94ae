"""A site with a portal: people without accounts, and the codes that they are sent."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Literal

import pytest

from dsarbot.app import opened
from dsarbot.config import load
from dsarbot.desk.keep import keep
from dsarbot.desk.outbox import Outbox, Outgoing
from dsarbot.ports import Arrival, Job
from dsarbot.store.masterkey import new_master_key
from tests.cli.desk_world import CONFIG, mail
from tests.servers.blank import BlankFiles
from tests.web.conftest import NORD, START, WEB, Browser, Desk

WHO = "jeanne@example.com"
FORM = {"want": "access", "address": WHO, "name": "Jeanne Exemple", "about": "shop.example"}


@dataclass(frozen=True, kw_only=True)
class Accepted:
    kind: Literal["accepted", "refused", "deferred", "ambiguous"] = "accepted"
    enhanced: str | None = "2.0.0"
    slug: str = "accepted"


@dataclass
class Portal(Desk):
    """A site whose outbox hands its mails to this list."""

    def __post_init__(self) -> None:
        self.mails: list[tuple[Job, EmailMessage]] = []
        outgoing = dict.fromkeys(self.app.organisations, Outgoing(send=self._taken))
        self.outbox = Outbox(self.app.desk, outgoing, worker="test")

    async def _taken(self, job: Job, raw: bytes) -> Accepted:
        message = message_from_bytes(raw, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append((job, message))
        return Accepted()

    async def sent(self) -> Sequence[tuple[Job, EmailMessage]]:
        """The mails that leave now."""
        before = len(self.mails)
        while await self.outbox.deliver():
            pass
        return self.mails[before:]

    async def digits(self) -> str:
        """The code in the only mail that leaves now."""
        [(job, message)] = [each for each in await self.sent() if each[0].kind == "code"]
        found = re.search(r"(\d{3}) (\d{3})", text_of(message))
        assert found and job.automatic
        return found[1] + found[2]

    async def arrives(self, text: str, **headers: str) -> None:
        """A mail comes in, and is read."""
        self.uid += 1
        raw = mail(text, number=self.uid, **headers)
        arrival = Arrival(
            mailbox="privacy", folder="INBOX", uidvalidity=1, uid=self.uid, received_at=self.now, raw=raw
        )  # fmt: skip
        await keep([arrival], store=self.app.store, vault=self.app.store.vault, scope=NORD, clock=self.app.clock)
        while await self.app.intake.process():
            pass

    async def asked(self, browser: Browser | None = None, **fields: str) -> str:
        """Somebody fills in the form; the reference."""
        browser = browser or self.browser()
        await browser.get("/o/nord/request")
        page = await browser.post("/o/nord/request", {"key": key_of(browser), **FORM, **fields})
        found = re.search(r"DSR-\d{4}-\d{5}-.", page)
        assert found, page
        return found[0]

    async def inside(self, reference: str, address: str = WHO, language: str = "en") -> Browser:
        """A browser in which that person is in."""
        browser = self.browser(language)
        await browser.post("/o/nord/enter", {"reference": reference, "address": address})
        await browser.post(browser.at, {"code": await self.digits()})
        assert browser.at == "/o/nord/case", browser.text
        return browser


def key_of(browser: Browser) -> str:
    found = re.search(r'name="key" value="([0-9a-f]{32})"', browser.text)
    assert found
    return found[1]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@asynccontextmanager
async def standing(folder: Path, blank: BlankFiles) -> AsyncIterator[Portal]:
    """A site with a portal, in that folder."""
    config = CONFIG + WEB.replace("port = 8470", "port = 8470\nportal = true")
    config = config.replace('owner = "carla"', 'owner = "carla"\nportal = false')
    (folder / "config.toml").write_text(config, encoding="utf-8")
    for name, text in (("master.key", new_master_key()), ("secret", "not-a-real-one\n")):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(text, encoding="utf-8")
    blank.copy_to(folder / "data" / "test.sqlite")
    found: list[Portal] = []
    settings = load(folder / "config.toml", environ={})
    async with opened(settings, environ={}, clock=lambda: found[0].now if found else START) as app:
        found.append(Portal(app))
        yield found[0]


@pytest.fixture
async def portal(tmp_path: Path, blank_files: BlankFiles) -> AsyncIterator[Portal]:
    """A site with a portal."""
    async with standing(tmp_path, blank_files) as found:
        yield found
