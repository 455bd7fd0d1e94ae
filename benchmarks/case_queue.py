"""How long the queue of cases takes: its first page, an exact address, and the digest of 10,000 open cases.

    python3 dev.py bench case_queue [--rows N]

The first 10,000 cases are saved as the service saves them, one in thirty with a draft that waits for approval. The
digest is gathered with initials and built from them. Then copies of one row, half of them closed, with look-ups of
their own, fill the tables up to N. On SQLite, and on PostgreSQL where Debian's package is installed (its data is not
synced there; nothing but reads is measured). Not called queue.py: the standard library has a module of that name,
and the scripts beside this one would get this instead.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from tortoise.connection import get_connection

from dsarbot.core.apply import fold
from dsarbot.core.case import Person
from dsarbot.core.clock import compute
from dsarbot.core.fact import Fact
from dsarbot.core.facts import CaseOpened, ClaimFound, Dated, LetterDrafted
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.desk.digest import build
from dsarbot.desk.digest_desk import DigestDesk
from dsarbot.desk.digest_gather import gather
from dsarbot.ports import Scope
from dsarbot.store.database import open_store
from dsarbot.store.sql import dialect, run
from dsarbot.store.store import TortoiseStore
from tests.desk.digest_samples import desk, letter
from tests.servers.postgresql import PostgreSQL

SCOPE: Final = Scope("example")
NOW: Final = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
PLACE: Final = jurisdiction("FR")
OPEN: Final = 10_000
BATCH: Final = 200
ROUNDS: Final = 200
#: The values of PRAGMA synchronous.
LEVELS: Final = ("OFF", "NORMAL", "FULL", "EXTRA")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Milliseconds: median and 95th percentile. digest: (gather, build) in seconds, the best of three."""

    rows: int
    page: tuple[float, float]
    address: tuple[float, float]
    digest: tuple[float, float] | None = None

    def __str__(self) -> str:
        cells = [f"{self.rows:9,}", *(f"{median:11.2f}{p95:8.2f}" for median, p95 in (self.page, self.address))]
        if self.digest:
            cells.append(f"{sum(self.digest):10.2f} s ({self.digest[0]:.2f} + {self.digest[1]:.2f})")
        return "".join(cells)


# --- what is measured ------------------------------------------------------------------------------------------


async def timed(work: Callable[[int], Awaitable[object]]) -> tuple[float, float]:
    taken = []
    for number in range(ROUNDS):
        started = time.perf_counter()
        await work(number)
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


async def page(store: TortoiseStore) -> None:
    if len(await store.rows(SCOPE, limit=50)) != 50:
        raise SystemExit("the first page is not full")


async def look_up(store: TortoiseStore, number: int) -> None:
    if len(await store.by_lookup(SCOPE, "address", address(number * 37 % OPEN))) != 1:
        raise SystemExit("the case of an address was not found")


async def digest(store: TortoiseStore, of: DigestDesk) -> tuple[float, float]:
    started = time.perf_counter()
    facts = await gather(store, of, now=NOW, cases_with_letters=store.cases_needing_attention)
    gathered = time.perf_counter()
    build(facts, "en", NOW)
    if sum(facts.bars) != OPEN or facts.to_approve != -(-OPEN // 30):
        raise SystemExit("the digest does not count what is there")
    return gathered - started, time.perf_counter() - gathered


# --- the cases -------------------------------------------------------------------------------------------------


def address(number: int) -> str:
    return f"zoe{number}@example.net"


def facts_of(number: int) -> list[Fact]:
    received, cause, case = NOW - timedelta(days=number % 40, minutes=number), f"inbound:{number}", f"case-{number:06d}"
    facts: list[Fact] = [
        CaseOpened(
            at=received, actor="service", cause=cause, case=case, reference=f"DSR-2026-{number:06d}-X",
            organisation=SCOPE, channel="mail", language="de",
            person=Person(name=f"Zoé Muster {number}", address=address(number)), subject="Auskunft",
        ),
        ClaimFound(
            at=received, actor="service", cause=cause, claim="c1", right="access", party=SCOPE, received_at=received,
            certain=True, because=("Auskunft über meine Daten",),
        ),
        Dated(at=received, actor="service", cause=cause, claim="c1", dates=compute(received, PLACE)),
    ]  # fmt: skip
    if number % 30 == 0:
        facts.append(LetterDrafted(at=received, actor="anna", cause=f"draft:{number}", letter=letter()))
    return facts


async def fill(store: TortoiseStore) -> None:
    for start in range(0, OPEN, BATCH):
        async with store.transaction() as transaction:
            for number in range(start, start + BATCH):
                facts = facts_of(number)
                await transaction.save(SCOPE, fold(facts), facts, wake_at=NOW + timedelta(days=1))


async def copy(rows: int) -> None:
    """Copies of the first row under other ids, due after it, every second one closed; each with a look-up."""
    db = get_connection("default")
    [first] = await run(db, "SELECT * FROM cases WHERE id = ?", "case-000000")
    lookup = {"organisation": SCOPE, "kind": "address", "letter": ""}
    cases, lookups = [], []
    for number in range(OPEN, rows):
        case, closed = f"copy-{number:07d}", number % 2 == 0
        cases.append(first | {"id": case, "reference": f"COPY-{number:07d}", "closed": closed, "attention": 0})
        lookups.append(lookup | {"hash": os.urandom(32).hex(), "case_id": case})
    for table, found in (("cases", cases), ("lookup", lookups)):
        names = list(found[0])
        places = ", ".join("?" if dialect(db) == "sqlite" else f"${place}" for place in range(1, len(names) + 1))
        columns = ", ".join(f'"{name}"' for name in names)
        values = [list(each.values()) for each in found]
        await db.execute_many(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)
    await db.execute_script("ANALYZE")


async def durability() -> str:
    """What is in force about syncing: PRAGMA synchronous, or PostgreSQL's settings."""
    db = get_connection("default")
    if dialect(db) == "sqlite":
        [answer] = await run(db, "PRAGMA synchronous")
        return f"SQLite, PRAGMA synchronous = {LEVELS[int(answer['synchronous'])]}"
    [commit], [fsync] = await run(db, "SHOW synchronous_commit"), await run(db, "SHOW fsync")
    return f"PostgreSQL, synchronous_commit = {commit['synchronous_commit']}, fsync = {fsync['fsync']}"


async def bench(url: str, folder: Path, rows: int) -> None:
    async with open_store(url, data_dir=folder, master=os.urandom(32)) as store:
        print(await durability())
        print(f"{'rows':>9}{'first 50':>11}{'p95':>8}{'address':>11}{'p95':>8}  digest of {OPEN:,}: gather + build")
        started = time.perf_counter()
        await fill(store)
        took = time.perf_counter() - started
        of = replace(desk(), names="initials")
        digests = [await digest(store, of) for _ in range(3)]
        print(await measured(store, OPEN, min(digests, key=sum)), flush=True)
        if rows > OPEN:
            await copy(rows)
            print(await measured(store, rows, None))
        print(f"(milliseconds unless said otherwise; {OPEN:,} cases were saved in {took:.1f} s)\n", flush=True)


async def measured(store: TortoiseStore, rows: int, of_digest: tuple[float, float] | None) -> Row:
    first, exact = await timed(lambda _: page(store)), await timed(lambda number: look_up(store, number))
    return Row(rows=rows, page=first, address=exact, digest=of_digest)


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The URL of a database on a server of our own."""
    folder.chmod(0o755)  # the server runs under an account of its own
    (folder / "postgresql").mkdir()
    cluster = PostgreSQL(folder / "postgresql")
    cluster.start()
    try:
        yield cluster.create_database()
    finally:
        cluster.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description="The queue of cases: first page, exact address, digest.")
    parser.add_argument("--rows", type=int, default=100_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(bench(f"sqlite://{name}/bench.sqlite", Path(name), arguments.rows))
    with tempfile.TemporaryDirectory(prefix="dsarbot-") as name:
        try:
            with server(Path(name)) as url:
                asyncio.run(bench(url, Path(name) / "data", arguments.rows))
        except pytest.skip.Exception as missing:
            print(f"PostgreSQL not measured: {missing}", file=sys.stderr)


if __name__ == "__main__":
    main()
