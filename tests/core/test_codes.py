"""Codes: written so that people can read them, kept as hashes, and closed by wrong tries whatever comes after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core import codes
from dsarbot.core.codes import BLANK, DIGITS_LIVE, PER_DAY, TRIES, Code, digest_of, judge, tokens_in, tried, why_not

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RIGHT, WRONG = digest_of("right"), digest_of("wrong")


def code(**more: object) -> Code:
    fields = {"id": "l1", "digest": RIGHT, "issued_at": NOW, "expires_at": NOW + timedelta(days=14)} | more
    return Code(**fields)  # type: ignore[arg-type]


# --- how they are written -----------------------------------------------------------------------------------------


@given(st.binary(min_size=16, max_size=16))
def test_a_token_is_read_back_however_it_was_typed(secret: bytes) -> None:
    written = codes.token(secret)
    assert len(written) == len(BLANK) == 34
    assert tokens_in(written) == (written,)
    assert tokens_in(f"Here it is: {written.lower()}.") == (written,)
    assert tokens_in(f"> **{written}**") == (written,)
    slipped = written.replace("0", "O").replace("1", "l").replace("-", "\N{NON-BREAKING HYPHEN}")
    assert tokens_in(f"({slipped})") == (written,)


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_two_secrets_are_two_tokens(one: bytes, other: bytes) -> None:
    assert (codes.token(one) == codes.token(other)) == (one == other)


def test_a_slip_of_the_pen_is_mostly_no_token_at_all() -> None:
    written = codes.token(bytes(range(16)))
    places = [place for place in range(34) if written[place] != "-"]
    slips = [written[:n] + ("X" if written[n] != "X" else "Y") + written[n + 1 :] for n in places]
    assert sum(bool(tokens_in(each)) for each in slips) <= 1


@pytest.mark.parametrize(
    "text",
    [
        BLANK,
        "DSR-2026-00042-9",
        "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH",
        "1234-5678-9012-3456",
        f"x{codes.token(bytes(16))}",
        "0123456789abcdef" * 4,
    ],
)
def test_other_things_are_no_tokens(text: str) -> None:
    assert tokens_in(text) == ()


def test_a_text_full_of_groups_is_read_at_once() -> None:
    assert tokens_in("ABCD-" * 20_000) == ()


@pytest.mark.parametrize("secret", [b"", bytes(15), bytes(17)])
def test_a_token_takes_128_bits(secret: bytes) -> None:
    with pytest.raises(ValueError, match="16 random bytes"):
        codes.token(secret)


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_a_code_has_six_digits(number: int) -> None:
    assert codes.digits(42) == "000042"
    with pytest.raises(ValueError, match="six digits"):
        codes.digits(number)


@given(st.integers(0, 999_999), st.booleans())
def test_for_somebody_unknown_the_same_is_done_and_nothing_ever_fits(number: int, known: bool) -> None:
    written, kept = codes.new_digits(number, id="c1", salt="s", bound_to="case1:identity", now=NOW, known=known)
    assert kept.expires_at == NOW + DIGITS_LIVE
    tries = {digest_of(codes.digits(each), salt="s", bound_to="case1:identity") for each in (number, number ^ 1, 0)}
    right = digest_of(written, salt="s", bound_to="case1:identity")
    assert (judge(kept, right, NOW) == "right") is known
    assert known or all(judge(kept, each, NOW) == "wrong" for each in tries)
    assert written not in repr(kept)
    assert kept.digest not in repr(kept)


def test_a_code_is_bound_to_its_case_purpose_and_salt() -> None:
    same = {digest_of("123456", salt=s, bound_to=b) for s in ("a", "b") for b in ("case1:identity", "case2:identity")}
    assert len(same) == 4


# --- their life ---------------------------------------------------------------------------------------------------


def test_the_fifth_wrong_try_closes_and_a_right_one_comes_too_late() -> None:
    known = code()
    for number in range(1, TRIES + 1):
        assert judge(known, WRONG, NOW) == "wrong"
        known = tried(known, "wrong")
        assert (known.tries, known.ended) == (number, "closed" if number == TRIES else "")
    assert judge(known, RIGHT, NOW) == "closed"
    assert tried(known, "closed") == known


def test_a_code_is_used_once() -> None:
    used = tried(code(), judge(code(), RIGHT, NOW))
    assert used.ended == "used"
    assert judge(used, RIGHT, NOW) == "spent"


def test_a_code_ends_with_its_instant() -> None:
    known = code()
    assert judge(known, RIGHT, known.expires_at - timedelta(microseconds=1)) == "right"
    assert judge(known, RIGHT, known.expires_at) == "expired"
    assert not known.live(known.expires_at)


def test_a_new_one_ends_the_one_before() -> None:
    first, second = codes.issued(codes.issued((), code()), code(id="l2"))
    assert (first.ended, second.ended) == ("replaced", "")
    assert judge(first, RIGHT, NOW) == "spent"


def test_three_a_day_and_after_a_closed_one_only_by_a_person() -> None:
    three = tuple(code(id=str(n), issued_at=NOW + timedelta(hours=n)) for n in range(PER_DAY))
    late = NOW + timedelta(hours=3)
    assert why_not(three[:-1], late) == ""
    assert why_not(three, late) == why_not(three, late, by_person=True) == "too-many-today"
    assert why_not(three, NOW + timedelta(hours=24)) == ""
    closed = (code(ended="closed", issued_at=NOW - timedelta(days=3)),)
    assert why_not(closed, NOW) == "needs-person"
    assert why_not(closed, NOW, by_person=True) == ""


@dataclass(frozen=True)
class Step:
    what: Literal["issue", "right", "wrong", "wait"]


STEPS = st.lists(st.sampled_from(["issue", "right", "wrong", "wait"]).map(Step), max_size=40)  # type: ignore[arg-type]


@given(STEPS)
def test_whatever_happens_one_is_live_at_most_and_nobody_has_more_than_five_tries(steps: list[Step]) -> None:
    known: tuple[Code, ...] = ()
    now = NOW
    wrong: dict[str, int] = {}
    for number, step in enumerate(steps):
        if step.what == "wait":
            now += timedelta(hours=5)
        elif step.what == "issue":
            if not why_not(known, now):
                known = codes.issued(known, code(id=str(number), issued_at=now, expires_at=now + DIGITS_LIVE))
        elif known:
            result = judge(known[-1], RIGHT if step.what == "right" else WRONG, now)
            before = known[-1]
            known = (*known[:-1], tried(before, result))
            if result == "wrong":
                wrong[before.id] = wrong.get(before.id, 0) + 1
            assert result != "right" or before.live(now)
        assert sum(each.live(now) for each in known) <= 1
        assert all(tries <= TRIES for tries in wrong.values())
        day = [each for each in known if now - each.issued_at < timedelta(days=1)]
        assert len(day) <= PER_DAY
