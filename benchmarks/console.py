"""How long the console takes with 100,000 cases: *Today*, *Cases* narrowed and sorted each way, the look-up, triage.

    python3 dev.py bench console [--rows N] [--real N]

Server time: the whole application behind its pages, without network and browser. The first cases (--real) are saved as
the service saves them, one in thirty with a draft that waits for approval; all others are copies of one row under ids,
states, rights, dates and colleagues of their own, half of them open. On SQLite, and on PostgreSQL where Debian's
package is installed. The budget is 100 ms (95th percentile).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pyotp
import pytest
from case_queue import facts_of, server
from tortoise.connection import get_connection

from dsarbot.app import App, opened
from dsarbot.config import load
from dsarbot.core.account import Account
from dsarbot.core.apply import fold
from dsarbot.core.case import Status
from dsarbot.core.fact import Fact
from dsarbot.core.facts import CaseOpened, ClaimFound, QuestionAsked
from dsarbot.ports import Scope
from dsarbot.store.masterkey import new_master_key
from dsarbot.store.sql import dialect, run
from dsarbot.web.proofs import new_secret, password_hash
from dsarbot.web.server import build
from tests.cli.desk_world import CONFIG
from tests.servers.counting import counted
from tests.web.conftest import HERE, PASSWORD, WEB, Browser

SCOPE: Final = Scope("nord")
NOW: Final = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
BUDGET: Final = 100.0
BATCH: Final = 200
ROUNDS: Final = 30
RIGHTS: Final = ("access", "erasure", "rectification", "portability", "objection", "access,erasure")
OPEN: Final = (Status.OPEN, Status.OPEN, Status.UNCONFIRMED, Status.WAITING_PERSON, Status.WAITING_PARTY)

#: What is asked for, in words.
PAGES: Final[tuple[tuple[str, str], ...]] = (
    ("today", "/"),
    ("cases", "/cases"),
    ("cases, one right", "/cases?right=portability"),
    ("cases, rare filter", "/cases?right=objection&hop=party&assignee=bruno&age=90"),
    ("cases, nothing found", "/cases?right=directives&hop=person"),
    ("cases, by receipt", "/cases?sort=received-desc"),
    ("cases, by reference", "/cases?sort=reference"),
    ("cases, late", "/cases?due=late"),
    ("cases, closed", "/cases?closed=true"),
    ("find an address", "/find?q=zoe4242@example.net"),
    ("find a name", "/find?q=Muster%204242"),
    ("triage", "/triage"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Milliseconds: median and 95th percentile, and of the processor's own time (a busy machine does not count there);
    statements of one page; its bytes."""

    name: str
    median: float
    p95: float
    cpu: float
    statements: int
    size: int

    def __str__(self) -> str:
        verdict = "ok" if self.p95 < BUDGET else "OVER"
        return (
            f"{self.name:22}{self.median:8.1f}{self.p95:8.1f}{self.cpu:8.1f}{BUDGET:8.0f}  {verdict:5}"
            f"{self.statements:6}{self.size:9,}"
        )


def _moved(number: int) -> list[Fact]:
    """As `facts_of`, for the organisation of the console, every sixth one unsure."""
    found: list[Fact] = []
    for fact in facts_of(number):
        if isinstance(fact, CaseOpened):
            fact = replace(fact, organisation=SCOPE)  # noqa: PLW2901
        elif isinstance(fact, ClaimFound):
            fact = replace(fact, party=SCOPE, certain=number % 6 != 0)  # noqa: PLW2901
        found.append(fact)
    if number % 12 == 1:
        received = found[0].at
        found.append(
            QuestionAsked(
                at=received, actor="anna", cause=f"ask:{number}", claim="c1", kind="clarification", letter="l1",
                asked_on=received.date(), accepted=True,
            )
        )  # fmt: skip
    return found


async def fill(app: App, real: int) -> None:
    for start in range(0, real, BATCH):
        async with app.store.transaction() as transaction:
            for number in range(start, min(start + BATCH, real)):
                facts = _moved(number)
                await transaction.save(SCOPE, fold(facts), facts, wake_at=NOW + timedelta(days=1))


async def copy(rows: int, real: int) -> None:
    """The others. Open ones are due after the real ones, so that what a page opens is what its row says."""
    db, chance = get_connection("default"), random.Random(42)  # the same rows each time
    [first] = await run(db, "SELECT * FROM cases WHERE id = ?", "case-000000")
    names = list(first)
    places = ", ".join("?" if dialect(db) == "sqlite" else f"${place}" for place in range(1, len(names) + 1))
    columns = ", ".join(f'"{name}"' for name in names)
    cases: list[list[Any]] = []
    for number in range(real, rows):
        closed = number % 2 == 0
        due = date(2027, 1, 15) + timedelta(days=chance.randrange(60))
        # Of the real ones the oldest are 39 days old; a closed case may be of any age.
        received = NOW - timedelta(minutes=chance.randrange(60 * 24 * (800 if closed else 35)))
        plain = dialect(db) == "sqlite"
        values = first | {
            "id": f"copy-{number:07d}", "reference": f"COPY-{number:07d}", "closed": closed, "attention": 0,
            "status": (Status.CLOSED if closed else chance.choice(OPEN)).value, "rights": chance.choice(RIGHTS),
            "assignee": chance.choice(("", "", "anna", "bruno")),
            "received_at": received.isoformat(" ") if plain else received,
            "opened_at": received.isoformat(" ") if plain else received,
            "changed_at": received.isoformat(" ") if plain else received,
            "sort_due": due.isoformat() if plain else due, "target": due.isoformat() if plain else due,
        }  # fmt: skip
        cases.append(list(values.values()))
    await db.execute_many(f"INSERT INTO cases ({columns}) VALUES ({places})", cases)
    # As both databases do by themselves after so many rows.
    await db.execute_script("ANALYZE" if dialect(db) == "sqlite" else "VACUUM ANALYZE")


async def logged_in(app: App) -> Browser:
    assert app.settings.web is not None
    secret = new_secret()
    async with app.store.transaction() as transaction:
        await transaction.save_account(Account(staff="anna", password=await password_hash(PASSWORD), secret=secret))
    browser = Browser(
        httpx.AsyncClient(
            transport=httpx.ASGITransport(build(app, app.settings.web)), base_url=HERE, follow_redirects=True,
            headers={"Accept-Language": "en"}, timeout=120,
        )
    )  # fmt: skip
    await browser.post("/login", {"name": "anna", "password": PASSWORD, "code": pyotp.TOTP(secret).at(NOW)})
    return browser


async def measured(browser: Browser, name: str, path: str) -> Row:
    await browser.get(path)
    if browser.status != 200:
        raise SystemExit(f"{path} answers {browser.status}")
    taken, own = [], []
    for _ in range(ROUNDS):
        started, used = time.perf_counter(), time.process_time()
        await browser.get(path)
        taken.append((time.perf_counter() - started) * 1000)
        own.append((time.process_time() - used) * 1000)
    with counted() as statements:
        await browser.get(path)
    return Row(
        name=name, median=statistics.median(taken), p95=statistics.quantiles(taken, n=20)[-1],
        cpu=statistics.median(own), statements=len(statements), size=len(browser.text.encode()),
    )  # fmt: skip


async def searched(browser: Browser) -> Sequence[str]:
    """Free text: the first searches read the open cases, a while each; then they are in memory."""
    took = list[float]()
    while not took or ("still reading" in browser.text and len(took) < 60):
        await browser.get("/cases")
        started = time.perf_counter()
        await browser.post("/cases/search", {"text": "muster 4242"})
        took.append((time.perf_counter() - started) * 1000)
    await browser.get("/cases")
    started = time.perf_counter()
    await browser.post("/cases/search", {"text": "muster 4242"})
    warm = (time.perf_counter() - started) * 1000
    return [f"text: {len(took)} searches read the open cases in {sum(took) / 1000:.1f} s, the next took {warm:.1f} ms"]


async def bench(url: str, folder: Path, rows: int, real: int) -> None:
    (folder / "config.toml").write_text(CONFIG.replace('url = "sqlite:///test.sqlite"', f'url = "{url}"') + WEB)
    for name, text in (("master.key", new_master_key()), ("secret", "not-a-real-one\n")):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(text)
    async with opened(load(folder / "config.toml", environ={}), environ={}, clock=lambda: NOW) as app:
        started = time.perf_counter()
        await fill(app, real)
        await copy(rows, real)
        browser = await logged_in(app)
        print(f"{dialect(get_connection('default'))}, {rows:,} cases, made in {time.perf_counter() - started:.0f} s")
        print(f"{'page':22}{'median':>8}{'p95':>8}{'cpu':>8}{'budget':>8}  {'':5}{'stmts':>6}{'bytes':>9}", flush=True)
        for name, path in PAGES:
            print(await measured(browser, name, path), flush=True)
        print("\n".join(await searched(browser)))
        print("(milliseconds of server time)\n", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="The pages of the console with many cases.")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--real", type=int, default=10_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    arguments = parser.parse_args()
    if arguments.only != "postgresql":
        with tempfile.TemporaryDirectory() as name:
            asyncio.run(bench("sqlite:///bench.sqlite", Path(name), arguments.rows, arguments.real))
    if arguments.only != "sqlite":
        with tempfile.TemporaryDirectory(prefix="dsarbot-") as name:
            try:
                with server(Path(name)) as url:
                    (Path(name) / "data").mkdir()
                    asyncio.run(bench(url, Path(name) / "data", arguments.rows, arguments.real))
            except pytest.skip.Exception as missing:
                print(f"PostgreSQL not measured: {missing}", file=sys.stderr)


if __name__ == "__main__":
    os.environ.setdefault("DSARBOT_TEST_DATABASE", "sqlite")
    main()
