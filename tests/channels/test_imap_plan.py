"""Where to begin and how to cut: pure."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dsarbot.channels.imap_plan import Start, chunks, furthest, plan_batches, starting_point, windows
from dsarbot.channels.imap_types import Position, SelectState

DAY = date(2026, 2, 1)


def state(uidvalidity: int = 7, uidnext: int | None = 101, exists: int = 100) -> SelectState:
    return SelectState(
        folder="INBOX",
        uidvalidity=uidvalidity,
        uidnext=uidnext,
        exists=exists,
        read_only=False,
        permanent_flags=frozenset({"\\*"}),
    )


def at(last_uid: int, uidvalidity: int = 7) -> Position:
    return Position(folder="INBOX", uidvalidity=uidvalidity, last_uid=last_uid)


def test_a_first_start_needs_a_date_only_for_many_old_mails() -> None:
    assert starting_point(None, state(exists=100), None) == Start(after=0, since=None)
    assert starting_point(None, state(exists=101), None).event == "needs-since"
    assert starting_point(None, state(exists=101), DAY) == Start(after=0, since=DAY)


def test_a_known_folder_goes_on_after_the_last_uid_whatever_the_date() -> None:
    assert starting_point(at(100), state(exists=5000), DAY) == Start(after=100, since=None)
    assert starting_point(at(100), state(uidnext=None), None) == Start(after=100, since=None)


def test_a_folder_made_anew_or_set_back_is_read_from_the_date() -> None:
    assert starting_point(at(100, uidvalidity=6), state(), DAY) == Start(
        after=0, since=DAY, event="uidvalidity-changed"
    )
    assert starting_point(at(101), state(), DAY) == Start(after=0, since=DAY, event="uidnext-went-back")


def test_what_this_run_saw_counts_only_in_the_same_generation_of_the_folder() -> None:
    assert furthest(None, None) is None
    assert furthest(at(5), None) == at(5)
    assert furthest(None, at(5)) == at(5)
    assert furthest(at(5), at(9)) == at(9)
    assert furthest(at(9), at(5)) == at(9)
    assert furthest(at(1, uidvalidity=8), at(9)) == at(1, uidvalidity=8)


def test_a_small_folder_is_one_search() -> None:
    assert windows(after=4, uidnext=10, exists=50_000) == ["5:*"]
    assert windows(after=4, uidnext=None, exists=900_000) == ["5:*"]
    assert windows(after=4, uidnext=4_000_000_000, exists=900_000) == ["5:*"]


@given(after=st.integers(0, 300_000), more=st.integers(0, 400_000))
def test_windows_cover_every_uid_once(after: int, more: int) -> None:
    sets = windows(after=after, uidnext=after + 1 + more, exists=60_000)
    assert sets[0].startswith(f"{after + 1}:")
    assert sets[-1].endswith(":*")
    ends = [window.split(":") for window in sets]
    assert all(int(before[1]) + 1 == int(later[0]) for before, later in pairwise(ends))
    assert all(int(last) - int(first) < 50_000 for first, last in ends[:-1])


@given(st.lists(st.integers()), st.integers(1, 9))
def test_chunks_lose_nothing_and_keep_the_order(uids: list[int], most: int) -> None:
    cut = list(chunks(uids, most))
    assert [uid for some in cut for uid in some] == uids
    assert all(1 <= len(some) <= most for some in cut)


@given(
    sizes=st.dictionaries(st.integers(1, 500), st.integers(0, 50)),
    most_bytes=st.integers(1, 60),
    most_mails=st.integers(1, 9),
    alone=st.sets(st.integers(1, 500)),
)
def test_batches_keep_the_order_and_their_bounds(
    sizes: dict[int, int], most_bytes: int, most_mails: int, alone: set[int]
) -> None:
    plan = plan_batches(sizes, most_bytes=most_bytes, most_mails=most_mails, alone=alone)
    assert [uid for batch in plan for uid in batch] == list(sizes)
    for batch in plan:
        assert 1 <= len(batch) <= most_mails
        assert len(batch) == 1 or sum(sizes[uid] for uid in batch) <= most_bytes
        assert len(batch) == 1 or not alone.intersection(batch)


def test_batches_are_filled_so_that_a_backlog_needs_few_commits() -> None:
    plan = plan_batches(dict.fromkeys(range(1, 1001), 110_000), most_bytes=6 * 2**20, most_mails=200)
    # Three round trips per batch (fetch, keyword, move), two per 500 mails: at most 0.1 per mail.
    assert len(plan) * 3 + 2 * 2 <= 0.1 * 1000
