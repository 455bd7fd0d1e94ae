"""Nothing personal stands anywhere in the clear: not in a table, a log, a file, nor a file's name (security 1)."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsarbot.store.connections import is_sqlite
from dsarbot.store.database import connected, open_store
from tests.conftest import DATABASE
from tests.store.filled import contents, fill
from tests.store.samples import MASTER, PERSON

#: All that `fill` and the samples know of the person: names, addresses, subjects, texts, phrases, Message-IDs.
MARKERS = [
    *PERSON.name.replace("-", " ").split(), *PERSON.name.casefold().replace("-", " ").split(), PERSON.address,
    PERSON.address.casefold(), "Zoe.Marker", "sample.example", "markerweg", "trier", "markerbetreff", "markerphrase",
    "markerbrief", "markernotiz", "markerbytes", "marker-of-theirs", "dpo@northwind", "450 <",
]  # fmt: skip


def leaks(where: bytes) -> list[str]:
    lowered = where.lower()
    return [each for each in MARKERS if each.casefold().encode() in lowered or each.encode("utf-16-le") in where]


def in_files(folder: Path) -> dict[str, list[str]]:
    """The markers in each file's bytes and name."""
    names = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return {str(name): leaks((folder / name).read_bytes() + str(name).encode()) for name in names}


def contains(folder: Path, what: bytes) -> bool:
    return any(what in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def open_to_others(folder: Path) -> list[Path]:
    """Files, and folders of the vault, that somebody else may touch; lock files are empty."""
    every = [path for path in folder.rglob("*") if path.is_file() or "vault" in path.parts]
    return [path for path in every if path.stat().st_mode & 0o077 and path.suffix != ".lock"]


async def test_no_marker_is_in_any_table_log_or_file(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for name in ("tortoise", "tortoise.db_client", "aiosqlite", "asyncpg"):
            logging.getLogger(name).setLevel(logging.DEBUG)
        async with open_store(database_url, data_dir=tmp_path, master=MASTER) as store:
            await fill(store)
            found = in_files(tmp_path)
    assert [each for each in found.values() if each] == []
    assert not is_sqlite(database_url) or any(name.endswith("-wal") for name in found)
    assert leaks(caplog.text.encode()) == []
    async with connected(database_url):
        rows: dict[str, list[dict[str, Any]]] = await contents()
    assert leaks(repr(rows).encode()) == []
    assert "case-0001" in repr(rows)


async def test_the_check_would_find_a_leak(database_url: str, tmp_path: Path) -> None:
    assert leaks(b"xx Zoe.Marker@sample.example") == [
        PERSON.address,
        PERSON.address.casefold(),
        "Zoe.Marker",
        "sample.example",
    ]
    assert set(leaks(f"{PERSON}".encode())) >= {"Wunderlich", "markerweg", "trier"}
    async with open_store(database_url, data_dir=tmp_path, master=MASTER) as store:
        await fill(store)
        async with store.transaction() as transaction:
            inbound = await transaction.inbound(*_first())
            await transaction.update_inbound(_with_problem(inbound))
    async with connected(database_url):
        assert leaks(repr(await contents()).encode()) == ["trier"]


def _first() -> Any:
    from tests.store.samples import ORG

    return ORG, "inbound-1"


def _with_problem(row: Any) -> Any:
    from dataclasses import replace

    return replace(row, problem="Trier")


async def test_files_are_for_the_service_alone(database_url: str, tmp_path: Path) -> None:
    async with open_store(database_url, data_dir=tmp_path, master=MASTER) as store:
        await fill(store)
        assert open_to_others(tmp_path) == []


@pytest.mark.skipif(DATABASE != "sqlite", reason="many small databases; one kind is enough")
@given(text=st.text(alphabet=st.characters(codec="utf-8"), min_size=12, max_size=40))
@settings(max_examples=10, deadline=None)
async def test_no_text_of_a_note_is_ever_in_the_files(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    from dsarbot.core.apply import fold
    from tests.store.samples import ORG, noted, opened

    folder = tmp_path_factory.mktemp("markers")
    url = f"sqlite://{folder}/store.db"
    async with open_store(url, data_dir=folder, master=MASTER) as store:
        facts = [*opened("case-0001"), noted("secret" + text)]
        async with store.transaction() as transaction:
            await transaction.save(ORG, fold(facts), facts, wake_at=None)
        assert (await store.case(ORG, "case-0001")).notes[0].text == "secret" + text
        assert not contains(folder, b"secret")
