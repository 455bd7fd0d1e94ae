"""Small cases for tests of the core: an invented person, one organisation in France."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import handlers
from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.apply import apply
from dsarbot.core.case import Case, Letter, Person, Section
from dsarbot.core.clock import Promise
from dsarbot.core.decide import decide
from dsarbot.core.fact import Fact
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.core.rules import Decision, Draft, Rules

RECEIVED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)


def rules(code: str = "FR", promise: Promise | None = None) -> Rules:
    return Rules(organisation="nordlicht", jurisdiction=jurisdiction(code), rights=handlers.by_slug(), promise=promise)


def open_order(*asked: o.Asked, blocked: str = "", received_at: datetime = RECEIVED) -> o.Open:
    return o.Open(
        at=NOW,
        actor="service",
        cause="inbound:i1",
        case="case1",
        reference="DSR-2026-00001-3",
        organisation="nordlicht",
        channel="mail",
        language="fr",
        received_at=received_at,
        inbound="i1",
        person=Person(name="Jeanne Martin", address="jeanne@example.org"),
        subject="Mes données",
        asked=asked or (asked_for("access"),),
        automatic_blocked=blocked,
        message_id="<m1@example.org>",
    )


def asked_for(right: str, *, certain: bool = True, marketing: bool = False) -> o.Asked:
    return o.Asked(right=right, party="nordlicht", certain=certain, marketing=marketing, because=("phrase",))


class Story:
    """A case under the hands of a test: give orders and facts, look at the case."""

    def __init__(self, *asked: o.Asked, rules_: Rules | None = None, blocked: str = "") -> None:
        self.rules = rules_ or rules()
        self.case: Case | None = None
        self.facts: list[Fact] = []
        self.decisions: list[Decision] = []
        self._causes = 0
        self.do(open_order(*asked, blocked=blocked))

    @property
    def now(self) -> Case:
        assert self.case is not None
        return self.case

    def do(self, thing: o.Order | Fact) -> Decision:
        """Decide, apply, and draft what has to be drafted with a letter of one section."""
        decision = decide(self.case, thing, self.rules)
        self._take(decision.facts)
        self.decisions.append(decision)
        for effect in decision.effects:
            if isinstance(effect, Draft):
                self.do(self._drafted(effect, thing.at))
        return decision

    def order(self, kind: type[o.Order], /, **fields: object) -> Decision:
        self._causes += 1
        at = fields.pop("at", NOW)
        actor = fields.pop("actor", "dpo")
        return self.do(kind(at=at, actor=actor, cause=f"order:{self._causes}", **fields))  # type: ignore[arg-type]

    def send(self, letter: str, at: datetime, **fields: object) -> Decision:
        """The letter has left at that instant."""
        self._causes += 1
        sent = f.LetterSent(at=at, actor="service", cause=f"sent:{self._causes}", letter=letter, sent_at=at)
        return self.do(replace(sent, **fields))  # type: ignore[arg-type]

    def last_letter(self) -> Letter:
        return self.now.letters[-1]

    def _take(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            self.case = apply(self.case, fact)
            self.facts.append(fact)

    def _drafted(self, draft: Draft, at: datetime) -> f.LetterDrafted:
        self._causes += 1
        letter = Letter(
            id=f"l{len(self.now.letters) + 1}",
            moment=draft.moment,
            claims=draft.claims,
            language="fr",
            medium="mail" if self.now.person.address else "post",
            recipient=self.now.person.address,
            subject="Objet",
            sections=(Section(key="body", text="Bonjour"),),
            purpose=draft.purpose,
            automatic=draft.automatic,
        )
        return f.LetterDrafted(at=at, actor="service", cause=f"draft:{self._causes}", letter=letter)
