"""What waits for a person is counted in the row exactly where the digest has something to say about it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.case_rows import attention, case_row
from dsarbot.core.apply import fold
from dsarbot.core.case import Case, Letter, LetterStatus, Proposal
from dsarbot.desk.digest_letters import todos, troubled
from tests.store.samples import NOW, letter, opened

CASE = fold(opened("case-0001"))


def written(status: LetterStatus, *, trouble: str = "", automatic: bool = False, medium: str = "mail") -> Letter:
    sent_at = NOW if status in (LetterStatus.SENT, LetterStatus.BOUNCED) else None
    changes = {"status": status, "trouble": trouble, "automatic": automatic, "medium": medium, "sent_at": sent_at}
    return replace(letter(), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("some", "waits"),
    [
        (written(LetterStatus.DRAFTED), True),
        (written(LetterStatus.DRAFTED, automatic=True), False),
        (written(LetterStatus.DRAFTED, automatic=True, trouble="refused 5.7.1"), True),
        (written(LetterStatus.APPROVED), False),
        (written(LetterStatus.APPROVED, medium="post"), True),
        (written(LetterStatus.APPROVED, trouble="deferred-12h"), True),
        (written(LetterStatus.SENT), False),
        (written(LetterStatus.SENT, medium="post"), False),
        (written(LetterStatus.SENT, trouble="4.2.2"), True),
        (written(LetterStatus.RETURNED, trouble="cap"), True),
        (written(LetterStatus.RETURNED, trouble="overtaken", automatic=True), False),
        (written(LetterStatus.BOUNCED, trouble="5.1.1"), True),
        (written(LetterStatus.CANCELLED, trouble="refused 5.7.1"), False),
    ],
)
def test_a_letter_waits_for_a_person(some: Letter, *, waits: bool) -> None:
    assert attention(replace(CASE, letters=(some, some))) == (2 if waits else 0)


def test_a_draft_in_trouble_is_one_thing() -> None:
    assert attention(replace(CASE, letters=(written(LetterStatus.DRAFTED, trouble="refused 5.7.1"),))) == 1


def test_every_unsettled_message_counts() -> None:
    message = Proposal(id="p1", kind="withdrawal", inbound="inbound-1", received_at=NOW)
    case = replace(CASE, proposals=(message, replace(message, id="p2"), replace(message, id="p3", settled=True)))
    assert attention(case) == 2
    assert case_row(case).attention == 2


letters = st.builds(
    written,
    st.sampled_from(LetterStatus),
    trouble=st.sampled_from(("", "cap", "overtaken", "given-up", "deferred-12h", "refused 5.7.1", "4.2.2")),
    automatic=st.booleans(),
    medium=st.sampled_from(("mail", "post")),
)
proposals = st.builds(
    Proposal, id=st.just("p1"), kind=st.just("withdrawal"), inbound=st.just("i"), received_at=st.just(NOW),
    settled=st.booleans(),
)  # fmt: skip
cases = st.builds(
    lambda letters, proposals: replace(CASE, letters=tuple(letters), proposals=tuple(proposals)),
    st.lists(letters, max_size=4), st.lists(proposals, max_size=3),
)  # fmt: skip


@given(cases)
def test_a_case_is_opened_for_the_digest_if_and_only_if_a_line_comes_of_it(case: Case) -> None:
    lines = [*todos(case, "Europe/Paris"), *troubled(case, "Europe/Paris")]
    assert bool(attention(case)) == bool(lines)
