"""A world under way: the service, the sink, the database, and the events to wait for."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.kill.database import Database, Unreachable
from tests.kill.service import Service, SinkProcess
from tests.kill.world import NUAGE, WOLKE, Sizes, World
from tests.servers.base import Server, wait_until
from tests.servers.dovecot import Dovecot
from tests.servers.postgresql import PostgreSQL

#: What an hour's waiting would do: retries are due, the leases of the dead are over.
_TIME_PASSES = (
    "UPDATE job SET due_at = (SELECT min(kept_at) FROM inbound) WHERE state = 'queued'",
    "UPDATE job SET lease_until = 0 WHERE state = 'claimed'",
    "UPDATE lease SET until = 0",
)
_NOT_DONE = "SELECT count(*) FROM job WHERE state IN ('queued', 'claimed')"
_UNREAD = "SELECT count(*) FROM inbound WHERE state = 'kept'"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """seconds: how long there is killing; victims: servers that are killed, with the service or instead of it; quiet:
    seconds after which what has not become quiet never will; before: words before the service's command;
    digest_soon: one of the digests at the next full minute instead of at once."""

    seconds: float
    seed: int
    sizes: Sizes = field(default_factory=Sizes)
    victims: Sequence[Server] = ()
    kill_service: bool = True
    quiet: float = 180
    before: tuple[str, ...] = ()
    digest_soon: bool = True


class Run:
    """folder: everything of the run; quiet_at: when nothing was left to do."""

    def __init__(
        self, folder: Path, url: str, dovecot: Dovecot, plan: Plan, *, cluster: PostgreSQL | None = None
    ) -> None:
        self.folder, self.plan, self.dovecot, self.cluster = folder, plan, dovecot, cluster
        self.dice = random.Random(plan.seed)
        (folder / "logs").mkdir(parents=True)
        self.sink = SinkProcess(folder / "spool", plan.seed)
        self.world = World(
            folder, url, dovecot, self.sink.port, seed=plan.seed, sizes=plan.sizes, digest_soon=plan.digest_soon
        )
        self.database = Database(url)
        self.service = Service(self.world.config, folder / "logs" / "service.log", before=plan.before)
        self.fences: list[dict[str, tuple[int, str]]] = []
        self.faults = 0
        self.quiet_at = datetime.now(UTC)
        self._over = threading.Event()
        threading.Thread(target=self._watch_fences, daemon=True).start()

    def end(self) -> None:
        """Leave nobody behind."""
        self._over.set()
        self.service.kill()
        self.sink.end()

    def say(self, text: str) -> None:
        sys.stdout.write(f"kill: {text}\n")
        sys.stdout.flush()

    def _watch_fences(self) -> None:
        """What a bystander sees of the outbox; only what has changed is noted."""
        last: dict[str, tuple[int, str]] = {}
        while not self._over.wait(0.5):
            try:
                seen = {row[0]: (row[1], row[2]) for row in self.database.rows("SELECT id, fence, state FROM job")}
            except Unreachable:
                continue
            if news := {job: each for job, each in seen.items() if last.get(job) != each}:
                self.fences.append(news)
                last |= news

    # --- the service ---------------------------------------------------------------------------------------------

    def start(self, *arguments: str) -> None:
        self.service.start(*arguments)
        self.service.wait_ready()

    def restart_later(self) -> None:
        """Killed, and started again when every lease is over: only while it is dead may that time be skipped."""
        self.service.kill()
        self.time_passes()
        self.start()

    def time_passes(self) -> None:
        assert not self.service.running
        self.database.change(*_TIME_PASSES)

    def stop(self) -> None:
        assert self.service.stop() == 0, self.service.said()

    def once_more(self) -> None:
        """Start, one round of everything, and end in order."""
        self.time_passes()
        begun = datetime.now(UTC)
        self.start()
        self.until(lambda: self._rounds_since(begun) == len(self.world.accounts), "a round of every mailbox")
        self.stop()

    def _rounds_since(self, begun: datetime) -> int:
        try:
            rows = self.database.rows("SELECT at FROM beat WHERE what LIKE 'mailbox:%'")
        except Unreachable:
            return 0
        return sum((at if isinstance(at, datetime) else datetime.fromisoformat(at)) > begun for (at,) in rows)

    def command(self, *words: str) -> str:
        """A command of dsarbot, as a person would give it, and what it says."""
        return self.python("dsarbot", "--config", str(self.world.config), *words)

    def python(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *words],
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=120,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    # --- events --------------------------------------------------------------------------------------------------

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for an event; a service that has ended by itself is started again, as its supervisor would."""

        def reached() -> bool:
            if not self.service.running:
                self.service.start()
            return condition()

        try:
            wait_until(reached, seconds=self.plan.quiet, what=what, pause=0.2)
        except TimeoutError:
            self.say(self.service.said())
            raise

    def settle(self) -> None:
        """Until nothing is left to do. What was cut off by a kill waits for its lease: that time is skipped."""
        for _ in range(5):
            self.until(self.all_read, "every mail kept, marked and read")
            self.until(lambda: self.database.count(f"{_NOT_DONE} AND attempts = 0") == 0, "every letter tried")
            if self._quiet_within(3.0):
                break
            self.restart_later()
        self.end_of_work()

    def end_of_work(self) -> None:
        """Wait until nothing is left to do."""
        self.until(self.all_read, "every mail kept, marked and read")
        self.until(lambda: self.database.count(_NOT_DONE) == 0, "an empty outbox")
        self.quiet_at = datetime.now(UTC)

    def _quiet_within(self, seconds: float) -> bool:
        try:
            wait_until(lambda: self.database.count(_NOT_DONE) == 0, seconds=seconds, what="quiet", pause=0.2)
        except TimeoutError:
            return False
        return True

    def all_read(self) -> bool:
        kept = all(not _unmarked(self.maildir(key), moves=key != WOLKE) for key in self.world.accounts)
        return kept and self.database.count(_UNREAD) == 0

    def digests_arrived(self) -> bool:
        wanted = [f"<{who}@{key}.example>".encode() for who in ("dpo", "deputy") for key in (NUAGE, WOLKE)]
        heads = b"".join(path.read_bytes()[:600] for path in (self.folder / "spool").glob("*.mail"))
        return all(each in heads for each in wanted)

    def maildir(self, key: str) -> Path:
        return self.dovecot.root / "mail" / self.world.accounts[key] / "Maildir"


def _unmarked(maildir: Path, *, moves: bool) -> bool:
    """Whether a mail lies there that was not marked, or not moved though it should have been."""
    if any((maildir / "new").iterdir()):
        return True
    names = [path.name for path in (maildir / "cur").iterdir()]
    return bool(names) if moves else not all(any(map(str.islower, name.rpartition(":2,")[2])) for name in names)
