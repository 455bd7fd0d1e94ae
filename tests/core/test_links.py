"""Links: how they are written, how they end, and the codes beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core import links
from dsarbot.core.codes import DIGITS_LIVE, PER_DAY, TRIES, Code, new_digits
from dsarbot.core.links import Link, Purpose, Shown, State, Visit

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def link(token: str = "one", **more: Any) -> Link:
    fields: dict[str, Any] = {
        "id": links.digest(token), "organisation": "nord", "purpose": Purpose.PORTAL, "case": "k1", "made_at": NOW,
        "expires_at": NOW + timedelta(days=14), "address": "jeanne@example.org",
    }  # fmt: skip
    return Link(**fields | more)


def code(of: Link, number: int = 123_456, at: datetime = NOW, *, known: bool = True) -> Code:
    made = new_digits(
        number, id=f"{number}-{at.isoformat()}", salt="s", bound_to=links.bound(of, "open"), now=at, known=known,
        purpose="open",
    )  # fmt: skip
    return made[1]


# --- how they are written and end ---------------------------------------------------------------------------------


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_each_secret_is_a_link_of_its_own(one: bytes, other: bytes) -> None:
    first, second = links.token(one), links.token(other)
    assert len(first) == len(links.BLANK) == 32
    assert (first == second) == (one == other) == (links.digest(first) == links.digest(second))


def test_a_link_is_not_made_of_less() -> None:
    with pytest.raises(ValueError, match="16 random bytes"):
        links.token(b"short")


def test_every_purpose_has_an_address_and_a_life() -> None:
    paths = {links.path("nord", purpose, "0" * 32) for purpose in Purpose}
    assert len(paths) == len(Purpose)
    assert links.path("nord", Purpose.PORTAL, "0" * 32) == f"/o/nord/p/{'0' * 32}"
    assert links.LIVES.keys() == set(Purpose)


def test_nobody_who_prints_a_link_learns_where_its_codes_go() -> None:
    assert "jeanne" not in repr(link())


@pytest.mark.parametrize(
    ("more", "after", "state"),
    [
        ({}, timedelta(), State.LIVE),
        ({}, timedelta(days=14) - timedelta(seconds=1), State.LIVE),
        ({}, timedelta(days=14), State.EXPIRED),
        ({"revoked_at": NOW}, timedelta(), State.REVOKED),
        ({"revoked_at": NOW, "completed_at": NOW}, timedelta(days=20), State.REVOKED),
        ({"completed_at": NOW}, timedelta(hours=23), State.LIVE),
        ({"completed_at": NOW}, links.RESUME, State.USED),
        ({"completed_at": NOW + timedelta(days=13, hours=23)}, timedelta(days=14), State.EXPIRED),
    ],
)
def test_what_a_link_still_opens(more: dict[str, Any], after: timedelta, state: State) -> None:
    assert links.usable(link(**more), NOW + after) == state


def test_the_window_to_resume_does_not_move() -> None:
    once = links.completed(link(), NOW)
    assert links.completed(once, NOW + timedelta(hours=20)) == once
    ended = links.revoked(once, NOW)
    assert links.revoked(ended, NOW + timedelta(days=1)) == ended


def test_a_log_in_opens_its_link_once_and_at_once() -> None:
    asserted = link(note=links.LOGIN)
    assert links.opens_by_login(asserted, NOW)
    assert not links.opens_by_login(asserted, NOW + links.LOGIN_LIVES)
    assert not links.opens_by_login(links.completed(asserted, NOW), NOW)
    assert not links.opens_by_login(links.revoked(asserted, NOW), NOW)
    assert not links.opens_by_login(link(), NOW)
    assert not links.opens_by_login(replace(asserted, purpose=Purpose.DOWNLOAD), NOW)


def test_ended_links_are_remembered_for_a_day_at_least() -> None:
    assert NOW - links.forgotten_before(NOW) >= timedelta(days=1)


# --- codes --------------------------------------------------------------------------------------------------------


def issued(of: Link, *others: Link, at: datetime = NOW, number: int = 123_456, known: bool = True) -> tuple[Link, ...]:
    found = links.issue(of, others, code(of, number, at, known=known), at)
    assert found is not None
    return found


def test_the_right_code_works_once() -> None:
    (one,) = issued(link())
    after, result = links.tries(one, "123456", NOW, purpose="open")
    assert result == "right"
    assert links.tries(after, "123456", NOW, purpose="open")[1] == "spent"


def test_a_code_fits_its_link_and_its_purpose_alone() -> None:
    (one,), (two,) = issued(link()), issued(link("two"))
    assert links.tries(replace(two, codes=one.codes), "123456", NOW, purpose="open")[1] == "wrong"
    assert links.tries(one, "123456", NOW, purpose="confirm")[1] == "wrong"


def test_wrong_tries_close_a_code_and_time_ends_it() -> None:
    (one,) = issued(link())
    for number in range(TRIES):
        one, result = links.tries(one, f"{number:06d}", NOW, purpose="open")
        assert result == "wrong"
    assert links.tries(one, "123456", NOW, purpose="open")[1] == "closed"
    (one,) = issued(link())
    assert links.tries(one, "123456", NOW + DIGITS_LIVE, purpose="open")[1] == "expired"


def test_a_code_for_nobody_fits_nothing() -> None:
    (one,) = issued(link(), known=False)
    assert links.tries(one, "123456", NOW, purpose="open")[1] == "wrong"


def test_a_link_without_codes_takes_no_try() -> None:
    assert links.tries(link(), "123456", NOW, purpose="open") == (link(), "wrong")


def test_only_the_newest_code_to_an_address_lives() -> None:
    (one,) = issued(link())
    idle = link("idle")
    two, ended = issued(link("two"), one, idle, number=222_222)
    assert (ended.id, ended.codes[0].ended) == (one.id, "replaced")
    assert links.tries(two, "222222", NOW, purpose="open")[1] == "right"
    assert links.tries(ended, "123456", NOW, purpose="open")[1] == "spent"


def test_three_codes_a_day_over_all_links_of_an_address() -> None:
    known: list[Link] = []
    for number in range(PER_DAY):
        at = NOW + timedelta(hours=number)
        new = link(f"number {number}")
        [changed, *ended] = issued(new, *known, at=at, number=number)
        known = [changed, *({each.id: each for each in (*known, *ended)}.values())]
    another = link("another")
    assert links.issue(another, known, code(another, at=NOW + timedelta(hours=9)), NOW + timedelta(hours=9)) is None
    later = NOW + timedelta(hours=24)
    assert links.issue(another, known, code(another, at=later), later) is not None


def test_wrong_tries_of_somebody_else_keep_nobody_out() -> None:
    """Anybody may type wrong codes; whoever the case is about gets a new one."""
    (one,) = issued(link())
    for _ in range(TRIES):
        one, _ = links.tries(one, "000000", NOW, purpose="open")
    assert links.issue(one, [], code(one, 7), NOW) is not None


# --- visits -------------------------------------------------------------------------------------------------------


def test_a_visit_ends_when_nobody_clicks_and_in_any_case() -> None:
    visit = Visit(
        id="v", organisation="nord", link="l", case="k1", purpose=Purpose.PORTAL, shown=Shown.ADDRESS, opened_at=NOW,
        seen_at=NOW,
    )  # fmt: skip
    assert visit.alive(NOW)
    assert not visit.alive(NOW + links.IDLE)
    assert replace(visit, seen_at=NOW + timedelta(hours=1, minutes=50)).alive(NOW + timedelta(hours=1, minutes=59))
    assert not replace(visit, seen_at=NOW + links.LONGEST).alive(NOW + links.LONGEST)
