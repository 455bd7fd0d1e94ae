"""`dsarbot register`: lines for the authority, as table, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json

from tests.cli.desk_world import BOTH, World, mail


def test_the_register_of_a_year(world: World) -> None:
    world.arrive(mail(BOTH))
    [line] = json.loads(world.said("register", "--year", "2026", "--json"))
    assert (line["organisation"], line["rights"], line["received"]) == ("nord", ["access", "erasure"], "2026-03-02")
    [row] = csv.DictReader(io.StringIO(world.said("register", "--year", "2026", "--csv"), newline=""))
    assert (row["reference"], row["rights"], row["open"]) == (line["reference"], "access; erasure", "yes")
    told = world.said("register", "--year", "2026", "--organisation", "nord")
    assert line["reference"] in told and "Jeanne" not in told and "example.net" not in told
    assert json.loads(world.said("register", "--year", "2025", "--json")) == []


def test_who_may_not_and_what_cannot_be(world: World) -> None:
    assert "--year is from 2018" in world.refused("register", "--year", "1999", code=2)
    assert "You work for no organisation foreign" in world.refused(
        "register", "--year", "2026", "--organisation", "foreign"
    )
