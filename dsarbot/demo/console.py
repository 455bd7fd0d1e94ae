"""The console of the demo: the real one, on loopback, with a door that only the demo has.

security 22: "127.0.0.1 only, random credentials", and every page says that it is a demo.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from dsarbot.app import App
from dsarbot.core.account import Session
from dsarbot.settings.web import WebSettings
from dsarbot.web.server import serving
from dsarbot.web.tokens import hashed, new_token

#: Who the visitor is: the officer of all companies.
OFFICER: Final = "dora"


@asynccontextmanager
async def console(app: App) -> AsyncIterator[str]:
    """The console while the block runs; gives a link that leads straight in, as nobody has an account here."""
    key = new_token()

    def with_door(web: FastAPI) -> None:
        web.state.site.screens.mark("DEMO")
        web.add_api_route(f"/demo/{key}", _entered(app, web), methods=["GET"])

    async with serving(app, app.settings.web or WebSettings(port=0), also=with_door) as url:
        yield f"{url}/demo/{key}"


def _entered(app: App, web: FastAPI) -> Callable[[], Awaitable[RedirectResponse]]:
    async def enter() -> RedirectResponse:
        token, now = new_token(), app.clock()
        session = Session(id=hashed(token), staff=OFFICER, created_at=now, seen_at=now, proven_at=now)
        async with app.store.transaction() as transaction:
            await transaction.open_session(session)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(web.state.site.cookie, token, path="/", httponly=True, samesite="lax")
        return answer

    return enter
