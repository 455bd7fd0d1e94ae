"""What tables look like, in terms both databases share: columns, what may be NULL, and what is indexed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tortoise.backends.base.client import BaseDBAsyncClient

from dsarbot.store.sql import dialect, run

_NOT_OURS = frozenset({"tortoise_migrations"})

_PG_COLUMNS = """
SELECT table_name, column_name, is_nullable = 'NO' AS required FROM information_schema.columns
WHERE table_schema = current_schema()
"""
_PG_INDEXES = """
SELECT CAST(t.relname AS TEXT) AS table_name, CAST(x.relname AS TEXT) AS name, i.indisunique AS is_unique,
  ARRAY(SELECT CAST(a.attname AS TEXT) FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number ORDER BY k.place) AS columns
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE n.nspname = current_schema() AND NOT i.indisprimary
"""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Column:
    table: str
    name: str
    required: bool


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Indexed:
    """Columns with an index over them; its name does not matter."""

    table: str
    unique: bool
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """names: of the indexes, to make lost ones again under the name they had."""

    columns: frozenset[Column]
    indexes: frozenset[Indexed]
    names: tuple[tuple[Indexed, str], ...] = ()

    def differences(self, expected: Shape) -> Sequence[str]:
        """What is not as expected, one phrase each."""
        lacking = [f"{each.table}.{each.name} lacks" for each in sorted(expected.columns - self.columns)]
        surplus = [f"{each.table}.{each.name} is too much" for each in sorted(self.columns - expected.columns)]
        unindexed = [
            f"the index of {each.table} ({', '.join(each.columns)}) lacks"
            for each in sorted(expected.indexes - self.indexes)
        ]
        return [*lacking, *surplus, *unindexed]


async def shape_of(db: BaseDBAsyncClient) -> Shape:
    """The tables of that connection."""
    if dialect(db) == "sqlite":
        return await _shape_of_sqlite(db)
    columns = frozenset(
        Column(table=row["table_name"], name=row["column_name"], required=row["required"])
        for row in await run(db, _PG_COLUMNS)
        if row["table_name"] not in _NOT_OURS
    )
    indexes = frozenset(
        Indexed(table=row["table_name"], unique=row["is_unique"], columns=tuple(row["columns"]))
        for row in await run(db, _PG_INDEXES)
        if row["table_name"] not in _NOT_OURS
    )
    return Shape(columns=columns, indexes=indexes)


async def _shape_of_sqlite(db: BaseDBAsyncClient) -> Shape:
    rows = await run(db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    columns, named = set(), {}
    for table in sorted({row["name"] for row in rows} - _NOT_OURS):
        for row in await run(db, f'PRAGMA table_info("{table}")'):
            columns.add(Column(table=table, name=row["name"], required=bool(row["notnull"])))
        for index in await run(db, f'PRAGMA index_list("{table}")'):
            if index["origin"] != "pk":
                parts = await run(db, f'PRAGMA index_info("{index["name"]}")')
                over = tuple(row["name"] for row in parts)
                named[Indexed(table=table, unique=bool(index["unique"]), columns=over)] = str(index["name"])
    return Shape(columns=frozenset(columns), indexes=frozenset(named), names=tuple(named.items()))


async def repair(db: BaseDBAsyncClient, expected: Shape) -> Sequence[Indexed]:
    """Make the indexes again that a rebuilt table has lost; those it made."""
    lost = sorted(expected.indexes - (await shape_of(db)).indexes)
    names = dict(expected.names)
    for index in lost:
        # SQLite names the indexes of its own constraints itself, and forbids that name to others.
        name = names.get(index, "")
        if not name or name.startswith("sqlite_"):
            name = "_".join((index.table, *index.columns))
        over = ", ".join(f'"{column}"' for column in index.columns)
        unique = "UNIQUE " if index.unique else ""
        await db.execute_script(f'CREATE {unique}INDEX "{name}" ON "{index.table}" ({over})')
    return lost
