"""Accounts and sessions: invited, locked out, proved, over; and who may do what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core.access import GRANTS, Permission, may
from dsarbot.core.account import (
    FRESH,
    IDLE,
    INVITED,
    LOCKED,
    LONGEST,
    TRIES,
    Account,
    Session,
    accepted,
    failed,
    invitation_holds,
    invited,
    proved,
)
from dsarbot.errors import NotAllowed

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
READY = Account(staff="anna", password="hash", secret="SECRET", used_step=5)


def session(**ages: timedelta) -> Session:
    at = {name: NOW - age for name, age in ages.items()}
    return Session(id="h", staff="anna", **({"created_at": NOW, "seen_at": NOW, "proven_at": NOW} | at))


def test_an_invitation_makes_an_account_ready_once() -> None:
    account = invited(Account(staff="anna"), token_hash="t", now=NOW)
    assert not account.ready and invitation_holds(account, "t", NOW)
    ready = accepted(account, token_hash="t", password="hash", secret="S", step=7, now=NOW + timedelta(hours=1))
    assert ready == Account(staff="anna", password="hash", secret="S", used_step=7)
    with pytest.raises(NotAllowed) as refused:
        accepted(ready, token_hash="t", password="other", secret="S", step=8, now=NOW)
    assert refused.value.rule == "invitation-over"


@pytest.mark.parametrize(("token", "after"), [("x", timedelta()), ("", timedelta()), ("t", INVITED)])
def test_an_invitation_is_for_its_link_and_its_day(token: str, after: timedelta) -> None:
    assert not invitation_holds(invited(READY, token_hash="t", now=NOW), token, NOW + after)
    assert not invitation_holds(READY, token, NOW)


def test_an_invitation_leaves_the_old_password_until_it_is_used() -> None:
    assert invited(READY, token_hash="t", now=NOW).ready


@given(wrong=st.integers(min_value=0, max_value=12))
def test_from_the_fifth_wrong_try_on_each_closes_the_account(wrong: int) -> None:
    account = READY
    for _ in range(wrong):
        account = failed(account, NOW)
    assert account.locked(NOW) == (wrong >= TRIES)
    assert not account.locked(NOW + LOCKED)
    assert proved(account, 9) == Account(staff="anna", password="hash", secret="SECRET", used_step=9)


def test_nothing_that_proves_anything_is_printed() -> None:
    printed = repr(invited(READY, token_hash="a-token-hash", now=NOW))
    assert not any(secret in printed for secret in ("a-token-hash", "'hash'", "SECRET"))


@pytest.mark.parametrize(
    ("ages", "alive"),
    [
        ({}, True),
        ({"seen_at": IDLE - timedelta(seconds=1)}, True),
        ({"seen_at": IDLE}, False),
        ({"created_at": LONGEST}, False),
    ],
)
def test_a_session_ends_when_idle_and_in_any_case(ages: dict[str, timedelta], alive: bool) -> None:
    assert session(**ages).alive(NOW) == alive


def test_a_proof_is_fresh_for_a_while() -> None:
    assert session(proven_at=FRESH - timedelta(seconds=1)).fresh(NOW)
    assert not session(proven_at=FRESH).fresh(NOW)


def test_who_may_do_what() -> None:
    assert may(["auditor", "support"], Permission.PHONE) and not may(["auditor"], Permission.CONTENT)
    assert not may([], Permission.LISTS) and not may(["owner"], Permission.LISTS)
    # Nobody gives orders about what they may not read.
    assert all(Permission.CONTENT in grants for grants in GRANTS.values() if Permission.ORDERS in grants)
