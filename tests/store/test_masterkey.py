"""The master key survives paper and typing, and refuses to lie where others read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.errors import KeyProblem
from dsarbot.store.masterkey import (
    key_text,
    master_key_from_environment,
    master_key_from_file,
    new_master_key,
    parse_master_key,
    recovery_groups,
)


@given(st.binary(min_size=32, max_size=32))
def test_every_key_can_be_written_down_and_typed_in_again(key: bytes) -> None:
    text = key_text(key)
    assert parse_master_key(text) == key
    assert parse_master_key(text.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == key
    assert "-".join(recovery_groups(text)) == text


@given(st.binary(min_size=32, max_size=32), st.integers(0, 12))
def test_exchanged_neighbours_are_found_nearly_always_and_the_group_is_named(key: bytes, group: int) -> None:
    groups = key_text(key).split("-")
    wrong = ("9" if groups[group][0] != "9" else "8") + groups[group][1:]
    typed = "-".join([*groups[:group], wrong, *groups[group + 1 :]])
    try:
        assert parse_master_key(typed) != key
    except KeyProblem as problem:
        assert f"group {group + 1} " in str(problem) or "no master key" in str(problem)  # noqa: PT017


@pytest.mark.parametrize("text", ["", "secret", "A" * 65, "0000!" * 13, new_master_key()[:-1]])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(KeyProblem):
        parse_master_key(text)


def test_two_keys_differ() -> None:
    assert new_master_key() != new_master_key()


def test_a_file_only_for_its_owner_is_read(tmp_path: Path) -> None:
    path, text = tmp_path / "master.key", new_master_key()
    path.write_text(text + "\n")
    path.chmod(0o600)
    assert master_key_from_file(path) == parse_master_key(text)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610])
def test_a_file_that_others_may_touch_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    path.write_text(new_master_key())
    path.chmod(mode)
    with pytest.raises(KeyProblem, match="chmod 600"):
        master_key_from_file(path)


def test_a_missing_or_unreadable_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="recovery copy"):
        master_key_from_file(tmp_path / "none")
    with pytest.raises(KeyProblem, match="not a file"):
        master_key_from_file(tmp_path)
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    binary.chmod(0o600)
    with pytest.raises(KeyProblem, match="recovery copy"):
        master_key_from_file(binary)


def test_the_environment_may_hold_the_key() -> None:
    text = new_master_key()
    assert master_key_from_environment("KEY", {"KEY": text}) == parse_master_key(text)
    with pytest.raises(KeyProblem, match="KEY"):
        master_key_from_environment("KEY", {"KEY": " "})
