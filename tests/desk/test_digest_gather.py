"""Where the facts come from: which case stands where, what stays out, and what a broken document may not silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core.case import (
    DONE,
    Case,
    Joined,
    LetterStatus,
    Moment,
    Note,
    Person,
    Proposal,
    Question,
    Section,
    Status,
)
from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.desk.digest import build
from dsarbot.desk.digest_desk import Colleague, DigestDesk, Watched, shown
from dsarbot.desk.digest_facts import MOST_LINES, DigestInput, Names
from dsarbot.desk.digest_gather import gather
from dsarbot.desk.digest_select import Selected, select
from dsarbot.ports import CaseRow, Scope, mailbox_scope
from tests.desk import digest_samples
from tests.desk.digest_samples import (
    ANNA,
    BRUNO,
    NOW,
    TODAY,
    case,
    desk,
    held,
    job,
    letter,
    row,
)

YESTERDAY = NOW - timedelta(days=1)


class Memory(digest_samples.Memory):
    """asked: how many documents each call wanted."""

    def __init__(self, *, asked: list[int] | None = None, **filled: Any) -> None:
        super().__init__(**filled)
        self.asked = [] if asked is None else asked

    async def cases(self, scope: Scope, ids: Sequence[str]) -> Sequence[Case]:
        self.asked.append(len(ids))
        return [self.documents[each] for each in ids if each in self.documents]


async def facts(memory: Memory, *, of: DigestDesk | None = None, now: datetime = NOW) -> DigestInput:
    return await gather(memory.store, of or desk(), now=now, cases_with_letters=memory.with_letters)


def chosen(rows: list[CaseRow], **changes: frozenset[str]) -> Selected:
    values = {"away": frozenset[str](), "present": frozenset({"anna", "bruno"}), "confidential": frozenset[str]()}
    values |= changes
    return select(
        rows,
        today=TODAY,
        since=YESTERDAY,
        owner="anna",
        away=values["away"],
        present=values["present"],
        confidential=values["confidential"],
    )


# --- which case stands where -----------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from(Status), st.none() | st.integers(-40, 90)), max_size=60))
def test_no_open_case_is_missing_and_none_is_counted_twice(given_rows: list[tuple[Status, int | None]]) -> None:
    rows = [row(number, days, status=status) for number, (status, days) in enumerate(given_rows)]
    found = chosen(rows)
    dated = [days for status, days in given_rows if status not in DONE and days is not None]
    assert sum(found.bars) == len(dated)
    assert found.late.total == sum(days < 0 for days in dated) == found.bars[0]
    assert found.due.total == sum(0 <= days <= 10 for days in dated) == sum(found.bars[1:4])
    undated = {r.id for r in rows if r.target is None and r.status not in DONE}
    if found.unconfirmed.total <= MOST_LINES:
        assert undated <= {r.id for r in found.unconfirmed.shown}
    assert not {r.id for listed in (found.late, found.due, found.waiting, found.new) for r in listed.shown} & {
        r.id for r in rows if r.status in DONE
    }


@pytest.mark.parametrize(
    ("days", "bucket"), [(-1, 0), (0, 1), (2, 1), (3, 2), (5, 2), (6, 3), (10, 3), (11, 4), (20, 4), (21, 5), (90, 5)]
)
def test_the_bars_have_their_borders(days: int, bucket: int) -> None:
    assert chosen([row(1, days)]).bars.index(1) == bucket


def test_new_is_what_was_opened_after_the_last_digest() -> None:
    rows = [row(1, opened_at=YESTERDAY), row(2, opened_at=YESTERDAY + timedelta(seconds=1))]
    assert [each.id for each in chosen(rows).new.shown] == ["case000002"]


def test_what_waits_with_somebody_away_is_found() -> None:
    rows = [
        row(1),
        row(2, assignee="bruno"),
        row(3, status=Status.WAITING_PERSON),
        row(4, assignee="left-long-ago"),
        row(5, assignee="anna", status=Status.UNCONFIRMED),
    ]
    assert [each.id[-1] for each in chosen(rows, away=frozenset({"anna"})).away.shown] == ["1", "4", "5"]
    assert [each.id[-1] for each in chosen(rows).away.shown] == ["4"]


def test_confidential_cases_count_and_are_never_a_line() -> None:
    rows = [row(1, -1), row(2, -2)]
    found = chosen(rows, confidential=frozenset({"case000002"}))
    assert (found.late.total, found.late.confidential, found.late.more) == (2, 1, 0)
    assert [each.id for each in found.late.shown] == ["case000001"]
    assert sum(found.bars) == 2
    assert "case000002" not in found.references


# --- people ----------------------------------------------------------------------------------------------------


def test_absences_that_follow_at_once_are_one() -> None:
    away = replace(ANNA, absences=((date(2026, 11, 27), date(2026, 12, 1)), (date(2026, 11, 20), date(2026, 11, 26))))
    assert away.away_until(TODAY) == date(2026, 12, 1)
    assert away.away_until(date(2026, 11, 19)) is None
    assert away.away_until(date(2026, 12, 2)) is None


async def test_an_absent_colleagues_cases_go_to_the_deputy_who_is_there() -> None:
    memory = Memory(listed=[row(1, 4)])
    away = replace(ANNA, absences=((TODAY, TODAY + timedelta(days=3)),))
    found = await facts(memory, of=desk(people=(away, BRUNO)))
    (line,) = found.away.shown
    assert (line.colleague, line.until, line.takes_over) == ("A.B.", TODAY + timedelta(days=3), "B.B.")
    nobody = await facts(memory, of=desk(people=(away, replace(BRUNO, absences=away.absences))))
    assert nobody.away.shown[0].takes_over == ""
    assert "nobody takes over" in build(nobody, "en", NOW).text


@pytest.mark.parametrize(
    "person",
    [replace(BRUNO, active=False), replace(BRUNO, serves=False), replace(BRUNO, address="")],
    ids=["left", "other organisation", "no address"],
)
def test_readers_are_active_staff_of_that_organisation(person: Colleague) -> None:
    assert [each.key for each in desk(people=(ANNA, person)).readers] == ["anna"]
    assert [each.key for each in replace(desk(), recipients=("bruno", "bruno", "nobody")).readers] == ["bruno"]


@pytest.mark.parametrize(
    ("name", "names", "said"),
    [
        ("Jeanne Fictive", "nothing", ""),
        ("Jeanne Fictive", "initials", "J.F."),
        ("Jeanne Fictive", "names", "Jeanne Fictive"),
        ("élodie  d’Essai", "initials", "É.D."),
        ("jeanne@example.net", "initials", "J."),
        ("A\r\nBcc: b", "names", "A Bcc: b"),
        ("a\u202eb", "names", "a b"),
        ("1 2 3", "initials", ""),
        ("x" * 200, "names", "x" * 60),
    ],
)
def test_a_name_is_shown_as_configured(name: str, names: Names, said: str) -> None:
    assert shown(name, names) == said


# --- letters, messages, the outbox -----------------------------------------------------------------------------


async def test_drafts_paper_and_messages_wait_for_a_person() -> None:
    memory = Memory()
    posted = letter("l2", medium="post", status=LetterStatus.APPROVED, moment=Moment.REFUSED)
    message = Proposal(id="p1", kind="message", inbound="i1", received_at=NOW - timedelta(days=3))
    memory.add(
        case(1, letters=(letter(), posted), proposals=(message, replace(message, id="p2", settled=True))),
        case(2, letters=(letter(automatic=True), letter("l2", status=LetterStatus.SENT))),
    )
    found = await facts(memory)
    assert [(each.reference[-3:], each.todo) for each in found.todo.shown] == [
        ("1-X", "approve"), ("1-X", "post"), ("1-X", "message"),
    ]  # fmt: skip
    assert found.to_approve == 1
    assert found.todo.shown[2].since == TODAY - timedelta(days=3)


@pytest.mark.parametrize(
    ("status", "trouble", "state"),
    [
        (LetterStatus.BOUNCED, "5.1.1", "bounced"),
        (LetterStatus.SENT, "4.2.2", "delayed"),
        (LetterStatus.APPROVED, "refused 5.7.1", "refused"),
        (LetterStatus.APPROVED, "given-up", "given-up"),
        (LetterStatus.APPROVED, "deferred-12h", "deferred"),
        (LetterStatus.RETURNED, "approval-mismatch", "returned"),
        (LetterStatus.RETURNED, "cap", "capped"),
        (LetterStatus.RETURNED, "overtaken", None),
        (LetterStatus.SENT, "", None),
        (LetterStatus.CANCELLED, "refused 5.7.1", None),
    ],
)
async def test_letters_that_did_not_arrive_are_told(status: LetterStatus, trouble: str, state: str | None) -> None:
    memory = Memory()
    memory.add(case(1, letters=(letter(status=status, trouble=trouble),)))
    found = await facts(memory)
    assert [each.state for each in found.undelivered.shown] == ([state] if state else [])


async def test_the_outbox_shows_what_is_stuck_once() -> None:
    memory = Memory()
    memory.add(case(1, letters=(letter(status=LetterStatus.BOUNCED),)))
    memory.outbox = [
        job(1, state="shunted", case="case000001", letter="l1"),
        job(2, state="shunted", kind="digest"),
        job(3, state="shunted", kind="digest", due_at=NOW - timedelta(days=31)),
        job(4, due_at=NOW - timedelta(hours=1), kind="notice"),
        job(5, first_tried_at=NOW - timedelta(hours=12), case="case000001", letter="l7"),
        job(6, attempts=9, first_tried_at=NOW - timedelta(hours=12) + timedelta(seconds=1)),
        job(7, state="shunted", case="of another organisation"),
    ]
    found = await facts(memory)
    assert Counter(each.state for each in found.undelivered.shown) == {
        "bounced": 1, "given-up": 1, "overdue": 1, "retrying": 1,
    }  # fmt: skip
    assert found.queued == 3


async def test_whom_a_case_waits_for_and_since_when() -> None:
    asked = Question(kind="identity", letter="l1", asked_on=TODAY - timedelta(days=8), accepted=True)
    person = case(1, status=Status.WAITING_PERSON)
    person = replace(person, claims=(replace(person.claims[0], questions=(asked,)),))
    forwarded = letter(moment=Moment.FORWARDED, status=LetterStatus.SENT, sent_at=NOW - timedelta(days=2))
    party = case(2, status=Status.WAITING_PARTY, letters=(forwarded,))
    memory = Memory()
    memory.add(person, party)
    found = await facts(memory)
    assert [(each.on, each.question, each.since) for each in found.waiting.shown] == [
        ("person", "identity", TODAY - timedelta(days=8)),
        ("party", "", TODAY - timedelta(days=2)),
    ]


async def test_letters_and_jobs_of_a_confidential_case_only_count() -> None:
    memory = Memory(outbox=[job(1, state="shunted", case="case000001", letter="l9")])
    memory.add(case(1, letters=(letter(), letter("l2", status=LetterStatus.BOUNCED))))
    found = await gather(
        memory.store,
        desk(),
        now=NOW,
        cases_with_letters=memory.with_letters,
        confidential={"case000001"},
    )
    assert (found.todo.total, found.todo.confidential, found.to_approve) == (1, 1, 1)
    assert (found.undelivered.total, found.undelivered.confidential) == (1, 1)
    digest = build(found, "en", NOW)
    assert "DSR-2026-00001-X" not in digest.text + digest.html
    assert "and 1 confidential case, not shown here" in digest.text


# --- around the cases ------------------------------------------------------------------------------------------


async def test_held_items_of_shared_mailboxes_are_seen_and_an_authority_is_apart() -> None:
    shared = mailbox_scope("shared")
    memory = Memory(
        arrived=[
            held(1),
            held(2, scope=shared, mailbox="shared", received_at=NOW - timedelta(days=9), kind="which-organisation"),
            held(3, kind="authority"),
            held(4, scope=Scope("other")),
            held(5, state="settled"),
        ]
    )
    found = await facts(memory, of=replace(desk(), mailboxes=("privacy", "shared")))
    assert [each.mailbox for each in found.held.shown] == ["shared", "privacy"]
    assert [each.kind for each in found.authority.shown] == ["authority"]


async def test_old_and_missing_signs_of_life_are_faults() -> None:
    quarter = timedelta(minutes=15)
    watched = tuple(Watched(kind="mailbox", name=name, beat=f"mailbox:{name}", limit=quarter) for name in "abcd")
    memory = Memory(signs={"mailbox:a": NOW - quarter, "mailbox:b": NOW - quarter * 2, "mailbox:d": NOW + quarter * 2})
    found = await facts(memory, of=replace(desk(), watched=watched))
    assert [each.ok for each in found.signs] == [True, False, False, False]
    assert found.faults == 3
    assert "no sign of life yet" in build(found, "en", NOW).text


async def test_holidays_and_closures_of_the_next_fourteen_days() -> None:
    closed = (date(2026, 12, 24), date(2027, 1, 1))
    at = datetime(2026, 12, 18, 6, 30, tzinfo=UTC)
    found = await facts(Memory(), of=desk(closures=(closed,)), now=at)
    assert [(each.first, each.last, bool(each.names)) for each in found.days_off] == [
        (date(2026, 12, 24), date(2027, 1, 1), False),
        (date(2026, 12, 25), date(2026, 12, 25), True),
        (date(2027, 1, 1), date(2027, 1, 1), True),
    ]
    assert "Noël" in build(found, "fr", at).text


async def test_a_closed_office_names_its_last_day() -> None:
    closed = (TODAY + timedelta(days=3), TODAY + timedelta(days=9))
    found = await facts(Memory(listed=[row(1, 6), row(2, 1)]), of=desk(closures=(closed,)))
    assert [each.last_office_day for each in found.due.shown] == [None, TODAY + timedelta(days=2)]


async def test_a_document_that_will_not_open_is_counted_and_silences_nobody() -> None:
    memory = Memory(listed=[row(1, 2, status=Status.WAITING_PERSON)])
    found = await facts(memory)
    assert (found.waiting.total, found.unopened, found.faults) == (1, 1, 1)
    assert "1 case could not be opened" in build(found, "en", NOW).text


async def test_ten_thousand_cases_cost_pages_of_rows_and_few_documents() -> None:
    memory = Memory(listed=[row(number, number % 60 - 5) for number in range(3500)])
    found = await gather(memory.store, desk(), now=NOW, cases_with_letters=Memory().with_letters)
    assert sum(found.bars) == 3500
    assert (memory.opened, memory.asked) == (0, [])
    assert len(found.late.shown) == MOST_LINES


async def test_the_documents_that_lines_need_are_opened_at_once_and_no_other() -> None:
    memory = Memory()
    memory.add(*(case(number, received=NOW - timedelta(days=number)) for number in range(1, 200)))
    found = await gather(
        memory.store, replace(desk(), names="initials"), now=NOW, cases_with_letters=Memory().with_letters
    )
    shown_lines = {line.reference for listed in (found.late, found.due, found.new) for line in listed.shown}
    assert memory.asked == [len(shown_lines)]
    assert memory.opened == 0
    assert {line.who for line in found.late.shown} == {"J.F."}


async def test_what_waits_in_documents_that_will_not_open_or_are_too_many_is_counted() -> None:
    memory = Memory()
    memory.add(case(1, letters=(letter(),)), case(2, letters=(letter(),)))
    memory.listed = [replace(each, attention=1) for each in memory.listed]
    memory.listed += [row(3, 50, attention=2), *(row(number, 50, attention=1) for number in range(10, 610))]
    found = await gather(memory.store, desk(), now=NOW, cases_with_letters=Memory().with_letters)
    # As many as were asked for at once: those two open, the others do not.
    assert memory.asked == [500]
    assert (len(found.todo.shown), found.todo.total, found.todo.more) == (2, 604, 602)
    assert (found.unopened, found.to_approve) == (498, 2)
    hidden = await gather(
        memory.store, desk(), now=NOW, cases_with_letters=Memory().with_letters, confidential={"case000003"}
    )
    assert (hidden.todo.total, hidden.todo.confidential, hidden.todo.more) == (604, 2, 600)


def test_an_instant_needs_a_zone_and_the_digest_keeps_the_hour_over_a_change_of_clocks() -> None:
    spring = replace(desk(), at=time(2, 30))
    assert spring.due_at(date(2026, 3, 29)).utcoffset() is not None
    assert desk().next_by(date(2026, 3, 28)) == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)
    assert desk().next_by(date(2026, 3, 27)) == datetime(2026, 3, 28, 8, 0, tzinfo=UTC)


# --- what may never stand in a digest --------------------------------------------------------------------------

MARKS = st.text("abcdefghijklmnopqrstuvwxyzäöéñ", min_size=6, max_size=12).map(lambda text: f"Zq{text}xZ")


def marked(number: int, marks: list[str], status: Status) -> Case:
    name, address, subject, text, phrase, recipient, why = marks
    sections = (Section(key="body", text=text),)
    received = NOW - timedelta(days=number * 9)
    made = case(
        number,
        status=status,
        received=received,
        person=Person(name=f"{name} {name}", address=f"{address}@example.net", postal=(address,)),
        subject=subject,
        letters=(
            letter("l1", recipient=recipient, subject=subject, sections=sections),
            letter("l2", recipient=recipient, status=LetterStatus.BOUNCED, trouble=why),
            letter("l3", recipient=recipient, status=LetterStatus.APPROVED, trouble=f"refused {why}"),
        ),
        notes=(Note(at=NOW, actor="anna", kind="work", text=text),),
        inbounds=(Joined(inbound="i", received_at=NOW, how=why, message_id=f"<{address}@example.net>"),),
        proposals=(Proposal(id="p", kind=why, inbound="i", received_at=NOW),),
        role_hint=phrase,
        urgency=(phrase,),
    )
    question = Question(kind="identity", letter="l1", asked_on=TODAY, accepted=True)
    claims = (replace(made.claims[0], because=(phrase,), questions=(question,), party=recipient),)
    return replace(made, claims=claims)


@given(
    marks=st.lists(MARKS, min_size=7, max_size=7, unique=True),
    statuses=st.lists(st.sampled_from(Status), min_size=1, max_size=4),
    names=st.sampled_from(("nothing", "initials", "names")),
    language=st.sampled_from(LANGUAGES),
)
async def test_nothing_personal_is_told_that_was_not_configured(
    marks: list[str], statuses: list[Status], names: Names, language: Language
) -> None:
    memory = Memory()
    memory.add(*(marked(number, marks, status) for number, status in enumerate(statuses, 1)))
    memory.arrived = [held(1, problem=marks[0], kind=marks[1], folder=marks[2])]
    memory.outbox = [job(1, state="shunted", last=marks[3], kind="notice", letter=marks[4])]
    away = replace(ANNA, absences=((TODAY, TODAY),))
    digest = build(await facts(memory, of=replace(desk(people=(away, BRUNO)), names=names)), language, NOW)
    forms = "\n".join((digest.subject, digest.text, digest.html))
    assert [mark for mark in marks[1:] if mark in forms] == []
    assert (marks[0] in forms) == (names == "names" and any(status not in DONE for status in statuses))
    assert marks[0] not in digest.subject
    assert "Anna" not in digest.subject
    assert ("Anna" in forms) == (names == "names" and bool({Status.OPEN, Status.UNCONFIRMED} & set(statuses)))
