"""Identity papers among scanned pages: the letter becomes a case, the paper is set apart, judged and destroyed, and the
file of the scanner goes with it. The real readers read."""

from __future__ import annotations

import dataclasses
import sqlite3

from dsarbot.app import App
from dsarbot.desk.id_copies_keeper import Keeper
from dsarbot.ports import Scope
from dsarbot.service.copying import Reach
from tests.cli.desk_world import CONFIG, World
from tests.documents.drawn_papers import card
from tests.documents.letters import FRENCH, drawn, placed, saved, scanned

NORD = ("--organisation", "nord")


def together() -> bytes:
    """A letter and a card, scanned in one go."""
    return saved([scanned(drawn(placed(FRENCH))), card()], "PDF")


def settle(world: World) -> None:
    """What the service does before anybody has judged."""

    async def work(app: App) -> None:
        keeper = Keeper(app.copies)
        while await keeper.round():
            pass

    world.do(work)


def leave(world: World) -> None:
    """The same afterwards, with no mailbox to be reached."""

    async def work(app: App) -> None:
        alone = dataclasses.replace(app, settings=app.settings.model_copy(update={"mailboxes": ()}))
        keeper = Keeper(app.copies, Reach(alone))
        while await keeper.round():
            pass

    world.do(work)


def opened(world: World, kind: str) -> list[bytes]:
    """Every object of that kind in the vault."""

    async def work(app: App) -> list[bytes]:
        with sqlite3.connect(world.folder / "data" / "test-keys.sqlite") as keys:
            rows = keys.execute("SELECT id, organisation FROM object_key WHERE kind = ?", (kind,)).fetchall()
        return [await app.store.vault.open(Scope(scope), name) for name, scope in rows]

    return world.do(work)


def test_a_letter_and_a_card_in_one_file(world: World) -> None:
    path = world.folder / "both.pdf"
    path.write_bytes(together())
    out = world.said("intake", str(path), *NORD)
    [reference] = world.references()
    assert reference in out
    settle(world)
    [copy] = world.case(reference).copies
    assert (copy.guess, copy.why) == ("identity-card", "machine-readable-zone")
    assert copy.proposal in ("yes", "unclear")
    shown = world.said("cases", "show", reference, "--text")
    assert "droit" in shown or "données" in shown
    for word in ("LEFEVRE", "UTO", "D23145890"):
        assert word not in shown
    [letter] = opened(world, "scan")
    [paper] = opened(world, "id-copy")
    assert letter.startswith(b"%PDF")
    assert len(letter) < len(path.read_bytes())
    out_file = world.folder / "card.pdf"
    world.said("cases", "id-open", reference, copy.id[:8], "--out", str(out_file))
    assert out_file.read_bytes() == paper
    world.said("cases", "id-verdict", reference, copy.id[:8], "--match", "unclear", "--type", "identity card")
    assert opened(world, "id-copy") == []
    assert opened(world, "scan") == [letter]
    leave(world)
    # The sheet, and the file that somebody brought, are a person's to destroy.
    assert set(world.case(reference).copies[0].lingers) == {"paper", "file"}


def test_the_file_of_the_scanner_goes_as_well(world: World) -> None:
    folder = world.folder / "scans"
    folder.mkdir()
    config = CONFIG.replace('reference_prefix = "DSR"', f'reference_prefix = "DSR"\nscan_dir = "{folder}"')
    (world.folder / "config.toml").write_text(config, encoding="utf-8")
    (folder / "both.pdf").write_bytes(together())

    async def look(app: App) -> None:
        for _ in range(2):
            for each in app.scan_folders:
                await each.look()

    world.do(look)
    [reference] = world.references()
    settle(world)
    assert [each.name for each in (folder / "done").iterdir()] == ["both.pdf"]
    [copy] = world.case(reference).copies
    world.said("cases", "id-verdict", reference, copy.id[:8], "--match", "no", "--type", "identity card")

    leave(world)
    assert list((folder / "done").iterdir()) == []
    assert world.case(reference).copies[0].lingers == ("paper",)
    world.said("cases", "id-gone", reference, copy.id[:8], "--where", "paper")
    world.later(hours=1)
    leave(world)
    assert world.case(reference).copies[0].lingers == ()


def test_a_person_marks_a_scan_in_which_the_machine_saw_no_paper(world: World) -> None:
    path = world.folder / "letter.pdf"
    path.write_bytes(saved([scanned(drawn(placed(FRENCH)))], "PDF"))
    world.said("intake", str(path), *NORD)
    [reference] = world.references()
    assert world.case(reference).copies == ()
    world.refused("cases", "id-copy", reference, "--attachment", "2", code=2)
    world.said("cases", "id-copy", reference, "--attachment", "1")
    [copy] = world.case(reference).copies
    assert opened(world, "id-copy") == [path.read_bytes()]
    assert "droit" not in world.said("cases", "show", reference, "--text")
    assert "set apart already" in world.refused("cases", "id-copy", reference, "--attachment", "1")
    world.said("cases", "id-verdict", reference, copy.id[:8], "--match", "unclear", "--type", "identity card")
    assert opened(world, "id-copy") == []
    leave(world)
    assert world.case(reference).copies[0].lingers == ("paper",)
