"""Where the time goes: `dsarbot run` with clocks around its stages, in a pass of its own.

Run as `python -m benchmarks.ingest_parts.stages --config FILE run`; at the end a table in JSON stands beside the
configuration. Nothing of this is in dsarbot: functions are wrapped here, by name, before its command line is called.
A coroutine is driven step by step, so its CPU time is counted only while it really runs, and what an inner stage used
is taken from the outer one. What no stage used is "loop and the rest"; what SQLite used is the CPU of its threads, and
what is done beside the loop (sealing, syncing and opening files) is that of asyncio's.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import json
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

#: The one stage that runs in asyncio's threads as a whole.
COPIES: Final = "copy to Sent"
#: Stage -> what belongs to it: a function, or the methods of a class ("*" for all that are public).
STAGES: Final = {
    "fetch": ("dsarbot.channels.imap_session:Session.select,noop,uids_after,sizes,fetch",),
    "mark and move": ("dsarbot.channels.imap_session:Session.mark,move",),
    "keep": ("dsarbot.desk.keep:keep",),
    "vault": ("dsarbot.store.vault:FileVault.*",),
    "parse": ("dsarbot.reading.mail:parse",),
    "triage": ("dsarbot.reading.triage:triage",),
    "read besides": ("dsarbot.desk.mailroom:look",),
    "judge": ("dsarbot.desk.judging:judge",),
    "decide and compose": ("dsarbot.desk.plan:make_plan",),
    "store": ("dsarbot.store.store:TortoiseTransaction.*", "dsarbot.store.store:TortoiseStore.*"),
    "send": ("dsarbot.channels.smtp:Sender.send",),
    COPIES: ("dsarbot.channels.sent:SentFiler.*",),
    "intake's own": ("dsarbot.desk.intake:Intake.process",),
    "outbox's own": ("dsarbot.desk.outbox:Outbox.deliver",),
}
REST: Final = "loop and the rest"
REPORT: Final = "stages.json"


class Clock:
    """CPU seconds by stage, and calls. One stack per thread: what an inner stage uses is not the outer one's."""

    def __init__(self) -> None:
        self.cpu: dict[str, float] = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)
        self._inner = threading.local()

    @contextmanager
    def running(self, stage: str) -> Iterator[None]:
        outer = getattr(self._inner, "used", 0.0)
        self._inner.used = 0.0
        begun = time.thread_time()
        try:
            yield
        finally:
            whole = time.thread_time() - begun
            self.cpu[stage] += whole - self._inner.used
            self._inner.used = outer + whole


class _Driven:
    """A coroutine whose every step is clocked; awaiting it is awaiting the coroutine."""

    def __init__(self, clock: Clock, stage: str, inner: Coroutine[Any, Any, Any]) -> None:
        self._clock, self._stage, self._inner = clock, stage, inner

    def __await__(self) -> Generator[Any, Any, Any]:
        step: Callable[[], Any] = functools.partial(self._inner.send, None)
        while True:
            try:
                with self._clock.running(self._stage):
                    waiting_for = step()
            except StopIteration as end:
                return end.value
            try:
                sent = yield waiting_for
                step = functools.partial(self._inner.send, sent)
            except BaseException as thrown:  # noqa: BLE001  # whatever it is, it is the coroutine's
                step = functools.partial(self._inner.throw, thrown)


def wrapped(clock: Clock, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function with the clock running in it; generators and context managers are left as they are."""
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def awaited(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            clock.calls[stage] += 1
            return await _Driven(clock, stage, function(*args, **kwargs))

        return awaited
    if not inspect.isfunction(function) or hasattr(function, "__wrapped__"):
        return function

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        clock.calls[stage] += 1
        with clock.running(stage):
            return function(*args, **kwargs)

    return called


def fit(clock: Clock) -> list[str]:
    """Wrap everything in STAGES; the names that are not there any more."""
    missing = []
    for stage, names in STAGES.items():
        for name in names:
            module_name, _, inside = name.partition(":")
            module = importlib.import_module(module_name)
            owner, _, methods = inside.partition(".")
            if not hasattr(module, owner) or (methods and not _has(getattr(module, owner), methods)):
                missing.append(name)
            elif methods:
                _fit_methods(clock, stage, getattr(module, owner), methods)
            else:
                _fit_everywhere(clock, stage, getattr(module, owner))
    return missing


def _has(owner: type, methods: str) -> bool:
    return methods == "*" or vars(owner).keys() >= set(methods.split(","))


def _fit_methods(clock: Clock, stage: str, owner: type, methods: str) -> None:
    names = [name for name in vars(owner) if not name.startswith("_")] if methods == "*" else methods.split(",")
    for name in names:
        setattr(owner, name, wrapped(clock, stage, vars(owner)[name]))


def _fit_everywhere(clock: Clock, stage: str, function: Callable[..., Any]) -> None:
    """Other modules have imported it by name."""
    replacement = wrapped(clock, stage, function)
    for module in list(sys.modules.values()):
        for name, value in list(vars(module).items()):
            if value is function:
                setattr(module, name, replacement)


class SqliteThreads:
    """CPU of the threads in which aiosqlite runs SQLite, from `begin` on; each tells it when it ends."""

    def __init__(self) -> None:
        self.used = 0.0
        self._before: dict[int, float] = {}
        core = vars(importlib.import_module("aiosqlite.core"))
        self._real: Callable[..., None] = core["_connection_worker_thread"]
        core["_connection_worker_thread"] = self._clocked

    def _clocked(self, *args: Any) -> None:  # noqa: ANN401
        me = threading.get_ident()
        self._before[me] = 0.0
        try:
            self._real(*args)
        finally:
            self.used += time.thread_time() - self._before[me]

    def begin(self) -> None:
        for thread in self._before:
            self._before[thread] = time.clock_gettime(time.pthread_getcpuclockid(thread))


async def _synchronous() -> str:
    """PRAGMA synchronous of the service's own connections; of PostgreSQL synchronous_commit."""
    run = importlib.import_module("dsarbot.store.sql").run
    dialect = importlib.import_module("dsarbot.store.sql").dialect
    connection = importlib.import_module("tortoise.connection").get_connection
    if dialect(connection("default")) != "sqlite":
        [row] = await run(connection("default"), "SHOW synchronous_commit")
        return f"synchronous_commit {row['synchronous_commit']}"
    found = [(await run(connection(name), "PRAGMA synchronous"))[0]["synchronous"] for name in ("default", "keys")]
    return " and ".join(("OFF", "NORMAL", "FULL", "EXTRA")[int(each)] for each in found)


def _workers() -> float:
    """CPU of the threads that asyncio works with beside the loop, so far."""
    threads = [each.ident for each in threading.enumerate() if each.name.startswith("asyncio_")]
    return sum(time.clock_gettime(time.pthread_getcpuclockid(each)) for each in threads if each is not None)


def main() -> int:
    """The command line of dsarbot, with clocks."""
    importlib.import_module("dsarbot.app")
    service = importlib.import_module("dsarbot.service").Service
    clock, sqlite = Clock(), SqliteThreads()
    missing = fit(clock)
    said: dict[str, Any] = {}
    real = service.run

    async def clocked(self: Any, *, ready: Callable[[], None], stop: Any) -> None:  # noqa: ANN401
        """From the moment at which it is ready: what a start costs is not of the mails."""
        said["synchronous"] = await _synchronous()

        def begin() -> None:
            clock.cpu.clear()
            clock.calls.clear()
            sqlite.begin()
            said["workers"], said["begun"] = _workers(), time.process_time()
            ready()

        await real(self, ready=begin, stop=stop)
        said["workers"] = _workers() - said["workers"]

    service.run = clocked
    code = importlib.import_module("dsarbot.cli.main").main(sys.argv[1:])
    config = Path(sys.argv[sys.argv.index("--config") + 1])
    besides = {"SQLite's threads": sqlite.used, "files, in threads": said["workers"] - clock.cpu[COPIES]}
    rest = time.process_time() - said["begun"] - sum(besides.values()) - sum(clock.cpu.values())
    report = {
        "synchronous": said["synchronous"],
        "missing": missing,
        "calls": dict(clock.calls),
        "cpu": {**clock.cpu, **besides, REST: rest},
    }
    config.with_name(REPORT).write_text(json.dumps(report))
    return int(code or 0)


if __name__ == "__main__":
    sys.exit(main())
