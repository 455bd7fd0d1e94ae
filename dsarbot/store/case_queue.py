"""The list of cases as somebody wants it: filters, order and place in one statement each, whatever the number of cases.

Every column that is filtered or sorted by stands in the index `case_narrow`: a filter that few cases meet walks
through that index and never through the rows, whose sealed documents are a thousand times as large.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from tortoise.backends.base.client import BaseDBAsyncClient

from dsarbot.core.case_query import CaseQuery, Sort
from dsarbot.ports import CaseRow, Scope
from dsarbot.store.case_lists import COLUMNS, row_of
from dsarbot.store.sql import instant, run

_COLUMN: Final[Mapping[Sort, str]] = {
    Sort.DUE: "sort_due",
    Sort.RECEIVED: "received_at",
    Sort.REFERENCE: "reference",
}
#: A word of a list that is kept in one column, found without the wildcards that a key could hold.
_RIGHT: Final = (
    "(rights = ? OR (rights LIKE '%,%' AND"
    " REPLACE(',' || rights || ',', ',' || CAST(? AS TEXT) || ',', '') <> ',' || rights || ','))"
)
_NAMED: Final = "REPLACE(' ' || confidential || ' ', ' ' || CAST(? AS TEXT) || ' ', '') <> ' ' || confidential || ' '"

_SEEN: Final = f"(confidential = '' OR {_NAMED})"
#: Entered by the few that are confidential, whatever else is asked of them.
_HIDDEN: Final = f"id IN (SELECT id FROM cases WHERE organisation = ? AND confidential > '' AND NOT ({_NAMED}))"  # noqa: S608


async def found(db: BaseDBAsyncClient, scope: Scope, query: CaseQuery, limit: int) -> Sequence[CaseRow]:
    """The first of them in their order."""
    where, values = _where(scope, query)
    column, way = _COLUMN[query.sort], " DESC" if query.descending else ""
    if query.after is not None:
        than, (value, last) = "<" if query.descending else ">", query.after
        # The bound that both branches share is said once more by itself: the index is entered there.
        where += f" AND {column} {than}= ? AND ({column} {than} ? OR id {than} ?)"
        values += [value, value, last]
    order = f"ORDER BY {column}{way}, id{way}"
    inner = f"SELECT id FROM cases WHERE {where} {order} LIMIT ?"  # noqa: S608  # our own names
    rows = await run(db, f"SELECT {COLUMNS} FROM cases WHERE id IN ({inner}) {order}", *values, limit)  # noqa: S608
    return [row_of(each) for each in rows]


async def counted(db: BaseDBAsyncClient, scope: Scope, queries: Sequence[CaseQuery], most: int) -> Sequence[int]:
    """How many cases each of them meets, none counted beyond *most*, in one statement."""
    parts, every = [], list[object]()
    for query in queries:
        where, values = _where(scope, query)
        parts.append(f"(SELECT COUNT(*) FROM (SELECT 1 FROM cases WHERE {where} LIMIT ?) AS part)")  # noqa: S608
        every += [*values, most]
    names = [f"n{number}" for number in range(len(parts))]
    statement = "SELECT " + ", ".join(f"{part} AS {name}" for part, name in zip(parts, names, strict=True))
    [row] = await run(db, statement, *every)
    return [int(row[name]) for name in names]


def _where(scope: Scope, query: CaseQuery) -> tuple[str, list[object]]:
    parts, values = ["organisation = ?", "closed = ?"], list[object]([scope, query.closed])
    for part, given in _asked(scope, query):
        parts.append(part)
        values += given
    return " AND ".join(parts), values


def _asked(scope: Scope, query: CaseQuery) -> Iterator[tuple[str, Sequence[object]]]:
    """Each condition with its values, what costs least first."""
    for part, value in (
        ("sort_due >= ?", query.due_from),
        ("sort_due <= ?", query.due_by),
        ("received_at >= ?", query.received_from),
        ("received_at <= ?", query.received_by),
        ("opened_at > ?", query.opened_after),
    ):
        if value is not None:
            yield part, (value,)
    for column, among in (("status", query.statuses), ("assignee", query.assignees), ("id", query.ids)):
        if among is not None:
            yield f"{column} IN ({', '.join('?' * len(among)) or 'NULL'})", among
    if query.attention:
        yield "attention > 0", ()
    if query.right:
        yield _RIGHT, (query.right, query.right)
    yield (_HIDDEN, (scope, query.staff)) if query.hidden else (_SEEN, (query.staff,))


async def moved(db: BaseDBAsyncClient, scope: Scope, since: datetime) -> Sequence[tuple[str, int, bool, datetime]]:
    """Cases that changed since then: id, version, whether it is closed, when; in two walks through one index."""
    rows = []
    for closed in (False, True):
        rows += await run(db, _MOVED, scope, closed, since)
    return [(row["id"], row["version"], bool(row["closed"]), instant(row["changed_at"])) for row in rows]


_MOVED: Final = (
    "SELECT id, version, closed, changed_at FROM cases WHERE organisation = ? AND closed = ? AND changed_at >= ?"
)


async def tally(db: BaseDBAsyncClient, scope: Scope, days: Sequence[date]) -> tuple[Mapping[str, int], Sequence[int]]:
    """How many open cases there are by status; and due up to each of these days (in order), and beyond the last."""
    rows = await run(db, _BY_STATUS, scope, False)
    buckets = ", ".join(f"SUM(CASE WHEN sort_due <= ? THEN 1 ELSE 0 END) AS d{n}" for n in range(len(days)))
    [due] = await run(
        db, f"SELECT {buckets}, COUNT(*) AS whole FROM cases WHERE organisation = ? AND closed = ? AND sort_due < ?",  # noqa: S608
        *days, scope, False, date.max,
    )  # fmt: skip
    upto = [int(due[f"d{n}"] or 0) for n in range(len(days))]
    upto.append(int(due["whole"]))
    return {row["status"]: int(row["n"]) for row in rows}, [
        here - before for here, before in zip(upto, [0, *upto], strict=False)
    ]


_BY_STATUS: Final = "SELECT status, COUNT(*) AS n FROM cases WHERE organisation = ? AND closed = ? GROUP BY status"


async def held(db: BaseDBAsyncClient, scope: Scope, most: int) -> int:
    """How many inbounds of that scope wait for a person."""
    [row] = await run(db, _HELD, "held", scope, most)
    return int(row["n"])


_HELD: Final = "SELECT COUNT(*) AS n FROM (SELECT 1 FROM inbound WHERE state = ? AND organisation = ? LIMIT ?) AS part"
