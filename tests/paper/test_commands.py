"""A letter by post from the draft to the post office, as a person at the desk goes through it."""

from __future__ import annotations

import asyncio
import json
import signal
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from dsarbot.app import App
from dsarbot.cli.table import Screen
from dsarbot.core.case import LetterStatus
from dsarbot.core.facts_rights import Confided
from dsarbot.paper.folder import Folder
from dsarbot.paper.press import Press
from dsarbot.paper.tray import Unposted, printed_id
from dsarbot.ports import Scope
from dsarbot.service.printing import tend_trays
from tests.cli.desk_world import World
from tests.paper.letters import Pdf

ROOT = Path(__file__).parents[2]
#: What the press asks for typst.
FIND = "dsarbot.paper.press.importlib.util.find_spec"


@pytest.fixture
def reference(world: World) -> str:
    """A case that came on paper; its acknowledgement, l1, is drafted."""
    scan = world.folder / "letter.pdf"
    scan.write_bytes(b"%PDF-1.4 invented")
    world.said("intake", str(scan), "--organisation", "nord", "--received", "2026-02-26", "--who", "Jeanne Martin",
               "--reach", "1 rue de l'Exemple; 00000 Exempleville", "--right", "access")  # fmt: skip
    (found,) = world.references()
    return found


def approve(world: World, reference: str) -> str:
    shown = json.loads(world.said("cases", "show", reference, "--json"))["letters"]
    rules = [each["rule"] for letter in shown for each in letter["findings"] if each["severity"] == "block"]
    overrides = [part for rule in rules for part in ("--override", rule)]
    return world.said("cases", "approve", reference, "l1", "--yes", *overrides, "--reason", "by phone")


def tray_file(world: World, reference: str) -> Path:
    return world.folder / "data" / "tray" / "nord" / f"{reference}-l1.pdf"


def look(world: World) -> Sequence[Unposted]:
    async def work(app: App) -> Sequence[Unposted]:
        return await app.trays["nord"].look()

    return world.do(work)


def test_from_the_approval_to_the_post_office(world: World, reference: str) -> None:
    path = tray_file(world, reference)
    assert not path.parent.exists()
    assert f"Print it: {path}" in approve(world, reference)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    pdf = Pdf(path.read_bytes())
    box = pdf.box("Jeanne Martin")
    # example-fr stands in France: the window is on the right.
    assert 110 <= box.left <= 195 and 50 <= box.top <= 90
    assert reference in pdf.words and "DRAFT" not in pdf.words
    assert world.case(reference).letter("l1").sent_at is None

    world.later(days=3)
    (line,) = json.loads(world.said("cases", "tray", "--json"))
    assert line == {
        "reference": reference, "organisation": "nord", "letter": "l1", "moment": "acknowledged", "initials": "J.M.",
        "written": "2026-03-02", "days": 3, "file": str(path), "trouble": None,
    }  # fmt: skip

    world.said("cases", "posted", reference, "l1", "--on", "2026-03-05", "--registered", "RR1")
    assert not path.exists()
    assert world.case(reference).letter("l1").status == LetterStatus.SENT
    code, out, err = world.run("cases", "tray")
    assert (code, out) == (0, "") and "No letter waits to be posted" in err


def test_the_case_keeps_what_was_printed(world: World, reference: str) -> None:
    approve(world, reference)
    raw = tray_file(world, reference).read_bytes()
    case = world.case(reference)

    async def kept(app: App) -> bytes:
        return await app.store.vault.open(Scope("nord"), printed_id(case, case.letter("l1")))

    assert world.do(kept) == raw
    copy = world.folder / "copy.pdf"
    world.said("cases", "posted", reference, "l1", "--on", "2026-03-02")
    world.said("cases", "show", reference, "--letter", "l1", "--pdf", str(copy))
    assert copy.read_bytes() == raw


def test_a_killed_process_leaves_the_vault_and_the_next_one_the_same_file(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.setattr(FIND, lambda name: None)
        approve(world, reference)
    path = tray_file(world, reference)
    command = [sys.executable, "-m", "tests.paper.killed", str(world.folder / "config.toml"), "nord"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not path.exists()

    async def never(*_: object) -> bytes:
        raise AssertionError("the letter is in the vault already")

    monkeypatch.setattr(Press, "printed", never)
    (found,) = look(world)
    assert (found.file, found.trouble) == (path.name, "")
    assert reference in Pdf(path.read_bytes()).words


def test_a_start_of_the_service_lays_out_what_is_missing(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(world, reference)
    path = tray_file(world, reference)
    before = path.read_bytes()
    path.unlink()

    async def serve(app: App) -> None:
        stop, running, put = asyncio.Event(), asyncio.get_running_loop(), Folder.put

        def put_and_stop(folder: Folder, name: str, data: bytes) -> None:
            put(folder, name, data)
            running.call_soon_threadsafe(stop.set)

        monkeypatch.setattr(Folder, "put", put_and_stop)
        async with asyncio.timeout(30):
            await tend_trays(app, "holder", stop)

    world.do(serve)
    assert path.read_bytes() == before


def test_another_service_that_holds_the_lease_lays_nothing_out(world: World, reference: str) -> None:
    approve(world, reference)
    path = tray_file(world, reference)
    path.unlink()

    async def serve(app: App) -> None:
        assert await app.store.lease("tray", "somebody", 60)
        stop = asyncio.Event()
        loop = asyncio.create_task(tend_trays(app, "holder", stop))
        assert await app.store.lease("tray", "somebody", 60)
        stop.set()
        await loop

    world.do(serve)
    assert not path.exists()


@pytest.mark.parametrize("command", ["discard", "edit"])
def test_what_must_not_be_posted_leaves_the_tray_at_once(world: World, reference: str, command: str) -> None:
    approve(world, reference)
    path = tray_file(world, reference)
    assert path.exists()
    if command == "edit":
        form = world.folder / "form.txt"
        form.write_text(world.said("cases", "show", reference, "--letter", "l1", "--source") + "\nOne more line.\n")
        world.said("cases", "edit", reference, "l1", "--file", str(form))
    else:
        world.said("cases", "discard", reference, "l1")
    assert not path.exists()


def test_without_typst_the_letter_waits_is_listed_and_everybody_says_what_to_install(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.setattr(FIND, lambda name: None)
        out = approve(world, reference)
        assert "not in the print tray yet" in out and "pip install 'dsarbot[paper]'" in out
        (line,) = json.loads(world.said("cases", "tray", "--json"))
        assert line["file"] is None and "dsarbot[paper]" in line["trouble"]
        refused = world.refused("cases", "show", reference, "--letter", "l1", "--pdf", str(world.folder / "x.pdf"))
        assert "dsarbot[paper]" in refused
        assert "dsarbot[paper]" in world.run("doctor", "--offline")[1]
    assert world.case(reference).letter("l1").status == LetterStatus.APPROVED
    (found,) = look(world)
    assert found.file and tray_file(world, reference).exists()
    assert "dsarbot[paper]" not in world.run("doctor", "--offline")[1]


def test_a_draft_is_looked_at_as_pdf_and_marked(world: World, reference: str) -> None:
    path = world.folder / "draft.pdf"
    show = ("cases", "show", reference, "--letter", "l1", "--pdf", str(path))
    assert f"{path} written" in world.said(*show)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    pdf = Pdf(path.read_bytes())
    assert "DRAFT" in pdf.words and "Jeanne Martin" in pdf.words
    assert "name a new file" in world.refused(*show, code=2)
    assert "name it with --letter" in world.refused("cases", "show", reference, "--pdf", str(path), code=2)


def test_the_list_fits_a_terminal_and_says_what_comes_next(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dsarbot.cli.cases_tray.screen", lambda: Screen(width=80, terminal=True))
    assert "No letter waits to be posted" in world.said("cases", "tray")
    approve(world, reference)
    world.later(days=1)
    lines = world.said("cases", "tray", "--organisation", "nord").splitlines()
    table = [line for line in lines if not line.startswith(("Tray", "Posted"))]
    assert max(map(len, table)) <= 80
    assert lines[0] == "1 letter to print and post, the oldest first"
    assert "1 day" in lines[2] and "in the tray" in lines[2] and "Jeanne" not in "".join(lines)
    assert f"Tray: {tray_file(world, reference).parent}" in lines
    assert lines[-1].startswith(f"Posted? dsarbot cases posted {reference} l1 --on DATE")
    world.user = "carla"
    assert "No letter waits" in world.said("cases", "tray")


def test_another_folder_and_another_window_are_options(world: World, reference: str) -> None:
    config = world.folder / "config.toml"
    own = 'key = "nord"\nwindow = "german"\ntray_dir = "print"\n'
    config.write_text(config.read_text().replace('key = "nord"\n', own, 1))
    assert "there is no folder" in world.refused("cases", "tray", code=2)
    (world.folder / "print").mkdir()
    approve(world, reference)
    box = Pdf((world.folder / "print" / f"{reference}-l1.pdf").read_bytes()).box("Jeanne Martin")
    assert 20 <= box.left <= 105 and 45 <= box.top <= 90


def test_a_confidential_case_stands_in_the_list_of_those_whom_it_names(world: World, reference: str) -> None:
    approve(world, reference)
    world.tell(reference, lambda now: Confided(at=now, actor="anna", cause="c", staff=("anna",), reason="staff"))
    assert len(json.loads(world.said("cases", "tray", "--json"))) == 1
    world.user = "bruno"
    assert json.loads(world.said("cases", "tray", "--json")) == []
