"""Inquiries of authorities: their own date, their tasks, their end; nothing of a linked case is forgotten."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from dsarbot.core import facts_inquiry as f
from dsarbot.core import orders as o
from dsarbot.core import orders_inquiry as q
from dsarbot.core import reference
from dsarbot.core.apply import fold
from dsarbot.core.facts_rights import RetentionHeld, RetentionReleased
from dsarbot.core.inquiry import Inquiry, apply_inquiry, fold_inquiry
from dsarbot.core.orders_inquiry import decide_inquiry
from dsarbot.errors import NotAllowed
from tests.core.builders import NOW, Story

DUE = date(2026, 4, 15)


class Matter:
    """An inquiry under the hands of a test."""

    def __init__(self, **changes: Any) -> None:
        self.facts: list[f.InquiryFact] = []
        self.now: Inquiry | None = None
        fields = {
            "inquiry": "i1",
            "reference": reference.make_inquiry(2026, 7),
            "organisation": "nordlicht",
            "authority": "Example authority",
            "file_number": "F-12",
            "about": "no answer within a month",
            "received_at": NOW - timedelta(days=1),
            "due": DUE,
        } | changes
        self.order(q.OpenInquiry, **fields)

    @property
    def inquiry(self) -> Inquiry:
        assert self.now is not None
        return self.now

    def order(self, kind: type[o.Order], /, **fields: Any) -> None:
        order = kind(at=NOW, actor="anna", cause=f"order:{len(self.facts)}", **fields)
        for fact in decide_inquiry(self.now, order):
            self.now = apply_inquiry(self.now, fact)
            self.facts.append(fact)

    def refused(self, rule: str, kind: type[o.Order], /, **fields: Any) -> None:
        before = self.now
        with pytest.raises(NotAllowed) as refusal:
            self.order(kind, **fields)
        assert refusal.value.rule == rule
        assert self.now == before


def test_its_reference_has_a_mark_of_its_own_and_a_check_character() -> None:
    assert reference.make_inquiry(2026, 7) == "SA-2026-0007-T"


def test_it_keeps_what_the_authority_wrote_and_the_authoritys_own_date() -> None:
    matter = Matter(inbound="in1")
    found = matter.inquiry
    assert (found.file_number, found.due, found.version) == ("F-12", DUE, 2)
    assert [each.inbound for each in found.letters] == ["in1"]
    matter.order(q.ReceiveLetter, inbound="in2", received_at=NOW)
    matter.refused("inquiry-letter", q.ReceiveLetter, inbound="in2", received_at=NOW)
    matter.order(q.SetDate, due=date(2026, 5, 1), reason="by their letter of 1 April")
    matter.refused("inquiry-date", q.SetDate, due=date(2026, 5, 1), reason="again")
    matter.refused("inquiry-reason", q.SetDate, due=DUE, reason=" ")
    assert matter.inquiry.due == date(2026, 5, 1)
    assert all((fact.actor, fact.at) == ("anna", NOW) for fact in matter.facts)
    assert fold_inquiry(matter.facts) == matter.inquiry


def test_it_names_who_asks_and_cannot_come_from_the_future() -> None:
    for changes, rule in (
        ({"authority": " "}, "inquiry-who"),
        ({"file_number": ""}, "inquiry-who"),
        ({"received_at": NOW + timedelta(days=1)}, "inquiry-received"),
    ):
        with pytest.raises(NotAllowed) as refusal:
            Matter(**changes)
        assert refusal.value.rule == rule


def test_cases_are_linked_once_and_unlinked_with_a_reason() -> None:
    matter = Matter()
    matter.order(q.LinkCase, case="case1")
    matter.order(q.LinkCase, case="case2")
    matter.refused("inquiry-linked", q.LinkCase, case="case1")
    matter.refused("inquiry-linked", q.UnlinkCase, case="case9", reason="never")
    matter.refused("inquiry-reason", q.UnlinkCase, case="case1", reason="")
    matter.order(q.UnlinkCase, case="case1", reason="another person")
    assert matter.inquiry.cases == ("case2",)


def test_it_is_not_closed_while_a_task_is_open() -> None:
    matter = Matter()
    matter.refused("inquiry-task", q.SetDuty, text=" ", owner="anna")
    matter.order(q.SetDuty, text="the file", owner="anna", due=date(2026, 4, 1))
    matter.order(q.SetDuty, text="the answer", owner="bruno")
    matter.refused("inquiry-task", q.CloseInquiry, outcome="reprimand", result="answered")
    matter.refused("inquiry-task", q.DoDuty, duty="t9")
    matter.order(q.DoDuty, duty="t1", note="dossier of 2 April")
    matter.refused("inquiry-task", q.DoDuty, duty="t1")
    matter.order(q.DoDuty, duty="t2")
    assert [(each.id, each.done_by, each.note) for each in matter.inquiry.duties] == [
        ("t1", "anna", "dossier of 2 April"),
        ("t2", "anna", ""),
    ]
    matter.refused("inquiry-task", q.DoDuty, duty="t1")
    matter.refused("inquiry-result", q.CloseInquiry, outcome="reprimand", result=" ")
    matter.order(q.CloseInquiry, outcome="reprimand", result="answered on 10 April", decided_by="boss")
    found = matter.inquiry
    assert (found.outcome, found.decided_by, found.closed_at) == ("reprimand", "boss", NOW)


def test_a_closed_one_takes_notes_and_letters_only() -> None:
    matter = Matter()
    matter.order(q.CloseInquiry, outcome="withdrawn", result="the complaint was withdrawn")
    assert matter.inquiry.decided_by == "anna"
    matter.refused("inquiry-closed", q.LinkCase, case="case1")
    matter.refused("inquiry-note", q.NoteInquiry, kind="work", text="")
    matter.order(q.NoteInquiry, kind="legal-advice", text="what counsel said")
    matter.order(q.ReceiveLetter, inbound="in3", received_at=NOW)
    assert ([each.kind for each in matter.inquiry.notes], len(matter.inquiry.letters)) == (["legal-advice"], 1)


def test_what_is_no_inquiry_is_refused() -> None:
    note = q.NoteInquiry(at=NOW, actor="anna", cause="c", kind="work", text="x")
    with pytest.raises(NotAllowed, match="needs an inquiry"):
        decide_inquiry(None, note)
    with pytest.raises(NotAllowed, match="no order about an inquiry"):
        decide_inquiry(Matter().inquiry, o.Discard(at=NOW, actor="anna", cause="c", letter="l1"))
    with pytest.raises(ValueError, match="begins with its opening"):
        apply_inquiry(None, f.InquiryLinked(at=NOW, case="case1"))
    with pytest.raises(ValueError, match="begins with its opening"):
        fold_inquiry([])
    with pytest.raises(TypeError, match="no fact of an inquiry"):
        apply_inquiry(Matter().inquiry, f.InquiryFact(at=NOW))


def test_a_case_knows_which_inquiries_forbid_to_forget_it() -> None:
    story = Story()
    for number, kind in enumerate((RetentionHeld, RetentionHeld, RetentionReleased)):
        inquiry = "SA-2026-0008-R" if number == 1 else "SA-2026-0007-T"
        story.do(kind(at=NOW, actor="anna", cause=f"hold:{number}", inquiry=inquiry))
    assert story.now.holds == ("SA-2026-0008-R",)
    assert fold(story.facts) == story.now
