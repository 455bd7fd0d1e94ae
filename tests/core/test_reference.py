"""References and their check character (ISO 7064 MOD 37,36)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core.reference import check_character, is_valid, make

PREFIXES = st.from_regex(r"[A-Z][A-Z0-9]{1,9}", fullmatch=True)


def test_known_vectors_of_iso_7064_mod_37_36() -> None:
    # Published worked examples: the Global Release Identifier A12425GABC1234002 has the check character M.
    assert check_character("A12425GABC1234002") == "M"


def test_a_reference_ends_with_its_check_character() -> None:
    reference = make("DSR", 2026, 42)
    assert reference.startswith("DSR-2026-00042-")
    assert is_valid(reference)


@given(PREFIXES, st.integers(2000, 2999), st.integers(1, 9_999_999), st.data())
def test_one_wrong_character_is_noticed(prefix: str, year: int, number: int, data: st.DataObject) -> None:
    reference = make(prefix, year, number)
    place = data.draw(st.integers(0, len(reference) - 1).filter(lambda i: reference[i] != "-"))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ").filter(lambda c: c != reference[place]))
    assert not is_valid(reference[:place] + other + reference[place + 1 :])


def test_nearly_all_swapped_neighbours_are_noticed() -> None:
    # A hybrid system of ISO 7064 misses a few transpositions by construction.
    swaps = [
        reference[:place] + reference[place + 1] + reference[place] + reference[place + 2 :]
        for prefix in ("DSR", "JCS", "AF6US")
        for number in range(1, 2_000, 7)
        for reference in [make(prefix, 2026, number)]
        for place in range(len(reference) - 1)
        if reference[place] != reference[place + 1] and "-" not in reference[place : place + 2]
    ]
    assert sum(is_valid(each) for each in swaps) < len(swaps) / 50


@pytest.mark.parametrize("prefix", ["D", "dsr", "1AB", "DSR-X", "ABCDEFGHIJKL", ""])
def test_an_odd_prefix_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="capital letters"):
        make(prefix, 2026, 1)


@pytest.mark.parametrize("text", ["", "DSR-2026-42", "DSR-2026-00042", "dsr-2026-00042-9", "DSR-2026-00042-99"])
def test_what_has_not_the_shape_is_no_reference(text: str) -> None:
    assert not is_valid(text)
