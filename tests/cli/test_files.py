"""What came is opened by what it is, never by what it calls itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.channels.scripted_clamd import EICAR, beside
from tests.cli.desk_world import CONFIG, World, world
from tests.desk.world import ACCESS, ORDINARY
from tests.documents.letters import FRENCH, placed, typed
from tests.scans.office_mail import with_files

__all__ = ["world"]
PROGRAM, LETTER = b"MZ" + bytes(200), typed(placed(FRENCH))


@pytest.fixture
def reference(world: World) -> str:
    raw = with_files([LETTER, PROGRAM, b"hello " + EICAR], text=ACCESS)
    path = world.folder / "request.eml"
    path.write_bytes(raw.encode())
    world.said("intake", str(path), "--organisation", "nord")
    (found,) = world.references()
    return found


def test_files_are_listed_by_their_content(world: World, reference: str) -> None:
    lines = world.said("files", reference).splitlines()
    assert lines[0].startswith("1  pdf  ") and "document-0" in lines[0]
    assert "program" in lines[1] and "[attachments] does not allow" in lines[1]
    assert [each["kind"] for each in json.loads(world.said("files", reference, "--json"))] == ["pdf", "program", "text"]


def test_one_is_saved_and_a_program_is_not(world: World, reference: str) -> None:
    out = world.folder / "out"
    assert "written (pdf)" in world.said("files", reference, "--save", "1", "--out", str(out))
    assert out.read_bytes() == LETTER and out.stat().st_mode & 0o777 == 0o600
    code, _, err = world.run("files", reference, "--save", "2", "--out", str(world.folder / "no"))
    assert code == 1 and "of the kind program" in err and not (world.folder / "no").exists()
    assert "There is no file 9" in world.run("files", reference, "--save", "9", "--out", str(world.folder / "no"))[2]
    assert "give both" in world.run("files", reference, "--save", "1")[2]
    assert "Name a case" in world.run("files")[2]


def test_the_configuration_says_what_may_be_opened(world: World, reference: str) -> None:
    (world.folder / "config.toml").write_text(f'{CONFIG}\n[attachments]\nallow = ["text"]\n')
    assert "of the kind pdf" in world.run("files", reference, "--save", "1", "--out", str(world.folder / "no"))[2]


def test_what_is_infected_or_unchecked_is_not_opened(world: World, reference: str) -> None:
    socket, out = world.folder / "ctl", str(world.folder / "out")
    (world.folder / "config.toml").write_text(f'{CONFIG}\n[clamd]\nsocket = "{socket}"\n')
    assert "clamd does not answer" in world.run("files", reference, "--save", "3", "--out", out)[2]
    with beside(socket):
        code, _, err = world.run("files", reference, "--save", "3", "--out", out)
        assert code == 1 and "ClamAV has found Eicar-Test-Signature" in err and not Path(out).exists()
        assert world.run("files", reference, "--save", "1", "--out", out)[0] == 0


def test_a_held_item_and_a_letter_on_paper_are_looked_at_as_well(world: World) -> None:
    path = world.folder / "letter.pdf"
    path.write_bytes(LETTER)
    world.said("intake", str(path), "--organisation", "nord")
    (reference,) = world.references()
    assert world.said("files", reference).startswith("1  pdf  ")
    # practice 12: no way around a confidential case.
    inbound = world.case(reference).inbounds[0].inbound
    assert "name its reference instead" in world.run("files", "--item", inbound)[2]
    (world.folder / "a.eml").write_bytes(with_files([PROGRAM], text=ORDINARY).encode())
    out = world.said("intake", str(world.folder / "a.eml"), "--organisation", "nord")
    item = out.partition("--take ")[2][:8]
    assert "program" in world.said("files", "--item", item)
