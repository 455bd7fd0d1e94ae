"""Art. 12(3)-(4) GDPR over any sequence of orders and facts: no claim ends in silence, none is lost, no date slips.

A state machine plays a desk with several cases: it asks, extends, answers, splits, merges and moves, letters leave or
bounce, time passes, the calendar changes. The rules below must hold after every single step.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.agenda import agenda, due, next_wake
from dsarbot.core.apply import fold
from dsarbot.core.calendars import Amendments
from dsarbot.core.case import DONE, Case, Claim, LetterStatus, Moment, Outcome, Person, Status, summary
from dsarbot.core.clock import Promise
from dsarbot.core.dating import dates_of
from dsarbot.core.fact import Fact
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.core.rules import Rules
from dsarbot.errors import NotAllowed
from tests.core.builders import NOW, Story, asked_for, open_order, rules

#: Few, so that cases of the same right meet.
RIGHTS = ("objection", "access", "erasure")
Fields = tuple[type[o.Order], dict[str, object]]
numbers = st.integers(0, 3)


class Taken(Story):
    """A case that begins with any order, such as one with claims of another case."""

    def __init__(self, order: o.Order, rules_: Rules) -> None:
        self.rules, self.case, self.facts, self.decisions, self._causes = rules_, None, [], [], 1000
        self.do(order)


def changed_calendar(before: Rules) -> Rules:
    """The same organisation with a day off more."""
    closed = Amendments(added=((date(2026, 4, 2), "closed"), (date(2026, 4, 3), "closed")))
    return replace(before, jurisdiction=jurisdiction("FR", closures=closed))


class Desk(RuleBasedStateMachine):
    """Several cases, each a story of its own, and the time."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW
        self.stories: dict[str, Story] = {}
        self._ids = itertools.count(1)
        self.law = rules("FR", Promise(days=20, extension_months=2))

    # --- how cases begin and wander ---------------------------------------------------------------------------

    @initialize(first=numbers, certain=st.booleans(), marketing=st.booleans())
    def begins_with_two_cases(self, first: int, certain: bool, marketing: bool) -> None:
        self.opens(first, 1, certain, marketing)
        self.opens(first, 2, True, False)

    @rule(first=numbers, count=st.integers(1, 3), certain=st.booleans(), marketing=st.booleans())
    def opens(self, first: int, count: int, certain: bool, marketing: bool) -> None:
        if len(self.stories) >= 4:
            return
        rights = [RIGHTS[(first + number) % len(RIGHTS)] for number in range(count)]
        asked = tuple(asked_for(each, certain=certain, marketing=marketing and each == "objection") for each in rights)
        order = open_order(*asked, received_at=self.now - timedelta(minutes=5))
        name = f"case{next(self._ids)}"
        self.stories[name] = Taken(replace(order, at=self.now, case=name, cause=f"open:{name}"), self.law)

    @rule(which=numbers, how_many=st.integers(1, 3), mode=st.sampled_from(["split", "move"]))
    def goes_into_a_new_case(self, which: int, how_many: int, mode: str) -> None:
        story = self.pick(which)
        going = story.now.active if mode == "move" else story.now.active[:how_many]
        name = f"case{next(self._ids)}"
        leave = self.order(o.Leave, to_case=name, claims=tuple(each.id for each in going), mode=mode,
                           organisation="sud" if mode == "move" else "")  # fmt: skip
        opening = o.OpenFrom(
            at=self.now, actor="dpo", cause=f"open:{name}", case=name, reference="DSR-2026-00009-X",
            organisation="nordlicht", channel="mail", language="fr", received_at=self.now, inbound="i1",
            person=Person(address="jeanne@example.org"), asked=(), from_case=story.now.id,
            mode="move" if mode == "move" else "split", claims=going, inbounds=story.now.inbounds, rung=story.now.rung,
        )  # fmt: skip
        before = len(story.facts)
        try:
            # As the desk does it: both or neither.
            opened = Taken(opening, self.law)
            story.do(leave)
        except NotAllowed:
            assert len(story.facts) == before
            return
        self.stories[name] = opened

    @rule(which=numbers, into=numbers)
    def merges(self, which: int, into: int) -> None:
        story, target = self.pick(which), self.pick(into)
        going = story.now.active
        leave = self.order(o.Leave, to_case=target.now.id, claims=tuple(c.id for c in going), mode="merge")
        absorb = self.order(o.Absorb, from_case=story.now.id, reference=story.now.reference, claims=going,
                            inbounds=story.now.inbounds, mode="merge")  # fmt: skip
        if target.now.merged_into:
            return
        if self.given(story, leave):
            target.do(absorb)

    # --- orders and facts -------------------------------------------------------------------------------------

    @rule(which=numbers, number=st.integers(0, 20), claim=st.none() | numbers)
    def ordered(self, which: int, number: int, claim: int | None) -> None:
        story = self.pick(which)
        choices = tuple(self._orders(story.now))
        kind, fields = choices[number % len(choices)]
        if claim is not None and issubclass(kind, o.ClaimOrder):
            fields["claims"] = (story.now.claims[claim % len(story.now.claims)].id,)
        self.given(story, self.order(kind, **fields))

    def _orders(self, case: Case) -> Iterator[Fields]:
        """Every order about claims, reasonably filled."""
        today = self.now.date()
        yield o.Confirm, {}
        yield o.Confirm, {"asked": (asked_for("erasure"), asked_for("restriction"))}
        yield o.NotARequest, {"reason": "spam"}
        yield o.AskIdentity, {"doubt": "another address", "rung": "R3"}
        yield o.Verify, {"rung": "R3", "how": "seen", "answered_on": today}
        yield o.Clarify, {"about": "which?", "large": True}
        yield o.Clarified, {"answered_on": today}
        yield o.Extend, {"reason": "complexity", "detail": "many systems and many years of data"}
        yield o.Refuse, {"ground": "not-identified", "detail": "nobody of that name", "evidence": "searched by name"}
        yield o.Answer, {"outcome": Outcome.GRANTED, "detail": "here it is"}
        yield o.Answer, {"outcome": Outcome.NOTHING_HELD, "detail": "nothing"}
        yield o.Forward, {"party": "customer"}
        yield o.Withdraw, {"evidence": "message of today"}
        yield o.Close, {}
        yield o.Close, {}
        yield o.Reopen, {"why": "contested"}
        yield o.CorrectReceipt, {"received_at": case.opened_at - timedelta(days=3), "evidence": "scan"}
        yield o.CorrectReceipt, {"received_at": self.now, "evidence": "scan", "second": "deputy"}
        yield o.Redate, {}
        yield o.Join, {"inbound": "i9", "received_at": self.now, "how": "reply", "proposes": ("message",)}
        yield o.Discard, {"letter": case.letters[-1].id if case.letters else "l0"}

    @rule(which=numbers, letter=numbers, bounced=st.sampled_from([None, None, None, True, False]))
    def letter_leaves(self, which: int, letter: int, bounced: bool | None) -> None:
        """What was approved, or goes by itself, leaves; the outbox sends nothing else. Some come back."""
        story = self.pick(which)
        waiting = [each for each in story.now.letters if each.status == LetterStatus.DRAFTED]
        if not waiting:
            return
        chosen = waiting[letter % len(waiting)]
        if not chosen.automatic:
            approval = self.order(
                o.Approve, letter=chosen.id, digest="d", version=story.now.version, actor="second-person"
            )
            assert self.given(story, approval)
        story.send(chosen.id, self.now)
        if bounced is not None:
            story.do(
                f.LetterBounced(
                    at=self.now, actor="service", cause=f"bounce:{chosen.id}:{story.now.version}", letter=chosen.id,
                    status="5.1.1", permanent=bounced,
                )
            )  # fmt: skip

    @rule(which=numbers, claim=numbers)
    def told_that_it_is_closed(self, which: int, claim: int) -> None:
        """A fact that nobody ordered: the table keeps it from closing what was not answered."""
        story = self.pick(which)
        meant = story.now.claims[claim % len(story.now.claims)]
        story.do(f.ClaimClosed(at=self.now, actor="service", cause=f"odd:{story.now.version}", claim=meant.id))

    @rule(hours=st.sampled_from([1, 20, 24 * 6, 24 * 25]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        for story in self.stories.values():
            for entry in due(story.now, story.rules, self.now):
                story.do(f.Woke(at=self.now, actor="service", cause=f"alarm:{entry.key}", alarm=entry.key))

    @rule()
    def calendar_changes(self) -> None:
        self.law = changed_calendar(self.law)
        for story in self.stories.values():
            story.rules = self.law
            self.given(story, self.order(o.Redate))

    # --- what must hold ---------------------------------------------------------------------------------------

    @invariant()
    def nobody_is_closed_in_silence(self) -> None:
        for story in self.stories.values():
            for claim in story.now.claims:
                if claim.status == Status.CLOSED:
                    assert list(ends(story, claim)), f"{claim.id} of {story.now.id} was closed in silence"

    @invariant()
    def no_claim_is_lost(self) -> None:
        for story in self.stories.values():
            found = [fact for fact in story.facts if isinstance(fact, f.ClaimFound | f.ClaimTakenOver)]
            assert len({claim.id for claim in story.now.claims}) == len(story.now.claims) == len(found)
            for fact in story.facts:
                if isinstance(fact, f.ClaimMoved):
                    claim = story.now.claim(fact.claim)
                    there = self.stories[fact.to].now
                    assert any(goes_on(claim, each) for each in there.claims), f"{claim.right} did not arrive"

    @invariant()
    def what_is_open_has_its_dates(self) -> None:
        for story in self.stories.values():
            for claim in story.now.active:
                assert claim.dates is not None
                assert claim.dates == dates_of(claim, story.rules), "equal a fresh computation from the facts"
                assert claim.dates.target <= (claim.dates.extended_due or claim.dates.safe_due)
            if story.now.active:
                assert summary(story.now).target == min(c.dates.target for c in story.now.active if c.dates)
                assert not summary(story.now).closed

    @invariant()
    def the_safe_date_moves_only_with_the_receipt_or_the_calendar(self) -> None:
        for story in self.stories.values():
            for claim in story.now.claims:
                assert not list(unexplained_moves(story.facts, claim.id))

    @invariant()
    def each_alarm_fires_once_and_none_is_left_behind(self) -> None:
        for story in self.stories.values():
            fired = [fact.alarm for fact in story.facts if isinstance(fact, f.Woke)]
            assert len(fired) == len(set(fired)) == len(story.now.alarms)
            coming = next_wake(story.now, story.rules)
            waiting = [each.at for each in agenda(story.now, story.rules) if each.key not in fired]
            assert coming == min(waiting, default=None)

    @invariant()
    def the_case_is_what_its_facts_make_it(self) -> None:
        for story in self.stories.values():
            assert fold(story.facts) == story.now
            assert story.now.version == len(story.facts)

    # --- tools ------------------------------------------------------------------------------------------------

    def pick(self, which: int) -> Story:
        return list(self.stories.values())[which % len(self.stories)]

    def order(self, kind: Callable[..., o.Order], **fields: object) -> o.Order:
        fields.setdefault("actor", "dpo")
        return kind(at=self.now, cause=f"order:{next(self._ids)}", **fields)

    def given(self, story: Story, order: o.Order) -> bool:
        """Whether it was accepted; a refusal changes nothing."""
        before = story.now
        try:
            story.do(order)
        except NotAllowed:
            assert story.now is before
            return False
        return True


def ends(story: Story, claim: Claim) -> Iterator[Fact]:
    """What may end a claim, since it was last reopened: an answer or a refusal that left, a withdrawal, going on."""
    facts = list(story.facts)
    reopened = [
        number for number, each in enumerate(facts) if isinstance(each, f.ClaimReopened) and each.claim == claim.id
    ]
    for fact in facts[max(reopened, default=-1) + 1 :]:
        if isinstance(fact, f.ClaimWithdrawn | f.ClaimMoved) and fact.claim == claim.id:
            yield fact
        if isinstance(fact, f.ClaimAnswered) and fact.claim == claim.id:
            letter = story.now.letter(fact.letter)
            left = any(isinstance(each, f.LetterSent) and each.letter == letter.id for each in facts)
            assert left and letter.moment in (Moment.ANSWERED, Moment.REFUSED) and claim.id in letter.claims
            yield fact


def goes_on(claim: Claim, there: Claim) -> bool:
    """Whether the claim went on as that one: the same right of the same kind, received no later."""
    same = (there.right, there.party, there.marketing) == (claim.right, claim.party, claim.marketing)
    return same or (there.right, there.marketing) == (claim.right, claim.marketing)


def unexplained_moves(facts: list[Fact], claim: str) -> Iterator[f.Dated]:
    """Datings that moved the safe date of a claim without a corrected receipt or another calendar."""
    last: f.Dated | None = None
    corrected = False
    for fact in facts:
        if isinstance(fact, f.ReceiptCorrected) and fact.claim == claim:
            corrected = True
        if isinstance(fact, f.Dated) and fact.claim == claim:
            if last is not None and fact.dates.safe_due != last.dates.safe_due:
                other_calendar = fact.dates.calendar_version != last.dates.calendar_version
                if not corrected and not other_calendar:
                    yield fact
            last, corrected = fact, False


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=60, stateful_step_count=35, deadline=None)


def test_the_rules_would_notice_a_silent_end_and_a_slipped_date() -> None:
    """The planted violations: what the invariants look for can be seen."""
    story = Story()
    closed = replace(story.now.claims[0], status=Status.CLOSED)
    assert not list(ends(story, closed))
    dated = [fact for fact in story.facts if isinstance(fact, f.Dated)][-1]
    slipped = replace(dated, dates=replace(dated.dates, safe_due=dated.dates.safe_due + timedelta(days=1)))
    assert list(unexplained_moves([*story.facts, slipped], "c1")) == [slipped]
    corrected = f.ReceiptCorrected(
        claim="c1", before=NOW, received_at=datetime(2026, 3, 3, tzinfo=UTC), evidence="scan"
    )
    assert not list(unexplained_moves([*story.facts, corrected, slipped], "c1"))
    assert story.now.claims[0].status not in DONE
