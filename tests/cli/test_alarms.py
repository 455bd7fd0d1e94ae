"""`dsarbot alarms`: what waits is listed for those who work there, and somebody may say that they are on it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from dsarbot.app import App
from dsarbot.service.digests import alarms_of
from tests.cli.desk_world import World

#: Within the last five working days of a request of 2 March that is promised an answer by 1 April.
FIRST = datetime(2026, 3, 26, 8, 0, tzinfo=UTC)


def look(world: World, at: datetime = FIRST) -> list[dict[str, Any]]:
    """What the service does each minute; then what the command says as JSON."""
    world.now = at

    async def work(app: App) -> None:
        for box in app.settings.mailboxes:
            await app.store.beat("watcher", f"mailbox:{box.key}", at)
        while await app.store.next_job_due():
            for each in await app.store.claim_jobs("test", at, 60):
                await app.store.finish_job(each, state="sent", last="", now=at)
        await alarms_of(app, changed=lambda: None).look(at)

    world.do(work)
    return listed(world)


def listed(world: World, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(world.said("alarms", "--json", *options))
    return found


def ledger(world: World) -> list[tuple[str, dict[str, str]]]:
    """(actor, what stands there) of each acknowledgement in the journal."""
    with closing(sqlite3.connect(world.folder / "data" / "test.sqlite")) as database:
        rows = database.execute("SELECT actor, public FROM entry WHERE kind = 'alarm-acknowledged'").fetchall()
    return [(actor, json.loads(public)) for actor, public in rows]


def test_an_alarm_is_listed_with_all_that_is_known_of_it(world: World) -> None:
    reference = world.opened()
    (alarm,) = look(world)
    assert {name: alarm[name] for name in ("organisation", "kind", "subject", "day", "level", "acknowledged_by")} == {
        "organisation": "nord", "kind": "due-5", "subject": reference, "day": "2026-04-01", "level": "owner",
        "acknowledged_by": None,
    }  # fmt: skip
    lines = world.said("alarms").splitlines()
    assert lines[0] == "id\torganisation\twhat\tabout\tdate\twith\tsince"
    assert lines[1].split("\t") == [
        alarm["id"], "nord", "due-5", reference, "2026-04-01", "owner", "2026-03-26T08:00:00+00:00",
    ]  # fmt: skip


def test_on_a_terminal_it_fits_and_shows_what_to_do(world: World, terminal: Callable[[int], None]) -> None:
    reference = world.opened()
    (alarm,) = look(world)
    terminal(80)
    shown = world.said("alarms")
    assert alarm["id"][:8] in shown
    assert alarm["id"] not in shown
    assert reference in shown
    assert "dsarbot alarms ack ID" in shown
    assert all(len(line) <= 80 for line in shown.splitlines())


def test_whoever_is_on_it_stands_in_the_list_and_in_the_ledger(world: World) -> None:
    reference = world.opened()
    (alarm,) = look(world)
    said = world.said("alarms", "ack", alarm["id"][:8])
    assert said.startswith(f"anna is on it: due-5 {reference}.")
    (after,) = listed(world)
    assert (after["acknowledged_by"], after["acknowledged_at"]) == ("anna", FIRST.isoformat())
    assert "anna (on it)" in world.said("alarms")
    assert ledger(world) == [
        ("anna", {"alarm": alarm["id"], "alarm_kind": "due-5", "subject": reference, "by": "anna"})
    ]


def test_a_colleague_may_be_named_and_the_ledger_keeps_who_wrote_it_down(world: World) -> None:
    world.opened()
    (alarm,) = look(world)
    world.said("alarms", "ack", alarm["id"], "--as", "bruno")
    assert [each["acknowledged_by"] for each in listed(world)] == ["bruno"]
    assert [(actor, public["by"]) for actor, public in ledger(world)] == [("anna", "bruno")]
    assert "was acknowledged by bruno before" in world.refused("alarms", "ack", alarm["id"])


def test_what_is_refused_changes_nothing(world: World) -> None:
    world.opened()
    (alarm,) = look(world)
    assert "Nobody called carla" in world.refused("alarms", "ack", alarm["id"], "--as", "carla")
    assert "at least 6" in world.refused("alarms", "ack", "abc", code=2)
    assert "no open alarm" in world.refused("alarms", "ack", "ffffffffffff")
    world.user = "otto"
    assert "read-only" in world.refused("alarms", "ack", alarm["id"])
    world.user = "carla"
    assert "no open alarm" in world.refused("alarms", "ack", alarm["id"]), "of another organisation: not there"
    assert listed(world) == []
    world.user = "anna"
    assert [each["acknowledged_by"] for each in listed(world)] == [None]
    assert listed(world, "--organisation", "sud") == []
    assert "no organisation foreign" in world.refused("alarms", "--organisation", "foreign")


def test_without_an_alarm_it_says_so_and_what_ended_can_be_seen(world: World) -> None:
    code, out, err = world.run("alarms")
    assert (code, out, err) == (0, "", "No alarm is open.\n")
    reference = world.opened()
    look(world)
    world.said("cases", "not-a-request", reference)
    assert look(world) == []
    (over,) = listed(world, "--ended")
    assert (over["kind"], over["ended_at"]) == ("due-5", FIRST.isoformat())
    assert "No alarm has ended yet." in world.run("alarms", "--ended", "--organisation", "sud")[2]
