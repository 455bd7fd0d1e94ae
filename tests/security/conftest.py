"""A fresh database for each example of a property."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import DATABASE
from tests.servers.blank import BlankFiles, BlankTemplate
from tests.servers.postgresql import PostgreSQL


@dataclass(frozen=True, kw_only=True)
class Place:
    """A folder and a database of its own."""

    folder: Path
    url: str


Places = Callable[[], AbstractContextManager[Place]]


@pytest.fixture
def places(
    request: pytest.FixtureRequest, database_url: str, blank_files: BlankFiles,
    tmp_path_factory: pytest.TempPathFactory,
) -> Places:  # fmt: skip
    """Makes places, each as empty as the first one."""

    @contextmanager
    def make() -> Iterator[Place]:
        folder = tmp_path_factory.mktemp("example")
        if DATABASE == "sqlite":
            yield Place(folder=folder, url=blank_files.copy_to(folder / "dsarbot.db"))
            return
        cluster: PostgreSQL = request.getfixturevalue("postgresql")
        template: BlankTemplate = request.getfixturevalue("blank_template")
        url = template.copy()
        yield Place(folder=folder, url=url)
        cluster.drop_database(url)

    return make
