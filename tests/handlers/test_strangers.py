"""A package of somebody else adds a right: only when it is allowed, and only when it does not contradict itself."""

from __future__ import annotations

from pathlib import Path

import pytest

import handlers
from dsarbot.core.case import Moment, Outcome, Status
from dsarbot.errors import ConfigError
from dsarbot.wiring.rights import rights, strangers
from tests.cli.desk_world import World
from tests.cli.desk_world import world as world  # noqa: PLC0414  # the fixture

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "sample_right"


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample package is installed: its folder and its metadata are on the path."""
    monkeypatch.syspath_prepend(str(SAMPLE))


@pytest.mark.usefixtures("package")
def test_what_is_not_allowed_is_not_loaded() -> None:
    assert rights(()) == handlers.by_slug()


@pytest.mark.usefixtures("package")
def test_an_allowed_package_adds_its_right() -> None:
    known = rights(("information",))
    assert known.keys() - handlers.by_slug().keys() == {"information"}
    assert known["information"].goal_days == 10


@pytest.mark.usefixtures("package")
def test_every_mistake_is_named_with_where_it_came_from() -> None:
    with pytest.raises(ConfigError) as caught:
        rights(("information", "cake", "words", "nowhere", "absent"))
    assert caught.value.problems == (
        "words (acme_rights:NO_RIGHT): it is a str, not a Right of dsarbot.core.rights",
        (
            "nowhere (acme_rights:MISSING): it cannot be loaded (AttributeError: "
            "module 'acme_rights' has no attribute 'MISSING')"
        ),
        "[plugins] allow: absent: allowed but not installed",
        "cake (acme_rights:BROKEN): it names no article of law",
        f"cake (acme_rights:BROKEN): there is no letter 'birthday'; there are: {', '.join(Moment)}",
        "cake (acme_rights:BROKEN): it may need the letter 'answered' but does not list it",
    )


@pytest.mark.usefixtures("package")
def test_two_packages_of_one_name_are_no_right(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "other_rights-1.0.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: other-rights\nVersion: 1.0\n", "utf-8")
    (other / "entry_points.txt").write_text("[dsarbot.rights]\ninformation = acme_rights:RIGHT\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert strangers(("information",)) == ((), ["[plugins] allow: information: 2 packages bring it; keep one"])


@pytest.mark.usefixtures("package")
def test_a_case_about_a_right_of_a_package_is_answered_and_refused_in_its_words(world: World) -> None:
    path = world.folder / "config.toml"
    path.write_text(f'[plugins]\nallow = ["information"]\n{path.read_text("utf-8")}', "utf-8")
    reference = world.opened("a picture", content_type="image/png; name=letter.png")
    world.said("cases", "confirm", reference, "--right", "information")
    assert "The notice." in world.said("cases", "checklist", reference)
    refuse = ("refuse", reference, "--ground", "has-it-already", "--detail", "You received it on 1 March.")
    world.said("cases", *refuse)
    assert "You already have this information" in world.said("cases", "show", reference, "--letter", "l2")
    world.said("cases", "discard", reference, "l2")
    world.said("cases", "answer", reference, "--outcome", "granted", "--detail", "The notice is attached.")
    assert "content-specifics" in world.refused("cases", "approve", reference, "l3", "--yes")
    world.said("cases", "discard", reference, "l3")
    world.said("cases", "answer", reference, "--outcome", "granted", "--detail", "The notice.", "--holds", "all")
    aside = ("--override", "holds-all", "--reason", "the notice says both")
    world.said("cases", "approve", reference, "l4", *aside, "--yes")
    world.sent(reference, "l4")
    claim = next(each for each in world.case(reference).claims if each.right == "information")
    assert (claim.status, claim.outcome) == (Status.ANSWERED, Outcome.GRANTED)


@pytest.mark.usefixtures("package")
def test_a_wrong_package_stops_a_command_before_anything_is_touched(world: World) -> None:
    path = world.folder / "config.toml"
    path.write_text(f'[plugins]\nallow = ["cake"]\n{path.read_text("utf-8")}', "utf-8")
    assert "cake (acme_rights:BROKEN): it names no article of law" in world.refused("cases", "list", code=2)
