"""How often the service makes the disk and the mail server wait: counted in a pass of its own, because counting costs.

Syncs are seen by strace with the file they are for, so a commit of SQLite (WAL, FULL) is one sync of a `-wal` file.
Round trips are counted by a proxy before the mail server.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.ingest_parts.database import Databases
from benchmarks.ingest_parts.mailbox import Corpus, Stage
from benchmarks.ingest_parts.proxy import Proxy
from benchmarks.ingest_parts.service import Idle, Service, ingest
from benchmarks.ingest_parts.sink import Sink

_SYNC: Final = re.compile(r"f(?:data)?sync\(\d+<(?P<path>[^>]*)>")


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Per mail. syncs is empty where strace is missing; commits are PostgreSQL's own numbers."""

    round_trips: float
    connections: int
    syncs: dict[str, float]
    commits: dict[str, float]


def traced(trace: Path) -> tuple[str, ...]:
    """The command to put before the service; -D leaves it our own child, and the filter lets other calls run free."""
    if shutil.which("strace") is None:
        return ()
    return ("strace", "-D", "-f", "--seccomp-bpf", "-y", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(trace))


def count(stage: Stage, corpus: Corpus, sink: Sink, databases: Databases) -> Counted:
    """One whole pass. What a start does by itself is not of the mails: it is measured on an empty mailbox first."""
    with Proxy.before(stage.dovecot.imap_port) as proxy:
        with databases.watched() as at_start:
            service, trace = _service(stage, None, sink, proxy, databases)
            service.start()
            try:
                service.await_line(": ready", seconds=60)
            finally:
                service.stop()
        syncs_at_start, turns, connections = _syncs(trace), proxy.turns, proxy.connections
        with databases.watched() as commits:
            service, trace = _service(stage, corpus, sink, proxy, databases)
            ingest(service, corpus, Idle(cpu=0, memory=0))
    mails = len(corpus.files)
    syncs = _syncs(trace)
    syncs.subtract(syncs_at_start)
    return Counted(
        round_trips=(proxy.turns - 2 * turns) / mails,
        connections=proxy.connections - 2 * connections,
        syncs={name: number / mails for name, number in sorted(syncs.items())},
        commits={name: (number - at_start[name]) / mails for name, number in commits.items()},
    )


def _service(
    stage: Stage, corpus: Corpus | None, sink: Sink, proxy: Proxy, databases: Databases
) -> tuple[Service, Path]:
    """The service behind the proxy, and where the trace of its syncs will be."""
    folder = stage.folder()
    trace = folder / "trace"
    box = stage.mailbox(corpus)
    made = Service(
        folder, box, sink, database=databases.fresh(), imap_port=proxy.port, before=traced(trace)
    )  # fmt: skip
    return made, trace


def _syncs(trace: Path) -> Counter[str]:
    """By what is synced. An unfinished line and its resumption are one call; only the first names the file."""
    if not trace.exists():
        return Counter()
    return Counter(_kind(found["path"]) for found in _SYNC.finditer(trace.read_text(errors="replace")))


def _kind(path: str) -> str:
    name = Path(path).name
    if name.endswith("-keys.db-wal"):
        return "commits (keys)"
    if name.endswith("-wal"):
        return "commits (main)"
    return "database files" if ".db" in name else "vault"
