"""How many journal entries a second the store appends, each commit synced, on SQLite.

    python3 dev.py bench journal [--appends N]

An append is what a note costs in the service: one sealed entry, chained, the case's row rewritten under its version
check, one transaction. The second row puts 50 of them, of 50 cases, into one transaction, as a backlog of mails does.
The third one is the floor: as many bytes written and synced by themselves.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tortoise.connection import get_connection

from dsarbot.core.apply import apply, fold
from dsarbot.core.case import Case, Person
from dsarbot.core.fact import Fact
from dsarbot.core.facts import CaseOpened, ClaimFound, Noted
from dsarbot.ports import Scope
from dsarbot.store.database import open_store
from dsarbot.store.sql import run
from dsarbot.store.store import TortoiseStore

SCOPE = Scope("bench")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BATCH = 50
#: The values of PRAGMA synchronous.
LEVELS = ("OFF", "NORMAL", "FULL", "EXTRA")
#: Bytes of a page of SQLite's write-ahead log with its head.
PAGE = 4096 + 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """seconds: wall clock; cpu: own seconds."""

    name: str
    appends: int
    seconds: float
    cpu: float

    def __str__(self) -> str:
        rate, cost = self.appends / self.seconds, self.cpu / self.appends * 1000
        return f"{self.name:<34}{self.appends:8}{rate:12.0f}{cost:10.2f}"


def opened(number: int) -> Sequence[Fact]:
    cause = f"inbound:{number}"
    return (
        CaseOpened(
            at=NOW, actor="service", cause=cause, case=f"case-{number:06d}", reference=f"DSR-2026-{number:05d}-X",
            organisation=SCOPE, channel="mail", language="de",
            person=Person(name="Zoé Muster", address=f"zoe{number}@example.net"), subject="Auskunft",
        ),
        ClaimFound(
            at=NOW, actor="service", cause=cause, claim="c1", right="access", party=SCOPE, received_at=NOW,
            certain=True,
        ),
    )  # fmt: skip


def noted(number: int) -> Fact:
    return Noted(at=NOW, actor="dpo", cause=f"note:{number}", kind="work", text="Asked the mail team on Monday. " * 4)


async def append(store: TortoiseStore, cases: list[Case], numbers: Sequence[int], *, per_commit: int) -> None:
    """One note per number, of the cases in turn; *per_commit* of them in one transaction."""
    for start in range(0, len(numbers), per_commit):
        async with store.transaction() as transaction:
            for number in numbers[start : start + per_commit]:
                fact = noted(number)
                place = number % len(cases)
                cases[place] = await transaction.save(SCOPE, apply(cases[place], fact), [fact], wake_at=None)


async def measured(
    name: str, store: TortoiseStore, cases: list[Case], numbers: Sequence[int], *, per_commit: int
) -> Row:
    wall, cpu = time.perf_counter(), time.process_time()
    await append(store, cases, numbers, per_commit=per_commit)
    return Row(
        name=name, appends=len(numbers), seconds=time.perf_counter() - wall, cpu=time.process_time() - cpu
    )  # fmt: skip


def floor(folder: Path, count: int) -> Row:
    """Two pages written and synced, for the main database and for the keys, so many times."""
    wall, cpu = time.perf_counter(), time.process_time()
    files = [os.open(folder / name, os.O_WRONLY | os.O_CREAT) for name in ("floor-main", "floor-keys")]
    for _ in range(count):
        for each in files:
            os.write(each, b"\0" * PAGE)
            os.fdatasync(each)
    for each in files:
        os.close(each)
    return Row(
        name="floor: 2 writes + fdatasync", appends=count, seconds=time.perf_counter() - wall,
        cpu=time.process_time() - cpu,
    )  # fmt: skip


async def synchronous() -> str:
    """PRAGMA synchronous of both connections, as it is in force."""
    found = []
    for name in ("default", "keys"):
        [answer] = await run(get_connection(name), "PRAGMA synchronous")
        found.append(LEVELS[int(answer["synchronous"])])
    return " and ".join(dict.fromkeys(found))


async def bench(folder: Path, appends: int) -> None:
    url = f"sqlite://{folder}/bench.sqlite"
    async with open_store(url, data_dir=folder, master=os.urandom(32)) as store:
        cases = [fold(opened(number)) for number in range(BATCH)]
        async with store.transaction() as transaction:
            for number in range(BATCH):
                await transaction.save(SCOPE, cases[number], opened(number), wake_at=None)
        rows = [
            await measured("one append per commit", store, cases, range(appends), per_commit=1),
            await measured(
                f"{BATCH} appends per commit", store, cases, range(appends, 3 * appends), per_commit=BATCH
            ),
            floor(folder, appends),
        ]  # fmt: skip
        print(f"SQLite, PRAGMA synchronous = {await synchronous()}")
    print(f"{'journal':<34}{'appends':>8}{'appends/s':>12}{'CPU ms':>10}")
    for row in rows:
        print(row)


def main() -> None:
    parser = argparse.ArgumentParser(description="Appends per second to the journal.")
    parser.add_argument("--appends", type=int, default=400)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(bench(Path(name), arguments.appends))


if __name__ == "__main__":
    main()
