"""handle(tasks): the one way in which a case changes. Decide first, then store everything in one transaction.

A task is an order or a fact for a case. Decisions, letters and finished messages are made before the transaction is
opened, on the case as it was read; `save` refuses a case that somebody changed in between, and the whole batch is
then decided again. So no lock is held while a letter is composed or a file is synced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.agenda import next_wake
from dsarbot.core.apply import apply
from dsarbot.core.case import Case
from dsarbot.core.decide import decide
from dsarbot.core.fact import Fact
from dsarbot.core.rules import CancelSending, Draft, Effect, Send
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import Conflict, NotAllowed
from dsarbot.ports import Blob, InboundRow, Job, Scope, Store, Transaction, Vault

_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Task:
    """One order or fact for one case. case "" only with `Open`, which names the new case itself."""

    scope: Scope
    case: str
    thing: o.Order | Fact


@dataclass(frozen=True, kw_only=True)
class Settled:
    """An inbound whose fate is decided, to be written in the same transaction as the case it made."""

    row: InboundRow
    message_id: str = ""
    content_digest: str = ""
    sender: str = ""


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What will be written for one task."""

    task: Task
    before: Case | None
    after: Case
    facts: tuple[Fact, ...]
    cancelled: tuple[str, ...]
    jobs: tuple[Job, ...]
    blobs: tuple[Blob, ...]


class Desk:
    """The shell around `decide`: it loads, stores and enqueues, and decides nothing itself."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        organisations: Mapping[str, Organisation],
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.store = store
        self.vault = vault
        self.organisations = organisations
        self.clock = clock
        self.new_id = new_id
        self._changed = changed

    async def order(self, scope: Scope, case_id: str, order: o.Order) -> Case:
        """One order of a person. NotAllowed when it is refused; nothing has changed then."""
        (result,) = await self.handle([Task(scope=scope, case=case_id, thing=order)], together=True)
        assert isinstance(result, Case)  # noqa: S101  # together: a refusal was raised
        return result

    async def handle(
        self, tasks: Sequence[Task], settled: Sequence[Settled] = (), *, together: bool = False
    ) -> list[Case | NotAllowed]:
        """Carry the tasks out in one transaction; the result of each is its case, or why it was refused.

        together: all or nothing, the first refusal is raised. Conflict when the case kept changing under us."""
        for attempt in range(_TRIES):
            try:
                return await self._once(tasks, settled, together=together)
            except Conflict:
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    async def _once(
        self, tasks: Sequence[Task], settled: Sequence[Settled], *, together: bool
    ) -> list[Case | NotAllowed]:
        known: dict[tuple[Scope, str], Case] = {}
        results: list[Case | NotAllowed] = []
        plans: list[_Plan] = []
        for task in tasks:
            try:
                plan = await self._plan(task, known)
            except NotAllowed as refusal:
                if together:
                    raise
                results.append(refusal)
                continue
            known[task.scope, plan.after.id] = plan.after
            results.append(plan.after)
            plans.append(plan)
        await self._write(plans, settled)
        return results

    async def _plan(self, task: Task, known: Mapping[tuple[Scope, str], Case]) -> _Plan:
        organisation = self.organisations[task.scope]
        before = known.get((task.scope, task.case))
        if before is None and not isinstance(task.thing, o.Open):
            before = await self.store.case(task.scope, task.case)
        decision = decide(before, task.thing, organisation.rules)
        after, facts, effects = _folded(before, decision.facts), list(decision.facts), list(decision.effects)
        sends: list[Effect] = []
        while effects:
            effect = effects.pop(0)
            if not isinstance(effect, Draft):
                sends.append(effect)
                continue
            letter_id = f"l{len(after.letters) + 1}"
            letter = organisation.compose(after, effect, letter_id, task.thing.at)
            drafted = f.LetterDrafted(at=task.thing.at, actor=task.thing.actor, cause=task.thing.cause, letter=letter)
            more = decide(after, drafted, organisation.rules)
            after = _folded(after, more.facts)
            facts += more.facts
            effects += more.effects
        jobs, blobs = self._messages(organisation, after, sends, task.thing.at)
        cancelled = tuple(each.letter for each in sends if isinstance(each, CancelSending))
        return _Plan(
            task=task,
            before=before,
            after=after,
            facts=tuple(facts),
            cancelled=cancelled,
            jobs=jobs,
            blobs=blobs,
        )

    def _messages(
        self, organisation: Organisation, case: Case, effects: Sequence[Effect], now: datetime
    ) -> tuple[tuple[Job, ...], tuple[Blob, ...]]:
        jobs, blobs = [], []
        for effect in effects:
            if not isinstance(effect, Send):
                continue
            letter = case.letter(effect.letter)
            message_id = organisation.new_message_id()
            raw = organisation.render(case, letter, message_id, now)
            blobs.append(Blob(id=self.new_id(), kind="letter", data=raw))
            jobs.append(
                Job(
                    id=self.new_id(),
                    scope=organisation.scope,
                    kind="letter",
                    object=blobs[-1].id,
                    recipient=letter.recipient,
                    envelope_sender=organisation.envelope_sender,
                    message_id=message_id,
                    due_at=effect.not_before,
                    case=case.id,
                    letter=letter.id,
                    automatic=letter.automatic,
                )
            )
        return tuple(jobs), tuple(blobs)

    async def _write(self, plans: Sequence[_Plan], settled: Sequence[Settled]) -> None:
        by_scope: dict[Scope, list[Blob]] = {}
        for plan in plans:
            by_scope.setdefault(plan.task.scope, []).extend(plan.blobs)
        for scope, blobs in by_scope.items():
            if blobs:
                # Bytes first (security 4): what the outbox will send is durable before anything refers to it.
                await self.vault.keep(scope, blobs)
        async with self.store.transaction() as transaction:
            for plan in plans:
                await self._save(transaction, plan)
            for each in settled:
                await transaction.update_inbound(
                    each.row, message_id=each.message_id, content_digest=each.content_digest, sender=each.sender
                )
        self._changed()

    async def _save(self, transaction: Transaction, plan: _Plan) -> None:
        scope, case_id = plan.task.scope, plan.after.id
        if await transaction.handled(scope, case_id, plan.task.thing.cause):
            return
        rules = self.organisations[scope].rules
        await transaction.save(scope, plan.after, plan.facts, wake_at=next_wake(plan.after, rules))
        for letter_id in plan.cancelled:
            await transaction.cancel_jobs(scope, case_id, letter_id)
        for job in plan.jobs:
            await transaction.enqueue(job)


def _folded(case: Case | None, facts: Sequence[Fact]) -> Case:
    for fact in facts:
        case = apply(case, fact)
    assert case is not None  # noqa: S101  # every decision about a new case begins with CaseOpened
    return case
