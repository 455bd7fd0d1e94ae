"""`dsarbot api`: keys that are shown once, webhooks, and calendars."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from dsarbot.app import App
from dsarbot.core.api_keys import ApiKey, digest
from dsarbot.ports import Scope
from dsarbot.store.tables import EntryTable
from dsarbot.web.tokens import hashed
from tests.cli.desk_world import World

TABLES = """
[web]
port = 8471

[api]
webhook_hosts = ["hooks.example.org"]
"""


@pytest.fixture
def world(world: World) -> World:
    """With an API, and Bruno as one who has nothing to say about it."""
    path = world.folder / "config.toml"
    path.write_text(path.read_text(encoding="utf-8") + TABLES, encoding="utf-8")
    return world


def kept(world: World, text: str) -> ApiKey | None:
    """What the database knows of a key that was printed."""

    async def work(app: App) -> ApiKey | None:
        return await app.store.api.key(digest(text))

    return world.do(work)


def printed_key(out: str) -> str:
    found = re.search(r"^  (dsarbot_[0-9a-f]{64})$", out, re.MULTILINE)
    assert found, out
    return found[1]


ADD = ("api", "keys", "add", "shop", "--organisation", "nord")
SCOPES = ("--scope", "requests:write", "--scope", "logins:assert")


def test_a_key_is_shown_once_and_kept_as_a_hash(world: World) -> None:
    out = world.said(*ADD, *SCOPES, "--days", "30")
    key = kept(world, printed_key(out))
    assert key is not None and (key.name, key.organisation, key.by) == ("shop", "nord", "anna")
    assert sorted(key.scopes) == ["logins:assert", "requests:write"] and key.expires_at == world.now + timedelta(
        days=30
    )
    listing = world.said("api", "keys", "list")
    assert "shop" in listing and "living" in listing and printed_key(out) not in listing
    (row,) = json.loads(world.said("api", "keys", "list", "--json"))
    assert (row["name"], row["state"], row["scopes"]) == ("shop", "living", ["logins:assert", "requests:write"])
    assert "Refused (api-key-exists)" in world.refused(*ADD, *SCOPES)


def test_a_key_is_rotated_with_an_overlap_and_revoked_at_once(world: World) -> None:
    old = printed_key(world.said(*ADD, *SCOPES))
    world.now += timedelta(days=10)
    out = world.said("api", "keys", "rotate", "shop", "--organisation", "nord", "--overlap", "3")
    new = kept(world, printed_key(out))
    before = kept(world, old)
    assert "2026-03-15 09:00" in out and before is not None and new is not None
    assert before.alive(world.now) and before.expires_at == world.now + timedelta(days=3)
    assert new.scopes == before.scopes
    assert "revoked" in world.said("api", "keys", "revoke", "shop", "--organisation", "nord")
    for text in (old, printed_key(out)):
        key = kept(world, text)
        assert key is not None and not key.alive(world.now)
    assert {row["state"] for row in json.loads(world.said("api", "keys", "list", "--json"))} == {"revoked"}
    for order in ("rotate", "revoke"):
        assert "no living key shop" in world.refused("api", "keys", order, "shop", "--organisation", "nord")


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (("shop", "--organisation", "nord"), "Say what the key may do", 1),
        (("shop", "--organisation", "nord", "--scope", "all"), "There is no scope all", 1),
        (("Shop", "--organisation", "nord", *SCOPES), "small letters", 1),
        (("shop", "--organisation", "nord", *SCOPES, "--days", "0"), "lives for 1 to", 1),
        (("shop", *SCOPES), "--organisation is missing", 2),
        (("shop", "--organisation", "foreign", *SCOPES), "none of your organisations", 1),
    ],
)
def test_what_no_key_can_be_is_named(world: World, arguments: tuple[str, ...], words: str, code: int) -> None:
    assert words in world.refused("api", "keys", "add", *arguments, code=code)


def test_only_whoever_manages_accounts_manages_keys(world: World) -> None:
    world.user = "bruno"
    for arguments in (("keys", "list"), ("webhooks", "list"), ("keys", "add", "shop", *SCOPES), ("calendar", "anna")):
        assert "Refused (accounts-role)" in world.refused("api", *arguments)


def test_without_its_table_there_is_nothing_to_add(world: World) -> None:
    path = world.folder / "config.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(TABLES, ""), encoding="utf-8")
    assert "[api] is missing" in world.refused(*ADD, *SCOPES, code=2)
    assert "[web] is missing" in world.refused("api", "calendar", "anna", code=2)


def test_webhooks_are_added_listed_and_removed(world: World) -> None:
    out = world.said(
        "api",
        "webhooks",
        "add",
        "https://hooks.example.org/in",
        "--organisation",
        "nord",
        "--events",
        "case-opened,closed",
    )
    assert re.search(r"^  [0-9a-f]{64}$", out, re.MULTILINE)
    world.opened()
    (row,) = json.loads(world.said("api", "webhooks", "list", "--json"))
    assert (row["url"], row["events"], row["waiting"]) == ("https://hooks.example.org/in", ["case-opened", "closed"], 1)
    listing = world.said("api", "webhooks", "list")
    assert "1 waiting, 0 given up" in listing and row["id"] in listing
    assert "removed" in world.said("api", "webhooks", "remove", row["id"], "--organisation", "nord")
    assert "There is no webhook" in world.refused("api", "webhooks", "remove", row["id"], "--organisation", "nord")
    assert "host-not-allowed" in world.refused("api", "webhooks", "add", "https://x.example/", "--organisation", "nord")
    add = ("api", "webhooks", "add", "https://hooks.example.org/", "--organisation", "nord")
    assert "no event odd" in world.refused(*add, "--events", "odd", code=2)
    assert "closed" in world.said(*add)


def test_a_calendar_has_one_secret_address(world: World) -> None:
    world.user = "bruno"
    out = world.said("api", "calendar", "bruno")
    found = re.search(r"http://127\.0\.0\.1:8471/calendar/(\S+)\.ics", out)
    assert found

    async def work(app: App) -> str:
        return await app.store.api.calendar_of(hashed(found[1]))

    assert world.do(work) == "bruno"
    world.user = "anna"
    assert "no address any more" in world.said("api", "calendar", "bruno", "--revoke")
    assert world.do(work) == ""
    assert "Nobody called zoe" in world.refused("api", "calendar", "zoe")


def test_whoever_works_for_one_organisation_need_not_name_it(world: World) -> None:
    world.user = "carla"
    assert "of foreign, shown now" in world.said("api", "keys", "add", "shop", *SCOPES)


def test_what_was_done_stands_in_the_ledger(world: World) -> None:
    world.said(*ADD, *SCOPES)
    world.said("api", "calendar", "anna")

    async def work(app: App) -> list[str]:
        rows = await EntryTable.filter(organisation=Scope("nord"), object="").order_by("at", "seq")
        return [row.kind for row in rows]

    kinds = world.do(work)
    assert "api-key-added" in kinds and "calendar-made" in kinds
