"""How long the commands take to start: wall clock and own CPU, beside the budgets of the design.

    python3 dev.py bench startup [--config FILE]

Each command runs once to fill the caches and then seven times; the table shows medians. A command with a
database is measured only with --config (or a config.toml in the folder where it is called).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RUNS = 7

MAIL = """\
From: Marie Exemple <marie@example.org>
To: privacy@example.com
Subject: Demande d'acces
Message-ID: <startup@example.org>
Date: Mon, 02 Feb 2026 10:00:00 +0100

Bonjour, en application de l'article 15 du RGPD, je souhaite recevoir une copie de mes donnees.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Medians in seconds; None where the command could not be measured."""

    name: str
    budget: float | None
    wall: float | None
    cpu: float | None

    def __str__(self) -> str:
        shown = [f"{value:8.3f}" if value is not None else f"{'-':>8}" for value in (self.wall, self.cpu, self.budget)]
        if self.wall is None:
            verdict = "not available"
        elif self.budget is None:
            verdict = ""
        else:
            verdict = "within" if self.wall <= self.budget else "OVER"
        return f"{self.name:<12}{''.join(shown)}  {verdict}"


def once(command: Sequence[str], folder: Path) -> tuple[float, float] | None:
    """Wall and CPU seconds of one run, or None if it did not end well."""
    # Without compiled files every start would compile every library again; nobody runs the service that way.
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    null = subprocess.DEVNULL
    started = time.perf_counter()
    child = subprocess.Popen(command, cwd=folder, env=env, stdin=null, stdout=null, stderr=null)
    _pid, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return (time.perf_counter() - started, used.ru_utime + used.ru_stime) if child.returncode == 0 else None


def measure(name: str, arguments: Sequence[str], budget: float | None, folder: Path) -> Row:
    command = [sys.executable, "-m", "dsarbot", *arguments]
    if once(command, folder) is None:
        return Row(name=name, budget=budget, wall=None, cpu=None)
    runs = [run for run in (once(command, folder) for _ in range(RUNS)) if run is not None]
    walls, cpus = zip(*runs, strict=True)
    return Row(name=name, budget=budget, wall=statistics.median(walls), cpu=statistics.median(cpus))


def main() -> None:
    parser = argparse.ArgumentParser(description="Start-up times beside their budgets.")
    parser.add_argument("--config", type=Path, default=Path("config.toml"), help="measure `cases list` with it")
    config = parser.parse_args().config.resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "request.eml").write_text(MAIL)
        rows = [
            measure("--help", ["--help"], 0.25, folder),
            measure("due", ["due", "2026-01-31", "--jurisdiction", "FR"], 0.5, folder),
            measure("triage", ["triage", "request.eml", "--json"], None, folder),
        ]
        if config.exists():
            rows.append(measure("cases list", ["cases", "list"], 1.0, config.parent))
        else:
            rows.append(Row(name="cases list", budget=1.0, wall=None, cpu=None))
    print(f"{'seconds':<12}{'wall':>8}{'cpu':>8}{'budget':>8}  (median of {RUNS})")
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()
