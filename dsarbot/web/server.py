"""The site as one application, and its server in the loop of the service."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from urllib.parse import quote

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from dsarbot import resources
from dsarbot.app import App
from dsarbot.desk.case_index import CaseIndex
from dsarbot.errors import ConfigError, NotFound, OurMistake
from dsarbot.settings.web import WebSettings
from dsarbot.web import (
    account,
    by_service,
    calendar,
    case,
    cases,
    deciding,
    finding,
    health,
    held,
    invitations,
    matters,
    orders,
    packages,
    phone,
    reports,
    scans,
    signing_in,
    today,
    triage,
    writing,
)
from dsarbot.web.answers.site import add_answers
from dsarbot.web.api import application as programs
from dsarbot.web.api.problems import answer as problem
from dsarbot.web.console import Console
from dsarbot.web.guard import Guard
from dsarbot.web.limits import TooOften
from dsarbot.web.patience import Patient
from dsarbot.web.portal import site as portal
from dsarbot.web.screen import Screens
from dsarbot.web.site import Forbidden, LoginNeeded, Site, language_of, site_of

log = logging.getLogger(__name__)

#: Requests under way have so long when the service ends.
_FINISH = 5


def build(app: App, settings: WebSettings, *, hosts: tuple[str, ...] | None = None) -> FastAPI:
    """The whole site. Of its pages no description is served; the API has its own."""
    web = FastAPI(title="dsarbot", docs_url=None, redoc_url=None, openapi_url=None)
    web.state.console = Console(index=CaseIndex(app.store))
    web.state.site = Site(app=app, settings=settings, screens=Screens())
    web.add_middleware(Guard, hosts=hosts or settings.hosts, encrypted=settings.encrypted)
    web.mount("/static", StaticFiles(directory=resources.shipped("templates") / "web" / "static"), name="static")
    for part in (
        today, finding, cases, triage, reports, health, case, matters, writing, orders, held, phone, scans, packages,
        signing_in, invitations, account, by_service, deciding, calendar,
    ):  # fmt: skip
        web.include_router(part.router)
    add_answers(web)
    if settings.portal:
        portal.add_portal(web)
    if app.settings.api is not None:
        web.mount(programs.PREFIX, programs.build(web.state.site))
    web.add_api_route("/healthz", _alive, methods=["GET"])
    web.add_exception_handler(LoginNeeded, _to_login)
    web.add_exception_handler(signing_in.ProofNeeded, _to_proof)
    web.add_exception_handler(deciding.DecisionOver, _nothing_to_decide)
    web.add_exception_handler(Forbidden, _forbidden)
    web.add_exception_handler(NotFound, _not_found)
    web.add_exception_handler(HTTPException, _not_found)
    web.add_exception_handler(RequestValidationError, _not_understood)
    web.add_exception_handler(OurMistake, _trouble)
    web.add_exception_handler(TooOften, _too_often)
    return web


async def _alive() -> PlainTextResponse:
    return PlainTextResponse("ok\n")


async def _to_login(request: Request, why: Exception) -> Response:
    del why
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    to = wanted if request.method == "GET" and wanted != "/" else ""
    return RedirectResponse(f"/login?to={quote(to, safe='/')}" if to else "/login", signing_in.SEE_OTHER)


async def _to_proof(request: Request, why: Exception) -> Response:
    del request
    to = why.to if isinstance(why, signing_in.ProofNeeded) else "/"
    return RedirectResponse(f"/prove?to={quote(to, safe='/')}", signing_in.SEE_OTHER)


def _message(request: Request, key: str, status: int) -> HTMLResponse:
    return portal.message(request, key, status) or site_of(request).screens.page(
        "message.html", language_of(request), status, key=key
    )


async def _nothing_to_decide(request: Request, why: Exception) -> Response:
    del why
    return _message(request, "decision-over", 404)


async def _forbidden(request: Request, why: Exception) -> Response:
    del why
    return _message(request, "forbidden", 403)


async def _not_found(request: Request, why: Exception) -> Response:
    status = why.status_code if isinstance(why, HTTPException) else 404
    if request.url.path.startswith("/api/"):
        # Where there is no API, or a path that no mount can match, such as one with a line break in it.
        return problem(status)
    key = "trouble" if status == 503 else "not-understood" if status in (400, 408, 413) else "not-found"
    return _message(request, key, status)


async def _not_understood(request: Request, why: Exception) -> Response:
    del why
    return _message(request, "not-understood", 400)


async def _too_often(request: Request, why: Exception) -> Response:
    answer = _message(request, "too-often", 429)
    answer.headers["Retry-After"] = str(why.after if isinstance(why, TooOften) else 60)
    return answer


async def _trouble(request: Request, why: Exception) -> Response:
    # The type says enough for the log; a text could name a person.
    log.error("A page failed: %s", type(why).__name__, extra={"action": "page_failed"})
    return _message(request, "trouble", 503)


class Server(uvicorn.Server):
    """In the loop of the service, which has its own signals and its own end."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(
    app: App, settings: WebSettings, *, also: Callable[[FastAPI], None] | None = None
) -> AsyncIterator[str]:
    """The site, while the block runs; gives where people find it. also: what the demo adds to it. ConfigError when its
    address cannot be used."""
    listening = _listening(settings)
    port = int(listening.getsockname()[1])
    settings = settings.model_copy(update={"port": port})
    web = build(app, settings)
    if also is not None:
        also(web)
    server = Server(_config(web, settings))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await server.ready.wait()
        yield settings.url
    finally:
        server.should_exit = True
        await task


def _config(web: FastAPI, settings: WebSettings) -> uvicorn.Config:
    return uvicorn.Config(
        web,
        http=Patient,
        ssl_certfile=settings.tls_certificate_file,
        ssl_keyfile=str(settings.tls_key_file) if settings.tls_key_file else None,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        # Its log of requests would print references and links (security 16).
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=_FINISH,
    )


def _listening(settings: WebSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.address else socket.AF_INET
    try:
        return socket.create_server((settings.address, settings.port), family=family)
    except OSError as why:
        where = f"{settings.address} port {settings.port}"
        raise ConfigError(
            [f"web.port: {where} cannot be used ({why.strerror}); end what listens there, or choose another port"]
        ) from None
