"""`triage --evaluate --from-cases`: what people decided, against the rules, on a real store."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dsarbot.app import App
from dsarbot.core import facts as f
from dsarbot.core.triaged import Triaged
from dsarbot.ports import Scope
from dsarbot.reading.edition import edition
from dsarbot.reading.triage import triage
from dsarbot.store.rebuild import facts_of
from dsarbot.store.tables import EntryTable
from tests.cli.desk_world import ACCESS, World, mail

FROM_CASES = ("triage", "--evaluate", "--from-cases")
LUNCH = "Shall we have lunch on Friday?"


def unsure(world: World, number: int = 1) -> str:
    """A request that looks like an answer, and so is left to a person; its reference."""
    return world.opened(ACCESS, number=number, sender=f"P <p{number}@example.net>", subject="Re: My data")


def figures(world: World, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(world.said(*FROM_CASES, "--json", *options))
    return found


def viewed(world: World) -> list[tuple[str, dict[str, Any]]]:
    async def work(app: App) -> list[tuple[str, dict[str, Any]]]:
        rows = await EntryTable.filter(kind="viewed").order_by("seq")
        return [(row.actor, json.loads(row.public)) for row in rows]

    return world.do(work)


def said_of(world: World, reference: str) -> Triaged | None:
    async def work(app: App) -> Triaged | None:
        case_id = await app.store.by_reference(Scope("nord"), reference)
        facts = await facts_of(app.store.ring, case_id or "")
        assert facts is not None and isinstance(facts[0], f.CaseOpened)
        return facts[0].triaged

    return world.do(work)


def test_what_triage_said_is_kept_with_the_case_and_the_rules_that_said_it(world: World) -> None:
    reference = world.opened(ACCESS)
    assert said_of(world, reference) == Triaged(kind="request", certain=True, rights=("access",), rules=edition())


def test_of_an_item_taken_in_it_is_kept_what_triage_had_said_of_it(world: World) -> None:
    world.arrive(mail(LUNCH, subject="Lunch"))
    (item,) = json.loads(world.said("intake", "--list", "--ordinary", "--json"))
    world.said("intake", "--take", item["id"], "--organisation", "nord", "--right", "access")
    (reference,) = world.references()
    said = said_of(world, reference)
    assert said is not None and (said.kind, said.rights) == ("ordinary", ())
    found = figures(world)
    assert found["all"] == {"requests": 1, "recognised": 0, "exact": 0, "others": 0, "false_alarms": 0}


def test_every_decision_is_a_label_for_the_rules_of_today(world: World) -> None:
    world.said("cases", "confirm", unsure(world))
    world.said("cases", "confirm", unsure(world, 2), "--right", "erasure")
    world.said("cases", "not-a-request", unsure(world, 3), "--reason", "a test of ours")
    unsure(world, 4)
    assert len(world.references()) == 3
    found = figures(world)
    assert found["all"] == {"requests": 2, "recognised": 2, "exact": 1, "others": 1, "false_alarms": 1}
    out = world.said(*FROM_CASES)
    assert "3 decided cases and 0 items that were left" in out
    assert "1 of 3 cases had just the rights" in out


def test_items_that_were_left_are_no_requests_unless_that_is_not_what_was_said(world: World) -> None:
    for number in (1, 2):
        world.arrive(mail(ACCESS, number=number, sender="a@cnil.fr", subject=f"Case {number}"))
    first, second = json.loads(world.said("intake", "--list", "--json"))
    world.said("intake", "--leave", first["id"], "--reason", "other")
    world.said("intake", "--leave", second["id"], "--reason", "duplicate")
    assert figures(world)["all"] == {"requests": 0, "recognised": 0, "exact": 0, "others": 1, "false_alarms": 0}


def test_nothing_that_people_wrote_is_printed_unless_somebody_says_who_looks(world: World) -> None:
    reference = world.opened(ACCESS)
    world.said("cases", "not-a-request", reference, "--reason", "x")
    assert "copy of all my personal data" not in world.said(*FROM_CASES)
    assert "say who looks" in world.refused(*FROM_CASES, "--wrong", code=2)
    assert "other-actor" in world.refused(*FROM_CASES, "--wrong", "--as", "bruno")
    out = world.said(*FROM_CASES, "--wrong", "--as", "anna")
    assert "copy of all my personal data" in out and f"{reference}: no-request became" in out


def test_who_looked_is_journalled_also_without_texts(world: World) -> None:
    reference = world.opened(ACCESS)
    world.said("cases", "not-a-request", reference, "--reason", "x")
    world.said(*FROM_CASES, "--organisation", "nord")
    assert viewed(world) == [("anna", {"what": "evaluation", "messages": 1})]
    world.said(*FROM_CASES, "--organisation", "nord", "--wrong", "--as", "anna")
    assert viewed(world)[2:] == [("anna", {"what": "evaluation-text", "message": reference})]


def test_only_ones_own_organisations_are_read(world: World) -> None:
    world.said("cases", "confirm", unsure(world))
    world.user = "carla"
    assert figures(world)["all"]["requests"] == 0
    assert "You work for no organisation nord" in world.refused(*FROM_CASES, "--organisation", "nord")


def test_a_destroyed_message_is_counted_and_stops_nothing(world: World) -> None:
    world.said("cases", "confirm", unsure(world))
    world.said("cases", "confirm", unsure(world, 2))
    row = world.inbounds()[0]

    async def destroy(app: App) -> None:
        await app.store.vault.destroy(row.scope, row.objects, rule="test", actor="anna")

    world.do(destroy)
    out = world.said(*FROM_CASES)
    assert "1 decided cases" in out and "1 cannot be read any more" in out


def test_the_rules_of_today_are_used_not_those_of_then(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.said("cases", "confirm", unsure(world))

    monkeypatch.setattr("dsarbot.desk.mailroom.triage", lambda *_, **__: triage(""))
    found = figures(world)
    assert found["all"]["recognised"] == 0
    assert "1 of 1 cases had just the rights" in world.said(*FROM_CASES)
