"""The company's log-in service: in by a real exchange over TLS, and every answer that must not be believed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import OctKey, RSAKey

from dsarbot.core.account import CHALLENGE, FRESH
from dsarbot.settings.oidc import OidcSettings
from dsarbot.web.server import build
from tests.servers.certificate import Certificate
from tests.servers.login_service import CLIENT, SECRET, LoginService, login_service
from tests.web.conftest import Browser, Desk

MAIL = "anna@nord.example.org"


@pytest.fixture(scope="module")
def running(certificate: Certificate) -> Iterator[LoginService]:
    with login_service(certificate) as found:
        yield found


@pytest.fixture
def service(running: LoginService) -> LoginService:
    """The same for all, as new for each."""
    fresh = LoginService(issuer=running.issuer, key=running.key)
    vars(running).update(vars(fresh))
    return running


def use(desk: Desk, service: LoginService, certificate: Certificate, **options: Any) -> Desk:
    """A console that asks it."""
    secret = Path(desk.app.settings.service.data_dir).parent / "client-secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    mails = [each.model_copy(update={"email": f"{each.key}@nord.example.org"}) for each in desk.app.settings.staff]
    object.__setattr__(desk.app.settings, "staff", tuple(mails))
    assert desk.app.settings.web is not None
    oidc = OidcSettings(
        issuer=service.issuer, client_id=CLIENT, client_secret_file=secret, private_network=True,
        ca_file=certificate.ca, **options,
    )  # fmt: skip
    desk.__dict__["web"] = build(desk.app, desk.app.settings.web.model_copy(update={"oidc": oidc}))
    return desk


@pytest.fixture
def asking(desk: Desk, service: LoginService, certificate: Certificate) -> Desk:
    return use(desk, service, certificate)


def claims(desk: Desk, **changed: Any) -> dict[str, Any]:
    now = int(desk.now.timestamp())
    return {"sub": "u-1", "email": MAIL, "email_verified": True, "iat": now, "exp": now + 300} | changed


async def off(desk: Desk, browser: Browser, to: str = "/", *, again: bool = False) -> str:
    """Where the browser is sent."""
    answer = await browser.client.get(
        "/login/service", params={"to": to, "again": str(again).lower()}, follow_redirects=False
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def came(desk: Desk, service: LoginService, to: str = "/", **changed: Any) -> Browser:
    """A browser after the whole way."""
    browser = desk.browser()
    query = service.login(await off(desk, browser, to), **claims(desk, **changed))
    await browser.get(f"/login/service/back?{query}")
    return browser


@pytest.mark.database
async def test_whoever_the_service_knows_is_in(asking: Desk, service: LoginService) -> None:
    browser = await came(asking, service, to="/cases")
    assert browser.at == "/cases" and "/login/service" in await asking.browser().get("/login")
    assert service.asked.count("/token") == 1
    await browser.get("/account")
    assert "By the company’s service" in browser.text
    await browser.post("/logout", {})
    await browser.get("/")
    assert browser.at == "/login"


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"at_hash": "wrong"},
        {"email": "zoe@nord.example.org"},
        {"email": ""},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
    ],
)
async def test_an_answer_that_is_not_right_leads_nowhere(
    asking: Desk, service: LoginService, changed: dict[str, Any]
) -> None:
    service.changed = changed
    browser = await came(asking, service)
    assert browser.status == 403 and "Not logged in" in browser.text
    await browser.get("/")
    assert browser.at == "/login"


async def test_only_a_signature_by_the_services_own_key_counts(asking: Desk, service: LoginService) -> None:
    own = service.key
    service.header = {"alg": "none"}
    assert (await came(asking, service)).status == 403
    service.header, service.key = {"alg": "RS256", "kid": "1"}, RSAKey.generate_key(2048, {"kid": "1"})
    service.shown = [own.as_dict(private=False)]
    assert (await came(asking, service)).status == 403
    # A shared secret: whoever has the public key, or ours, could have written it.
    service.header, service.key = {"alg": "HS256"}, OctKey.import_key(SECRET)
    service.shown = [service.key.as_dict()]
    assert (await came(asking, service)).status == 403
    service.header, service.key, service.shown = {"alg": "RS256", "kid": "1"}, own, []
    assert (await came(asking, service)).at == "/"


async def test_whoever_left_is_refused(asking: Desk, service: LoginService) -> None:
    gone = [each.model_copy(update={"active": each.key != "anna"}) for each in asking.app.settings.staff]
    object.__setattr__(asking.app.settings, "staff", tuple(gone))
    assert (await came(asking, service)).status == 403


@pytest.mark.database
async def test_the_way_is_gone_once_and_by_one_browser(asking: Desk, service: LoginService) -> None:
    browser = asking.browser()
    address = await off(asking, browser)
    # Somebody else's link leads nobody into somebody else's account (log-in CSRF).
    victim = asking.browser()
    await off(asking, victim)
    await victim.get(f"/login/service/back?{service.login(address, **claims(asking))}")
    assert victim.status == 403
    assert "/token" not in service.asked
    without = asking.browser()
    await without.get(f"/login/service/back?{service.login(address, **claims(asking))}")
    assert without.status == 403
    query = service.login(address, **claims(asking))
    await browser.get(f"/login/service/back?{query}")
    assert browser.at == "/"
    await browser.get(f"/login/service/back?{query}")
    assert browser.status == 403


async def test_the_way_is_over_after_a_while(asking: Desk, service: LoginService) -> None:
    browser = asking.browser()
    query = service.login(await off(asking, browser), **claims(asking, exp=int(asking.now.timestamp()) + 9999))
    asking.now += CHALLENGE
    await browser.get(f"/login/service/back?{query}")
    assert browser.status == 403


async def test_an_answer_in_the_name_of_another_service_is_refused(asking: Desk, service: LoginService) -> None:
    browser = asking.browser()
    query = service.login(await off(asking, browser), **claims(asking))
    await browser.get(f"/login/service/back?{query}&iss=https://evil.example")
    assert browser.status == 403


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_nobody_is_led_to_another_site(asking: Desk, service: LoginService, to: str) -> None:
    assert (await came(asking, service, to=to)).at == "/"


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "https://evil.example/token"},
        {"jwks_uri": "http://localhost/keys"},
        {"authorization_endpoint": "https://evil.example/authorize"},
        {"authorization_endpoint": None},
    ],
)
async def test_a_description_that_names_others_is_not_followed(
    asking: Desk, service: LoginService, described: dict[str, Any]
) -> None:
    service.described = described
    answer = await asking.browser().client.get("/login/service", follow_redirects=False)
    assert answer.status_code == 403 and "location" not in answer.headers


async def test_groups_take_roles_away_and_give_none(
    desk: Desk, service: LoginService, certificate: Certificate
) -> None:
    use(desk, service, certificate, roles={"privacy": "dpo", "boss": "admin", "reading": "auditor"})
    assert (await came(desk, service)).status == 403
    assert (await came(desk, service, groups="privacy")).status == 403
    # An administrator by the service, and a data protection officer by our own list: neither.
    assert (await came(desk, service, groups=["boss"])).status == 403
    assert (await came(desk, service, groups=["privacy", "boss", 7])).at == "/"
    browser = await came(desk, service, groups=["privacy"])
    reference = await desk.opened()
    await browser.get(f"/cases/{reference}")
    assert browser.status == 200
    roles = [each.roles for each in await desk.app.store.sessions_of("anna", desk.now)]
    assert roles[0] == ("dpo",)


async def test_people_by_the_services_own_name(desk: Desk, service: LoginService, certificate: Certificate) -> None:
    use(desk, service, certificate, match="subject", subjects={"u-2": "bruno"})
    assert (await came(desk, service)).status == 403
    assert (await came(desk, service, sub="u-2")).at == "/"


async def test_where_only_the_service_leads_in_our_passwords_do_not(
    desk: Desk, service: LoginService, certificate: Certificate
) -> None:
    use(desk, service, certificate, only=True)
    browser = desk.browser()
    assert 'name="password"' not in await browser.get("/login")
    await desk.account("anna")
    await browser.post("/login", {"name": "anna", "password": "x" * 12, "code": desk.code("anna")})
    assert browser.status == 403 and not browser.client.cookies
    await browser.get("/account/codes")
    assert browser.at == "/login"


async def test_a_fresh_proof_by_the_service(asking: Desk, service: LoginService) -> None:
    browser = await came(asking, service)
    asking.now += FRESH
    page = await browser.get("/prove?to=/account")
    assert "Show by the company’s service" in page
    for changed in ({}, {"auth_time": int(asking.now.timestamp()) - 900}, {"email": "bruno@nord.example.org"}):
        address = await off(asking, browser, "/account", again=True)
        assert parse_qs(urlsplit(address).query)["prompt"] == ["login"]
        recent = {"auth_time": int(asking.now.timestamp())} | changed if changed else {}
        await browser.get(f"/login/service/back?{service.login(address, **claims(asking, **recent))}")
        assert browser.status == 403
    address = await off(asking, browser, "/account", again=True)
    recent = {"auth_time": int(asking.now.timestamp())}
    await browser.get(f"/login/service/back?{service.login(address, **claims(asking, **recent))}")
    assert browser.at == "/account" and "once more" not in browser.text
    asking.now += timedelta(seconds=1)


async def test_without_the_setting_there_is_no_such_way(desk: Desk) -> None:
    browser = desk.browser()
    for path in ("/login/service", "/login/service/back"):
        await browser.get(path)
        assert browser.status == 404
