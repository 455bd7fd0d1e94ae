"""How soon `dsarbot run` is ready and how much memory it holds when idle, beside the budgets of the design.

    python3 dev.py bench memory

The service runs as a child process on an empty SQLite database; its mailbox and relay are ports of this machine on
which nobody listens, so it works as it does while a mail server is down. RSS counts shared libraries; PSS (where the
kernel tells it) counts only this process's share of them.
"""

from __future__ import annotations

import argparse
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ingest_parts.installation import install
from benchmarks.ingest_parts.processes import environment, mebibytes

READY_BUDGET, IDLE_BUDGET = 1.5, 75.0
RUNS = 5
#: Seconds after which start-up garbage is gone and the first backing-off has begun.
SETTLE = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Seconds from start to the ready line; MiB after settling."""

    ready: float
    rss: float
    pss: float | None


def closed_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_installation(folder: Path) -> Path:
    port = closed_port()
    return install(
        folder, address="dpo@bench.example.org", password="invented-for-the-bench", imap_port=port, smtp_port=port
    )


def once(config: Path) -> Run:
    """Start, wait for the line, let it settle, look, end it. RuntimeError when it never got ready."""
    command = [sys.executable, "-m", "dsarbot", "--config", str(config), "run"]
    started = time.perf_counter()
    child = subprocess.Popen(command, env=environment(), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert child.stderr
    said = []
    try:
        for line in child.stderr:
            said.append(line)
            if line.startswith("dsarbot is ready"):
                break
        else:
            raise RuntimeError("dsarbot run did not get ready:\n" + "".join(said))
        ready = time.perf_counter() - started
        time.sleep(SETTLE)
        return Run(ready=ready, rss=mebibytes(child.pid, "VmRSS"), pss=share(child.pid))
    finally:
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=30)


def share(pid: int) -> float | None:
    """PSS in MiB; None where the kernel does not tell."""
    try:
        return mebibytes(pid, "Pss", file="smaps_rollup")
    except OSError:
        return None


def row(name: str, unit: str, value: float, worst: float, budget: float) -> str:
    verdict = "within" if value <= budget else "OVER"
    return f"{name:<22}{unit:<6}{value:8.2f}{worst:8.2f}{budget:8.2f}  {verdict}"


def main() -> None:
    argparse.ArgumentParser(description="Ready time and idle memory of `dsarbot run`.").parse_args()
    with tempfile.TemporaryDirectory() as name:
        config = write_installation(Path(name))
        first = once(config)  # makes the tables and fills the caches
        runs = [once(config) for _ in range(RUNS)]
    readies, sizes = [each.ready for each in runs], [each.rss for each in runs]
    shares = [each.pss for each in runs if each.pss is not None]
    print(f"{'dsarbot run':<22}{'unit':<6}{'median':>8}{'worst':>8}{'budget':>8}  ({RUNS} runs)")
    print(row("ready", "s", statistics.median(readies), max(readies), READY_BUDGET))
    print(row("ready, empty database", "s", first.ready, first.ready, READY_BUDGET))
    print(row("idle, RSS", "MiB", statistics.median(sizes), max(sizes), IDLE_BUDGET))
    if shares:
        print(row("idle, PSS", "MiB", statistics.median(shares), max(shares), IDLE_BUDGET))


if __name__ == "__main__":
    main()
