"""A process of its own on the same database: for what only several processes can show."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import timedelta
from pathlib import Path

from dsarbot.core.apply import apply, fold
from dsarbot.core.facts import Noted
from dsarbot.errors import Conflict
from dsarbot.store.database import open_store
from dsarbot.store.store import TortoiseStore
from tests.store.samples import MASTER, NOW, ORG, opened


async def notes(store: TortoiseStore, name: str, count: int) -> None:
    """Read, then write, the same case; a conflict is tried again."""
    for number in range(count):
        while True:
            try:
                async with store.transaction() as transaction:
                    case = await transaction.case(ORG, "case-0001")
                    fact = Noted(at=NOW, actor=name, cause=f"{name}:{number}", kind="work", text="noted")
                    await transaction.save(ORG, apply(case, fact), [fact], wake_at=None)
                break
            except Conflict:
                continue


async def new_cases(store: TortoiseStore, name: str, count: int) -> None:
    for _ in range(count):
        async with store.transaction() as transaction:
            number = await transaction.next_number(ORG, 2026)
            facts = opened(f"case-{name}-{number:04d}", number=number + 100)
            await transaction.save(ORG, fold(facts), facts, wake_at=None)


async def claims(store: TortoiseStore, name: str, count: int) -> None:
    """Send everything there is; print what this process got."""
    while claimed := await store.claim_jobs(name, NOW + timedelta(hours=1), 60, limit=count):
        for each in claimed:
            assert await store.finish_job(each, state="sent", last="", now=NOW)
            print(each.job.id)


async def digest(store: TortoiseStore, name: str, count: int) -> None:
    del name
    for day in range(count):
        async with store.transaction() as transaction:
            if await transaction.digest_once(ORG, (NOW + timedelta(days=day)).date(), "dpo@northwind.example"):
                print(day)


async def fail(store: TortoiseStore, name: str, count: int) -> None:
    async with store.transaction() as transaction:
        await transaction.next_number(ORG, count)
        print(time.monotonic(), flush=True)
        raise RuntimeError(name)


async def main(task: str, url: str, data: str, name: str, count: str) -> None:
    async with open_store(url, data_dir=Path(data), master=MASTER) as store:
        work = {"notes": notes, "cases": new_cases, "claims": claims, "digest": digest, "fail": fail}[task]
        await work(store, name, int(count))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
