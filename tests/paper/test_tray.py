"""The print tray follows from the cases: what must be posted lies there, and nothing else of ours."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dsarbot.core import facts as f
from dsarbot.core.apply import apply
from dsarbot.core.case import Case, Letter, LetterStatus, Section
from dsarbot.core.fact import Fact
from dsarbot.paper.errors import NoPress, Unprintable
from dsarbot.paper.folder import Folder
from dsarbot.paper.press import Press
from dsarbot.paper.stationery import stationery
from dsarbot.paper.tray import Tray, printed_id
from dsarbot.ports import Scope
from dsarbot.testing import FrozenClock, MemoryStore
from tests.paper.letters import Pdf, answer, head
from tests.store.samples import NOW, ORG, drafted
from tests.store.samples import letter as mail_letter
from tests.store.test_contract import add, keep_case

ROOT = Path(__file__).parents[2]
DIGEST = "0123456789abcdef" * 4
#: What the press asks for typst.
FIND = "dsarbot.paper.press.importlib.util.find_spec"
FILE = "DSR-2026-00001-X-l1.pdf"


class Printer(Press):
    """Says what it was given; why: it cannot."""

    def __init__(self) -> None:
        super().__init__(stationery(head(), jurisdiction="DE"))
        self.printings: list[str] = []
        self.why: Exception | None = None

    async def printed(self, case: Case, letter: Letter, *, picture: str = "") -> bytes:
        if self.why:
            raise self.why
        self.printings.append(letter.id)
        return f"{case.reference} {letter.id} {letter.status} {letter.sections[0].text}".encode()


class Room:
    """A store, a printer, and a tray on the disk."""

    def __init__(self, folder: Path) -> None:
        self.store = MemoryStore(FrozenClock(NOW))
        self.printer = Printer()
        self.folder = Folder(folder / "tray" / "northwind")
        self.tray = self.new_tray()

    def new_tray(self) -> Tray:
        """As after a start of the service."""
        return Tray(scope=ORG, store=self.store, vault=self.store.vault, press=self.printer, folder=self.folder)

    @property
    def files(self) -> list[str]:
        return sorted(each.name for each in self.folder.path.iterdir()) if self.folder.path.exists() else []

    async def approved(self, number: int = 1) -> Case:
        """A case with one letter by post, approved."""
        letter = replace(mail_letter("l1"), medium="post", recipient="Zoé\nMarkerweg 1")
        case = await keep_case(self.store, f"case-{number:04d}", self.draft(letter), number=number)
        return await self.approve(case)

    @staticmethod
    def draft(letter: Letter) -> Fact:
        return f.LetterDrafted(at=NOW, actor="service", cause=f"draft-{letter.id}", letter=letter)

    async def approve(self, case: Case, letter: str = "l1", digest: str = DIGEST) -> Case:
        said = f.LetterApproved(
            at=NOW, actor="anna", cause=f"a{digest[:6]}{case.version}", letter=letter, digest=digest, by="anna",
            version=case.version,
        )  # fmt: skip
        return await add(self.store, case, said)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


async def test_an_approved_letter_lies_in_the_tray_for_its_owner_only(room: Room) -> None:
    case = await room.approved()
    (found,) = await room.tray.look()
    assert (found.case.id, found.letter.id, found.file, found.trouble) == (case.id, "l1", FILE, "")
    path = room.folder.path / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(room.folder.path.stat().st_mode) == 0o700
    assert await room.store.vault.open(ORG, printed_id(case, case.letter("l1"))) == path.read_bytes()
    assert room.files == [FILE]


async def test_letters_by_mail_and_drafts_never_lie_there(room: Room) -> None:
    letter = replace(mail_letter("l1"), medium="post", recipient="Zoé")
    await keep_case(room.store, "case-0001", room.draft(letter), drafted())
    assert list(await room.tray.look()) == [] == room.files
    assert not mail_letter("l9").unposted


async def test_a_file_that_is_lost_or_changed_comes_back_the_same_and_is_printed_once(room: Room) -> None:
    await room.approved()
    await room.tray.look()
    path = room.folder.path / FILE
    before = path.read_bytes()
    path.unlink()
    await room.new_tray().look()
    assert path.read_bytes() == before
    path.write_bytes(b"half")
    await room.new_tray().look()
    assert path.read_bytes() == before
    assert room.printer.printings == ["l1"]


@pytest.mark.parametrize(
    "fact",
    [
        f.LetterSent(at=NOW, actor="anna", cause="p", letter="l1", sent_at=NOW, registered="RR1"),
        f.LetterCancelled(at=NOW, actor="anna", cause="c", letter="l1", why="discarded"),
        f.LetterReturned(at=NOW, actor="anna", cause="r", letter="l1", why="overtaken"),
    ],
    ids=lambda fact: type(fact).__name__,
)
@pytest.mark.parametrize("at_once", [True, False])
async def test_what_need_not_be_posted_any_more_leaves_the_tray(room: Room, fact: Fact, at_once: bool) -> None:
    case = await room.approved()
    await room.tray.look()
    assert room.files == [FILE]
    after = await add(room.store, case, fact)
    await (room.tray.settle(after) if at_once else room.tray.look())
    assert room.files == []
    # What was printed stays with the case.
    assert b"l1" in await room.store.vault.open(ORG, printed_id(case, case.letter("l1")))


async def test_an_edited_letter_leaves_the_tray_and_comes_back_approved_with_its_new_words(room: Room) -> None:
    case = await room.approved()
    await room.tray.look()
    edited = replace(
        case.letter("l1"), sections=(Section(key="body", text="Neu"),), status=LetterStatus.DRAFTED, digest=""
    )
    case = await add(room.store, case, f.LetterEdited(at=NOW, actor="anna", cause="e", letter=edited))
    await room.tray.look()
    assert room.files == []
    await room.approve(case, digest="f" * 64)
    await room.tray.look()
    assert b"Neu" in (room.folder.path / FILE).read_bytes()
    assert room.printer.printings == ["l1", "l1"]


@pytest.mark.parametrize("why", [NoPress(), Unprintable("No font has a picture for U+738B.")])
async def test_what_cannot_be_printed_is_held_shown_and_printed_once_it_can(
    room: Room, why: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    case = await room.approved()
    other = await room.approved(2)
    room.printer.why = why
    for _ in range(3):
        held = await room.tray.look()
    assert [(each.letter.id, each.file, each.trouble) for each in held] == [("l1", "", str(why))] * 2
    assert [each.letter("l1").unposted for each in (case, other)] == [True, True]
    said = [record for record in caplog.records if record.action == "not_printed"]  # type: ignore[attr-defined]
    assert len(said) == 2  # once for each letter, not at every look
    assert "Zoé" not in caplog.text
    room.printer.why = None
    await room.tray.look()
    assert room.files == [FILE, "DSR-2026-00002-X-l1.pdf"]


async def test_one_letter_that_cannot_be_printed_stops_no_other(room: Room) -> None:
    await room.approved()
    case = await room.approved(2)
    room.store.vault.destroyed.append((ORG, printed_id(case, case.letter("l1")), "rule", "service"))
    troubles = [bool(each.trouble) for each in await room.tray.look()]
    assert sorted(troubles) == [False, True] and room.files == [FILE]


async def test_a_folder_that_cannot_be_written_is_named(room: Room) -> None:
    await room.approved()
    room.folder.path.parent.write_text("a file where the folder should be")
    (held,) = await room.tray.look()
    assert held.trouble.startswith(f"{room.folder.path} cannot be written to")


async def test_what_is_not_ours_stays(room: Room) -> None:
    room.folder.path.mkdir(parents=True)
    strangers = ["notes.txt", "DSR-2026-09999-X-l1.pdf", "letter.pdf", ".hidden"]
    for name in strangers:
        (room.folder.path / name).write_bytes(b"mine")
    await room.approved()
    await room.tray.look()
    assert room.files == sorted([*strangers, FILE])


async def test_what_a_crash_left_half_written_is_removed(room: Room) -> None:
    room.folder.path.mkdir(parents=True)
    (room.folder.path / f".{FILE}.0a1b2c3d").write_bytes(b"hal")
    await room.approved()
    await room.tray.look()
    assert room.files == [FILE]


async def test_the_list_changes_nothing(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    await room.approved()
    (found,) = await room.tray.listed()
    assert (found.file, room.files) == ("", []) and "within a minute" in found.trouble
    monkeypatch.setattr(FIND, lambda name: None)
    (found,) = await room.tray.listed()
    assert "dsarbot[paper]" in found.trouble
    monkeypatch.undo()
    await room.tray.look()
    (found,) = await room.tray.listed()
    assert (found.file, found.trouble) == (FILE, "")


async def test_another_organisation_sees_nothing_of_it(room: Room) -> None:
    await room.approved()
    other = Tray(
        scope=Scope("contoso"), store=room.store, vault=room.store.vault, press=room.printer, folder=room.folder
    )
    await room.tray.look()
    assert list(await other.look()) == [] and room.files == [FILE]


async def test_looking_at_a_letter_shows_what_was_printed_and_else_what_would_be(room: Room) -> None:
    case = await room.approved()
    assert b"approved" in await room.tray.printed(case, case.letter("l1"))
    await room.tray.look()
    sent = apply(case, f.LetterSent(at=NOW, actor="anna", cause="p", letter="l1", sent_at=NOW))
    assert b"l1 approved" in await room.tray.printed(sent, sent.letter("l1"))
    assert b"letter-1 drafted" in await room.tray.printed(case, mail_letter())


async def test_without_typst_the_press_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    case, letter = answer()
    press = Press(stationery(head(), jurisdiction="DE"))
    assert len(Pdf(await press.printed(case, letter))) == 2
    monkeypatch.setattr(FIND, lambda name: None)
    with pytest.raises(NoPress, match="pip install 'dsarbot"):
        await press.printed(case, letter)


async def test_a_broken_font_in_the_folder_harms_nobody(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(os.urandom(64))
    case, letter = answer()
    press = Press(stationery(head(), jurisdiction="DE"), fonts=[tmp_path])
    assert len(Pdf(await press.printed(case, letter))) == 2


def test_typst_is_loaded_by_nobody_who_prints_nothing() -> None:
    loaded = "dsarbot.service.run, dsarbot.wiring.paper, dsarbot.cli.cases_tray"
    code = f"import sys, {loaded}; print('typst' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
