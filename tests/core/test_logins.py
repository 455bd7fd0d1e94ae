"""What a log-in to the customer area proves (law 3, security 9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dsarbot.core.logins import AssertedLogin, Method, proof, rung_of
from dsarbot.errors import NotAllowed

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def login(minutes: float, method: Method = Method.PASSKEY) -> AssertedLogin:
    return AssertedLogin(at=NOW - timedelta(minutes=minutes), method=method)


@pytest.mark.parametrize(
    ("minutes", "method", "rung"),
    [
        (0, Method.PASSKEY, "R1"), (15, Method.SECOND_FACTOR, "R1"), (-2, Method.PASSKEY, "R1"),
        (15.1, Method.PASSKEY, "R0"), (0, Method.PASSWORD, "R0"), (0, Method.SINGLE_SIGN_ON, "R0"),
        (12 * 60, Method.PASSKEY, "R0"),
    ],
)  # fmt: skip
def test_only_a_fresh_log_in_with_more_than_a_password_is_a_proof_for_everything(
    minutes: float, method: Method, rung: str
) -> None:
    assert rung_of(login(minutes, method), NOW) == rung


@pytest.mark.parametrize(("minutes", "rule"), [(-2.1, "login-future"), (12 * 60 + 1, "login-old")])
def test_one_that_is_over_or_has_not_come_is_none(minutes: float, rule: str) -> None:
    with pytest.raises(NotAllowed) as why:
        rung_of(login(minutes), NOW)
    assert why.value.rule == rule


def test_the_case_keeps_who_says_so_and_how() -> None:
    order = proof(login(1), actor="api:shop", cause="c", now=NOW, day=NOW.date())
    assert (order.rung, order.means, order.actor) == ("R1", "login", "api:shop")
    assert order.how == "log-in to the customer area at 2026-03-02T08:59+00:00 (passkey), as api:shop says"
