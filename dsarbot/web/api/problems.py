"""Every error of the API as `application/problem+json` (RFC 9457). No value that was sent is repeated in one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dsarbot.errors import Conflict, NotAllowed, NotFound, OurMistake, TheirInput
from dsarbot.web.limits import TooOften

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
_TYPE: Final = "urn:dsarbot:problem:"
#: Seconds after which it is worth asking again.
_SOON: Final = 1
_LATER: Final = 30


class Wrong(BaseModel):
    """Which part of what was sent is wrong. pointer: RFC 6901, into the body; or the name of a parameter."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """RFC 9457. rule: which of our rules refuses, for programs; errors: what is wrong with the input."""

    type: str = Field(examples=["urn:dsarbot:problem:not-found"])
    title: str
    status: int
    detail: str | None = None
    rule: str | None = None
    errors: list[Wrong] | None = None


class ApiProblem(Exception):
    """Ends a request with a problem."""

    def __init__(
        self, status: int, slug: str, detail: str = "", *, headers: Mapping[str, str] | None = None, rule: str = ""
    ) -> None:
        super().__init__(slug)
        self.status: Final = status
        self.slug: Final = slug
        self.detail: Final = detail
        self.headers: Final = dict(headers or {})
        self.rule: Final = rule


def answer(
    status: int,
    slug: str = "",
    detail: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    rule: str = "",
    errors: list[Wrong] | None = None,
) -> JSONResponse:
    """The problem as an answer."""
    said = Problem(
        type=f"{_TYPE}{slug}" if slug else "about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail or None,
        rule=rule or None,
        errors=errors,
    )
    content = said.model_dump(exclude_none=True)
    return JSONResponse(content, status_code=status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def register(api: FastAPI) -> None:
    """Every error that a route may raise has its handler."""
    for kind, handler in _HANDLERS.items():
        api.add_exception_handler(kind, handler)
    api.add_middleware(_NothingElse)


async def _problem(request: Request, why: Exception) -> JSONResponse:
    del request
    assert isinstance(why, ApiProblem)  # noqa: S101  # registered for it alone
    return answer(why.status, why.slug, why.detail, headers=why.headers, rule=why.rule)


async def _not_found(request: Request, why: Exception) -> JSONResponse:
    del request, why
    return answer(404, "not-found", "There is no such thing for this key.")


async def _not_allowed(request: Request, why: Exception) -> JSONResponse:
    del request
    assert isinstance(why, NotAllowed)  # noqa: S101
    return answer(409, "not-allowed", str(why), rule=why.rule)


async def _their_input(request: Request, why: Exception) -> JSONResponse:
    del request
    return answer(422, "invalid", str(why))


async def _too_often(request: Request, why: Exception) -> JSONResponse:
    del request
    assert isinstance(why, TooOften)  # noqa: S101
    return answer(429, "too-often", str(why), headers={"Retry-After": str(why.after)})


async def _conflict(request: Request, why: Exception) -> JSONResponse:
    del request, why
    return answer(409, "busy", "Somebody else is changing the same thing.", headers={"Retry-After": str(_SOON)})


async def _our_mistake(request: Request, why: Exception) -> JSONResponse:
    del request
    # The type says enough for the log; a text could name a person.
    log.error("A call failed: %s", type(why).__name__, extra={"action": "call_failed"})
    return answer(503, "trouble", "Nothing was lost; ask again later.", headers={"Retry-After": str(_LATER)})


async def _http(request: Request, why: Exception) -> JSONResponse:
    del request
    assert isinstance(why, HTTPException)  # noqa: S101
    return answer(why.status_code, _slug(why.status_code), headers=why.headers)


async def _invalid(request: Request, why: Exception) -> JSONResponse:
    """400 for what is no JSON, 422 for JSON that says something else than it should."""
    del request
    assert isinstance(why, RequestValidationError)  # noqa: S101
    found = [Wrong(pointer=_pointer(each["loc"]), detail=str(each["msg"])) for each in why.errors()]
    if any(each["type"] == "json_invalid" for each in why.errors()):
        return answer(400, "no-json", "The body is no JSON.")
    return answer(422, "invalid", "The request does not have the form that the description asks for.", errors=found)


def _pointer(place: tuple[int | str, ...]) -> str:
    where, *rest = (str(each) for each in place)
    if where != "body":
        return "/".join(rest) or where
    return "".join(f"/{each.replace('~', '~0').replace('/', '~1')}" for each in rest)


def _slug(status: int) -> str:
    return HTTPStatus(status).phrase.lower().replace(" ", "-")


_HANDLERS: Final[Mapping[type[Exception], Any]] = {
    ApiProblem: _problem,
    NotFound: _not_found,
    NotAllowed: _not_allowed,
    TheirInput: _their_input,
    TooOften: _too_often,
    Conflict: _conflict,
    OurMistake: _our_mistake,
    HTTPException: _http,
    RequestValidationError: _invalid,
}


class _NothingElse:
    """What nobody foresaw is a problem, too, and its text reaches neither the log nor the caller."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as why:  # noqa: BLE001  # the last one before the server, which would print it
            log.error("A call broke: %s", type(why).__name__, extra={"action": "call_broke"})
            if not begun:
                await answer(500, "trouble", "This is our mistake.")(scope, receive, send)
