"""done/ and held/ are emptied of what the vault has; what lies only there stays for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dsarbot.documents.sheet import pdf as sheet
from tests.desk.world import NORD
from tests.documents.letters import ENGLISH, FRENCH, GERMAN, drawn, placed, rastered, saved, typed
from tests.documents.samples import locked_pdf
from tests.scans.test_watching import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    # Files are as old as this machine says.
    made.world.clock.now = datetime.now(UTC)
    return made


async def later(office: Office, **gone: float) -> None:
    office.world.clock.advance(timedelta(**gone))
    await office.look()


async def test_what_is_kept_leaves_the_folder_after_a_week(office: Office) -> None:
    pages = [drawn(placed(ENGLISH)), rastered(sheet()), drawn(placed(GERMAN))]
    office.lay("a.pdf", typed(placed(FRENCH)))
    office.lay("a.toml", b"received = 2026-02-19\n")
    office.lay("stack.tif", saved(pages, "TIFF", compression="tiff_lzw"))
    office.lay("locked.pdf", locked_pdf())
    await office.look()
    await later(office, days=6)
    assert office.names("done") == {"a.pdf", "a.toml", "stack.tif"}
    assert office.names("held") == {"locked.pdf", "locked.pdf.txt"}
    await later(office, days=2)
    assert (office.names("done"), office.names("held")) == (set(), set())
    # The originals are where they were.
    rows = await office.world.store.inbounds(NORD)
    assert len([await office.world.store.vault.open(NORD, row.objects[0]) for row in rows]) == 4
    assert ("scan-files-deleted", 3) in [
        (entry.kind, entry.public.get("count")) for entry in office.world.store.ledger()
    ]


async def test_a_second_file_of_the_same_name_leaves_it_too(office: Office) -> None:
    for letter in (FRENCH, GERMAN):
        office.lay("Scan-1.pdf", typed(placed(letter)))
        await office.look()
    assert office.names("done") == {"Scan-1.pdf", "Scan-1-2.pdf"}
    await later(office, days=8)
    assert office.names("done") == set()


async def test_what_lies_only_there_stays(office: Office) -> None:
    office.lay("empty.pdf", b"")
    await office.look()
    (office.folder / "done").mkdir(exist_ok=True)
    (office.folder / "done" / "laid-here-by-hand.pdf").write_bytes(typed(placed(FRENCH)))
    await later(office, days=400)
    assert office.names("done") == {"laid-here-by-hand.pdf"}
    assert office.names("held") == {"empty.pdf", "empty.pdf.txt"}


async def test_what_was_destroyed_in_the_vault_dies_here_as_well(office: Office) -> None:
    office.lay("a.pdf", typed(placed(FRENCH)))
    await office.look()
    (row,) = await office.world.store.inbounds(NORD)
    await office.world.store.vault.destroy(NORD, row.objects, rule="test", actor="test")
    await later(office, days=8)
    assert office.names("done") == set()
