"""Merge, split, move, assign all: two cases change in one transaction, or none does."""

from __future__ import annotations

from datetime import timedelta

from dsarbot.core.case import LetterStatus, Moment, Status
from tests.cli.desk_world import ACCESS, BOTH, START, World

KARL = "Karl Muster <karl@example.com>"


def test_merge_keeps_both_references_and_the_earliest_receipt(world: World) -> None:
    first = world.opened(ACCESS)
    world.later(days=3)
    second = world.opened(ACCESS, sender="J. Martin <j.martin@example.org>", number=2)
    out = world.said("cases", "merge", first, second)
    assert f"{first} goes on in {second}; both references stay valid." in out
    case = world.case(second)
    assert case.claims[0].received_at == START
    assert case.aliases == (first,)
    assert [each.how for each in case.inbounds] == ["first", "merge"]
    assert world.case(first).id == case.id
    assert f"Also known as {first}." in world.said("cases", "show", first)
    assert world.references() == [second]
    assert ("l1", "cancelled") in world.jobs()


def test_merge_across_organisations_is_refused(world: World) -> None:
    ours = world.opened(ACCESS)
    world.arrive_at_sud(number=2)
    (theirs,) = set(world.references()) - {ours}
    before = world.case(ours)
    assert "merge-organisations" in world.refused("cases", "merge", ours, theirs)
    assert world.case(ours) == before
    assert "same-case" in world.refused("cases", "merge", ours, ours)


def test_split_gives_a_claim_a_case_of_its_own_with_the_same_receipt(world: World) -> None:
    reference = world.opened(BOTH)
    world.later(days=2)
    out = world.said("cases", "split", reference, "--claim", "c2")
    (new,) = set(world.references()) - {reference}
    assert f"erasure of {reference} goes on as {new} (nord)." in out
    assert "Letter l1 drafted: acknowledged, to J.M. by e-mail. It leaves once it is approved." in out
    case, old = world.case(new), world.case(reference)
    assert [(c.right, c.received_at, c.status) for c in case.claims] == [("erasure", START, Status.OPEN)]
    assert case.person == old.person
    assert (case.links, old.links) == ((old.id,), (case.id,))
    assert [c.status for c in old.claims] == [Status.OPEN, Status.CLOSED]
    assert old.letters[0].status == LetterStatus.DRAFTED
    assert f"Linked with {reference}." in world.said("cases", "show", new)


def test_a_split_that_is_not_possible_changes_nothing_at_all(world: World) -> None:
    reference = world.opened(BOTH)
    before = world.case(reference)
    assert "split-all" in world.refused("cases", "split", reference, "--claim", "c1", "--claim", "c2")
    assert "no-such-claim" in world.refused("cases", "split", reference, "--claim", "c7")
    assert world.case(reference) == before
    assert world.references() == [reference]
    world.said("cases", "not-a-request", reference, "--claim", "c2")
    assert "split-done" in world.refused("cases", "split", reference, "--claim", "c2")


def test_move_keeps_the_receipt_and_takes_the_other_calendar_and_letterhead(world: World) -> None:
    reference = world.opened(ACCESS)
    world.said("cases", "verify", reference, "--rung", "R2", "--how", "code")
    out = world.said("cases", "move", reference, "--organisation", "sud")
    (new,) = world.references()
    assert new.startswith("SUD-2026-")
    assert f"access of {reference} goes on as {new} (sud)." in out
    case = world.case(new, "sud")
    (claim,) = case.claims
    assert (claim.received_at, claim.party, case.rung) == (START, "sud", "")
    assert claim.dates is not None and claim.dates.jurisdiction == "LU"
    assert case.letters[0].moment == Moment.ACKNOWLEDGED
    assert not case.letters[0].automatic
    old = world.case(reference)
    assert (old.moved_to, old.active) == ("sud", ())
    assert "Moved to the organisation sud." in world.said("cases", "show", reference)
    assert "lies with another organisation" in world.said("cases", "show", new, "--text")


def test_a_move_needs_another_organisation_of_ones_own(world: World) -> None:
    reference = world.opened(ACCESS)
    before = world.case(reference)
    assert "move-nowhere" in world.refused("cases", "move", reference, "--organisation", "nord")
    assert "yours: nord, sud" in world.refused("cases", "move", reference, "--organisation", "foreign")
    world.said("cases", "not-a-request", reference)
    assert "no-claims" in world.refused("cases", "move", reference, "--organisation", "sud")
    assert world.case(reference).claims[0].received_at == before.claims[0].received_at
    assert world.case(reference).moved_to == ""


def test_all_cases_of_a_colleague_go_to_another_at_once(world: World) -> None:
    references = [world.opened(ACCESS), world.opened(ACCESS, sender=KARL, number=2)]
    for each in references:
        world.said("cases", "assign", each, "bruno")
    other = world.opened(BOTH, sender="Eva <eva@example.net>", number=3)
    assert "2 cases of bruno assigned to anna." in world.said("cases", "assign", "--all-from", "bruno", "--to", "anna")
    assert [world.case(each).assignee for each in (*references, other)] == ["anna", "anna", ""]
    assert "No open case" in world.said("cases", "assign", "--all-from", "bruno", "--to", "anna")


def test_only_staff_of_that_organisation_can_take_a_case(world: World) -> None:
    reference = world.opened(ACCESS)
    assert "there: anna, bruno, otto" in world.refused("cases", "assign", reference, "carla")
    assert "Write: dsarbot cases assign" in world.refused("cases", "assign", reference, code=2)
    assert world.case(reference).assignee == ""
    assert world.now - START == timedelta(0)
