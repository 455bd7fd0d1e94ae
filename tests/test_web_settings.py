"""[web]: an open address without encryption is refused, and every mistake says what to do."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from dsarbot.settings.web import WebSettings


def test_the_machine_itself_needs_nothing_more() -> None:
    web = WebSettings()
    assert (web.url, web.encrypted) == ("http://127.0.0.1:8470", False)
    assert web.hosts == ("127.0.0.1:8470", "localhost:8470")
    assert WebSettings.model_validate({"address": "::1"}).hosts[0] == "[::1]:8470"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"address": "0.0.0.0"}, "without encryption"),
        ({"address": "192.0.2.1", "public_url": "http://desk.example.org"}, "without encryption"),
        ({"address": "desk.example.org"}, "is no address"),
        ({"trusted_proxies": ["127.0.0.1"]}, "is missing"),
        ({"trusted_proxies": ["127.0.0.1"], "public_url": "http://desk.example.org"}, "is not encrypted"),
        ({"tls_key_file": "a.key"}, "set both or neither"),
        ({"public_url": "https://desk.example.org/console"}, "without a path"),
        ({"public_url": "desk.example.org"}, "is no address of a site"),
        ({"port": 70_000}, "65535"),
    ],
)
def test_what_would_be_open_or_wrong_is_refused(values: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        WebSettings.model_validate(values)


def test_behind_a_proxy_people_reach_it_by_its_public_name() -> None:
    web = WebSettings.model_validate(
        {"address": "0.0.0.0", "trusted_proxies": ["192.0.2.7"], "public_url": "https://Desk.example.org/"}
    )
    assert (web.url, web.hosts, web.encrypted) == ("https://desk.example.org", ("desk.example.org",), True)


def test_a_portal_is_there_only_where_it_is_wanted() -> None:
    assert WebSettings().portal_of("nord") == ""
    web = WebSettings.model_validate({"portal": True, "public_url": "https://desk.example.org"})
    assert web.portal_of("nord") == "https://desk.example.org/o/nord"


SERVICE = {"issuer": "https://login.example.org", "client_id": "dsarbot", "client_secret_file": "oidc"}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"issuer": "http://login.example.org"}, "is not encrypted"),
        ({"issuer": "login.example.org"}, "is no address"),
        ({"issuer": "https://me:secret@login.example.org"}, "is no address"),
        ({"issuer": "https://login.example.org?x=1"}, "is no address"),
        ({"match": "subject"}, "set both or neither"),
        ({"subjects": {"u": "anna"}}, "set both or neither"),
        ({"roles": {"group": "owner"}}, "dpo"),
        ({"hosts": ["https://keys.example.org"]}, "is no host name"),
    ],
)
def test_a_log_in_service_that_cannot_be_is_refused(values: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        WebSettings.model_validate({"oidc": SERVICE | values})


def test_only_hosts_of_the_configuration_are_asked() -> None:
    web = WebSettings.model_validate({"oidc": SERVICE | {"hosts": ["keys.example.org:8443"]}})
    assert web.oidc is not None
    assert web.oidc.known_hosts == {"login.example.org", "keys.example.org:8443"}
