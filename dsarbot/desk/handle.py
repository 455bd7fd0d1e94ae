"""handle(tasks): the one way in which a case changes. Decide first, then store everything in one transaction.

A task is an order or a fact for a case. Decisions, letters and finished messages are made before the transaction is
opened, on the case as it was read; `save` refuses a case that somebody changed in between, and the whole batch is
then decided again. So no lock is held while a letter is composed or a file is synced.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dsarbot.core import orders as o
from dsarbot.core.agenda import next_wake
from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.plan import Plan, blobs_of, make_plan
from dsarbot.errors import Conflict, NotAllowed, NotFound
from dsarbot.ports import Change, Scope, Settled, Store, Transaction, Vault

__all__ = ["Also", "Desk", "Settled", "Task"]

_TRIES = 5
#: So many cases are remembered by the version that was written last.
_REMEMBERED = 2_000
#: More to write in the same transaction.
Also = Callable[[Transaction], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Task:
    """One order or fact for one case. case "" only with `Open`, which names the new case itself."""

    scope: Scope
    case: str
    thing: o.Order | Fact


@dataclass
class _Made:
    """What a try before this one has made. opened: by the number of their task the plans of new cases, which depend on
    nothing that is stored; kept: ids of messages in the vault. So the letters of a batch are composed once."""

    opened: dict[int, Plan] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)


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
        self._catch_up: Callable[[], Awaitable[None]] | None = None
        self._before_settling: Callable[[Sequence[Settled]], Awaitable[None]] | None = None
        self._newest: dict[tuple[Scope, str], int] = {}

    def before_judging(self, catch_up: Callable[[], Awaitable[None]]) -> None:
        """What `catch_up` calls: set by the outbox, which writes in groups what it has handed over."""
        self._catch_up = catch_up

    def before_settling(self, look: Callable[[Sequence[Settled]], Awaitable[None]]) -> None:
        """What is told of messages before they are settled: copies of papers in them are looked for."""
        self._before_settling = look

    async def catch_up(self) -> None:
        """Write down what has happened already and is not written yet."""
        if self._catch_up:
            await self._catch_up()

    async def order(self, scope: Scope, case_id: str, order: o.Order) -> Case:
        """One order of a person. NotAllowed when it is refused; nothing has changed then."""
        (result,) = await self.handle([Task(scope=scope, case=case_id, thing=order)], together=True)
        assert isinstance(result, Case)  # noqa: S101  # together: a refusal was raised
        return result

    async def handle(
        self,
        tasks: Sequence[Task],
        settled: Sequence[Settled] = (),
        *,
        together: bool = False,
        also: Also | None = None,
        read: Sequence[Case] = (),
    ) -> list[Case | NotAllowed]:
        """Carry the tasks out in one transaction; the result of each is its case, or why it was refused.

        together: all or nothing, the first refusal is raised. also: what is written in the same transaction. read:
        cases as they were read a moment ago; one that has changed since is read again, as after any Conflict.
        Conflict when a case kept changing under us."""
        known = {(Scope(case.organisation), case.id): case for case in read if self._is_newest(case)}
        made = _Made()
        for attempt in range(_TRIES):
            try:
                results, plans = await self._planned(tasks, known, made, together=together)
                await self._write(plans, settled, made, also)
                return results
            except Conflict:
                known = {}
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    def _is_newest(self, case: Case) -> bool:
        """Whether this process has not written a later version of it: a whole batch would be decided again for it."""
        return self._newest.get((Scope(case.organisation), case.id), 0) <= case.version

    async def _planned(
        self, tasks: Sequence[Task], known: dict[tuple[Scope, str], Case], made: _Made, *, together: bool
    ) -> tuple[list[Case | NotAllowed], list[tuple[Task, Plan]]]:
        """The results and what is to be written for them."""
        known |= await self._unread(tasks, known)
        results: list[Case | NotAllowed] = []
        plans: list[tuple[Task, Plan]] = []
        for number, task in enumerate(tasks):
            try:
                plan = made.opened.get(number) or self._plan(task, known)
            except NotAllowed as refusal:
                if together:
                    raise
                results.append(refusal)
                continue
            if _opens(task.thing):
                made.opened[number] = plan
            known[task.scope, plan.after.id] = plan.after
            results.append(plan.after)
            plans.append((task, plan))
        return results, plans

    async def _unread(
        self, tasks: Sequence[Task], known: Mapping[tuple[Scope, str], Case]
    ) -> dict[tuple[Scope, str], Case]:
        """The cases that are not known yet, read in one go; NotFound when one is not there."""
        opened = {(task.scope, task.thing.case) for task in tasks if isinstance(task.thing, o.Open)}
        wanted = dict.fromkeys((task.scope, task.case) for task in tasks if not _opens(task.thing))
        wanted = {each: None for each in wanted if each not in opened and each not in known}
        if len(wanted) == 1:
            [(scope, case_id)] = wanted
            return {(scope, case_id): await self.store.case(scope, case_id)}
        found: dict[tuple[Scope, str], Case] = {}
        for scope in dict.fromkeys(scope for scope, _ in wanted):
            mine = [case_id for owner, case_id in wanted if owner == scope]
            found |= {(scope, case.id): case for case in await self.store.cases(scope, mine)}
        for scope, case_id in wanted.keys() - found.keys():
            # `cases` leaves out what cannot be opened; asked for alone, it says why.
            found[scope, case_id] = await self.store.case(scope, case_id)
        return found

    def _plan(self, task: Task, known: Mapping[tuple[Scope, str], Case]) -> Plan:
        before = None if _opens(task.thing) else known.get((task.scope, task.case))
        if before is None and not _opens(task.thing):
            raise NotFound
        return make_plan(before, task.thing, self.organisations[task.scope], self.new_id)

    async def _write(
        self, plans: Sequence[tuple[Task, Plan]], settled: Sequence[Settled], made: _Made, also: Also | None
    ) -> None:
        for scope in dict.fromkeys(task.scope for task, _ in plans):
            found = blobs_of([plan for task, plan in plans if task.scope == scope])
            if blobs := [blob for blob in found if blob.id not in made.kept]:
                # Bytes first (security 4): what the outbox will send is durable before anything refers to it.
                await self.vault.keep(scope, blobs)
                made.kept.update(blob.id for blob in blobs)
        if settled and self._before_settling:
            await self._before_settling(settled)
        async with self.store.transaction() as transaction:
            await self._save(transaction, [(task, plan) for task, plan in plans if plan.facts])
            if settled:
                await transaction.update_inbounds(settled)
            if also:
                await also(transaction)
        self._remember([plan.after for _, plan in plans if plan.facts])
        self._changed()

    def _remember(self, cases: Sequence[Case]) -> None:
        if len(self._newest) > _REMEMBERED:
            self._newest.clear()
        self._newest |= {(Scope(case.organisation), case.id): case.version for case in cases}

    async def _save(self, transaction: Transaction, plans: Sequence[tuple[Task, Plan]]) -> None:
        changes = [
            Change(
                scope=task.scope,
                case=plan.after,
                facts=plan.facts,
                wake_at=next_wake(plan.after, self.organisations[task.scope].rules),
                cause=task.thing.cause,
            )
            for task, plan in plans
        ]
        written = await transaction.save_all(changes) if changes else ()
        for (task, plan), done in zip(plans, written, strict=True):
            if done:
                for letter_id in plan.cancelled:
                    await transaction.cancel_jobs(task.scope, plan.after.id, letter_id)
                for job in plan.jobs:
                    await transaction.enqueue(job)
                await transaction.add_links(plan.links)
                for note in plan.revoked:
                    await transaction.revoke_links(task.scope, plan.after.id, at=task.thing.at, note=note)
                for each in plan.suppressed:
                    await transaction.suppress(task.scope, each)
        for scope in dict.fromkeys(task.scope for task, _ in plans):
            fresh = [plan for (task, plan), once in zip(plans, written, strict=True) if once and task.scope == scope]
            await transaction.tell(scope, [event for plan in fresh for event in plan.events])


def _opens(thing: o.Order | Fact) -> bool:
    return isinstance(thing, o.Open | o.OpenFrom)
