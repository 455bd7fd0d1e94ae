"""A fresh database for each example of a property."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import DATABASE
from tests.servers.postgresql import PostgreSQL


@dataclass(frozen=True, kw_only=True)
class Place:
    """A folder and a database of its own."""

    folder: Path
    url: str


Places = Callable[[], AbstractContextManager[Place]]


@pytest.fixture
def places(request: pytest.FixtureRequest, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Makes places, each as empty as the first one."""

    @contextmanager
    def make() -> Iterator[Place]:
        folder = tmp_path_factory.mktemp("example")
        if DATABASE == "sqlite":
            yield Place(folder=folder, url=f"sqlite://{folder}/dsarbot.db")
            return
        cluster: PostgreSQL = request.getfixturevalue("postgresql")
        url = cluster.create_database()
        yield Place(folder=folder, url=url)
        cluster.drop_database(url)

    return make
