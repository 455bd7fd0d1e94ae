"""What the three servers share: ports, one foreground process, its end, and the reason when it cannot run."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

HOST = "127.0.0.1"

#: Below the range from which Linux gives ports to outgoing connections (32768 up): a server that is stopped
#: and started again finds its port free.
PORTS = range(20_000, 32_000)


class DidNotStart(RuntimeError):
    """A server ended, or kept its port closed; the message holds the end of its log."""


def require_program(name: str, package: str) -> str:
    """Path of an executable, or skip the test with the Debian package that has it.

    `dev.py test` fails in CI on every skip whose reason says "not installed".
    """
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed (Debian and Ubuntu: {package})")
    return found


_given: set[int] = set()


def free_port() -> int:
    """A port on loopback that nobody listens on, and that nobody in this process was given before: a server asks for
    several before it listens on the first."""
    while True:
        port = random.choice([each for each in PORTS if each not in _given])
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        _given.add(port)
        return port


def listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def wait_until(ready: Callable[[], bool], *, seconds: float, what: str, pause: float = 0.02) -> None:
    """Poll something that cannot be awaited, such as a port of another process or a file it writes."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds:g} s")
        time.sleep(pause)


class Server:
    """One server process in the foreground, in a process group of its own.

    Children inherit the group, so `kill()` ends all of them at once, as a power failure would. A guard does
    the same when the test process dies without a word: it waits for the end of a pipe that only we hold open.
    """

    name = "server"
    host = HOST
    #: How the server is asked to end. Its own way may be another: PostgreSQL's "fast" is SIGINT.
    stop_signal = signal.SIGTERM

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log = root / f"{self.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    # What a kind of server fills in ------------------------------------------------------------------

    def command(self) -> Sequence[str]:
        raise NotImplementedError

    def ready(self) -> bool:
        raise NotImplementedError

    #: The account it runs under, where it must not be ours.
    account: str | None = None
    #: Every port it listens on.
    ports: tuple[int, ...] = ()

    # What they share ---------------------------------------------------------------------------------

    def start(self) -> None:
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [*self._as_account(), *self.command()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd=self.root,
            )
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", 'read -r _; kill -KILL "-$0"', str(self._process.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_until(self._up, seconds=30, what=f"{self.name} listening")
        except TimeoutError as late:
            self.kill()
            raise DidNotStart(f"{late}; its log ends:\n{self.log_text()[-2000:]}") from None

    def _as_account(self) -> list[str]:
        if self.account is None:
            return []
        return ["setpriv", "--reuid", self.account, "--regid", self.account, "--init-groups"]

    def _up(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise DidNotStart(
                f"{self.name} ended with {self._process.returncode}; its log ends:\n{self.log_text()[-2000:]}"
            )
        return self.ready()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End in order; children that linger are killed."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(20)
        self.kill()

    def kill(self) -> None:
        """End at once, without a chance to tidy up."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        # Children are no children of ours and cannot be awaited; they may hold the ports a moment longer.
        wait_until(lambda: not any(map(listening, self.ports)), seconds=10, what=f"the end of {self.name}")
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None

    def restart(self) -> None:
        """End in order and start again on the same ports with the same data."""
        self.stop()
        self.start()

    def log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""
