"""Stores to test: the real one on the database of this run, and the one in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from dsarbot.ports import Store, Vault
from dsarbot.store.database import open_store
from dsarbot.store.store import TortoiseStore
from dsarbot.testing import FrozenClock, MemoryStore
from tests.conftest import DATABASE
from tests.store.samples import MASTER, NOW


@pytest.fixture
async def database(database_url: str, tmp_path: Path) -> AsyncIterator[TortoiseStore]:
    """The real store, empty."""
    async with open_store(database_url, data_dir=tmp_path, master=MASTER, clock=FrozenClock(NOW)) as store:
        yield store


#: The real store is asked for by name only when the test runs: pytest cannot see by itself what such a test needs.
_REAL = (pytest.mark.database, *([pytest.mark.servers] if DATABASE == "postgresql" else []))


@pytest.fixture(params=["memory", pytest.param("database", marks=_REAL)])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Each kind of store in turn: what holds for one must hold for the other."""
    if request.param == "memory":
        yield MemoryStore(FrozenClock(NOW))
    else:
        yield request.getfixturevalue("database")


@pytest.fixture
def vault(store: TortoiseStore | MemoryStore) -> Vault:
    """The vault beside the store."""
    return store.vault
