"""Where the facts of a digest come from. Lists and counts are made from clear columns alone, so that ten thousand
open cases cost a second and not a minute.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from dsarbot.core.calendars import DAY
from dsarbot.core.case import Case
from dsarbot.desk.alarms_lines import lines as alarm_lines
from dsarbot.desk.digest_around import days_off, held, inquiries, signs
from dsarbot.desk.digest_case_lines import Lines, needed
from dsarbot.desk.digest_desk import DigestDesk
from dsarbot.desk.digest_facts import Anchor, DigestInput, Listed, TodoLine, TroubleLine, cut
from dsarbot.desk.digest_letters import todos, troubled, undelivered_jobs
from dsarbot.desk.digest_select import Selected, select
from dsarbot.ports import CaseRow, JobRow, Scope, Store

#: The cases in whose letters or messages something waits or went wrong: `Store.cases_needing_attention`.
CasesWithLetters = Callable[[Scope], Awaitable[Sequence[Case]]]

log = logging.getLogger(__name__)

_PAGE: Final = 1000
_MOST_JOBS: Final = 2000
_MOST_ALARMS: Final = 100_000
_MOST_OPENED: Final = 500
_MOST_NAMED: Final = 20


async def gather(
    store: Store,
    desk: DigestDesk,
    *,
    now: datetime,
    cases_with_letters: CasesWithLetters,
    since: datetime | None = None,
    anchor: tuple[int, str] | None = None,
    confidential: AbstractSet[str] = frozenset(),
) -> DigestInput:
    """The facts of the digest of today, as of *now*.

    since: when the last digest left (without it: when it should have); anchor: taken just before; confidential: ids
    of cases that only count. A case whose document cannot be opened is a line without details, and is counted.
    """
    scope, today = desk.organisation.scope, desk.day(now)
    since = since or desk.due_at(today - DAY)
    rows = await _open_cases(store, scope)
    found = _selected(rows, desk, today, since, confidential)
    chosen = Chosen(found=found, attention=[row for row in rows if row.attention])
    return await facts(
        store, desk, chosen, now=now, with_letters=await cases_with_letters(scope), since=since, anchor=anchor,
        confidential=confidential,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """The cases of each section, and those in whose letters or messages something waits. most_opened: so many of the
    latter are opened beyond those that came open."""

    found: Selected
    attention: Sequence[CaseRow]
    most_opened: int = _MOST_OPENED


async def facts(
    store: Store,
    desk: DigestDesk,
    chosen: Chosen,
    *,
    now: datetime,
    with_letters: Sequence[Case],
    since: datetime,
    anchor: tuple[int, str] | None = None,
    confidential: AbstractSet[str] = frozenset(),
) -> DigestInput:
    """The facts of sections that somebody chose. with_letters: cases in which something waits, open already."""
    scope, today, found = desk.organisation.scope, desk.day(now), chosen.found
    waiting_inbounds = await held(store, desk)
    documents = await _documents(store, scope, chosen, with_letters, needed(found, desk))
    letters = _letters(documents.with_letters, documents.beyond, desk, confidential)
    jobs = await _jobs(store, scope)
    lines = Lines(desk=desk, today=today, cases=documents.opened)
    return DigestInput(
        organisation=desk.name,
        zone=desk.zone,
        day=today,
        next_by=desk.next_by(today),
        inquiries=cut(await inquiries(store, desk)),
        alarms=alarm_lines(await store.alarms(scope, limit=_MOST_ALARMS), desk, confidential),
        authority=cut([each for each in waiting_inbounds if each.kind == "authority"]),
        away=lines.away(found.away),
        late=lines.cases(found.late),
        due=lines.cases(found.due),
        todo=letters.todo,
        to_approve=letters.to_approve,
        waiting=lines.waiting(found.waiting),
        since=since,
        new=lines.cases(found.new),
        unconfirmed=lines.cases(found.unconfirmed),
        held=cut([each for each in waiting_inbounds if each.kind != "authority"]),
        undelivered=_undelivered(letters, jobs, found, now, desk.zone),
        signs=signs(desk, await store.beats(), now),
        queued=sum(job.state != "shunted" for job in jobs),
        unopened=documents.unopened,
        days_off=days_off(desk, today),
        bars=found.bars,
        anchor=Anchor(number=anchor[0], hash=anchor[1]) if anchor else None,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Documents:
    """The documents of a digest by id. beyond: cases in whose letters or messages something waits as well, but which
    were too many to be opened, or would not open; unopened: how many would not."""

    with_letters: tuple[Case, ...]
    opened: Mapping[str, Case]
    beyond: tuple[CaseRow, ...]
    unopened: int


async def _documents(
    store: Store, scope: Scope, chosen: Chosen, with_letters: Sequence[Case], shown: Iterable[str]
) -> _Documents:
    """Open what is still missing, at once. A document that will not open must not silence the digest of all others."""
    known = {case.id: case for case in with_letters}
    left = [row.id for row in chosen.attention if row.id not in known][: chosen.most_opened]
    wanted = [each for each in dict.fromkeys((*left, *shown)) if each not in known]
    more = {case.id: case for case in await store.cases(scope, wanted)} if wanted else {}
    if unread := [each for each in wanted if each not in more]:
        named = " ".join(unread[:_MOST_NAMED])
        log.error("%d cases cannot be opened: %s", len(unread), named, extra={"action": "case_unopened"})
    opened = known | more
    return _Documents(
        with_letters=(*with_letters, *(more[each] for each in left if each in more)),
        opened=opened,
        beyond=tuple(row for row in chosen.attention if row.id not in opened),
        unopened=len(unread),
    )


async def _open_cases(store: Store, scope: Scope) -> list[CaseRow]:
    """All of them, each once: a case that is re-dated between two pages may come twice."""
    found: dict[str, CaseRow] = {}
    page = await store.rows(scope, limit=_PAGE)
    while page:
        found |= {row.id: row for row in page}
        page = await store.rows(scope, limit=_PAGE, after=page[-1].id) if len(page) == _PAGE else ()
    return list(found.values())


async def _jobs(store: Store, scope: Scope) -> list[JobRow]:
    """What will not go any more and what is still to go, each bounded by itself."""
    stuck = await store.jobs(scope, states=("shunted",), limit=_MOST_JOBS)
    return [*stuck, *await store.jobs(scope, states=("queued", "claimed"), limit=_MOST_JOBS)]


def _selected(
    rows: Sequence[CaseRow], desk: DigestDesk, today: date, since: datetime, confidential: AbstractSet[str]
) -> Selected:
    here = [each for each in desk.colleagues.values() if each.here]
    return select(
        rows,
        today=today,
        since=since,
        away={each.key for each in here if each.away_until(today) is not None},
        present={each.key for each in here},
        owner=desk.owner,
        confidential=confidential,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Letters:
    """told: (case, letter) of every line about trouble."""

    todo: Listed[TodoLine]
    to_approve: int
    trouble: tuple[TroubleLine, ...]
    confidential: int
    told: frozenset[tuple[str, str]]


def _letters(
    cases: Iterable[Case], beyond: Sequence[CaseRow], desk: DigestDesk, confidential: AbstractSet[str]
) -> _Letters:
    waits: list[TodoLine] = []
    trouble: list[TroubleLine] = []
    told: set[tuple[str, str]] = set()
    hidden_waits = hidden_trouble = hidden_drafts = 0
    for case in cases:
        of_case, went_wrong = list(todos(case, desk.zone)), list(troubled(case, desk.zone))
        told |= {(case.id, letter) for letter, _ in went_wrong}
        if case.id in confidential:
            hidden_waits += len(of_case)
            hidden_trouble += len(went_wrong)
            hidden_drafts += sum(each.todo == "approve" for each in of_case)
            continue
        waits += of_case
        trouble += (line for _, line in went_wrong)
    waits.sort(key=lambda line: (line.target or date.max, line.reference))
    return _Letters(
        todo=_with_more(cut(waits, hidden_waits), beyond, confidential),
        to_approve=hidden_drafts + sum(each.todo == "approve" for each in waits),
        trouble=tuple(trouble),
        confidential=hidden_trouble,
        told=frozenset(told),
    )


def _with_more(todo: Listed[TodoLine], beyond: Sequence[CaseRow], confidential: AbstractSet[str]) -> Listed[TodoLine]:
    """What waits in cases that were not opened is counted: nothing is dropped in silence."""
    hidden = sum(row.attention for row in beyond if row.id in confidential)
    more = sum(row.attention for row in beyond)
    return replace(todo, total=todo.total + more, confidential=todo.confidential + hidden)


def _undelivered(
    letters: _Letters, jobs: Sequence[JobRow], found: Selected, now: datetime, zone: str
) -> Listed[TroubleLine]:
    rows = undelivered_jobs(jobs, found.references, letters.told, now=now, zone=zone)
    lines = sorted((*letters.trouble, *rows), key=lambda line: (line.since or date.min, line.reference))
    return cut(lines, letters.confidential)
