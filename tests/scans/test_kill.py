"""A folder of a hundred scans and a process that is killed in the middle of it: nothing is lost, nothing is doubled."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dsarbot.app import App
from dsarbot.ports import Scope
from tests.cli.desk_world import CONFIG, World
from tests.documents.letters import Placed, typed

SCANS, KILLS = 100, 4
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> World:
    made = World(tmp_path, capsys)
    watched = CONFIG.replace('owner = "anna"\ndeputy', 'owner = "anna"\nscan_dir = "scans"\ndeputy', 1)
    (tmp_path / "config.toml").write_text(watched)
    (tmp_path / "scans").mkdir()
    return made


def letter(number: int) -> bytes:
    words = "I request a copy of all my personal data under Article 15 GDPR."
    return typed([Placed(62, 100, f"Subject: my data, letter {number}"), Placed(62, 130, words)])


def test_a_killed_service_loses_and_doubles_nothing(world: World) -> None:
    scans = world.folder / "scans"
    for number in range(SCANS):
        (scans / f"scan-{number:03}.pdf").write_bytes(letter(number))
    command = [sys.executable, "-m", "tests.scans.watcher", str(world.folder / "config.toml")]
    dice = random.Random(6)
    for goal in sorted(dice.sample(range(5, SCANS - 5), KILLS)):
        child = subprocess.Popen(command, cwd=ROOT)
        while child.poll() is None and len(list((scans / "done").glob("*.pdf"))) < goal:
            time.sleep(0.002)
        time.sleep(dice.random() * 0.05)
        child.kill()
        assert child.wait() != 0
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)

    async def subjects(app: App) -> list[str]:
        scope = Scope("nord")
        rows = await app.store.rows(scope, limit=1000)
        return [(await app.store.case(scope, row.id)).subject for row in rows]

    async def kept(app: App) -> int:
        rows = await app.store.inbounds(Scope("nord"), limit=1000)
        assert all(row.disposition == "case" for row in rows)
        return len(rows)

    assert sorted(world.do(subjects)) == sorted(f"my data, letter {number}" for number in range(SCANS))
    assert world.do(kept) == SCANS
    assert len(list((scans / "done").iterdir())) == SCANS
    assert [each.name for each in scans.iterdir()] == ["done"]
