"""A backlog of mails through the whole service, beside a bare loop and beside django-helpdesk, in one run.

    python3 dev.py bench ingest [--mails N] [--rounds N] [--database sqlite|postgresql] [--seed N] [--memory N]
                                [--only dsarbot,bare,helpdesk,stages,counts,memory]

Real Dovecot (maildir on disk, plain IMAP on loopback), a relay that accepts everything, the running service as a child
process: fetch, keep, read, case, clock, journal, acknowledgement, move, copy in the Sent folder. CPU is user and system
time of the process, of dsarbot without an idle start, of the others without their start; the wall clock of a busy
machine moves, so read its ratios within one round. The passes that look closer (stages, counts) are not the ones that
are timed. The peak of memory is measured with 100 mails and with --memory N; 10,000 need 2.3 GB of disk for a while.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from benchmarks.ingest_parts.bare import run_bare
from benchmarks.ingest_parts.counting import count
from benchmarks.ingest_parts.database import Databases
from benchmarks.ingest_parts.installation import OWNER
from benchmarks.ingest_parts.mailbox import DOMAIN, Corpus, Stage, write_corpus
from benchmarks.ingest_parts.peer import VERSION, installed, run_helpdesk
from benchmarks.ingest_parts.service import Cost, Idle, Service, idle_start, ingest
from benchmarks.ingest_parts.sink import Sink
from benchmarks.ingest_parts.stages import REPORT

PARTS = ("dsarbot", "bare", "helpdesk", "stages", "counts", "memory")
CPU_BUDGET, WALL_AIM, PEER_AIM, PER_MAIL, MEMORY_BUDGET = 3.5, 0.6, 9.0, 0.1, 40.0


class Measured(Protocol):
    """What every contender tells of one round."""

    @property
    def rate(self) -> float: ...
    @property
    def milliseconds(self) -> float: ...


@dataclass(kw_only=True)
class Bench:
    """Everything a pass needs, and what was found."""

    stage: Stage
    sink: Sink
    databases: Databases
    seed: int
    found: dict[str, list[Measured]] = field(default_factory=dict)
    written: dict[int, Corpus] = field(default_factory=dict)

    def corpus(self, mails: int) -> Corpus:
        if mails not in self.written:
            folder = self.stage.root / f"corpus-{mails}"
            self.written[mails] = write_corpus(folder, mails, seed=self.seed, to=f"privacy@{DOMAIN}")
        return self.written[mails]

    def service(self, corpus: Corpus | None, *, module: str = "dsarbot") -> Service:
        box = self.stage.mailbox(corpus)
        return Service(self.stage.folder(), box, self.sink, database=self.databases.fresh(), module=module)

    def note(self, name: str, measured: Measured) -> None:
        self.found.setdefault(name, []).append(measured)

    # --- the contenders ----------------------------------------------------------------------------------

    def rounds(self, only: tuple[str, ...], mails: int, rounds: int) -> None:
        """One after the other in every round, so that a slow minute of the machine hits all of them."""
        corpus = self.corpus(mails)
        print(f"{mails} mails, {corpus.total / 1e6:.1f} MB, {dict(corpus.kinds)}, seed {self.seed}; "
              f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")  # fmt: skip
        peer = installed() if "helpdesk" in only else ""
        if peer:
            print(f"django-helpdesk {VERSION} left out, it cannot be installed here: {peer}")
        for _ in range(rounds):
            if "dsarbot" in only:
                self.note("dsarbot", ingest(self.service(corpus), corpus, idle_start(self.service(None))))
            if "bare" in only:
                box = self.stage.mailbox(corpus)
                self.note("bare loop", run_bare(self.stage.folder(), box, self.sink, corpus))
                box.forget()
            if "helpdesk" in only and not peer:
                box = self.stage.mailbox(corpus)
                database = self.databases.fresh()
                spent = run_helpdesk(self.stage.folder(), box, self.sink, corpus, database=database)
                self.note(f"django-helpdesk {VERSION}", spent)
                box.forget()
        if "stages" in only:
            self.stages(corpus)
        if "counts" in only:
            self.counts(corpus)

    def stages(self, corpus: Corpus) -> None:
        service = self.service(corpus, module="benchmarks.ingest_parts.stages")
        ingest(service, corpus, Idle(cpu=0.0, memory=0.0))
        report = json.loads((service.folder / REPORT).read_text())
        whole = sum(report["cpu"].values())
        print(f"\nwhere the time goes (a pass of its own); PRAGMA synchronous in force: {report['synchronous']}")
        print(f"{'stage':<24}{'CPU ms per mail':>16}{'share':>8}{'calls per mail':>16}")
        for stage, used in sorted(report["cpu"].items(), key=lambda each: -each[1]):
            calls = report["calls"].get(stage, 0) / len(corpus.files)
            print(f"{stage:<24}{used / len(corpus.files) * 1000:16.2f}{used / whole:8.0%}{calls:16.2f}")
        for name in report["missing"]:
            print(f"not found, so not clocked: {name}")

    def counts(self, corpus: Corpus) -> None:
        found = count(self.stage, corpus, self.sink, self.databases)
        print("\nper mail (a pass of its own)                     found    aim")
        print(f"IMAP round trips ({found.connections} connections){'':<14}{found.round_trips:8.3f}{PER_MAIL:7.1f}")
        for name, number in found.syncs.items():
            print(f"syncs: {name:<35}{number:8.3f}{f'{PER_MAIL:7.1f}' if 'commits' in name else ''}")
        if not found.syncs:
            print("syncs: strace is not installed (Debian and Ubuntu: strace)")
        for name, number in found.commits.items():
            print(f"PostgreSQL: {name:<30}{number:8.3f}{f'{PER_MAIL:7.1f}' if 'syncs' in name else ''}")

    def memory(self, sizes: Sequence[int]) -> None:
        idle = idle_start(self.service(None))
        print(f"\npeak memory{'mails':>11}{'MB':>9}{'idle MiB':>10}{'peak MiB':>10}{'over idle':>11}{'aim':>6}")
        for mails in sizes:
            corpus = self.corpus(mails)
            service = self.service(corpus)
            cost = ingest(service, corpus, idle)
            print(f"{mails:22}{corpus.total / 1e6:9.1f}{cost.idle:10.1f}{cost.peak:10.1f}"
                  f"{cost.peak - cost.idle:11.1f}{MEMORY_BUDGET:6.0f}")  # fmt: skip
            service.box.forget()

    # --- what is printed ---------------------------------------------------------------------------------

    def table(self) -> None:
        if not self.found:
            return
        print(f"\n{'ingest, ' + self.databases.kind:<28}{'mails/s':>10}{'min-max':>16}{'CPU ms':>9}{'min-max':>14}")
        for name, rows in self.found.items():
            rates, costs = [each.rate for each in rows], [each.milliseconds for each in rows]
            print(f"{name:<28}{statistics.median(rates):10.1f}{f'{min(rates):.1f}-{max(rates):.1f}':>16}"
                  f"{statistics.median(costs):9.2f}{f'{min(costs):.2f}-{max(costs):.2f}':>14}")  # fmt: skip
        ours = self.found.get("dsarbot", [])
        if not ours:
            return
        cost = statistics.median(each.milliseconds for each in ours)
        print(f"own CPU per mail {cost:.2f} ms, at most {CPU_BUDGET}: {'within' if cost <= CPU_BUDGET else 'OVER'}")
        helpers = [each.helpers / each.mails * 1000 for each in ours if isinstance(each, Cost)]
        print(f"besides, its child processes (attached documents): {statistics.median(helpers):.2f} ms per mail")
        for name, theirs in self.found.items():
            if theirs is not ours:
                aim = WALL_AIM if name == "bare loop" else PEER_AIM
                wall = statistics.median(a.rate / b.rate for a, b in zip(ours, theirs, strict=True))
                cpu = statistics.median(b.milliseconds / a.milliseconds for a, b in zip(ours, theirs, strict=True))
                print(f"beside {name}: {wall:.2f} times as quick (aim {aim}), {cpu:.2f} times in CPU")


@contextlib.contextmanager
def everything(kind: str, seed: int) -> Iterator[Bench]:
    with Stage.set_up() as stage, Sink.running(ignore=OWNER) as sink, Databases.of(kind, stage.root) as databases:
        yield Bench(stage=stage, sink=sink, databases=databases, seed=seed)


def parts(text: str) -> tuple[str, ...]:
    """A list with commas; only what exists."""
    chosen = tuple(text.split(","))
    if unknown := set(chosen) - set(PARTS):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}")
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(description="A backlog through the whole service.")
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=parts, default=PARTS)
    parser.add_argument("--memory", type=int, default=1000, metavar="MAILS", help="beside 100")
    arguments = parser.parse_args()
    try:
        with everything(arguments.database, arguments.seed) as bench:
            if set(arguments.only) - {"memory"}:
                bench.rounds(arguments.only, arguments.mails, arguments.rounds)
                bench.table()
            if "memory" in arguments.only:
                bench.memory((100, arguments.memory))
    except pytest.skip.Exception as why:
        # The servers of the tests say so when a Debian package is missing.
        print(f"ingest: not measured, {why}", file=sys.stderr)


if __name__ == "__main__":
    main()
