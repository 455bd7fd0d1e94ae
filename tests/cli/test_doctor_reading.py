"""What reads pictures, and what looks for viruses: seen before the first letter waits for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dsarbot.cli import doctor_reading
from tests.channels.scripted_clamd import beside
from tests.cli.desk_world import CONFIG, World, world

__all__ = ["world"]


def doctor(world: World) -> str:
    out = world.run("doctor", "--offline")
    return out[1]


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_it_names_engines_versions_and_languages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    said = doctor(world)
    assert "read by tesseract " in said and "deu, eng, fra, ltz, nld" in said and "rapidocr 3." in said
    monkeypatch.setattr(doctor_reading, "_tesseract", lambda: ("5.3.0", ("eng", "fra")))
    assert "install tesseract-ocr-deu tesseract-ocr-ltz tesseract-ocr-nld" in doctor(world)
    monkeypatch.setattr(doctor_reading, "_tesseract", lambda: ("", ()))
    assert "is not installed" in doctor(world)


def test_it_says_when_pictures_wait_for_a_person(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_reading, "installed", lambda: False)
    assert "pip install 'dsarbot[ocr]'" in doctor(world)


def test_it_asks_clamd(world: World) -> None:
    assert "nobody looks for them" in doctor(world)
    socket = world.folder / "ctl"
    (world.folder / "config.toml").write_text(f'{CONFIG}\n[clamd]\nsocket = "{socket}"\n')
    assert "clamd does not answer" in doctor(world)
    with beside(socket):
        assert "ClamAV 1.4.3/27000" in doctor(world)


@pytest.mark.parametrize("table", ['socket = "ctl"', 'socket = "/ctl"\nhost = "localhost"', "socket = 3"])
def test_a_wrong_table_says_what_is_wrong(world: World, table: str) -> None:
    (Path(world.folder) / "config.toml").write_text(f"{CONFIG}\n[clamd]\n{table}\n")
    code, out, err = world.run("doctor", "--offline")
    assert code == 2 and "clamd" in out + err
