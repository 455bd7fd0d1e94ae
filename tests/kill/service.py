"""`dsarbot run` and the sink as child processes, in a group of their own, so that a kill leaves nobody behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.servers.base import HOST, free_port, listening, wait_until

#: What the service says once it serves.
READY = b"dsarbot is ready"


class Service:
    """One after the other, with one log. ends: exit codes of those that ended without being killed by us."""

    def __init__(self, config: Path, log: Path, *, before: tuple[str, ...] = ()) -> None:
        self._config, self.log, self.before = config, log, before
        self._process: subprocess.Popen[bytes] | None = None
        self._from = 0
        self.starts = self.kills = 0
        self.ends: list[int] = []
        log.touch()

    def start(self, *arguments: str) -> None:
        self._from = self.log.stat().st_size
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [*self.before, sys.executable, "-m", "dsarbot", "--config", str(self._config), "run", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env={**os.environ, "PYTHONWARNINGS": "default"},
            )
        self.starts += 1

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def running(self) -> bool:
        """False also after an end of its own, which is noted."""
        if self._process is not None and (code := self._process.poll()) is not None:
            self.ends.append(code)
            self._process = None
        return self._process is not None

    @property
    def ready(self) -> bool:
        with self.log.open("rb") as log:
            log.seek(self._from)
            return READY in log.read()

    def wait_ready(self, seconds: float = 60) -> None:
        """Ready, or ended by itself."""
        wait_until(lambda: self.ready or not self.running, seconds=seconds, what="the service ready", pause=0.01)

    def kill(self) -> None:
        """SIGKILL to the whole group."""
        if self.running and self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
            self.kills += 1

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(timeout=60)
        self._process = None
        return code

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-6000:]


class SinkProcess:
    """The receiving server (see `sink`)."""

    def __init__(self, folder: Path, seed: int) -> None:
        folder.mkdir()
        self.folder, self.port = folder, free_port()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.sink", str(self.port), str(folder), str(seed)],
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        wait_until(lambda: listening(self.port), seconds=20, what=f"the sink on {HOST}")

    def calm(self) -> None:
        """No more breaking of connections."""
        self._process.send_signal(signal.SIGUSR1)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
