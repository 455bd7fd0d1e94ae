"""One office with one bot for a whole module: the real service on a fresh database, connected to the stand-in."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from dsarbot.app import App, opened, utc_now
from dsarbot.channels import discord_rest
from dsarbot.config import Settings, parse
from dsarbot.core.case import Case
from dsarbot.ports import Scope
from dsarbot.service import discord as service
from dsarbot.service.run import Service
from dsarbot.store.masterkey import new_master_key
from tests.discord.fake import Fake
from tests.servers.blank import BlankFiles

NORD = Scope("nord")


@dataclass
class Office:
    """Discord, and the desk behind the bot."""

    fake: Fake
    settings: Settings
    environ: dict[str, str]
    anna: int
    otto: int
    app: App | None = None

    @property
    def desk(self) -> App:
        assert self.app is not None
        return self.app

    async def cases(self) -> list[Case]:
        rows = [*await self.desk.store.rows(NORD), *await self.desk.store.rows(NORD, closed=True)]
        return [await self.desk.store.case(NORD, row.id) for row in rows]

    async def case(self, reference: str) -> Case:
        return next(case for case in await self.cases() if case.reference == reference)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The service with nothing but Discord."""
        stop, ready = asyncio.Event(), asyncio.Event()
        holder: list[Service] = []

        def changed() -> None:
            for each in holder:
                each.ring()

        async with opened(self.settings, environ=self.environ, clock=utc_now, changed=changed) as app:
            self.app = app
            holder.append(Service(app, ("discord",), talks=service.Talk))
            running = asyncio.create_task(holder[0].run(ready=ready.set, stop=stop))
            try:
                await ready.wait()
                await self.fake.connected()
                await self.fake.until(lambda: self.fake.commands or None)
                yield
            finally:
                stop.set()
                await running
                self.app = None


def config(fake: Fake, anna: int, otto: int) -> dict[str, Any]:
    """The tables of a configuration file."""
    return {
        "service": {"data_dir": "data", "language": "en"},
        "database": {"url": "sqlite:///test.sqlite"},
        "keys": {"master_key_env": "KEY"},
        "senders": [{"key": "out", "host": "127.0.0.1", "port": 1, "security": "plain"}],
        "organisations": [
            {"key": "nord", "profile": "example-fr", "sender": "out", "mail_from": "privacy@nord.example.org",
             "mail_from_name": "Nord", "owner": "anna", "languages": ["fr", "en", "de"]}
        ],
        "staff": [
            {"key": "anna", "name": "Anna", "roles": ["dpo"], "organisations": ["nord"], "system_user": "anna"},
            {"key": "otto", "name": "Otto", "roles": ["auditor"], "organisations": ["nord"]},
        ],
        "web": {"portal": True},
        "discord": [
            {"key": "support", "organisation": "nord", "token_env": "TOKEN", "guild": fake.guild,
             "staff_channel": fake.room, "staff_role": fake.role, "watch": [fake.general],
             "staff": {"anna": anna, "otto": otto}, "summary_at": "00:00:00"}
        ],
    }  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory, blank_files: BlankFiles) -> AsyncIterator[Office]:
    """The office, closed: a test opens it with `running`, or asks for `bot`."""
    folder: Path = tmp_path_factory.mktemp("discord")
    blank_files.copy_to(folder / "data" / "test.sqlite")
    fake = Fake()
    anna, otto = fake.person("anna", staff=True), fake.person("otto", staff=True)
    environ = {"KEY": new_master_key(), "TOKEN": fake.token}
    settings = parse(config(fake, anna, otto), base=folder, environ=environ)
    runner = await fake.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Route, "BASE", f"http://127.0.0.1:{fake.port}/api/v10")
        patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(f"ws://127.0.0.1:{fake.port}/gw"))
        patch.setattr(discord_rest, "HOSTS", frozenset({"127.0.0.1"}))
        yield Office(fake=fake, settings=settings, environ=environ, anna=anna, otto=otto)
    await runner.cleanup()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(office: Office) -> AsyncIterator[Office]:
    """The office with its bot connected."""
    async with office.running():
        yield office


__all__ = ["Office", "discord"]
