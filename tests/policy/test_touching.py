"""Which findings about a policy matter to a case: planted ones, and those of the shipped policies."""

from __future__ import annotations

import pytest

import handlers
from dsarbot.policy import touching as module
from dsarbot.policy.check import check
from dsarbot.policy.finding import SEVERITIES
from dsarbot.policy.law import load_law
from dsarbot.policy.touching import touching
from dsarbot.profiles import load_profile


def slugs(profile: str, *rights: str) -> set[str]:
    return {each.slug for each in touching(check(load_profile(profile), load_law()), rights)}


@pytest.mark.parametrize("profile", ["jcs", "j2s"])
@pytest.mark.parametrize("right", handlers.by_slug())
def test_a_policy_that_demands_identity_from_everybody_is_told_of_in_every_case(profile: str, right: str) -> None:
    assert "identity-demanded-from-everybody" in slugs(profile, right)


@pytest.mark.parametrize(
    ("profile", "right", "finding"),
    [
        ("jcs", "objection", "right-not-listed/objection"),
        ("rcarre", "erasure", "right-not-listed/erasure"),
        ("rcarre", "portability", "right-not-listed/portability"),
        ("j2s", "objection", "right-narrowed/objection"),
        ("jsbcloud", "erasure", "self-service-refused"),
    ],
)
def test_what_is_wrong_with_a_right_is_told_where_it_is_invoked_and_nowhere_else(
    profile: str, right: str, finding: str
) -> None:
    assert finding in slugs(profile, right, "restriction")
    assert finding not in slugs(profile, "directives")


@pytest.mark.parametrize("profile", ["example-fr", "example-lu", "example-de"])
def test_a_policy_in_order_says_nothing(profile: str) -> None:
    assert slugs(profile, *handlers.by_slug()) == set()


def test_every_kind_that_is_named_exists_and_so_does_every_right() -> None:
    assert {*module._EVERY, *module._NAMED, *module._TOUCHES} <= SEVERITIES.keys()
    assert {right for rights in module._TOUCHES.values() for right in rights} <= handlers.by_slug().keys()
