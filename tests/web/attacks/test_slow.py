"""Slow senders over a real port: who drips a head or a body, or says nothing at all, is given up; others are served."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from dsarbot.web import guard, patience
from dsarbot.web.server import serving
from tests.web.conftest import Desk

_PATIENCE = 0.4


@pytest.fixture
async def home(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    monkeypatch.setattr(guard, "_STILL", _PATIENCE)
    monkeypatch.setattr(patience, "HEAD_SECONDS", 3 * _PATIENCE)
    assert desk.app.settings.web is not None
    async with serving(desk.app, desk.app.settings.web.model_copy(update={"port": 0})) as address:
        yield address


async def given_up(home: str, *, first: bytes, drop: bytes) -> tuple[bytes, float]:
    """What the server says before it hangs up, and after how long, while one drop comes after the other."""
    host, _, port = home.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    begun, said = time.monotonic(), b""
    writer.write(first)
    try:
        while time.monotonic() - begun < 20:
            if drop:
                writer.write(drop)
            try:
                async with asyncio.timeout(_PATIENCE / 8):
                    part = await reader.read(4096)
            except TimeoutError:
                continue
            if not part:
                break
            said += part
    except ConnectionError:
        pass
    finally:
        writer.close()
    return said, time.monotonic() - begun


def head(home: str, length: int) -> bytes:
    host = home.removeprefix("http://")
    return (
        f"POST /login HTTP/1.1\r\nHost: {host}\r\nOrigin: {home}\r\nContent-Length: {length}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    ).encode()


async def test_who_says_nothing_is_given_up(home: str) -> None:
    assert await given_up(home, first=b"", drop=b"") < (b"\x01", 10.0)


async def test_a_head_that_drips_is_given_up(home: str) -> None:
    said, took = await given_up(home, first=b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", drop=b"a")
    assert said == b"" and took < 10


async def test_a_second_head_that_drips_is_given_up(home: str) -> None:
    host = home.removeprefix("http://")
    first = f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\nGET / HTTP/1.1\r\nX-Slow: ".encode()
    said, took = await given_up(home, first=first, drop=b"a")
    assert said.startswith(b"HTTP/1.1 200") and took < 10


async def test_a_body_that_stands_still_is_given_up_and_others_are_served_meanwhile(home: str) -> None:
    slow = [asyncio.create_task(given_up(home, first=head(home, 1000) + b"name=", drop=b"")) for _ in range(20)]
    async with httpx.AsyncClient(base_url=home) as client:
        assert (await client.get("/healthz", timeout=10)).text == "ok\n"
    for said, took in await asyncio.gather(*slow):
        assert said.startswith(b"HTTP/1.1 408") and took < 15


async def test_a_body_that_is_too_long_is_refused_before_it_comes(home: str) -> None:
    host, _, port = home.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head(home, 1 << 40))
    assert (await reader.readline()).startswith(b"HTTP/1.1 413")
    writer.close()


async def test_whoever_takes_their_time_within_reason_is_served(home: str) -> None:
    """The head at once, the body in two parts, the second one a moment later."""
    host, _, port = home.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head(home, 6) + b"nam")
    await asyncio.sleep(_PATIENCE / 4)
    writer.write(b"e=x")
    assert (await reader.readline()).startswith(b"HTTP/1.1 403")
    writer.close()
