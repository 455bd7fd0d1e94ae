"""security 1: personal content exists at rest only sealed. 50 and more markers go every road; none may be seen."""

from __future__ import annotations

import base64
import inspect
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dsarbot.core import orders as o
from dsarbot.core import orders_chain as oc
from tests.conftest import DATABASE
from tests.security.chain_roads import ChainRoads
from tests.security.markers import ACCENTED, STEM, Markers, spellings, traces, traces_in_files
from tests.security.office import NORD, Office, open_office
from tests.security.roads import Roads
from tests.security.surfaces import dumped, envelopes, leaks, readable
from tests.servers.postgresql import PostgreSQL

#: Typed, but rightly kept nowhere; and destroyed on purpose.
_KEPT_NOWHERE = {
    "case looked for", "name looked for", "reference looked for", "text of a refused order", "destroyed picture",
    "to a customer", "address of a customer", "subject for a customer", "Message-ID for a customer",
    "refused instruction",
}  # fmt: skip

Dump = Callable[[], bytes]


@pytest.fixture
def dump(request: pytest.FixtureRequest, database_url: str) -> Dump:
    """pg_dump of this run's database; nothing on SQLite, where the files themselves are searched."""
    if DATABASE == "sqlite":
        return lambda: b""
    cluster: PostgreSQL = request.getfixturevalue("postgresql")
    return lambda: dumped(cluster, database_url)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where everything temporary goes, inside the folder that is searched."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(folder))
    return folder


async def test_no_marker_is_seen_anywhere_without_the_keys(
    database_url: str, tmp_path: Path, temporary: Path, dump: Dump, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    markers = Markers()
    async with open_office(tmp_path, database_url) as office:
        roads = Roads(office, markers)
        await roads.walk()
        await ChainRoads(office=office, m=markers).walk()

        # Nothing was forgotten: each marker is really kept, each kind of order was really given.
        assert len(markers.planted) >= 50
        assert set(markers.missing_in(await readable(office))) == _KEPT_NOWHERE
        assert office.given | {o.Join} == _all_orders(), "Join is what the intake gives for each reply"

        assert caplog.records
        # While it runs (the write-ahead log is full) and once it is closed (the log went into the file).
        assert _leaks(office, roads, tmp_path, dump, caplog) == []
        _references_stay_out_of_envelopes(office, [case.reference for case in await office.cases(NORD)])
    assert _leaks(office, roads, tmp_path, dump, caplog) == []


def _leaks(office: Office, roads: Roads, folder: Path, dump: Dump, caplog: pytest.LogCaptureFixture) -> list[str]:
    return leaks(folder, dump=dump(), office=office, records=caplog.records, errors=roads.heard)


def _references_stay_out_of_envelopes(office: Office, references: list[str]) -> None:
    """security 11: neither Message-ID nor envelope sender holds a reference."""
    assert references
    assert not [each for each in references if each.encode() in envelopes(office)]


def _all_orders() -> set[type[o.Order]]:
    abstract = {o.Order, o.ClaimOrder}
    return {
        each
        for module in (o, oc)
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, o.Order) and each not in abstract
    }


async def test_a_marker_written_in_the_clear_would_be_found_on_every_surface(
    database_url: str, tmp_path: Path, temporary: Path, dump: Dump, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    marker = Markers().plain("in the clear")
    async with open_office(tmp_path, database_url) as office:
        store = office.app.store
        errors = [ValueError(marker)]

        def seen() -> set[str]:
            """The surfaces on which something is seen."""
            found = leaks(tmp_path, dump=dump(), office=office, records=caplog.records, errors=[])
            return {each.split()[0] for each in found}

        assert seen() == set()
        await store.beat(marker, "outbox", office.clock.now)
        # On SQLite the row is in the write-ahead log now, on PostgreSQL in the dump.
        assert seen() == {"files" if DATABASE == "sqlite" else "dump"}
        logging.getLogger("dsarbot.some.module").log(1, "a sentence about %s", marker)
        assert "logs" in seen()
        (tmp_path / "data" / "vault" / f"{marker}-s").write_bytes(b"x")
        assert "name" in " ".join(traces_in_files([tmp_path / "data"]))
        with tempfile.NamedTemporaryFile(delete=False) as left:
            left.write(marker.encode())
        assert traces_in_files([temporary])
        assert leaks(tmp_path, dump=b"", office=office, records=[], errors=errors)[-1].startswith("errors")


@pytest.mark.parametrize("stem", [STEM, ACCENTED])
@pytest.mark.parametrize("around", [b"", b"a", b"bc"])
def test_every_spelling_is_found_wherever_it_stands(stem: str, around: bytes) -> None:
    assert traces(around + b"nothing here" + around) == []
    for spelling in spellings().values():
        assert traces(around + spelling + b"012" + around)
    wrapped = Markers()
    marker = wrapped.plain("x") if stem == STEM else wrapped.accented("x")
    assert traces(_mime_base64(around + marker.encode()))


def _mime_base64(data: bytes) -> bytes:
    """Base64 in lines of 76 characters, the marker across a line's end."""
    return base64.encodebytes(b"." * 50 + data + b"." * 90)
