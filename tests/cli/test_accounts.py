"""`dsarbot accounts`: who may invite whom, what is printed, and that a link leads in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dsarbot.app import App
from dsarbot.core.account import invitation_holds
from dsarbot.store.tables import EntryTable
from dsarbot.web.tokens import hashed
from tests.cli.desk_world import World


def with_web(world: World) -> World:
    path: Path = world.folder / "config.toml"
    path.write_text(path.read_text() + "\n[web]\nport = 8471\n", encoding="utf-8")
    return world


def test_an_invitation_is_a_link_that_only_its_hash_is_kept_of(world: World) -> None:
    printed = with_web(world).said("accounts", "invite", "bruno")
    found = re.search(r"http://127\.0\.0\.1:8471/welcome/bruno/(\S+)", printed)
    assert found and "Bruno Exemple" in printed

    async def work(app: App) -> bool:
        account = await app.store.account("bruno")
        assert found and found[1] not in repr(account) and account.invite != found[1]
        return invitation_holds(account, hashed(found[1]), world.now)

    assert world.do(work)
    listed = {row["key"]: row["account"] for row in json.loads(world.said("accounts", "list", "--json"))}
    assert (listed["bruno"], listed["anna"]) == ("invited", "none")
    assert "invited" in world.said("accounts", "list")


def test_only_whoever_manages_accounts_invites(world: World) -> None:
    with_web(world).user = "bruno"
    assert "Refused (accounts-role)" in world.refused("accounts", "invite", "bruno")
    assert "Refused (accounts-role)" in world.refused("accounts", "list")


def test_what_cannot_be_is_named(world: World) -> None:
    assert "[web] is missing" in world.refused("accounts", "invite", "bruno", code=2)
    assert "Nobody called zoe" in with_web(world).refused("accounts", "invite", "zoe")


def test_sessions_are_ended(world: World) -> None:
    assert "Bruno Exemple: 0 sessions ended." in world.said("accounts", "end-sessions", "bruno")


def grant(world: World, *options: str) -> tuple[str, ...]:
    given = {"--organisation": "nord", "--until": "2026-03-31", "--reason": "audit-2026-q1"}
    given |= dict(zip(options[::2], options[1::2], strict=True))
    return ("accounts", "grant", "otto", *(word for pair in given.items() for word in pair))


def test_an_auditor_is_granted_content_with_a_reason_and_an_end(world: World) -> None:
    with_web(world)
    assert "No auditor" in world.said("accounts", "grants")
    printed = world.said(*grant(world))
    found = re.search(r"\(grant ([0-9a-f]{8})\)", printed)
    assert found and "Otto Audit may read content of nord until the end of 2026-03-31" in printed
    listed = world.said("accounts", "grants")
    assert "audit-2026-q1" in listed and "2026-03-31 22:00" in listed

    async def work(app: App) -> list[tuple[str, str]]:
        assert [each.organisation for each in await app.store.grants("otto", world.now)] == ["nord"]
        rows = await EntryTable.filter(kind__startswith="content-grant").order_by("seq")
        return [(row.kind, row.actor) for row in rows]

    assert world.do(work) == [("content-granted", "anna")]
    assert "is over" in world.said("accounts", "end-grant", found[1])
    assert "No auditor" in world.said("accounts", "grants")
    assert "There is no grant" in world.refused("accounts", "end-grant", found[1])


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        (("--until", "2026-03-01"), "grant-until"),
        (("--until", "2026-12-31"), "grant-until"),
        (("--reason", "Herr Müller"), "grant-reason"),
        (("--organisation", "foreign"), "grant-organisation"),
        (("--organisation", "nowhere"), "There is no organisation"),
    ],
)
def test_a_grant_that_cannot_be_is_refused(world: World, options: tuple[str, ...], rule: str) -> None:
    assert rule in world.refused(*grant(with_web(world), *options))
