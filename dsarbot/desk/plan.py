"""What one order or fact will write: facts, letters composed on the way, finished messages. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.apply import apply
from dsarbot.core.case import Case, Letter
from dsarbot.core.codes import digest_of
from dsarbot.core.decide import decide
from dsarbot.core.evolve import replace
from dsarbot.core.fact import Fact
from dsarbot.core.links import Link
from dsarbot.core.proving import code_issued
from dsarbot.core.rules import CancelSending, Decision, Draft, Effect, Send, Suppress
from dsarbot.core.webhooks import Event, events_of
from dsarbot.desk.identity_codes import read_first, with_token
from dsarbot.desk.letter_links import led_astray, with_link
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import TheirInput
from dsarbot.ports import Blob, Job, Suppression


@dataclass(frozen=True, kw_only=True)
class Plan:
    """cancelled: letters whose sending is taken back; jobs and blobs: what goes into outbox and vault; suppressed: who
    gets no advertising any more; events: what other systems are told; links: that stand in finished mails;
    revoked: letters whose links end."""

    after: Case
    facts: tuple[Fact, ...]
    cancelled: tuple[str, ...]
    jobs: tuple[Job, ...]
    blobs: tuple[Blob, ...]
    suppressed: tuple[Suppression, ...] = ()
    events: tuple[Event, ...] = ()
    links: tuple[Link, ...] = ()
    revoked: tuple[str, ...] = ()


class _Draught:
    """A plan in the making: the case as it stands after the facts found so far."""

    def __init__(self, case: Case | None, thing: o.Order | Fact, organisation: Organisation) -> None:
        self._case = case
        self._thing = thing
        self._organisation = organisation
        self.facts: list[Fact] = []
        self.effects: list[Effect] = []

    @property
    def case(self) -> Case:
        assert self._case is not None  # noqa: S101  # every decision about a new case begins with CaseOpened
        return self._case

    def decide(self, thing: o.Order | Fact) -> None:
        self.take(decide(self._case, thing, self._organisation.rules))

    def take(self, decision: Decision) -> None:
        for fact in decision.facts:
            self._case = apply(self._case, fact)
        self.facts += decision.facts
        self.effects += decision.effects

    def compose(self, draft: Draft) -> None:
        """The letter is composed on the case as it is now, and its being drafted is a fact like any other."""
        thing = self._thing
        letter = self._organisation.compose(self.case, draft, f"l{len(self.case.letters) + 1}", thing.at)
        letter = read_first(letter, self._organisation)
        self.decide(f.LetterDrafted(at=thing.at, actor=thing.actor, cause=thing.cause, letter=letter))

    def suppress(self, effect: Suppress) -> Suppression:
        thing = self._thing
        return Suppression(
            value=effect.value, reason="objection", at=thing.at, actor=thing.actor, reference=self.case.reference
        )

    def message(self, send: Send, letter: Letter, new_id: Callable[[], str]) -> tuple[Job, Blob]:
        """The finished mail of that letter, and its place in the outbox."""
        organisation = self._organisation
        message_id = organisation.new_message_id()
        raw = organisation.render(self.case, letter, message_id, self._thing.at)
        blob = Blob(id=new_id(), kind="letter", data=raw)
        job = Job(
            id=new_id(),
            scope=organisation.scope,
            kind="letter",
            object=blob.id,
            recipient=letter.recipient,
            envelope_sender=organisation.envelope_sender,
            message_id=message_id,
            due_at=send.not_before,
            case=self.case.id,
            letter=letter.id,
            automatic=letter.automatic,
        )
        return job, blob

    def issue(self, letter: Letter, token: str) -> None:
        """From now on whoever quotes the token shows that they read this letter; only its hash is kept."""
        thing = self._thing
        fact = code_issued(letter, self.case, digest_of(token), thing.at, self._organisation.rules)
        self.decide(replace(fact, actor=thing.actor, cause=thing.cause))

    def give_back(self, letter_id: str) -> None:
        """No mail can be made of it (an address that SMTP cannot carry): a person must find another way."""
        thing = self._thing
        self.decide(
            f.LetterReturned(at=thing.at, actor=thing.actor, cause=thing.cause, letter=letter_id, why="bad-address")
        )


def make_plan(
    before: Case | None, thing: o.Order | Fact, organisation: Organisation, new_id: Callable[[], str]
) -> Plan:
    """Decide, compose what must be drafted, finish what will be sent. NotAllowed when the order is refused."""
    draught = _Draught(before, thing, organisation)
    draught.decide(thing)
    jobs: list[Job] = []
    blobs: list[Blob] = []
    cancelled: list[str] = []
    suppressed: list[Suppression] = []
    links: list[Link] = []
    while draught.effects:
        effect = draught.effects.pop(0)
        if isinstance(effect, Draft):
            draught.compose(effect)
        elif isinstance(effect, CancelSending):
            cancelled.append(effect.letter)
        elif isinstance(effect, Suppress):
            suppressed.append(draught.suppress(effect))
        else:
            letter, token = with_token(draught.case.letter(effect.letter), new_id)
            letter, link = with_link(letter, draught.case, new_id, thing.at)
            try:
                job, blob = draught.message(effect, letter, new_id)
            except TheirInput:
                draught.give_back(effect.letter)
                continue
            if token:
                draught.issue(letter, token)
            jobs.append(job)
            blobs.append(blob)
            links += [link] if link else []
    return Plan(
        after=draught.case,
        facts=tuple(draught.facts),
        cancelled=tuple(cancelled),
        jobs=tuple(jobs),
        blobs=tuple(blobs),
        suppressed=tuple(suppressed),
        events=events_of(before, draught.case, draught.facts),
        links=tuple(links),
        revoked=led_astray(draught.facts),
    )


def blobs_of(plans: Sequence[Plan]) -> list[Blob]:
    """What must be durable before anything refers to it."""
    return [blob for plan in plans for blob in plan.blobs]
