"""Fixtures every test may ask for: real servers, started when first wanted, and a fresh database.

The suite runs once per database (`DSARBOT_TEST_DATABASE` is sqlite or postgresql), each time in a process of its
own; the second run takes only the tests that asked for a database or are marked `database`.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from dsarbot.cli.logs import JsonLines
from tests.servers.base import Server
from tests.servers.blank import BlankFiles, BlankTemplate, sqlite_url
from tests.servers.certificate import Certificate, make_certificate
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.servers.postgresql import PostgreSQL

DATABASE = os.environ.get("DSARBOT_TEST_DATABASE", "sqlite")
DATABASES = ("sqlite", "postgresql")
S = TypeVar("S", bound=Server)
SERVERS = frozenset({"dovecot", "postfix", "postgresql"})
#: What depends on the database of the run.
ON_DATABASE = frozenset({"database_url", "empty_database_url"})


def pytest_configure() -> None:
    if DATABASE not in DATABASES:
        raise pytest.UsageError(f"DSARBOT_TEST_DATABASE is {DATABASE!r}; it may be {' or '.join(DATABASES)}")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by what a test asks for, before `-m` selects."""
    for item in items:
        wanted = set(getattr(item, "fixturenames", ()))
        if wanted & ON_DATABASE and not item.get_closest_marker("any_database"):
            item.add_marker("database")
        if wanted & SERVERS or (wanted & ON_DATABASE and DATABASE == "postgresql"):
            item.add_marker("servers")


@pytest.fixture(autouse=True)
def _logging_ends_with_its_test() -> Iterator[None]:
    """A command that ran in this process has begun to log to a stream that its test has closed."""
    yield
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler.formatter, JsonLines):
            root.removeHandler(handler)


@pytest.fixture(scope="session")
def server_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the servers live: short (socket names end at 107 bytes) and open to their accounts; pytest's own
    folders are neither. The logs stay behind in pytest's folder."""
    root = Path(tempfile.mkdtemp(prefix="dsarbot-"))
    root.chmod(0o755)
    yield root
    kept = tmp_path_factory.mktemp("server-logs")
    for log in root.glob("*/*.log"):
        shutil.copy(log, kept / log.name)
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def certificate(server_root: Path) -> Certificate:
    """The certificate of the mail servers; `certificate.ca` is what a client must be told to trust."""
    return make_certificate(server_root)


def _folder(root: Path, name: str) -> Path:
    (root / name).mkdir()
    return root / name


def _running(server: S) -> Iterator[S]:
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def dovecot(server_root: Path, certificate: Certificate) -> Iterator[Dovecot]:
    """IMAP, IMAPS and LMTP; accounts by `dovecot.create_user(address)`. Shared: use addresses of your own."""
    yield from _running(Dovecot(_folder(server_root, "dovecot"), certificate))


@pytest.fixture(scope="session")
def postfix(server_root: Path, certificate: Certificate, dovecot: Dovecot) -> Iterator[Postfix]:
    """SMTP for every example.* domain, delivering into `dovecot`."""
    yield from _running(Postfix(_folder(server_root, "postfix"), certificate, dovecot))


@pytest.fixture(scope="session")
def postgresql(server_root: Path) -> Iterator[PostgreSQL]:
    """A cluster; databases by `postgresql.create_database()`."""
    yield from _running(PostgreSQL(_folder(server_root, "postgresql")))


@pytest.fixture(scope="session")
def blank_files(tmp_path_factory: pytest.TempPathFactory) -> BlankFiles:
    """The files of SQLite after a first start; `blank_files.copy_to(path)` spares a test that start."""
    return BlankFiles(tmp_path_factory.mktemp("blank"))


@pytest.fixture(scope="session")
def blank_template(postgresql: PostgreSQL) -> BlankTemplate:
    """The same on PostgreSQL."""
    return BlankTemplate(postgresql)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the kind this run is for, set up and without a row: `sqlite:///...` or `postgres://...`."""
    if DATABASE == "sqlite":
        files: BlankFiles = request.getfixturevalue("blank_files")
        yield files.copy_to(tmp_path / "dsarbot.db")
        return
    cluster: PostgreSQL = request.getfixturevalue("postgresql")
    template: BlankTemplate = request.getfixturevalue("blank_template")
    url = template.copy()
    yield url
    cluster.drop_database(url)


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The same before any start, for a test in which the tables are made."""
    if DATABASE == "sqlite":
        yield sqlite_url(tmp_path / "dsarbot.db")
        return
    cluster: PostgreSQL = request.getfixturevalue("postgresql")
    url = cluster.create_database()
    yield url
    cluster.drop_database(url)
