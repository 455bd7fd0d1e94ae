"""The servers of one run, which die with it or before it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers.certificate import Certificate
from tests.servers.dovecot import Dovecot
from tests.servers.postgresql import PostgreSQL


@dataclass(frozen=True, kw_only=True)
class Servers:
    """root: a folder with a short name; started where wanted: PostgreSQL takes a second."""

    root: Path
    dovecot: Dovecot

    @contextlib.contextmanager
    def database(self, kind: str, folder: Path) -> Iterator[tuple[str, PostgreSQL | None]]:
        """URL of an empty database of that kind, and the cluster it lies in; its files, if any, under *folder*."""
        if kind == "sqlite":
            yield f"sqlite:///{folder / 'data' / 'dsarbot.sqlite'}", None
            return
        (self.root / "postgresql").mkdir(exist_ok=True)
        cluster = PostgreSQL(self.root / "postgresql")
        try:
            cluster.start()
            yield cluster.create_database(), cluster
        finally:
            cluster.stop()


@contextlib.contextmanager
def servers_in(root: Path, certificate: Certificate) -> Iterator[Servers]:
    """Dovecot, running; it is ended whatever happened."""
    (root / "dovecot").mkdir()
    dovecot = Dovecot(root / "dovecot", certificate)
    try:
        dovecot.start()
        yield Servers(root=root, dovecot=dovecot)
    finally:
        dovecot.stop()
