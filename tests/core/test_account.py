"""Accounts and sessions: invited, locked out, proved, over; and who may do what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core.access import GRANTS, LONGEST_GRANT, Grant, Permission, granted, may, within
from dsarbot.core.account import (
    FRESH,
    IDLE,
    INVITED,
    LOCKED,
    LONGEST,
    MOST_PASSKEYS,
    TRIES,
    Account,
    Passkey,
    Session,
    accepted,
    failed,
    invitation_holds,
    invited,
    passkey_used,
    proved,
    with_handle,
    with_passkey,
    with_password,
    with_secret,
    without_passkey,
)
from dsarbot.errors import NotAllowed

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
READY = Account(staff="anna", password="hash", secret="SECRET", used_step=5)


def session(**ages: timedelta) -> Session:
    now = Session(id="h", staff="anna", created_at=NOW, seen_at=NOW, proven_at=NOW)
    return replace(now, **{name: NOW - age for name, age in ages.items()})  # type: ignore[arg-type]


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


def device(number: int = 1, signs: int = 0) -> Passkey:
    return Passkey(id=f"id-{number}", public_key="key", signs=signs, name="Phone", added_at=NOW)


def test_a_device_is_added_once_and_there_are_not_too_many() -> None:
    account = READY
    for number in range(MOST_PASSKEYS):
        account = with_passkey(account, device(number))
    for added, rule in ((device(0), "passkey-known"), (device(MOST_PASSKEYS), "passkeys-many")):
        with pytest.raises(NotAllowed) as refused:
            with_passkey(account, added)
        assert refused.value.rule == rule
    left = without_passkey(account, "id-0")
    assert len(left.passkeys) == MOST_PASSKEYS - 1
    with pytest.raises(NotAllowed) as refused:
        without_passkey(left, "id-0")
    assert refused.value.rule == "passkey-unknown"


@pytest.mark.parametrize(
    ("known", "signs", "fits"), [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False), (5, 0, False)]
)
def test_a_counter_that_does_not_move_forward_means_a_copy(known: int, signs: int, fits: bool) -> None:
    account = with_passkey(with_passkey(READY, device(1, known)), device(2))
    if fits:
        used = passkey_used(account, "id-1", signs, NOW)
        assert used.passkeys == (replace(device(1, signs), used_at=NOW), device(2))
        return
    with pytest.raises(NotAllowed) as refused:
        passkey_used(account, "id-1", signs, NOW)
    assert refused.value.rule == "passkey-copied"


def test_an_unknown_device_proves_nothing() -> None:
    with pytest.raises(NotAllowed) as refused:
        passkey_used(READY, "id-1", 1, NOW)
    assert refused.value.rule == "passkey-unknown"


def test_what_an_account_changes_itself() -> None:
    account = with_handle(with_handle(READY, "first"), "second")
    assert account.handle == "first"
    changed = with_secret(with_password(account, "other"), "NEW", 9)
    assert (changed.password, changed.secret, changed.used_step, changed.handle) == ("other", "NEW", 9, "first")
    # Whoever sets a password by a new link may have lost a device: none of them counts any more.
    account = invited(with_passkey(account, device()), token_hash="t", now=NOW)
    assert not accepted(account, token_hash="t", password="p", secret="S", step=1, now=NOW).passkeys


GRANT = Grant(
    id="g1",
    organisation="nord",
    staff="otto",
    reason="audit-2026-q1",
    given_at=NOW,
    until=NOW + LONGEST_GRANT,
    by="anna",
)
SIDES: dict[str, list[str]] = {
    "roles": ["auditor"], "organisations": ["nord"], "by_roles": ["dpo"], "by_organisations": ["nord"],
}  # fmt: skip


def test_a_grant_is_given_by_whoever_has_what_it_gives() -> None:
    assert granted(GRANT, **SIDES) == GRANT


@pytest.mark.parametrize(
    ("changed", "sides", "rule"),
    [
        ({}, {"by_roles": ["admin"]}, "grant-role"),
        ({}, {"by_roles": ["agent"]}, "grant-role"),
        ({"by": "otto"}, {"by_roles": ["dpo"]}, "grant-self"),
        ({}, {"roles": ["support"]}, "grant-auditor"),
        ({}, {"organisations": ["sud"]}, "grant-organisation"),
        ({}, {"by_organisations": ["sud"]}, "grant-organisation"),
        ({"reason": "because"[:2]}, {}, "grant-reason"),
        ({"reason": "Audit of Mr Martin"}, {}, "grant-reason"),
        ({"until": NOW}, {}, "grant-until"),
        ({"until": NOW + LONGEST_GRANT + timedelta(seconds=1)}, {}, "grant-until"),
    ],
)
def test_a_grant_that_cannot_be(changed: dict[str, object], sides: dict[str, list[str]], rule: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        granted(replace(GRANT, **changed), **SIDES | sides)  # type: ignore[arg-type]
    assert refused.value.rule == rule


def test_in_which_organisations_somebody_may_do_what() -> None:
    both = ("nord", "sud")
    assert within(["agent"], Permission.CONTENT, both, ()) == both
    assert within(["auditor"], Permission.CONTENT, both, ()) == ()
    assert within(["auditor"], Permission.CONTENT, both, {"sud", "foreign"}) == ("sud",)
    assert within(["auditor"], Permission.ORDERS, both, {"sud"}) == ()
    assert within(["support"], Permission.CONTENT, both, {"sud"}) == ()
