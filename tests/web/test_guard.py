"""Who gets in, and what is refused before any page is made."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from dsarbot.core.access import GRANTS
from dsarbot.core.account import IDLE, LONGEST, TRIES, Account, invited
from dsarbot.web.tokens import hashed, new_token
from tests.web.conftest import HERE, PASSWORD, Desk
from tests.web.routes import Route, everything_on, routes

#: What needs no session, and why.
OPEN = {
    "/login": "the door",
    "/login/passkey": "what a device is asked at the door; it names nobody",
    "/welcome/{staff}/{token}": "the first password, by a link that works once",
    "/login/service": "the way to the company's log-in service, where there is one",
    "/login/service/back": "the way back; it counts once, in the browser that set out",
    "/calendar/{token}.ics": "a secret address for calendar programs, which have no sessions; it names nobody",
    "/healthz": "says that the process is alive, and nothing else",
    "/readyz": "says which kinds of parts are silent, and nothing else",
    "/metrics": "numbers without anything personal, for this machine or a token of the configuration",
}
#: What needs a session and no particular role: it concerns the one who asks, and no case.
ANYBODY = {
    "/logout", "/prove", "/prove/passkey", "/account", "/account/passkeys/challenge", "/account/passkeys",
    "/account/passkeys/remove", "/account/password", "/account/codes", "/account/sessions/end",
    "/account/sessions/end-others",
}  # fmt: skip
ROLES = {"anna": "dpo", "bruno": "agent", "otto": "auditor", "ada": "admin", "sam": "support"}


#: Routes of whole parts that know nothing of sessions, by the beginning of their paths, and what guards them instead.
OTHER_DOORS = {
    "/o/{organisation}": "the portal: a form for everybody; what is a person's lies behind a link and a code",
    "/api/v1/": "programs, each with a key of its own",
}


def mine(route: Route) -> bool:
    """Whether it is a page of the console."""
    return not route.path.startswith(tuple(OTHER_DOORS))


async def test_every_route_names_what_it_needs(desk: Desk) -> None:
    unguarded = {route.path for route in routes(everything_on(desk).web) if route.permission is None and mine(route)}
    assert unguarded - (OPEN.keys() | ANYBODY) == set(), "say here why nobody needs a role for these"
    assert (OPEN.keys() | ANYBODY) - unguarded == set()


async def test_every_route_asks_for_a_login_first(desk: Desk) -> None:
    browser = everything_on(desk).browser()
    for route in routes(desk.web):
        if route.path in OPEN or not mine(route):
            continue
        headers = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
        answer = await browser.client.request(route.method, route.filled(), headers=headers, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/login"), route.path


async def test_every_route_for_programs_asks_for_a_key_first(desk: Desk) -> None:
    browser = await everything_on(desk).logged_in()
    for route in routes(desk.web):
        if route.path.startswith("/api/v1/"):
            # Not even the cookie of a session opens it: what another site makes a browser send counts for nothing.
            answer = await browser.client.request(route.method, route.filled(), json={})
            assert answer.status_code == 401, route.path


@pytest.mark.parametrize(("staff", "role"), ROLES.items())
async def test_every_route_is_open_to_the_roles_that_may_and_to_no_other(desk: Desk, staff: str, role: str) -> None:
    reference = await everything_on(desk).opened()
    browser = await desk.logged_in(staff)
    for route in routes(desk.web):
        if route.permission is None:
            continue
        path = route.filled(reference=reference)
        headers = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
        answer = await browser.client.request(route.method, path, headers=headers, follow_redirects=False)
        refused = answer.status_code == 403
        assert refused == (route.permission not in GRANTS[role]), (role, route.method, path, answer.status_code)


async def test_a_case_of_another_organisation_is_not_there(desk: Desk) -> None:
    reference = await desk.opened(mailbox="shared", to="dpo@sud.example.org")
    bruno, anna = await desk.logged_in("bruno"), await desk.logged_in("anna")
    assert reference in await anna.get("/cases")
    assert reference not in await bruno.get("/cases")
    for path in (f"/cases/{reference}", f"/find?q={reference}"):
        page = await bruno.get(path)
        assert "Jeanne" not in page
    await bruno.get("/cases")
    await bruno.post(f"/cases/{reference}/note", {"text": "mine"})
    assert bruno.status == 404


@pytest.mark.parametrize(
    ("field", "value"), [("name", "nobody"), ("password", "another long password"), ("code", "000000")]
)
async def test_whatever_is_wrong_the_answer_is_the_same(desk: Desk, field: str, value: str) -> None:
    await desk.account("anna")
    right = {"name": "anna", "password": PASSWORD, "code": desk.code("anna")}
    browser = desk.browser()
    page = await browser.post("/login", right | {field: value})
    assert browser.status == 403 and "That was not right" in page
    assert not browser.client.cookies
    browser = desk.browser()
    await browser.post("/login", right)
    assert browser.at == "/"


async def test_no_code_works_twice(desk: Desk) -> None:
    await desk.account("anna")
    right = {"name": "anna@", "password": PASSWORD, "code": desk.code("anna")} | {"name": "anna"}
    first, second = desk.browser(), desk.browser()
    await first.post("/login", right)
    await second.post("/login", right)
    assert (first.at, second.status) == ("/", 403)


@pytest.mark.database
async def test_an_account_closes_after_wrong_tries_and_opens_again(desk: Desk) -> None:
    await desk.account("anna")
    browser = desk.browser()
    for _ in range(TRIES):
        await browser.post("/login", {"name": "anna", "password": "wrong and long", "code": desk.code("anna")})
    await browser.post("/login", {"name": "anna", "password": PASSWORD, "code": desk.code("anna")})
    assert browser.status == 403
    desk.now += timedelta(minutes=16)
    await browser.post("/login", {"name": "anna", "password": PASSWORD, "code": desk.code("anna")})
    assert browser.at == "/"


@pytest.mark.parametrize("after", [IDLE, LONGEST])
async def test_a_session_ends(desk: Desk, after: timedelta) -> None:
    browser = await desk.logged_in()
    end = desk.now + after
    while desk.now < end - timedelta(minutes=30) and after == LONGEST:
        desk.now += timedelta(minutes=30)
        await browser.get("/")
        assert browser.at == "/"
    desk.now = end
    await browser.get("/")
    assert browser.at == "/login"


@pytest.mark.database
async def test_logging_out_ends_the_session_everywhere(desk: Desk) -> None:
    browser = await desk.logged_in()
    cookie = dict(browser.client.cookies)
    await browser.post("/logout", {})
    again = desk.browser()
    again.client.cookies.update(cookie)
    await again.get("/")
    assert again.at == "/login"


async def test_whoever_left_is_out_at_once(desk: Desk) -> None:
    browser = await desk.logged_in("bruno")
    gone = [each.model_copy(update={"active": each.key != "bruno"}) for each in desk.app.settings.staff]
    object.__setattr__(desk.app.settings, "staff", tuple(gone))
    await browser.get("/")
    assert browser.at == "/login"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
)
async def test_a_form_of_another_site_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    browser = await desk.logged_in()
    await browser.get("/")
    form = re.search(r'name="form" value="([0-9a-f]+)"', browser.text)
    assert form
    answer = await browser.client.post("/logout", data={"form": form[1]}, headers=headers)
    assert answer.status_code == 403
    await browser.get("/")
    assert browser.at == "/"


async def test_a_form_without_its_token_changes_nothing(desk: Desk) -> None:
    reference = await desk.opened()
    browser = await desk.logged_in()
    await browser.post(f"/cases/{reference}/note", {"text": "forged"}, with_form=False)
    assert browser.at == "/login"
    assert not (await desk.case(reference)).notes


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:1", ""])
async def test_another_host_name_is_refused(desk: Desk, host: str) -> None:
    answer = await desk.browser().client.get("/login", headers={"Host": host})
    assert answer.status_code == 421


async def test_too_much_is_refused(desk: Desk) -> None:
    browser = desk.browser()
    headers = {"Origin": HERE, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    answer = await browser.client.post("/login", content=b"x" * (1 << 21), headers=headers)
    assert answer.status_code == 413

    async def drops() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"name=" + b"x" * 65_536

    answer = await browser.client.post("/login", content=drops(), headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_nobody_is_led_to_another_site(desk: Desk, to: str) -> None:
    await desk.account("anna")
    browser = desk.browser()
    await browser.post("/login", {"name": "anna", "password": PASSWORD, "code": desk.code("anna"), "to": to})
    assert browser.at == "/"


async def test_every_answer_carries_its_headers(desk: Desk) -> None:
    browser = await desk.logged_in()
    for path in ("/", "/nowhere", "/static/console.css"):
        answer = await browser.client.get(path)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert ("no-store" in answer.headers["cache-control"]) == (not path.startswith("/static"))
    own = r'<script(?! src="/static/[a-z]+\.js" defer></script>)'
    inline = re.findall(rf'\s(?:style|on\w+)="|{own}|<style|https?://', (await browser.get("/")))
    assert not inline


async def test_an_invitation_works_once_for_a_day(desk: Desk) -> None:
    token = new_token()
    async with desk.app.store.transaction() as transaction:
        await transaction.save_account(invited(Account(staff="anna"), token_hash=hashed(token), now=desk.now))
    browser = desk.browser()
    path = f"/welcome/anna/{token}"
    for _ in range(2):
        # Looking at it, as mail scanners do, does not use it up.
        page = await browser.get(path)
        assert "<svg" in page
    secret = re.search(r'name="secret" value="([A-Z2-7]+)"', page)
    assert secret
    desk.secrets["anna"] = secret[1]
    form = {"secret": secret[1], "code": desk.code("anna"), "password": "short"}
    assert "too short" in await browser.post(path, form)
    assert "does not fit" in await browser.post(path, form | {"password": PASSWORD, "code": "000000"})
    await browser.post(path, form | {"password": PASSWORD})
    assert browser.at == "/login"
    await browser.post("/login", {"name": "anna", "password": PASSWORD, "code": desk.code("anna")})
    assert browser.at == "/"
    await browser.get(path)
    assert browser.status == 404
    await desk.browser().get(f"/welcome/bruno/{token}")
    desk.now += timedelta(days=1)
    assert "This link is over" in await browser.get(path)
