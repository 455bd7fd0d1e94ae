"""Forms that another site, another session or nobody sends: over every route that changes something."""

from __future__ import annotations

import re

import pytest

from dsarbot.web.entering import own_path
from tests.web.conftest import HERE, PASSWORD, Desk
from tests.web.routes import Route, everything_on, routes

OURS = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
FOREIGN = [
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": f"{HERE}.evil.example"},
    {"Referer": HERE},
    {},
]
#: Where whoever sends has no session yet, or the link itself is the token.
BEFORE_A_SESSION = {"/login", "/login/passkey", "/welcome/{staff}/{token}"}


def writing(desk: Desk) -> list[Route]:
    """What changes something by the cookie of a session, or for somebody who has none yet."""
    found = [each for each in routes(everything_on(desk).web) if each.writes and not each.path.startswith("/api/")]
    assert len(found) > 15
    return found


async def test_no_route_takes_a_form_of_another_site(desk: Desk) -> None:
    found, browser = writing(desk), await desk.logged_in()
    for route in found:
        for headers in FOREIGN:
            answer = await browser.client.request(route.method, route.filled(), headers=headers, data={"form": "x"})
            assert answer.status_code == 403, (route.path, headers)


@pytest.mark.parametrize("token", ["", "0" * 64, "of-another-session"])
async def test_no_route_takes_a_form_without_the_token_of_its_session(desk: Desk, token: str) -> None:
    found, reference = writing(desk), await desk.opened()
    browser, other = await desk.logged_in(), await desk.logged_in()
    if token == "of-another-session":
        form = re.search(r'name="form" value="([0-9a-f]+)"', await other.get("/account"))
        assert form
        token = form[1]
    before = await desk.case(reference)
    for route in found:
        if route.path in BEFORE_A_SESSION or route.path.startswith("/o/"):
            continue
        data = dict.fromkeys(route.fields, "1") | {"form": token}
        answer = await browser.client.request(
            route.method, route.filled(reference=reference), headers=OURS, data=data, follow_redirects=False
        )
        # To the log-in page; nothing was done, and nothing was looked up.
        refused = answer.status_code == 303 and answer.headers["location"].startswith("/login")
        assert refused or answer.status_code in (400, 404), (route.method, route.path, answer.status_code)
    assert await desk.case(reference) == before
    assert (await desk.app.store.sessions_of("anna", desk.now)).__len__() == 2


async def test_reading_changes_nothing(desk: Desk) -> None:
    """GET and HEAD of every page, twice: no case moves (security 16)."""
    reference = await everything_on(desk).opened()
    browser = await desk.logged_in()
    before = await desk.case(reference)
    for route in routes(desk.web):
        if route.method == "GET" and route.path != "/login/service":
            await browser.client.get(route.filled(reference=reference, letter="l1"))
    assert await desk.case(reference) == before


async def test_a_session_that_was_planted_is_nobodys(desk: Desk) -> None:
    """Session fixation: what the browser brought along opens nothing, before and after."""
    planted = "a" * 43
    await desk.account("anna")
    victim, thief = desk.browser(), desk.browser()
    for each in (victim, thief):
        each.client.cookies.set("dsarbot", planted, domain="127.0.0.1", path="/")
    await victim.post("/login", {"name": "anna", "password": PASSWORD, "code": desk.code("anna")})
    assert victim.at == "/"
    values = [cookie.value for cookie in victim.client.cookies.jar if cookie.name == "dsarbot"]
    assert values and values[-1] != planted
    await thief.get("/")
    assert thief.at == "/login"
    # Logging in again gives a new one again.
    again = desk.browser()
    await again.post("/login", {"name": "anna", "password": PASSWORD, "code": desk.code("anna")})
    assert {cookie.value for cookie in again.client.cookies.jar}.isdisjoint(values)


async def test_the_cookie_of_a_session_is_for_this_site_alone(desk: Desk) -> None:
    await desk.account("anna")
    browser = desk.browser()
    form = {"name": "anna", "password": PASSWORD, "code": desk.code("anna")}
    answer = await browser.client.post("/login", data=form, headers=OURS, follow_redirects=False)
    said = answer.headers["set-cookie"].lower()
    assert "httponly" in said and "samesite=lax" in said and "path=/" in said and "domain" not in said


HOSTILE = [
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
    "/\tevil", "\t//evil.example", " //evil.example", "http:evil.example", "///evil.example",
    "/%0d%0aLocation:x\r\nX: y",
    "//[", "data:text/html,x", "", "evil.example", "@evil.example", "/\r\n//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("to", HOSTILE)
async def test_nobody_is_led_elsewhere(desk: Desk, to: str) -> None:
    assert own_path(to) == "/"
    browser = await desk.logged_in()
    await browser.get("/prove")
    form = {"code": desk.code("anna"), "to": to}
    token = re.search(r'name="form" value="([0-9a-f]+)"', browser.text)
    assert token
    answer = await browser.client.post("/prove", data=form | {"form": token[1]}, headers=OURS, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    page = await browser.client.get("/prove", params={"to": to})
    assert "evil" not in page.text
    page = await desk.browser().client.get("/login", params={"to": to})
    assert "evil" not in page.text


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-Host": "evil.example"}, {"Forwarded": "host=evil.example"}, {"X-Original-URL": "//evil.example"}],
)
async def test_no_header_gives_us_another_name(desk: Desk, headers: dict[str, str]) -> None:
    answer = await desk.browser().client.get("/", headers=headers, follow_redirects=False)
    assert answer.headers["location"] == "/login"
    answer = await desk.browser().client.get("/login", headers=headers)
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../config.toml", "/static/..%2f..%2fconfig.toml", "/static/%2e%2e/%2e%2e/config.toml",
        "/static//etc/passwd", "/static/..\\..\\config.toml",
        "/static/pages/../../en.toml", "/held/..%2f..%2fconfig.toml",
        "/cases/..%2f..%2fetc%2fpasswd", "/cases/{ref}/letters/..%2f..%2fmaster.key.pdf",
        "/scans/..%2fmaster.key/pages/1",
        "/cases/{ref}/edit/..%2f..%2fmaster.key", "/cases/{ref}/write/..%2fmaster.key", "/static/%00",
    ],
)  # fmt: skip
async def test_no_path_leads_out_of_its_folder(desk: Desk, path: str) -> None:
    reference = await everything_on(desk).opened()
    browser = await desk.logged_in()
    answer = await browser.client.get(path.replace("{ref}", reference), follow_redirects=False)
    assert answer.status_code in (404, 400, 405), path
    assert "[keys]" not in answer.text and "root:" not in answer.text
