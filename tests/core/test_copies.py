"""What a person may say of the copy of a paper, and what follows; when somebody must be told of one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dsarbot.core import facts_copies as f
from dsarbot.core import orders as o
from dsarbot.core import orders_copies as oc
from dsarbot.core.alarms import Level
from dsarbot.core.apply import fold
from dsarbot.core.case import Letter, LetterStatus, Moment, Purpose, Section
from dsarbot.core.copies import NOTE, copy_untold
from dsarbot.core.evolve import replace
from dsarbot.core.identity_copy_row import CopyPlace, CopyRow
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.desk.alarms_copies import Standing, of_copies
from dsarbot.store.codec import read_case, read_fact, write_case, write_fact
from tests.core.builders import NOW, Story
from tests.core.test_answering import approve, refused

PARIS = jurisdiction("FR")


def arrived(*, asked: bool = False) -> f.IdCopyArrived:
    return f.IdCopyArrived(
        at=NOW, actor="service", cause="id-copy:k1", copy="k1", inbound="i1", arrived_at=NOW, guess="passport",
        why="words-on-it", asked=asked,
    )  # fmt: skip


def story(*, asked: bool = False) -> Story:
    made = Story()
    made.do(arrived(asked=asked))
    return made


def test_a_verdict_is_kept_instead_of_the_picture() -> None:
    made = story()
    refused("copy-type", made, oc.JudgeCopy, copy="k1", match="yes", doc_type=" ")
    for number in ("passport 12AB34567", "ID D23145890", "880692310285"):
        refused("copy-number", made, oc.JudgeCopy, copy="k1", match="yes", doc_type=number)
    refused("copy-unknown", made, oc.JudgeCopy, copy="k9", match="yes", doc_type="passport")
    made.order(oc.JudgeCopy, copy="k1", match="no", doc_type="passport FRA", signature=True)
    [copy] = made.now.copies
    assert copy.verdict is not None
    assert (copy.verdict.match, copy.verdict.doc_type, copy.verdict.checked_by) == ("no", "passport FRA", "dpo")
    assert copy.signature
    assert copy.dates(PARIS).delete_by == NOW
    refused("copy-judged", made, oc.JudgeCopy, copy="k1", match="yes", doc_type="passport")
    assert fold(made.facts) == made.now


def test_only_a_copy_that_was_asked_for_proves_the_rung() -> None:
    unasked = story()
    unasked.order(oc.JudgeCopy, copy="k1", match="yes", doc_type="passport")
    assert unasked.now.rung == ""
    asked = Story()
    asked.order(o.AskIdentity, doubt="another address", rung="R6")
    approve(asked, asked.last_letter().id)
    asked.send(asked.last_letter().id, NOW)
    asked.do(replace(arrived(asked=True), arrived_at=NOW + timedelta(days=1)))
    asked.order(oc.JudgeCopy, copy="k1", match="yes", doc_type="passport", at=NOW + timedelta(days=3))
    assert asked.now.rung == "R6"
    assert asked.now.proofs.shown[-1].means == "copy"
    [question] = [each for claim in asked.now.claims for each in claim.questions]
    # security 6: it counts from its own receipt, not from the day on which somebody looked.
    assert question.answered_on == date(2026, 3, 3)


@pytest.mark.parametrize("match", ["no", "unclear"])
def test_what_does_not_match_proves_nothing(match: str) -> None:
    made = story(asked=True)
    made.order(oc.JudgeCopy, copy="k1", match=match, doc_type="passport")
    assert made.now.rung == ""


def test_a_suspicion_is_taken_back_with_a_reason() -> None:
    made = story()
    refused("copy-reason", made, oc.ReleaseCopy, copy="k1", reason=" ")
    made.order(oc.ReleaseCopy, copy="k1", reason="a holiday picture")
    assert made.now.copies[0].released
    refused("copy-released", made, oc.JudgeCopy, copy="k1", match="yes", doc_type="passport")
    made.order(oc.MarkCopy, copy="k1", inbound="i1", arrived_at=NOW)
    assert [each.why for each in made.now.copies] == ["by-hand"]
    refused("copy-known", made, oc.MarkCopy, copy="k1", inbound="i1", arrived_at=NOW)
    refused("copy-message", made, oc.MarkCopy, copy="k2", inbound="i9", arrived_at=NOW)


def test_seven_days_more() -> None:
    made = story()
    refused("copy-late", made, oc.ExtendCopy, copy="k1", reason="x", at=NOW + timedelta(days=7))
    made.order(oc.ExtendCopy, copy="k1", reason="the town hall was asked")
    assert made.now.copies[0].dates(PARIS).delete_by == NOW + timedelta(days=14)
    refused("copy-extended", made, oc.ExtendCopy, copy="k1", reason="x")


def test_places_are_listed_until_a_person_ticks_them() -> None:
    made = story()
    made.do(f.IdCopyDestroyed(at=NOW, actor="service", cause="d", copy="k1", rule="seven-days"))
    refused("copy-destroyed", made, oc.ExtendCopy, copy="k1", reason="x")
    made.do(f.IdCopyLingers(at=NOW, actor="service", cause="p", copy="k1", place="paper", why="on-paper", where="x"))
    refused("copy-place", made, oc.TickCopy, copy="k1", place="file")
    assert made.now.copies[0].lingers == ("paper",)
    made.order(oc.TickCopy, copy="k1", place="paper")
    assert made.now.copies[0].lingers == ()


def test_the_person_is_told_once_and_only_of_what_nobody_had_asked_for() -> None:
    made = story()
    assert not copy_untold(made.now)
    made.do(f.IdCopyDestroyed(at=NOW, actor="service", cause="d", copy="k1", rule="seven-days"))
    assert copy_untold(made.now)
    made.do(f.IdCopyLingers(at=NOW, actor="service", cause="p", copy="k1", place="paper", why="on-paper"))
    assert not copy_untold(made.now)
    made.do(f.IdCopyGone(at=NOW, actor="service", cause="g", copy="k1", place="paper"))
    letter = Letter(
        id="l1", moment=Moment.ANSWERED, claims=("c1",), language="fr", medium="mail", recipient="x", subject="x",
        sections=(Section(key=NOTE, text="x"),), purpose=Purpose(), drafted_at=NOW + timedelta(days=1),
    )  # fmt: skip
    assert not copy_untold(replace(made.now, letters=(letter,)))
    assert copy_untold(replace(made.now, letters=(replace(letter, status=LetterStatus.CANCELLED),)))
    asked = story(asked=True)
    asked.do(f.IdCopyDestroyed(at=NOW, actor="service", cause="d", copy="k1", rule="verdict"))
    assert not copy_untold(asked.now)


def test_nothing_of_it_stands_in_the_clear_but_codes() -> None:
    checked = f.IdCopyChecked(
        at=NOW, actor="service", cause="c", copy="k1", proposal="yes", checks=("name:agrees:same",), doc_type="card UTO"
    )
    judged = f.IdCopyJudged(at=NOW, actor="dpo", cause="j", copy="k1", match="yes", doc_type="card UTO")
    for fact in (checked, judged):
        written = write_fact(fact)
        assert "UTO" not in written.public
        assert b"UTO" in written.private
        assert read_fact(written.kind, written.v, fact.actor, written.public, written.private) == fact
    case = story().now
    assert read_case(write_case(case)) == case


def row(state: str = "apart") -> CopyRow:
    return CopyRow(
        id="k1", scope="nordlicht", origin="nordlicht", inbound="i1", case="case1", state=state,  # type: ignore[arg-type]
        arrived_at=NOW, delete_by=NOW + timedelta(days=7), digest="x", size=1,
    )  # fmt: skip


def alarms(
    made: Story, at: datetime, *, state: str = "apart", places: tuple[CopyPlace, ...] = ()
) -> list[tuple[str, Level]]:
    one = Standing(row=row(state), case=made.now, copy=made.now.copies[0], places=places)
    return [(cause.kind, cause.level) for cause in of_copies([one], PARIS, at)]


def test_the_verdict_is_due_on_the_second_working_day_and_the_deputy_hears_on_the_third() -> None:
    made = story()
    morning = datetime(2026, 3, 4, 6, tzinfo=UTC)
    assert alarms(made, morning - timedelta(minutes=1)) == []
    assert alarms(made, morning) == [("copy-verdict", Level.OWNER)]
    assert alarms(made, morning + timedelta(days=1)) == [("copy-verdict", Level.DEPUTY)]
    made.order(oc.ExtendCopy, copy="k1", reason="the town hall was asked")
    assert alarms(made, morning + timedelta(days=1)) == []
    assert alarms(made, NOW + timedelta(days=13)) == [("copy-verdict", Level.DEPUTY)]
    made.order(oc.JudgeCopy, copy="k1", match="yes", doc_type="passport")
    assert alarms(made, NOW + timedelta(days=13)) == []


def test_what_remains_somewhere_is_an_alarm_until_it_is_ticked() -> None:
    made = story()
    stuck = CopyPlace(copy="k1", place="mail:privacy:Trash", state="stuck", why="not-watched", since=NOW)
    silent = CopyPlace(copy="k1", place="mail:privacy", state="open", why="unreachable", since=NOW)
    assert alarms(made, NOW, places=(stuck,)) == []
    assert alarms(made, NOW, state="leaving", places=(stuck,)) == [("copy-still-at", Level.OWNER)]
    assert alarms(made, NOW, state="leaving", places=(silent,)) == []
    assert alarms(made, NOW + timedelta(hours=4), state="leaving", places=(silent,)) != []
    assert alarms(made, NOW, state="leaving", places=(replace(stuck, ticked_by="anna"),)) == []
    assert alarms(made, NOW, state="leaving", places=(replace(stuck, state="clean"),)) == []


def test_what_the_machine_saw_is_kept_beside_the_copy() -> None:
    made = story()
    made.do(
        f.IdCopyChecked(
            at=NOW,
            actor="service",
            cause="checked:k1",
            copy="k1",
            proposal="unclear",
            checks=("name:same:",),
            doc_type="passport FRA",
        )
    )
    [copy] = made.now.copies
    assert (copy.proposal, copy.checks, copy.doc_type) == ("unclear", ("name:same:",), "passport FRA")
