"""Art. 12(3)-(4) GDPR: whatever is ordered and whatever happens, no claim is closed in silence and none is lost.

A claim may be closed only behind an answer or a refusal that has left (a refusal may be the proof that nobody could be
identified), a withdrawal, a forward that was told and proved, or because it goes on in another case.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dsarbot.core import facts as f
from dsarbot.core import facts_rights as fr
from dsarbot.core import orders as o
from dsarbot.core import orders_rights as r
from dsarbot.core.agenda import due
from dsarbot.core.apply import fold
from dsarbot.core.case import UNSENT, Case, Claim, LetterStatus, Moment, Outcome, Status
from dsarbot.core.fact import Fact
from dsarbot.core.letter import Fee, Part, Result
from dsarbot.core.measures import Person, Representative
from dsarbot.errors import NotAllowed
from tests.core.builders import NOW, Story, asked_for, rules

FEE = Fee(amount=500, currency="EUR", basis="excessive", calculation="two hours")
ACTING = Representative(role="agent", person=Person(address="agent@law.example"), mandate="signed")
RIGHTS = tuple(rules().rights)
Given = tuple[type[o.Order], dict[str, object]]


def orders(case: Case, now: datetime) -> tuple[Given, ...]:
    """Every order there is, reasonably filled."""
    today, last = now.date(), case.letters[-1].id if case.letters else "l0"
    withheld = (Part(name="logs", given=False, ground="excessive"),)
    other = Result(claim=case.claims[-1].id, outcome=Outcome.REFUSED, ground="excessive", detail="x", evidence="y")
    return (
        (o.Confirm, {}),
        (o.NotARequest, {"reason": "spam"}),
        (o.AskIdentity, {"doubt": "another address", "rung": "R3"}),
        (o.Verify, {"rung": "R3", "how": "seen", "answered_on": today}),
        (o.Clarify, {"about": "which?", "large": True}),
        (o.Clarified, {"answered_on": today}),
        (o.Extend, {"reason": "complexity", "detail": "many systems and many years of data"}),
        (o.Refuse, {"ground": "not-identified", "detail": "nobody of that name", "evidence": "searched by name"}),
        (o.Answer, {"outcome": Outcome.GRANTED, "detail": "here it is"}),
        (o.Answer, {"outcome": Outcome.PARTLY, "detail": "some of it", "parts": withheld, "evidence": "why"}),
        (o.Answer, {"outcome": Outcome.GRANTED, "detail": "here it is", "results": (other,)}),
        (o.Forward, {"party": "customer"}),
        (r.ProveForward, {"proof": "acknowledged"}),
        (o.Withdraw, {"evidence": "message of today"}),
        (o.Close, {}),
        (o.Close, {}),
        (o.Reopen, {"why": "contested"}),
        (o.Settle, {"proposal": "p1", "accepted": True}),
        (o.Discard, {"letter": last}),
        (o.Redate, {}),
        (r.Tick, {"step": "identity", "note": "seen"}),
        (r.Tick, {"step": "reviewer", "note": "Anna"}),
        (r.Tick, {"step": "view", "note": "heard"}),
        (r.Restrict, {"frozen": "everything", "since": today}),
        (r.AnnounceLifting, {"reason": "checked", "ends_on": today + timedelta(days=12)}),
        (r.Lift, {}),
        (r.AskFee, {"fee": FEE, "evidence": "since January"}),
        (r.SettleFee, {"how": "paid"}),
        (r.RecordDirective, {"text": "erase", "consent": "form", "recorded_on": today}),
        (r.RevokeDirective, {"revoked_on": today}),
        (r.Represent, {"representative": ACTING}),
        (r.EndMandate, {"reason": "revoked"}),
        (r.AskMandate, {}),
        (r.Invoke, {"right": "erasure", "because": "a later mail"}),
        (r.Misdirected, {"letter": last, "known_at": now, "how": "came back"}),
        (r.DecideBreach, {"letter": last, "verdict": "reported", "reason": "read by a stranger"}),
        (r.Confide, {"staff": ("dpo", "second"), "reason": "dispute"}),
        (r.Confide, {"staff": (), "reason": "over"}),
    )


class Play:
    """One case, orders given blindly, letters that leave, time that passes."""

    def __init__(self, story: Story) -> None:
        self.story, self.now, self.count = story, NOW, 0

    def step(self, kind: str, number: int, claim: int) -> None:
        self.now += timedelta(hours=5)
        if kind == "order":
            self.order(*self._choice(number), claim=claim)
        elif kind == "leaves":
            self.leaves(number)
        elif kind == "odd":
            self.odd(number, claim)
        else:
            self.now += timedelta(days=9)
            for entry in due(self.story.now, self.story.rules, self.now):
                self.story.do(f.Woke(at=self.now, cause=f"alarm:{entry.key}", alarm=entry.key))

    def _choice(self, number: int) -> Given:
        every = orders(self.story.now, self.now)
        return every[number % len(every)]

    def order(self, kind: type[o.Order], fields: dict[str, object], *, claim: int) -> None:
        before = self.story.now
        if claim and issubclass(kind, o.ClaimOrder):
            fields["claims"] = (before.claims[claim % len(before.claims)].id,)
        self.count += 1
        try:
            self.story.order(kind, at=self.now, **fields)
        except NotAllowed:
            assert self.story.now is before, "a refused order changes nothing"

    def leaves(self, number: int) -> None:
        """Only what was approved, or goes by itself; a second person approves."""
        waiting = [each for each in self.story.now.letters if each.status in UNSENT]
        if not waiting:
            return
        letter = waiting[-1 - number % len(waiting)]
        if letter.status != LetterStatus.APPROVED and not letter.automatic:
            version = self.story.now.version
            fields: dict[str, object] = {"letter": letter.id, "digest": "d", "version": version, "reason": "alone"}
            self.order(o.Approve, {**fields, "actor": "second"}, claim=0)
        letter = self.story.now.letter(letter.id)
        if letter.status == LetterStatus.APPROVED or (letter.automatic and not self.story.now.frozen):
            self.story.send(letter.id, self.now)

    def odd(self, number: int, claim: int) -> None:
        """Facts that nobody ordered: every one is accepted, none of them may end a claim in silence."""
        meant = self.story.now.claims[claim % len(self.story.now.claims)].id
        kinds: tuple[Fact, ...] = (
            f.ClaimClosed(claim=meant),
            f.QuestionAnswered(claim=meant, kind="clarification", answered_on=self.now.date()),
            fr.RestrictionLifted(claim=meant, on=self.now.date()),
            fr.FeeSettled(claim=meant, how="waived"),
            fr.StepUndone(claim=meant, step="identity"),
            fr.BreachDecided(letter="l9", verdict="reported", reason="x"),
        )
        fact = kinds[number % len(kinds)]
        self.count += 1
        self.story.do(type(fact)(**{**vars(fact), "at": self.now, "cause": f"odd:{self.count}"}))


def reasons(story: Story, claim: Claim) -> Iterator[Fact]:
    """What may have ended the claim, since it was last reopened."""
    facts = list(story.facts)
    last = max((n for n, x in enumerate(facts) if isinstance(x, f.ClaimReopened) and x.claim == claim.id), default=-1)
    for fact in facts[last + 1 :]:
        if getattr(fact, "claim", None) != claim.id:
            continue
        if isinstance(fact, f.ClaimWithdrawn | f.ClaimMoved):
            yield fact
        if isinstance(fact, f.ClaimAnswered):
            letter = story.now.letter(fact.letter)
            assert letter.sent_at and letter.moment in (Moment.ANSWERED, Moment.REFUSED) and claim.id in letter.claims
            yield fact
        if isinstance(fact, fr.ForwardProved) and claim.outcome == Outcome.FORWARDED:
            told = [each for each in story.now.letters if each.moment == Moment.FORWARDED and claim.id in each.claims]
            assert fact.proof and any(each.sent_at for each in told)
            yield fact


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["order", "order", "order", "leaves", "leaves", "odd", "odd", "time"]),
        st.integers(0, 80),
        st.integers(0, 3),
    ),
    min_size=15,
    max_size=60,
)
ASKED = st.lists(st.tuples(st.sampled_from(RIGHTS), st.booleans(), st.booleans()), min_size=1, max_size=3)


@settings(max_examples=300, deadline=None)
@given(asked=ASKED, steps=STEPS)
def test_nobody_is_closed_in_silence_and_no_claim_is_lost(
    asked: list[tuple[str, bool, bool]], steps: list[tuple[str, int, int]]
) -> None:
    claims = (asked_for(right, certain=sure, marketing=ads and right == "objection") for right, sure, ads in asked)
    play = Play(Story(*claims))
    for kind, number, claim in steps:
        play.step(kind, number, claim)
        now = play.story.now
        for each in now.claims:
            assert each.status != Status.CLOSED or list(reasons(play.story, each)), f"{each.id} ended in silence"
            if each.restriction and each.restriction.lifted_on and each.restriction.notice:
                assert each.restriction.ends_on
        found = [fact for fact in play.story.facts if isinstance(fact, f.ClaimFound)]
        assert [fact.claim for fact in found] == [claim.id for claim in now.claims]
        assert len({claim.id for claim in now.claims}) == len(now.claims) >= len(asked)
    assert fold(play.story.facts) == play.story.now


def test_a_clarification_alone_never_closes_however_long_the_silence() -> None:
    play = Play(Story())
    play.story.order(o.Clarify, about="Which account?", large=True)
    play.story.send("l2", NOW + timedelta(days=1))
    for _ in range(20):
        play.step("time", 0, 0)
        play.order(o.Close, {}, claim=0)
    assert play.story.now.claims[0].status == Status.WAITING_PERSON
