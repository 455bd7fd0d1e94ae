"""`dsarbot accounts`: who may invite whom, what is printed, and that a link leads in."""

from __future__ import annotations

import json
import re
from pathlib import Path

from dsarbot.app import App
from dsarbot.core.account import invitation_holds
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
