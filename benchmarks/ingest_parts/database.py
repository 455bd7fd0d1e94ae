"""A fresh database for every pass: a file, or a database of a PostgreSQL that syncs as in real life."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from tests.servers.postgresql import USER, PostgreSQL

#: PostgreSQL's processes report what they counted at most once a second.
_REPORTED = 2.0


class Synced(PostgreSQL):
    """The tests' cluster forgets at a power failure; what is measured here must not."""

    def command(self) -> Sequence[str]:
        return [*super().command(), "-c", "fsync=on"]

    def numbers(self, query: str) -> list[int]:
        """One row of numbers."""
        command = [self.program("psql"), "-X", "-t", "-A", "-F", " ", "-h", self.host, "-p", str(self.port), "-U", USER]
        done = subprocess.run([*command, "-d", "postgres", "-c", query], capture_output=True, text=True, check=True)
        return [int(float(each)) for each in done.stdout.split()]


class Databases:
    """Gives URLs; "" means the service's own SQLite file."""

    def __init__(self, kind: str, cluster: Synced | None) -> None:
        self.kind, self._cluster = kind, cluster

    @classmethod
    @contextlib.contextmanager
    def of(cls, kind: str, root: Path) -> Iterator[Self]:
        """PostgreSQL is started and stopped here; skips like a test where it is not installed."""
        if kind == "sqlite":
            yield cls(kind, None)
            return
        (root / "postgresql").mkdir(mode=0o755)
        cluster = Synced(root / "postgresql")
        cluster.start()
        try:
            yield cls(kind, cluster)
        finally:
            cluster.stop()

    def fresh(self) -> str:
        return self._cluster.create_database() if self._cluster else ""

    @contextlib.contextmanager
    def watched(self) -> Iterator[dict[str, int]]:
        """What PostgreSQL counts until the block ends: syncs of its log, and transactions, of which many only read."""
        totals: dict[str, int] = {}
        if self._cluster is None:
            yield totals
            return
        before = self._counted(self._cluster)
        yield totals
        time.sleep(_REPORTED)
        totals |= {name: number - before[name] for name, number in self._counted(self._cluster).items()}

    def _counted(self, cluster: Synced) -> dict[str, int]:
        [syncs] = cluster.numbers("SELECT wal_sync FROM pg_stat_wal")
        [transactions] = cluster.numbers("SELECT sum(xact_commit) FROM pg_stat_database WHERE datname LIKE 'test_%'")
        return {"syncs of the log": syncs, "transactions, reads too": transactions}
