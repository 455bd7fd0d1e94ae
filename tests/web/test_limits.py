"""How often somebody may ask, and that nobody fills the memory by asking."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from starlette.requests import Request

from dsarbot.web.limits import LOG_IN, Limits, Rate, TooOften, client_of
from tests.web.conftest import HERE, Desk

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RATE = Rate(name="test", burst=3, every=timedelta(seconds=10))


def took(limits: Limits, now: datetime, who: str = "a") -> bool:
    try:
        limits.take(RATE, who, now)
    except TooOften:
        return False
    return True


def test_a_burst_then_one_after_each_interval() -> None:
    limits = Limits()
    assert [took(limits, NOW) for _ in range(4)] == [True, True, True, False]
    assert took(limits, NOW, "b")
    assert not took(limits, NOW + timedelta(seconds=9))
    assert took(limits, NOW + timedelta(seconds=10))
    assert not took(limits, NOW + timedelta(seconds=11))
    later = NOW + timedelta(days=1)
    assert [took(limits, later) for _ in range(4)] == [True, True, True, False]
    # A clock that is set back gives nothing, and takes nothing for ever.
    assert not took(limits, NOW)
    assert took(limits, later + timedelta(seconds=10))


def test_whoever_waits_is_told_how_long() -> None:
    limits = Limits()
    for _ in range(3):
        limits.take(RATE, "a", NOW)
    with pytest.raises(TooOften) as refused:
        limits.take(RATE, "a", NOW + timedelta(seconds=4))
    assert refused.value.after == 6


def test_the_memory_is_bounded_and_the_longest_unused_goes_first() -> None:
    limits = Limits(most=100)
    for number in range(1000):
        limits.take(RATE, str(number), NOW)
        took(limits, NOW, "busy")
    assert len(limits) == 100
    assert not took(limits, NOW, "busy")


@pytest.mark.parametrize(
    ("host", "who"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_who_asks(host: str, who: str) -> None:
    assert client_of(Request({"type": "http", "client": (host, 1)})) == who


def test_nobody_in_particular_asks() -> None:
    assert client_of(Request({"type": "http", "client": None})) == ""


async def test_the_door_is_not_knocked_at_for_ever(desk: Desk) -> None:
    browser = desk.browser()
    for _ in range(LOG_IN.burst):
        await browser.post("/login/passkey", {})
        assert browser.status == 200
    answer = await browser.client.post("/login", data={"name": "x"}, headers={"Origin": HERE})
    assert answer.status_code == 429 and answer.headers["retry-after"] == "10"
    assert "Too many tries" in answer.text
    desk.now += LOG_IN.every
    await browser.post("/login/passkey", {})
    assert browser.status == 200
