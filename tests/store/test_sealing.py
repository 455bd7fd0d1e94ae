"""Sealed bytes open only as what they are, where they are, and whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.errors import Tampered
from dsarbot.store import sealing
from dsarbot.store.sealing import CHUNK, Label, new_key, seal, unseal

LABEL = Label("northwind", "object-01", "leaf")
KEY = new_key()
SEALED_CHUNK = CHUNK + 16
HEADER = 8


@given(st.binary(max_size=300))
def test_bytes_come_back(data: bytes) -> None:
    sealed = seal(KEY, data, LABEL)
    assert unseal(KEY, sealed, LABEL) == data
    assert len(data) < 8 or data not in sealed


@pytest.mark.parametrize("size", [0, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7])
def test_large_objects_come_back(size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    assert unseal(KEY, seal(KEY, data, LABEL), LABEL) == data


@given(st.data(), st.binary(min_size=1, max_size=60))
def test_any_changed_bit_is_noticed(draw: st.DataObject, data: bytes) -> None:
    sealed = bytearray(seal(KEY, data, LABEL))
    position = draw.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= 1 << draw.draw(st.integers(0, 7))
    with pytest.raises(Tampered):
        unseal(KEY, bytes(sealed), LABEL)


@pytest.mark.parametrize(
    "label",
    [
        Label("contoso", "object-01", "leaf"),
        Label("northwind", "object-02", "leaf"),
        Label("northwind", "object-01", "scan"),
        Label("northwindobject-01", "", "leaf"),
    ],
)
def test_a_ciphertext_moved_elsewhere_does_not_open(label: Label) -> None:
    # Without additional data a moved ciphertext decrypts (security 2).
    sealed = seal(KEY, b"identity card", LABEL)
    with pytest.raises(Tampered):
        unseal(KEY, sealed, label)


def test_another_key_does_not_open() -> None:
    with pytest.raises(Tampered):
        unseal(new_key(), seal(KEY, b"x", LABEL), LABEL)


def test_chunks_can_neither_be_cut_off_nor_exchanged_nor_added() -> None:
    sealed = seal(KEY, b"a" * CHUNK + b"b" * CHUNK + b"c" * 5, LABEL)
    head, body = sealed[:HEADER], sealed[HEADER:]
    first, second, third = body[:SEALED_CHUNK], body[SEALED_CHUNK : 2 * SEALED_CHUNK], body[2 * SEALED_CHUNK :]
    assert unseal(KEY, head + first + second + third, LABEL)[-5:] == b"c" * 5
    for wrong in (first + second, second + first + third, first + third, first + second + third + third, b""):
        with pytest.raises(Tampered):
            unseal(KEY, head + wrong, LABEL)


def test_two_seals_of_the_same_bytes_differ() -> None:
    assert seal(KEY, b"same", LABEL) != seal(KEY, b"same", LABEL)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(Tampered, match="no known format"):
        unseal(KEY, b"\x02" + seal(KEY, b"x", LABEL)[1:], LABEL)


@given(st.tuples(st.text(), st.text(), st.text()), st.tuples(st.text(), st.text(), st.text()))
def test_no_two_labels_are_bound_alike(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert (Label(*one).associated == Label(*other).associated) == (one == other)


def test_the_version_is_part_of_what_is_bound() -> None:
    assert LABEL.associated.startswith(sealing.VERSION)
