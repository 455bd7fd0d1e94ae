"""What stands before every page: who may call us what, how much may be sent, from which page, and with which headers.

It knows nothing of accounts. A page that another site embeds, posts to or scripts is not ours any more, so nothing
of that kind is answered (security 16; the console stores nothing in the browser but one cookie).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dsarbot.web.api.problems import answer as problem

#: Forms are small; a page that takes files says so itself, once it knows who sends them (`allow`).
MOST_BYTES: Final = 1 << 20
#: A body that stands still for so long is given up, and one that comes slower than this for longer than that: whoever
#: drips bytes holds a connection, a temporary file and a place among those who may send.
_STILL: Final = 20.0
_SLOWEST: Final = 16 * 1024
_GRACE: Final = 30.0
_MOST: Final = "dsarbot.most"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: What programs call with keys of their own, and never by a cookie: no other site can make a browser do that.
_PROGRAMS: Final = "/api/"
POLICY: Final = "; ".join((
    "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self' data:", "connect-src 'self'",
    "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
))  # fmt: skip
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Under "no-referrer" a browser says "null" of where a form comes from, and that is asked below.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}
#: security 16: pages whose address is a link for one reader.
_UNNAMED: Final = "/o/"
_NO_REFERRER: Final = {"Referrer-Policy": "no-referrer"}


class Guard:
    """hosts: what a request may call us; encrypted: browsers speak to us by https."""

    def __init__(self, app: ASGIApp, *, hosts: Sequence[str], encrypted: bool) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._encrypted = encrypted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        program = scope["path"].startswith(_PROGRAMS)
        refusal = self._refused(scope["method"], headers, program=program, path=scope["path"])
        if refusal:
            status, text = refusal
            answer = problem(status, detail=text.strip()) if program else PlainTextResponse(text, status_code=status)
            await answer(scope, receive, self._dressed(scope, send))
            return
        await self._app(scope, _bounded(scope, receive), self._dressed(scope, send))

    def _refused(self, method: str, headers: Headers, *, program: bool, path: str) -> tuple[int, str] | None:
        if headers.get("host", "").lower() not in self._hosts:
            return 421, "This site has another address.\n"
        if not program and method not in _SAFE and not self._from_here(path, headers):
            return 403, "This form was not sent from our own page. Open the page again and send it from there.\n"
        return None

    def _from_here(self, path: str, headers: Headers) -> bool:
        """Whether a form was sent by a page of ours. Every browser says so in one of the two headers, or in both."""
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if origin == "null" and path.startswith(_UNNAMED):
            # These pages name themselves to nobody. Browsers too old for the other header are let through with them:
            # whoever sends such a form knows a link, or the token of a visit, or does what anybody may.
            return site in (None, "same-origin")
        if site is None and origin is None:
            return False
        by_origin = origin is None or urlsplit(origin).netloc.lower() in self._hosts
        return by_origin and site in (None, "same-origin")

    def _dressed(self, scope: Scope, send: Send) -> Send:
        still, unnamed = scope["path"].startswith("/static/"), scope["path"].startswith(_UNNAMED)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # A frame of ours with a stranger's words in it has a stricter policy of its own.
                own = headers.get("Content-Security-Policy")
                headers.update(
                    _HEADERS | (_NO_REFERRER if unnamed else {}) | ({"Content-Security-Policy": own} if own else {})
                )
                headers.setdefault("Cache-Control", "public, max-age=3600" if still else "no-store")
                if self._encrypted:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        return dressed


def allow(request: Request, most: int) -> None:
    """From now on so many bytes may come: for a route that takes files, after it has seen who sends them."""
    request.scope[_MOST] = most


def _bounded(scope: Scope, receive: Receive) -> Receive:
    """A body is refused by the length that it states, and counted while it comes: 413 for too much, 408 when slow."""
    loop = asyncio.get_running_loop()
    seen, begun, over = 0, 0.0, False
    stated = int(Headers(scope=scope).get("content-length") or 0)

    async def bounded() -> Message:
        nonlocal seen, begun, over
        most, begun = scope.get(_MOST, MOST_BYTES), begun or loop.time()
        if stated > most:
            raise HTTPException(413)
        if over:
            # The body is whole: who waits here waits for the other side to hang up.
            return await receive()
        left = begun + _GRACE + seen / _SLOWEST - loop.time()
        try:
            async with asyncio.timeout(min(_STILL, max(left, 0))):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408) from None
        over = not message.get("more_body")
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(413)
        return message

    return bounded
