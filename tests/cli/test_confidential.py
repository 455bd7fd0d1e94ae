"""A confidential case is there for those it names; for everybody else it is a number (practice 12)."""

from __future__ import annotations

import json
from pathlib import Path

from dsarbot.app import App
from dsarbot.core.alarms import Alarm, Level
from dsarbot.core.case import LetterStatus
from dsarbot.ports import Scope
from tests.cli.desk_world import ACCESS, BOTH, CONFIG, World


def confided(world: World, text: str = ACCESS, *, number: int = 1) -> str:
    reference = world.opened(text, number=number)
    world.said("cases", "confidential", reference, "--staff", "anna", "--reason", "former employee")
    return reference


def alarmed(world: World, reference: str) -> None:
    case = world.case(reference)

    async def work(app: App) -> None:
        alarm = Alarm(
            id="a" * 32,
            organisation="nord",
            key=f"due-1:case:{case.id}",
            matter=f"case:{case.id}",
            kind="due-1",
            subject=reference,
            case=case.id,
            day=None,
            rank=0,
            level=Level.OWNER,
            urgent=False,
            raised_at=world.now,
            climbed_at=world.now,
        )
        async with app.store.transaction() as transaction:
            await transaction.raise_alarms(Scope("nord"), [alarm])

    world.do(work)


def test_lists_count_it_for_others(world: World) -> None:
    hidden = confided(world)
    plain = world.opened(number=2)
    assert set(world.references()) == {hidden, plain}
    world.user = "bruno"
    code, out, err = world.run("cases", "list", "--json")
    assert (code, [row["reference"] for row in json.loads(out)]) == (0, [plain])
    assert err.strip() == "and 1 confidential case, not shown here"


def test_its_alarms_are_for_those_it_names(world: World) -> None:
    reference = confided(world)
    alarmed(world, reference)
    assert reference in world.said("alarms")
    world.user = "bruno"
    code, out, err = world.run("alarms", "--json")
    assert (code, json.loads(out)) == (0, [])
    assert err.strip() == "and 1 confidential alarm, not shown here"
    assert "no open alarm" in world.refused("alarms", "ack", "a" * 8)
    world.user = "anna"
    world.said("alarms", "ack", "a" * 8)


def test_the_digest_counts_it_for_everybody(world: World) -> None:
    reference = confided(world)
    alarmed(world, reference)
    page = world.said("digest")
    assert reference not in page
    assert "confidential case, not shown here" in page


def test_nobody_else_hands_it_on_and_links_do_not_name_it(world: World) -> None:
    hidden, plain = confided(world, BOTH), world.opened(number=2)
    for each in (hidden, plain):
        world.said("cases", "assign", each, "anna")
    world.said("cases", "split", hidden, "--claim", "c2")
    [other] = set(world.references()) - {hidden, plain}
    assert world.case(other).confidential == ("anna",)
    world.said("cases", "confidential", other, "--open", "--reason", "only the access is delicate")
    world.user = "bruno"
    page = world.said("cases", "show", other)
    assert hidden not in page and "a confidential case" in page
    out = world.said("cases", "assign", "--all-from", "anna", "--to", "bruno")
    assert world.case(plain).assignee == "bruno"
    assert "cases of anna" in out or "case of anna" in out
    assert world.case(hidden).assignee == "anna"


def test_two_cases_are_put_together_only_when_the_same_colleagues_see_both(world: World) -> None:
    hidden, plain = confided(world), world.opened(number=2)
    assert "merge-confidential" in world.refused("cases", "merge", plain, hidden)
    assert "merge-confidential" in world.refused("cases", "merge", hidden, plain)
    world.said("cases", "confidential", plain, "--staff", "anna", "--reason", "former employee")
    world.said("cases", "merge", plain, hidden)


def test_the_decider_and_the_officer_are_named(world: World) -> None:
    config = CONFIG.replace('deputy = "bruno"', 'deputy = "bruno"\ndecider = "bruno"', 1)
    (Path(world.folder) / "config.toml").write_text(config, encoding="utf-8")
    reference = world.opened()
    order = ("cases", "refuse", reference, "--ground", "rights-of-others", "--detail", "Two names stand in it.")
    world.said(*order)
    letter = world.case(reference).letters[-1].id
    approve = ("cases", "approve", reference, letter, "--yes")
    assert "for bruno to decide" in world.refused(*approve)
    world.said(*approve, "--decided-by", "bruno")
    assert world.case(reference).letter(letter).status == LetterStatus.APPROVED
    assert "Art. 38(6)" not in world.said("cases", "show", reference)
    (Path(world.folder) / "config.toml").write_text(
        config.replace('decider = "bruno"', 'decider = "anna"\ndecides = ["partial-refusal"]'), encoding="utf-8"
    )
    other = world.opened(number=3)
    world.said(*(each.replace(reference, other) for each in order))
    world.said("cases", "approve", other, world.case(other).letters[-1].id, "--yes")
    assert "anna, a data protection officer, decided here" in world.said("cases", "show", other)


def test_a_kind_of_decision_that_does_not_exist_is_named(world: World) -> None:
    config = CONFIG.replace('deputy = "bruno"', 'deputy = "bruno"\ndecides = ["refusals"]', 1)
    (Path(world.folder) / "config.toml").write_text(config, encoding="utf-8")
    told = world.refused("cases", "list", code=2)
    assert "organisations[nord].decides: refusals" in told
    assert "partial-refusal" in told
