"""Who may call what: every route with every scope, and with no living key at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from dsarbot.core.api_keys import ApiScope, revoked
from dsarbot.errors import Conflict, StoreDown, TheirInput
from dsarbot.web.api import account_links, cases, hooks, moves, requests
from dsarbot.web.server import build
from tests.web.api.conftest import Programs
from tests.web.conftest import HERE

#: Method, path and what a call needs. A route that is missing here fails the test below.
ROUTES = {
    ("POST", "/requests"): ApiScope.REQUESTS_WRITE,
    ("GET", "/requests/{reference}"): ApiScope.REQUESTS_READ,
    ("POST", "/account-links"): ApiScope.LOGINS_ASSERT,
    ("GET", "/cases"): ApiScope.CASES_READ,
    ("GET", "/cases/{reference}"): ApiScope.CASES_READ,
    ("POST", "/cases/{reference}/notes"): ApiScope.CASES_ACT,
    ("POST", "/cases/{reference}/assign"): ApiScope.CASES_ACT,
    ("POST", "/cases/{reference}/tasks/{key}/done"): ApiScope.CASES_ACT,
    ("GET", "/webhooks"): ApiScope.WEBHOOKS,
    ("POST", "/webhooks"): ApiScope.WEBHOOKS,
    ("DELETE", "/webhooks/{webhook}"): ApiScope.WEBHOOKS,
}


def routes() -> Iterator[APIRoute]:
    """Those of every part; a test below compares them with what is described."""
    for part in (account_links, cases, hooks, moves, requests):
        yield from (each for each in part.router.routes if isinstance(each, APIRoute))


def scopes(dependant: Dependant) -> Iterator[ApiScope]:
    for each in dependant.dependencies:
        if scope := getattr(each.call, "scope", None):
            yield scope
        yield from scopes(each)


def test_every_route_names_its_scope() -> None:
    found = {(method, each.path): [*scopes(each.dependant)] for each in routes() for method in each.methods or ()}
    assert found == {route: [scope] for route, scope in ROUTES.items()}


@pytest.mark.parametrize("scope", list(ApiScope))
async def test_a_key_opens_what_its_scope_names_and_nothing_else(desk: Programs, scope: ApiScope) -> None:
    program = await desk.program(scope.value)
    reference = await desk.opened()
    for (method, path), needed in ROUTES.items():
        where = f"/api/v1{path.format(reference=reference, key='c1:x', webhook='abc')}"
        answer = await program.client.request(method, where, headers=program.headers, json={})
        assert (answer.status_code == 403) == (scope is not needed), (method, path, answer.text)
        if answer.status_code == 403:
            assert answer.json()["type"] == "urn:dsarbot:problem:scope"
            assert f'scope="{needed}"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("kind", ["none", "unknown", "expired", "revoked", "basic", "cookie"])
async def test_without_a_living_key_nothing_is_there(desk: Programs, kind: str) -> None:
    program, browser = await desk.program(days=1), await desk.logged_in()
    cookies = dict(browser.client.cookies) if kind == "cookie" else {}
    headers = {
        "unknown": {"Authorization": "Bearer dsarbot_0"},
        "basic": {"Authorization": f"Basic {program.key}"},
        "none": {},
        "cookie": {"Origin": HERE, "Sec-Fetch-Site": "same-origin"},
    }.get(kind, program.headers)
    if kind == "expired":
        desk.now += timedelta(days=1)
    if kind == "revoked":
        (key,) = await desk.app.store.api.keys(desk.app.organisations["nord"].scope)
        async with desk.app.store.transaction() as transaction:
            await transaction.save_api_key(revoked(key, desk.now))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(desk.web), base_url=HERE, cookies=cookies)
    for method, path in [*ROUTES, ("GET", "/openapi.json")]:
        answer = await client.request(method, f"/api/v1{path}", headers=headers, json={})
        assert (answer.status_code, answer.json()["status"]) == (401, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_key_that_asks_too_often_waits_and_no_other_does(desk: Programs) -> None:
    settings = desk.app.settings.api
    assert settings is not None
    slow = desk.app.settings.model_copy(update={"api": settings.model_copy(update={"requests_per_minute": 3})})
    object.__setattr__(desk.app, "settings", slow)
    program, other = await desk.program(), await desk.program()
    answers = [await program.get("/cases") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert (answers[3].headers["Retry-After"], answers[3].json()["status"]) == ("20", 429)
    assert (await other.get("/cases")).status_code == 200
    desk.now += timedelta(seconds=20)
    assert (await program.get("/cases")).status_code == 200


async def test_strangers_are_slowed_down(desk: Programs) -> None:
    client = httpx.AsyncClient(transport=httpx.ASGITransport(desk.web), base_url=HERE)
    answers = [(await client.get("/api/v1/cases")).status_code for _ in range(61)]
    assert answers == [401] * 60 + [429]


ERRORS: list[tuple[str, str, int]] = [
    ("GET", "/nothing", 404),
    ("GET", "/cases/", 404),
    ("DELETE", "/cases", 405),
    ("POST", "/cases", 405),
]


async def test_every_error_is_a_problem(desk: Programs) -> None:
    program = await desk.program()
    for method, path, status in ERRORS:
        answer = await program.client.request(method, f"/api/v1{path}", headers=program.headers)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
        assert status != 405 or answer.headers["Allow"] == "GET"


async def test_a_body_that_is_none_or_too_much_is_a_problem(desk: Programs) -> None:
    program = await desk.program()
    for content, status in ((b"{", 400), (b'"' + b"x" * (1 << 20) + b'"', 413), (b'{"text": "\\ud800"}', 422)):
        headers = program.headers | {"Content-Type": "application/json"}
        answer = await program.client.post("/api/v1/requests", content=content, headers=headers)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json"), content[:9]
    elsewhere = await program.client.get("/api/v1/cases", headers=program.headers | {"Host": "evil.example"})
    assert (elsewhere.status_code, elsewhere.json()["status"]) == (421, 421)


async def test_our_own_mistake_says_nothing_of_itself(desk: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    program = await desk.program()

    async def broken(*args: object) -> None:
        raise RuntimeError("Jeanne Martin")

    monkeypatch.setattr(type(desk.app.store), "find_rows", broken)
    answer = await program.get("/cases")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:dsarbot:problem:trouble")
    assert "Jeanne" not in answer.text


@pytest.mark.parametrize(
    ("why", "status", "kind"),
    [(Conflict(), 409, "busy"), (TheirInput("odd"), 422, "invalid"), (StoreDown(), 503, "trouble")],
)
async def test_what_the_desk_raises_is_a_problem(
    desk: Programs, monkeypatch: pytest.MonkeyPatch, why: Exception, status: int, kind: str
) -> None:
    program = await desk.program()

    async def broken(*args: object) -> None:
        raise why

    monkeypatch.setattr(type(desk.app.store), "find_rows", broken)
    answer = await program.get("/cases")
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:dsarbot:problem:{kind}")
    assert ("Retry-After" in answer.headers) == (status != 422)


async def test_the_description_is_for_those_with_a_key_or_for_all(desk: Programs) -> None:
    program = await desk.program("webhooks")
    document = (await program.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1") and document["servers"] == [{"url": "/api/v1"}]
    assert {(m.upper(), p) for p, each in document["paths"].items() for m in each} == set(ROUTES)
    stranger = httpx.AsyncClient(transport=httpx.ASGITransport(desk.web), base_url=HERE)
    assert (await stranger.get("/api/v1/openapi.json")).status_code == 401
    settings = desk.app.settings.api
    assert settings is not None and desk.app.settings.web is not None
    shown = desk.app.settings.model_copy(update={"api": settings.model_copy(update={"open_description": True})})
    object.__setattr__(desk.app, "settings", shown)
    opened = httpx.AsyncClient(transport=httpx.ASGITransport(build(desk.app, desk.app.settings.web)), base_url=HERE)
    assert (await opened.get("/api/v1/openapi.json")).json() == document


async def test_without_its_table_there_is_no_api(desk: Programs) -> None:
    object.__setattr__(desk.app, "settings", desk.app.settings.model_copy(update={"api": None}))
    program = await desk.program()
    assert (await program.get("/cases")).status_code == 404
