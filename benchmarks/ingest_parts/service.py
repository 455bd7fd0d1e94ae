"""`dsarbot run` as a child process on a mailbox of the stage: what it costs from the first mail to the last copy."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ingest_parts.installation import install
from benchmarks.ingest_parts.mailbox import Corpus, Mailbox
from benchmarks.ingest_parts.processes import GaveUp, await_that, children_seconds, cpu_seconds, environment, mebibytes
from benchmarks.ingest_parts.sink import Sink

#: Seconds after which an idle start has settled.
SETTLE = 3.0
#: A fast service needs seconds; whoever waits this long waits in vain.
PATIENCE = 240.0


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Wall seconds from the connection to the last acknowledgement and the last move (answered), and to the last copy
    in the Sent folder (filed); own CPU seconds without an idle start, and those of its child
    processes (helpers); MiB."""

    mails: int
    answered: float
    filed: float
    cpu: float
    helpers: float
    idle: float
    peak: float

    @property
    def milliseconds(self) -> float:
        return self.cpu / self.mails * 1000

    @property
    def rate(self) -> float:
        return self.mails / self.answered


@dataclass(frozen=True, kw_only=True)
class Idle:
    """What a start without any mail costs: CPU seconds, MiB."""

    cpu: float
    memory: float


class Service:
    """One installation in a folder of its own. before: a command to put in front, such as strace."""

    def __init__(
        self, folder: Path, box: Mailbox, sink: Sink, *, database: str = "", imap_port: int = 0,
        module: str = "dsarbot", before: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.folder, self.box, self.sink = folder, box, sink
        self.config = install(
            folder, address=box.address, password=box.password, database=database, smtp_port=sink.port,
            imap_port=imap_port or box.dovecot.imap_port,
        )  # fmt: skip
        self._command = [*before, sys.executable, "-m", module, "--config", str(self.config), "run"]
        self.lines: list[str] = []
        self._seen: dict[str, float] = {}

    def start(self) -> None:
        """Returns once it has connected to its mailbox."""
        self._process = subprocess.Popen(
            self._command, env=environment(), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.await_line("connected", seconds=60)

    def _read(self) -> None:
        assert self._process.stderr
        for line in self._process.stderr:
            self.lines.append(line.rstrip())
            for word in ("connected", ": ready", "dsarbot is ready"):
                if word in line:
                    self._seen.setdefault(word, time.monotonic())

    def await_line(self, word: str, *, seconds: float) -> float:
        """The moment at which the service first said so."""

        def said() -> bool:
            if self._process.poll() is not None:
                raise GaveUp("\n".join(["dsarbot run ended:", *self.lines[-30:]]))
            return word in self._seen

        await_that(said, seconds=seconds, what=f"the service's {word!r}", pause=0.01)
        return self._seen[word]

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        """As a service manager does."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(timeout=10)


def idle_start(service: Service) -> Idle:
    """On an empty mailbox, long enough for start-up garbage to be gone."""
    service.start()
    try:
        service.await_line(": ready", seconds=60)
        time.sleep(SETTLE)
        return Idle(cpu=cpu_seconds(service.pid), memory=mebibytes(service.pid, "VmRSS"))
    finally:
        service.stop()


def ingest(service: Service, corpus: Corpus, idle: Idle) -> Cost:
    """Start it on its full mailbox and wait until nothing is left to do."""
    patience = PATIENCE + len(corpus.files) / 10
    mails, before = len(corpus.files), service.sink.counted()[0]
    box = service.box
    service.start()
    try:
        started = service.await_line("connected", seconds=60)
        await_that(lambda: box.held("INBOX") == 0, seconds=patience, what="an empty mailbox")
        moved = time.monotonic()
        await_that(
            lambda: service.sink.counted()[0] - before >= corpus.requests,
            seconds=patience,
            what="every acknowledgement",
        )
        answered = max(moved, service.sink.counted()[2])
        filed = await_that(
            lambda: box.held("Sent") >= corpus.requests, seconds=patience, what="every copy in the Sent folder"
        )
        # What the loops still tidy up belongs to the bill.
        time.sleep(SETTLE)
        found = Cost(
            mails=mails, answered=answered - started, filed=filed - started,
            cpu=cpu_seconds(service.pid) - idle.cpu, helpers=children_seconds(service.pid), idle=idle.memory,
            peak=mebibytes(service.pid, "VmHWM"),
        )  # fmt: skip
    except GaveUp as late:
        there = {folder: box.held(folder) for folder in ("INBOX", "Archive", "Sent")}
        sent = service.sink.counted()[0] - before
        told = [*service.lines[-20:], f"{late}: {there}, {sent} of {corpus.requests} acknowledged"]
        raise GaveUp("\n".join(told)) from None
    finally:
        service.stop()
    sent = service.sink.counted()[0] - before
    if sent != corpus.requests or box.held("Archive") != mails:
        raise GaveUp(f"{sent} acknowledgements for {corpus.requests}, {box.held('Archive')} moved of {mails}")
    return found
