"""Nobody learns from the door who works here: for known and unknown names the same words after the same work, counted
as statements of the database, passwords hashed and codes computed (security 17)."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from datetime import timedelta

import pyotp
import pytest
from tortoise.connection import get_connection

from dsarbot.core.account import TRIES
from dsarbot.web import proofs
from tests.web.conftest import HERE, PASSWORD, Desk

OURS = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> Counter[str]:
    """What was done since it was last cleared."""
    counted: Counter[str] = Counter()

    def watch(owner: object, name: str, what: str) -> None:
        genuine = getattr(owner, name)

        def counting(*args: object, **named: object) -> object:
            counted[what] += 1
            return genuine(*args, **named)

        monkeypatch.setattr(owner, name, counting)

    watch(proofs._HASHER.__class__, "verify", "password")
    watch(pyotp.TOTP, "at", "code")
    for connection in ("default", "keys"):
        kind = type(get_connection(connection))
        for name in ("execute_query", "execute_query_dict", "execute_insert", "execute_many"):
            if hasattr(kind, name):
                watch(kind, name, name)
    return counted


async def tried(desk: Desk, work: Counter[str], **form: str) -> tuple[Counter[str], int, str]:
    work.clear()
    answer = await desk.browser().client.post("/login", data=form, headers=OURS)
    return Counter(work), answer.status_code, answer.text


@pytest.mark.database
async def test_a_wrong_try_costs_the_same_for_everybody(desk: Desk, work: Counter[str]) -> None:
    await desk.account("anna")
    names = {"known": "anna", "unknown": "zoe", "by address": "zoe@nord.example.org", "never invited": "bruno"}
    # The row of names that nobody has is made once.
    await tried(desk, work, name="first", password="x" * 12, code="000000")
    found = {}
    for kind, name in names.items():
        found[kind] = await tried(desk, work, name=name, password="wrong and long", code="000000")
    counts = [sorted(done.items()) for done, _, _ in found.values()]
    assert all(each == counts[0] for each in counts), counts
    assert len({each[1:] for each in found.values()}) == 1
    done = found["known"][0]
    assert done["password"] == 1 and done["code"] == 3
    # A right password with a wrong code, and a wrong one, are told apart by nothing, either.
    right = await tried(desk, work, name="anna", password=PASSWORD, code="000000")
    assert right == found["known"]


async def test_a_closed_account_costs_what_an_open_one_costs(desk: Desk, work: Counter[str]) -> None:
    await desk.account("anna")
    for _ in range(TRIES + 1):
        await tried(desk, work, name="anna", password="wrong and long", code="000000")
        desk.now += timedelta(seconds=30)
    assert (await desk.app.store.account("anna")).locked(desk.now)
    closed = await tried(desk, work, name="anna", password=PASSWORD, code=desk.code("anna"))
    for number in range(TRIES + 1):
        await tried(desk, work, name=f"zoe{number}", password="wrong and long", code="000000")
    nobody = await tried(desk, work, name="zoe", password=PASSWORD, code="000000")
    assert closed[1:] == nobody[1:]
    assert closed[0]["password"] == nobody[0]["password"] == 1
    assert sum(closed[0].values()) - closed[0]["code"] == sum(nobody[0].values()) - nobody[0]["code"]


async def test_the_clock_says_nothing_either(desk: Desk) -> None:
    """Generous: medians of many tries within a third of each other. The counts above are the sharp test."""
    await desk.account("anna")
    took: dict[str, list[float]] = {"anna": [], "zoe": []}
    for number in range(24):
        name = ("anna", "zoe")[number % 2]
        desk.now += timedelta(minutes=20)
        begun = time.perf_counter()
        form = {"name": name, "password": "wrong and long", "code": "000000"}
        await desk.browser().client.post("/login", data=form, headers=OURS)
        took[name].append(time.perf_counter() - begun)
    known, unknown = (statistics.median(times[2:]) for times in took.values())
    assert 2 / 3 < known / unknown < 3 / 2, took
