"""What is wrong with a letter and must be heard of; and when it is mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dsarbot.core.alarms import Cause, Level
from dsarbot.core.case import Case, Claim, Letter, LetterStatus, Moment, Status
from dsarbot.core.clock import compute
from dsarbot.desk.alarms_letters import of_letters
from tests.desk.digest_samples import FR, NOW, TODAY, case, letter

#: Received on 24 November 2026, so due on 24 December.
SAFE = date(2026, 12, 24)


def found(*letters: Letter, today: date = TODAY, of: Case | None = None) -> list[Cause]:
    return list(of_letters(replace(of or case(1), letters=letters), today))


def kinds(*letters: Letter, today: date = TODAY, of: Case | None = None) -> list[str]:
    return [each.kind for each in found(*letters, today=today, of=of)]


def claim(status: Status) -> Claim:
    return Claim(id="c1", right="access", party="example", received_at=NOW, status=status, dates=compute(NOW, FR))


@pytest.mark.parametrize(
    ("status", "trouble", "kind"),
    [
        (LetterStatus.DRAFTED, "", []),
        (LetterStatus.APPROVED, "", []),
        (LetterStatus.APPROVED, "deferred-12h", ["letter-deferred"]),
        (LetterStatus.APPROVED, "refused 5.1.1", ["letter-refused"]),
        (LetterStatus.APPROVED, "given-up", ["letter-refused"]),
        (LetterStatus.RETURNED, "approval-mismatch", ["letter-returned"]),
        (LetterStatus.RETURNED, "overtaken", []),
        (LetterStatus.SENT, "", []),
        (LetterStatus.SENT, "4.4.1", ["letter-delayed"]),
        (LetterStatus.BOUNCED, "5.1.1", ["letter-bounced"]),
        (LetterStatus.CANCELLED, "", []),
    ],
)
def test_every_way_in_which_a_letter_does_not_arrive(status: LetterStatus, trouble: str, kind: list[str]) -> None:
    assert kinds(letter(status=status, trouble=trouble)) == kind


def test_a_cause_names_the_case_and_nothing_of_the_person() -> None:
    (cause,) = found(letter(status=LetterStatus.BOUNCED))
    assert cause == Cause(
        key="bounced:case000001:l1", matter="letter:case000001:l1", kind="letter-bounced", subject="DSR-2026-00001-X",
        case="case000001", rank=5,
    )  # fmt: skip


def test_automatic_letters_stand_in_the_digest_only() -> None:
    assert kinds(letter(status=LetterStatus.BOUNCED, automatic=True)) == []


def test_a_bounced_answer_is_told_although_the_claim_is_answered() -> None:
    answered = replace(case(1), claims=(claim(Status.ANSWERED),))
    assert kinds(letter(status=LetterStatus.BOUNCED), of=answered) == ["letter-bounced"]
    assert kinds(letter(status=LetterStatus.APPROVED, trouble="given-up"), of=answered) == []


def test_the_same_sent_another_way_mends_it() -> None:
    back = letter(status=LetterStatus.BOUNCED, sent_at=NOW)
    again = letter("l2", status=LetterStatus.SENT, moment=Moment.REFUSED, sent_at=NOW + timedelta(hours=1))
    assert kinds(back, again) == []
    assert kinds(back, replace(again, sent_at=NOW - timedelta(hours=1))) == ["letter-bounced"], "that was before"
    assert kinds(back, replace(again, moment=Moment.REMINDER)) == ["letter-bounced"], "that is another letter"
    assert kinds(back, replace(again, claims=())) == ["letter-bounced"], "that is about something else"
    assert kinds(back, replace(again, trouble="4.4.1")) == ["letter-bounced", "letter-delayed"]


@pytest.mark.parametrize("status", [LetterStatus.DRAFTED, LetterStatus.APPROVED, LetterStatus.RETURNED])
def test_an_extension_notice_not_gone_two_days_before_the_date_alarms_the_deputy(status: LetterStatus) -> None:
    notice = letter(moment=Moment.EXTENDED, status=status)
    before = kinds(notice, today=SAFE - timedelta(days=3))
    assert before == (["extension-unsent"] if status == LetterStatus.RETURNED else [])
    (cause,) = found(notice, today=SAFE - timedelta(days=2))
    assert (cause.kind, cause.level, cause.urgent, cause.day) == ("extension-unsent", Level.DEPUTY, True, SAFE)


def test_an_extension_notice_deferred_for_long_or_come_back_alarms_the_deputy_at_once() -> None:
    deferred = letter(moment=Moment.EXTENDED, status=LetterStatus.APPROVED, trouble="deferred-12h")
    (cause,) = found(deferred)
    assert (cause.kind, cause.level) == ("extension-unsent", Level.DEPUTY)
    back = letter(moment=Moment.EXTENDED, status=LetterStatus.BOUNCED)
    assert [(each.kind, each.level, each.rank) for each in found(back)] == [("extension-bounced", Level.DEPUTY, 2)]


def test_an_extension_that_left_or_is_needed_no_more_is_no_alarm() -> None:
    late = SAFE - timedelta(days=1)
    assert kinds(letter(moment=Moment.EXTENDED, status=LetterStatus.SENT), today=late) == []
    answered = replace(case(1), claims=(claim(Status.ANSWERED),))
    assert kinds(letter(moment=Moment.EXTENDED), today=late, of=answered) == []
    extended = replace(case(1), claims=(replace(claim(Status.OPEN), extended_on=TODAY),))
    assert kinds(letter(moment=Moment.EXTENDED), today=late, of=extended) == []
