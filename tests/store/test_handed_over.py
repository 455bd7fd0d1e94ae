"""What the relay has taken is known to the next process, however this one dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from dsarbot.ports import Store
from dsarbot.store.handed_over import HandedOver
from dsarbot.store.store import TortoiseStore
from tests.store.samples import NOW
from tests.store.test_contract import enqueue

#: Notes a hand-over, says so, and waits to be killed.
_WORKER = """
import sys, time
from datetime import datetime
from pathlib import Path
from dsarbot.store.handed_over import HandedOver
notes = HandedOver(Path(sys.argv[1]))
notes.take_over(datetime.fromisoformat(sys.argv[2]))
notes.note("job-0001", datetime.fromisoformat(sys.argv[2]))
print("noted", flush=True)
sys.stdin.read()
"""


def died_in(folder: Path) -> None:
    """A process that noted a hand-over and was killed."""
    worker = subprocess.Popen(
        [sys.executable, "-c", _WORKER, str(folder), NOW.isoformat()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ),
    )  # fmt: skip
    assert worker.stdout and worker.stdin
    with worker.stdout, worker.stdin:
        assert worker.stdout.readline() == "noted\n"
        other = HandedOver(folder)
        other.take_over(NOW)
        assert not other.known(["job-0001"]), "a living process's notes are its own"
        other.close()
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=10)


def test_the_notes_of_a_killed_process_are_taken_over_until_they_are_stored(tmp_path: Path) -> None:
    died_in(tmp_path)
    second = HandedOver(tmp_path)
    second.take_over(NOW)
    assert second.known(["job-0001", "job-0002"]) == {"job-0001": NOW}
    second.close()
    third = HandedOver(tmp_path)
    third.take_over(NOW)
    assert third.known(["job-0001"]) == {"job-0001": NOW}
    third.forget(["job-0001"])
    third.close()
    assert list(tmp_path.iterdir()) == []


async def test_a_job_that_a_dead_process_handed_over_says_so_when_it_is_claimed_again(
    database: TortoiseStore, tmp_path: Path
) -> None:
    await enqueue(database, "job-0001", "job-0002")
    died_in(tmp_path / "outbox")
    claimed = await database.claim_jobs("w", NOW, 60)
    assert {each.job.id: each.handed_over_at for each in claimed} == {"job-0001": NOW, "job-0002": None}


def test_the_file_does_not_grow_with_what_is_stored(tmp_path: Path) -> None:
    notes = HandedOver(tmp_path)
    notes.take_over(NOW)
    [file] = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    for number in range(3):
        notes.note(f"job-{number}", NOW)
    assert len(file.read_text().splitlines()) == 3
    notes.forget(["job-0", "job-1"])
    assert len(file.read_text().splitlines()) == 3
    notes.forget(["job-2"])
    assert file.read_text() == ""
    notes.close()


@pytest.mark.parametrize("torn", ["job-0002 2026-03-", "job-0002", "\n", "job-0002 nonsense\n", "\x00\x00\xff"])
def test_a_torn_line_is_no_note_and_hides_no_other(tmp_path: Path, torn: str) -> None:
    (tmp_path / "0123.handed").write_text(f"job-0001 {NOW.isoformat()}\n{torn}", "latin-1")
    notes = HandedOver(tmp_path)
    notes.take_over(NOW)
    assert notes.known(["job-0001", "job-0002"]) == {"job-0001": NOW}
    notes.close()


def test_a_note_is_forgotten_when_nothing_is_tried_for_so_long(tmp_path: Path) -> None:
    (tmp_path / "0123.handed").write_text(f"job-0001 {NOW.isoformat()}\n")
    notes = HandedOver(tmp_path)
    notes.take_over(NOW + timedelta(days=11))
    assert not notes.known(["job-0001"])
    notes.close()


async def test_a_note_that_was_stored_is_not_seen_by_the_next_claim(store: Store) -> None:
    await enqueue(store, "job-0001")
    [claimed] = await store.claim_jobs("w", NOW, 60)
    await store.note_handed_over(claimed, NOW)
    await store.forget_handed_over([claimed])
    await store.release_claims("w")
    [again] = await store.claim_jobs("w", NOW, 60)
    assert again.handed_over_at is None
