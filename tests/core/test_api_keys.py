"""Keys of programs: what one may do, and when it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dsarbot.core.access import Permission
from dsarbot.core.api_keys import GRANTS, ApiKey, ApiScope, digest, new_key, revoked, rotated, written
from dsarbot.errors import NotAllowed

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = bytes(range(32))


def made(*, name: str = "shop", scopes: tuple[str, ...] = ("cases:read",), days: int = 30) -> tuple[ApiKey, str]:
    return new_key(
        secret=SECRET, organisation="nord", name=name, scopes=scopes, lives=timedelta(days=days), now=NOW, by="anna"
    )


def test_of_a_key_only_the_hash_is_kept() -> None:
    key, text = made()
    assert text == "dsarbot_" + SECRET.hex() and key.id == digest(text) and SECRET.hex() not in repr(key)
    assert (key.actor, key.has(ApiScope.CASES_READ), key.has(ApiScope.CASES_ACT)) == ("api:shop", True, False)
    with pytest.raises(ValueError, match="32"):
        written(b"short")


def test_a_key_ends_on_its_day_or_when_somebody_says_so() -> None:
    key, _ = made(days=1)
    assert key.alive(NOW) and not key.alive(NOW + timedelta(days=1))
    over = revoked(key, NOW)
    assert not over.alive(NOW) and revoked(over, NOW + timedelta(hours=1)) is over


def test_no_key_sees_content_or_manages_accounts() -> None:
    assert GRANTS.keys() == set(ApiScope)
    granted = frozenset().union(*GRANTS.values())
    assert granted == {Permission.PHONE, Permission.LISTS, Permission.ORDERS}
    key, _ = made()
    assert key.may(Permission.LISTS) and not key.may(Permission.ORDERS)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"name": "api:x"}, "api-key-name"), ({"name": "s"}, "api-key-name"), ({"scopes": ()}, "api-key-scope"),
        ({"scopes": ("cases:read", "all")}, "api-key-scope"), ({"days": 0}, "api-key-days"),
        ({"days": 2000}, "api-key-days"),
    ],
)  # fmt: skip
def test_what_no_key_can_be(change: dict[str, object], rule: str) -> None:
    with pytest.raises(NotAllowed) as why:
        made(**change)  # type: ignore[arg-type]
    assert why.value.rule == rule


def test_a_rotation_leaves_the_old_one_for_a_while_but_never_longer_than_it_had() -> None:
    key, _ = made(days=10)
    later = NOW + timedelta(days=5)
    old, new, text = turned(key, later, overlap=2)
    assert (old.expires_at, new.expires_at) == (later + timedelta(days=2), later + timedelta(days=90))
    assert (new.name, new.scopes, new.id) == (key.name, key.scopes, digest(text))
    assert turned(key, later, overlap=30)[0].expires_at == key.expires_at
    for change, rule in ((-1, "api-key-overlap"), (31, "api-key-overlap")):
        with pytest.raises(NotAllowed) as why:
            turned(key, later, overlap=change)
        assert why.value.rule == rule
    with pytest.raises(NotAllowed, match="make a new one"):
        turned(key, NOW + timedelta(days=10), overlap=1)


def turned(key: ApiKey, now: datetime, *, overlap: int) -> tuple[ApiKey, ApiKey, str]:
    days = timedelta(days=overlap)
    return rotated(key, secret=bytes(32), overlap=days, lives=timedelta(days=90), now=now, by="anna")
