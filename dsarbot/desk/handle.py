"""handle(tasks): the one way in which a case changes. Decide first, then store everything in one transaction.

A task is an order or a fact for a case. Decisions, letters and finished messages are made before the transaction is
opened, on the case as it was read; `save` refuses a case that somebody changed in between, and the whole batch is
then decided again. So no lock is held while a letter is composed or a file is synced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dsarbot.core import orders as o
from dsarbot.core.agenda import next_wake
from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.plan import Plan, blobs_of, make_plan
from dsarbot.errors import Conflict, NotAllowed
from dsarbot.ports import InboundRow, Scope, Store, Transaction, Vault

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
        plans: list[tuple[Task, Plan]] = []
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
            plans.append((task, plan))
        await self._write(plans, settled)
        return results

    async def _plan(self, task: Task, known: Mapping[tuple[Scope, str], Case]) -> Plan:
        before = known.get((task.scope, task.case))
        if before is None and not isinstance(task.thing, o.Open | o.OpenFrom):
            before = await self.store.case(task.scope, task.case)
        return make_plan(before, task.thing, self.organisations[task.scope], self.new_id)

    async def _write(self, plans: Sequence[tuple[Task, Plan]], settled: Sequence[Settled]) -> None:
        for scope in dict.fromkeys(task.scope for task, _ in plans):
            blobs = blobs_of([plan for task, plan in plans if task.scope == scope])
            if blobs:
                # Bytes first (security 4): what the outbox will send is durable before anything refers to it.
                await self.vault.keep(scope, blobs)
        async with self.store.transaction() as transaction:
            for task, plan in plans:
                await self._save(transaction, task, plan)
            for each in settled:
                await transaction.update_inbound(
                    each.row, message_id=each.message_id, content_digest=each.content_digest, sender=each.sender
                )
        self._changed()

    async def _save(self, transaction: Transaction, task: Task, plan: Plan) -> None:
        scope, case = task.scope, plan.after
        if not plan.facts or await transaction.handled(scope, case.id, task.thing.cause):
            return
        wake_at = next_wake(case, self.organisations[scope].rules)
        await transaction.save(scope, case, plan.facts, wake_at=wake_at)
        for letter_id in plan.cancelled:
            await transaction.cancel_jobs(scope, case.id, letter_id)
        for job in plan.jobs:
            await transaction.enqueue(job)
