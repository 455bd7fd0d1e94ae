"""A published policy that differs from the law is told of on the page of a case, with the rule, and moves nothing."""

from __future__ import annotations

import json

from tests.cli.desk_world import World


def publishing(world: World, profile: str) -> None:
    path = world.folder / "config.toml"
    path.write_text(path.read_text("utf-8").replace('profile = "example-fr"', f'profile = "{profile}"', 1), "utf-8")


def test_a_demand_for_identity_from_everybody_stands_on_the_page_with_its_rule(world: World) -> None:
    reference = world.opened()
    assert "POLICY" not in world.said("cases", "show", reference)
    assert json.loads(world.said("cases", "show", reference, "--json"))["policy"] == []
    before = world.case(reference).claims[0].dates
    publishing(world, "j2s")
    page = " ".join(world.said("cases", "show", reference).split())
    line = "! Everybody must prove their identity, whether or not there is any doubt. Art. 12(6) GDPR:"
    assert line in page
    assert "right to object" not in page.partition("WHY THIS DATE")[0]
    told = json.loads(world.said("cases", "show", reference, "--json"))["policy"]
    assert told[0]["finding"] == "identity-demanded-from-everybody"
    assert (told[0]["severity"], told[0]["rule"].split()[:3]) == ("wrong", ["Art.", "12(6)", "GDPR:"])
    assert world.case(reference).claims[0].dates == before


def test_what_is_done_is_warned_of_no_more(world: World) -> None:
    publishing(world, "j2s")
    reference = world.opened()
    world.said("cases", "not-a-request", reference, "--reason", "asks for an invoice")
    assert "POLICY" not in world.said("cases", "show", reference)


def test_a_law_that_cannot_be_read_hides_no_case(world: World) -> None:
    reference = world.opened()
    path = world.folder / "config.toml"
    path.write_text(path.read_text("utf-8").replace("[service]\n", '[service]\nprofiles_dir = "mine"\n'), "utf-8")
    (world.folder / "mine" / "law").mkdir(parents=True)
    (world.folder / "mine" / "law" / "rights.toml").write_text("cake = 1", "utf-8")
    page = " ".join(world.said("cases", "show", reference).split())
    assert "? The policy was compared with no law, which cannot be read. law/rights.toml:" in page
