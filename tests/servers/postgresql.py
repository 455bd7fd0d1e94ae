"""A PostgreSQL cluster of our own, from the Debian package, that forgets everything at the end."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.servers.base import Server, free_port

USER = "postgres"


class PostgreSQL(Server):
    """Trusts every connection from loopback; `fsync` is off, everything else as Debian ships it."""

    name = "postgresql"
    stop_signal = signal.SIGINT  # the "fast" shutdown: roll back, disconnect, end

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._bin = _newest_binaries()
        self.port = free_port()
        self.ports = (self.port,)
        self._numbers = itertools.count(1)
        if os.geteuid() == 0:
            self.account = "postgres"  # initdb and postgres refuse to run as root
        for folder in ("data", "socket"):
            (root / folder).mkdir(exist_ok=True)
        self.log.touch()
        if self.account:
            for path in (root / "data", root / "socket", self.log):
                shutil.chown(path, self.account)
        self._run("initdb", "-D", str(root / "data"), "-U", USER, "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "--no-sync", "--no-instructions")  # fmt: skip

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as_account(), str(self._bin / program), *arguments],
            capture_output=True, text=True, check=False, cwd=self.root,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stderr.strip()}")

    def command(self) -> Sequence[str]:
        settings = {
            "listen_addresses": self.host,
            "port": str(self.port),
            "unix_socket_directories": str(self.root / "socket"),
            "fsync": "off",
        }
        options = itertools.chain.from_iterable(("-c", f"{key}={value}") for key, value in settings.items())
        return [str(self._bin / "postgres"), "-D", str(self.root / "data"), *options]

    def ready(self) -> bool:
        asked = [str(self._bin / "pg_isready"), "-q", "-h", self.host, "-p", str(self.port)]
        return subprocess.call(asked) == 0

    def sql(self, statement: str) -> None:
        """Outside a transaction, as CREATE DATABASE wants it."""
        self._run("psql", "-X", "-q", "-h", self.host, "-p", str(self.port), "-U", USER, "-d", "postgres",
                  "-v", "ON_ERROR_STOP=1", "-c", statement)  # fmt: skip

    def create_database(self, like: str = "template1") -> str:
        """A fresh database: empty, or a copy of the one with that URL, to which nobody may be connected; its URL."""
        name = f"test_{next(self._numbers)}"
        # FILE_COPY is several times quicker than WAL_LOG where nothing is synced.
        strategy = " STRATEGY file_copy" if self.version >= 15 else ""
        self.sql(f"CREATE DATABASE {name} TEMPLATE {like.rpartition('/')[2]}{strategy}")
        return f"postgres://{USER}@{self.host}:{self.port}/{name}"

    def drop_database(self, url: str) -> None:
        """Throw out whoever is still connected, and drop it."""
        self.sql(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    @property
    def version(self) -> int:
        return int((self.root / "data" / "PG_VERSION").read_text().split(".")[0])

    def program(self, name: str) -> str:
        """Path of a client program of the same version, such as pg_dump."""
        return str(self._bin / name)


def _newest_binaries() -> Path:
    """Debian keeps one folder per major version and puts neither initdb nor postgres on the path."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if found:
        return max(found, key=lambda path: int(path.parent.name.split(".")[0]))
    if on_path is None:
        pytest.skip("PostgreSQL is not installed (Debian and Ubuntu: postgresql)")
    return Path(on_path).resolve().parent
