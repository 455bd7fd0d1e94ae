"""A small instance with an API: keys of programs, a customer on file, and a client that holds a key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from dsarbot.app import opened
from dsarbot.config import load
from dsarbot.core import directory as d
from dsarbot.core.api_keys import ApiScope, new_key
from dsarbot.core.directory import Entry, Value
from dsarbot.store.masterkey import new_master_key
from tests.cli.desk_world import CONFIG
from tests.servers.blank import BlankFiles
from tests.web.conftest import HERE, NORD, START, WEB, Desk

API = """
[api]
requests_per_minute = 100000
webhook_hosts = ["hooks.example.org"]
"""
EVERYTHING = tuple(each.value for each in ApiScope)
NUMBER = "K-4711"
ADDRESS = "jeanne@example.net"


@dataclass
class Program:
    """Another system with a key."""

    client: httpx.AsyncClient
    key: str
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(f"/api/v1{path}", headers=self.headers | headers)

    async def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        return await self.client.post(f"/api/v1{path}", json=body, headers=self.headers | _named(headers))

    async def delete(self, path: str) -> httpx.Response:
        return await self.client.delete(f"/api/v1{path}", headers=self.headers)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class Programs(Desk):
    """The desk of the pages, with programs beside them."""

    made: int = 0

    async def program(self, *scopes: str, organisation: str = "nord", name: str = "", days: int = 365) -> Program:
        """A program whose key has these scopes; all of them when none is named."""
        self.made += 1
        key, text = new_key(
            secret=self.made.to_bytes(32, "big"), organisation=organisation, name=name or f"shop-{self.made}",
            scopes=scopes or EVERYTHING, lives=timedelta(days=days), now=self.now, by="anna",
        )  # fmt: skip
        async with self.app.store.transaction() as transaction:
            await transaction.save_api_key(key)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(self.web), base_url=HERE)
        return Program(client=client, key=text, headers={"Authorization": f"Bearer {text}"})

    async def customer(
        self,
        *,
        address: str = ADDRESS,
        number: str = NUMBER,
        name: str = "Jeanne Martin",
        since: date = date(2020, 1, 1),
    ) -> None:
        """Somebody on file."""
        seen = date(2026, 3, 1)
        values = ((d.NAME, name), (d.MAIL, address), (d.CUSTOMER, number))
        entry = Entry(
            id=f"{number}{self.made}".lower().replace("-", ""),
            values=tuple(
                Value(kind=kind, text=text, source="crm", since=since, seen=seen) for kind, text in values if text
            ),
        )
        await self.app.store.directory.save(NORD, [entry], what="imported", public={}, at=self.now, actor="anna")

    def login(self, *, method: str = "second-factor", minutes: int = 1) -> dict[str, Any]:
        """A log-in of so long ago."""
        return {"at": (self.now - timedelta(minutes=minutes)).isoformat(), "method": method}


@pytest.fixture
async def desk(tmp_path: Path, blank_files: BlankFiles) -> AsyncIterator[Programs]:
    """An instance with an API that is open."""
    async with instance(tmp_path, blank_files, CONFIG + WEB + API) as found:
        yield found


@pytest.fixture
async def portal(tmp_path: Path, blank_files: BlankFiles) -> AsyncIterator[Programs]:
    """One with a portal as well."""
    async with instance(tmp_path, blank_files, CONFIG + WEB.replace("[web]", "[web]\nportal = true") + API) as found:
        yield found


@asynccontextmanager
async def instance(tmp_path: Path, blank_files: BlankFiles, config: str) -> AsyncIterator[Programs]:
    """The instance of that configuration."""
    (tmp_path / "config.toml").write_text(config, encoding="utf-8")
    for name, text in (("master.key", new_master_key()), ("secret", "not-a-real-one\n")):
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text(text, encoding="utf-8")
    blank_files.copy_to(tmp_path / "data" / "test.sqlite")
    found: list[Programs] = []
    settings = load(tmp_path / "config.toml", environ={})
    async with opened(settings, environ={}, clock=lambda: found[0].now if found else START) as app:
        found.append(Programs(app))
        yield found[0]
