"""The one client for outgoing HTTP (security 18): https, a host of the configuration, public addresses unless allowed,
no redirects, limits on time and size.

A name is looked up here, its addresses are judged, and the connection goes to the very address that was judged: a name
server that answers otherwise a moment later changes nothing. The certificate is that of the name all the same.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx

from dsarbot.channels.down import Down
from dsarbot.channels.endpoint import tls_context
from dsarbot.channels.lookup import look_up

_HTTPS: Final = 443


class Trouble(Exception):
    """No answer. slug: why, in a word that names nobody."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug: Final = slug


class Refused(Trouble):
    """Nobody is asked at that address, by one of our rules."""


class Unanswered(Trouble):
    """It was asked, or was to be, and nothing came of it."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Where the client may go. hosts: as in an address, with a port where it is not 443; private: also to addresses
    that only this network knows; ca_file: whom to trust instead of the authorities of the system; seconds: for all of
    one request; most: bytes of an answer that are read."""

    hosts: frozenset[str]
    private: bool = False
    ca_file: Path | None = None
    seconds: float = 10.0
    most: int = 65_536


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back. content: at most so much as may be read; cut: there was more."""

    status: int
    content: bytes
    cut: bool = False


def demand_allowed(url: str, reach: Reach) -> SplitResult:
    """The parts of an address that may be asked. Refused otherwise."""
    try:
        parts = urlsplit(url)
        port = parts.port or _HTTPS
    except ValueError:
        raise Refused("no-address") from None
    if parts.scheme != "https":
        raise Refused("not-https")
    if not parts.hostname or parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused("no-address")
    named = parts.hostname if port == _HTTPS else f"{parts.hostname}:{port}"
    if named not in reach.hosts:
        raise Refused("host-not-allowed")
    return parts


class HttpClient:
    """One client; `close` ends its connections."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._client = httpx.AsyncClient(
            verify=tls_context(reach.ca_file),
            # Neither proxies nor passwords out of the environment.
            trust_env=False,
            follow_redirects=False,
            timeout=reach.seconds,
            headers={"User-Agent": "dsarbot"},
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def send(self, method: str, url: str, *, content: bytes = b"", headers: Mapping[str, str] = {}) -> Answer:
        """One request and its answer. Refused when it may not be asked, else Unanswered."""
        parts = demand_allowed(url, self._reach)
        try:
            async with asyncio.timeout(self._reach.seconds):
                address = await self._address(parts)
                return await self._asked(method, parts, address, content, headers)
        except TimeoutError:
            raise Unanswered("timeout") from None
        except Down as why:
            raise Unanswered(why.slug) from None
        except (httpx.HTTPError, httpx.InvalidURL) as why:
            raise Unanswered(type(why).__name__) from None

    async def _address(self, parts: SplitResult) -> str:
        host, port = parts.hostname or "", parts.port or _HTTPS
        found = await asyncio.to_thread(look_up, host, port, seconds=self._reach.seconds)
        addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
        # One bad address is enough: which of them is taken must not be chance.
        if not self._reach.private and not all(each.is_global and not each.is_multicast for each in addresses):
            raise Refused("address-not-public")
        return str(addresses[0])

    async def _asked(
        self, method: str, parts: SplitResult, address: str, content: bytes, headers: Mapping[str, str]
    ) -> Answer:
        literal = f"[{address}]" if ":" in address else address
        target = parts._replace(netloc=f"{literal}:{parts.port or _HTTPS}").geturl()
        named = {"Host": parts.netloc, **headers}
        request = self._client.build_request(
            method, target, content=content or None, headers=named, extensions={"sni_hostname": parts.hostname}
        )
        answer = await self._client.send(request, stream=True)
        try:
            body = b""
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) > self._reach.most:
                    return Answer(status=answer.status_code, content=body[: self._reach.most], cut=True)
            return Answer(status=answer.status_code, content=body)
        finally:
            await answer.aclose()
