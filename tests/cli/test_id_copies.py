"""Copies of identity papers at the desk: set apart on arrival, judged by a person, destroyed, put back when they are
none. What a machine reads in a picture is played here; tests/documents has the process that does it."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import sqlite3
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from dsarbot.app import App
from dsarbot.core.case import Case
from dsarbot.core.identity_copy import IdCopy
from dsarbot.core.identity_copy_row import State
from dsarbot.desk.id_copies_keeper import Keeper
from dsarbot.documents.paper_answer import Paper
from dsarbot.documents.paper_reader import PaperReader
from dsarbot.documents.papers import Look
from dsarbot.ports import Scope
from tests.cli.desk_world import ACCESS, World

NORD = Scope("nord")
_CHECKS = ("check-digits:agrees:right", "expiry:agrees:valid", "name:agrees:same", "birth-date:unknown:not-given")


def png(seed: int, *, side: int = 600) -> bytes:
    """A picture of noise: nothing compresses it, and no other has its bytes."""
    noise = random.Random(seed).randbytes(side * 30)
    rows = b"".join(b"\0" + (noise[at : at + 30] * 25)[:side] for at in range(0, side * 30, 30))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


CARD, PLAN = png(1), png(2)


def request(
    *files: tuple[bytes, str], text: str = ACCESS, number: int = 1, sender: str = "Jeanne Martin <jeanne@example.net>"
) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = "privacy@nord.example.org"
    message["Subject"] = "My data"
    message["Message-ID"] = f"<m{number}@example.net>"
    message["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    message.set_content(text)
    for data, name in files:
        message.add_attachment(data, maintype="image", subtype="png", filename=name)
    return message.as_bytes()


@pytest.fixture(autouse=True)
def played(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """CARD is a card, nothing else is; the names that it was compared with."""
    names: list[str] = []

    async def look(self: PaperReader, data: bytes, *, today: date, name: str = "", birth: date | None = None) -> Paper:
        names.append(name)
        if data != CARD:
            return Paper(count=1, look=Look(letter=data == PLAN))
        seen = Look(guess="identity-card", why="machine-readable-zone")
        return Paper(look=seen, papers=(1,), count=1, proposal="yes", doc_type="identity card UTO", checks=_CHECKS)

    monkeypatch.setattr(PaperReader, "look", look)
    return names


def settle(world: World) -> None:
    """What the service does: rounds until nothing is left to do."""

    async def work(app: App) -> None:
        keeper = Keeper(app.copies)
        while await keeper.round():
            pass

    world.do(work)


def copies(world: World, reference: str) -> list[IdCopy]:
    return list(world.case(reference).copies)


def states(world: World) -> list[str]:
    async def work(app: App) -> list[str]:
        every: tuple[State, ...] = ("suspect", "copy", "apart", "dying", "leaving", "gone", "released")
        return [row.state for row in await app.store.id_copies.of_scope("nord", every)]

    return world.do(work)


def lies_somewhere(folder: Path, data: bytes) -> bool:
    """Whether anybody with the keys could still read these bytes: every object of the vault, opened."""
    found: list[bytes] = []

    async def work(app: App) -> None:
        with sqlite3.connect(folder / "data" / "test-keys.sqlite") as keys:
            every = keys.execute("SELECT id, organisation FROM object_key WHERE pack IS NOT NULL").fetchall()
        for name, scope in every:
            found.append(await app.store.vault.open(Scope(scope), name))

    made = World.__new__(World)
    made.folder, made.now = folder, _NOW[0]
    made.do(work)
    encoded = base64.b64encode(data)[400:460]
    return any(data[300:360] in each or encoded in each.replace(b"\r\n", b"") for each in found)


_NOW: list[Any] = [None]


@pytest.fixture(autouse=True)
def _clock(world: World) -> None:
    _NOW[0] = world.now


def saved(world: World, reference: str, folder: str) -> bytes:
    world.said("cases", "show", reference, "--save", str(world.folder / folder))
    return b"".join(each.read_bytes() for each in sorted((world.folder / folder).iterdir()))


def in_base64(data: bytes) -> bytes:
    """A line as it stands in a mail."""
    return base64.b64encode(data)[76 * 5 : 76 * 6]


def test_on_arrival_it_is_set_apart_and_nobody_sees_it_in_passing(world: World, played: list[str]) -> None:
    world.arrive(request((CARD, "IMG_1.png"), (PLAN, "plan.png")))
    [reference] = world.references()
    settle(world)
    [copy] = copies(world, reference)
    assert (copy.guess, copy.why, copy.asked) == ("identity-card", "machine-readable-zone", False)
    assert copy.proposal == "yes"
    assert "name:agrees:same" in copy.checks
    # Looked at without a name, then compared with the person of the case.
    assert played[-1] == "Jeanne Martin"
    mails = saved(world, reference, "out")
    assert in_base64(CARD) not in mails
    assert in_base64(PLAN) in mails
    assert b"It was removed and destroyed" in mails
    shown = world.said("cases", "show", reference, "--text")
    assert "IMG_1.png" not in shown
    told = world.said("cases", "id-copies", reference)
    assert "identity-card" in told
    assert "not asked for" in told
    assert "6 days left" in told or "7 days left" in told
    assert states(world) == ["apart"]


def test_opening_it_is_recorded_and_gives_the_very_bytes(world: World) -> None:
    world.arrive(request((CARD, "IMG_1.png")))
    [reference] = world.references()
    settle(world)
    [copy] = copies(world, reference)
    out = world.folder / "paper.png"
    told = world.said("cases", "id-open", reference, copy.id[:8], "--out", str(out))
    assert out.read_bytes() == CARD
    assert out.stat().st_mode & 0o777 == 0o600
    assert "delete the file" in told
    world.refused("cases", "id-open", reference, copy.id[:8], "--out", str(out), code=2)
    assert f'"what":"id-copy:{copy.id}"' in ledger(world)


def ledger(world: World) -> str:
    with sqlite3.connect(world.folder / "data" / "test.sqlite") as database:
        return "\n".join(row[0] for row in database.execute("SELECT public FROM entry ORDER BY id"))


def test_a_verdict_destroys_it_at_once(world: World) -> None:
    world.arrive(request((CARD, "IMG_1.png")))
    [reference] = world.references()
    settle(world)
    [copy] = copies(world, reference)
    assert lies_somewhere(world.folder, CARD)
    refused = world.refused("cases", "id-verdict", reference, copy.id[:8], "--match", "yes", "--type", "card D23145890")
    assert "number is never kept" in refused
    told = world.said(
        "cases", "id-verdict", reference, copy.id[:8], "--match", "yes", "--type", "identity card UTO",
        "--signature", "seen",
    )  # fmt: skip
    assert "destroyed" in told
    [after] = copies(world, reference)
    assert after.verdict is not None
    assert (after.verdict.match, after.verdict.doc_type, after.verdict.checked_by) == (
        "yes", "identity card UTO", "anna",
    )  # fmt: skip
    assert after.signature
    assert after.destroyed_at == world.now
    assert not lies_somewhere(world.folder, CARD)
    # It had not been asked for, so it proves nothing more than it did.
    assert world.case(reference).rung == ""
    entries = ledger(world)
    assert entries.index('"rule":"id-copy-verdict"') > 0
    world.refused("cases", "id-verdict", reference, copy.id[:8], "--match", "no", "--type", "passport")
    world.refused("cases", "id-open", reference, copy.id[:8], "--out", str(world.folder / "again.png"))


def test_a_copy_that_was_asked_for_proves_the_rung(world: World) -> None:
    reference = world.opened()
    case = world.case(reference)
    world.run("cases", "ask-identity", reference, "--doubt", "writes from another address", "--rung", "R6")
    letter = next(each for each in world.case(reference).letters if each.moment == "identity-asked")
    world.said("cases", "approve", reference, letter.id, "--yes")
    world.sent(reference, letter.id)
    world.later(days=2)
    answer = request((CARD, "scan.png"), text=f"{reference}: here it is.", number=2)
    world.arrive(answer)
    settle(world)
    [copy] = copies(world, reference)
    assert copy.asked
    world.said("cases", "id-verdict", reference, copy.id[:8], "--match", "yes", "--type", "identity card")
    after = world.case(reference)
    assert after.rung == "R6"
    assert all(claim.open_question("identity") is None for claim in after.claims)
    assert case.rung == ""


def test_nobody_judged_it_and_it_dies_on_the_seventh_day(world: World) -> None:
    world.arrive(request((CARD, "IMG_1.png")))
    [reference] = world.references()
    settle(world)
    world.later(days=6, hours=23)
    settle(world)
    assert states(world) == ["apart"]
    world.later(hours=1)
    settle(world)
    [copy] = copies(world, reference)
    assert copy.verdict is None
    assert copy.destroyed_at == world.now
    _NOW[0] = world.now
    assert not lies_somewhere(world.folder, CARD)
    assert "without a verdict" in world.refused(
        "cases", "id-verdict", reference, copy.id[:8], "--match", "yes", "--type", "passport"
    )


def test_seven_days_more_once_and_with_a_reason(world: World) -> None:
    world.arrive(request((CARD, "IMG_1.png")))
    [reference] = world.references()
    settle(world)
    [copy] = copies(world, reference)
    world.later(days=5)
    world.refused("cases", "id-extend", reference, copy.id[:8], "--reason", " ")
    world.said("cases", "id-extend", reference, copy.id[:8], "--reason", "the town hall was asked")
    assert "no second time" in world.refused("cases", "id-extend", reference, copy.id[:8], "--reason", "again")
    world.later(days=8)
    settle(world)
    assert states(world) == ["apart"]
    world.later(days=1)
    settle(world)
    assert copies(world, reference)[0].destroyed_at == world.now


def test_no_paper_after_all_comes_back_byte_for_byte(world: World) -> None:
    raw = request((PLAN, "carte_identite.png"))
    world.arrive(raw)
    [reference] = world.references()
    # Its name alone is no reason where a letter is read in it; a person marks it by hand.
    settle(world)
    assert copies(world, reference) == []
    world.said("cases", "id-copy", reference, "--attachment", "1")
    [copy] = copies(world, reference)
    assert copy.why == "by-hand"
    assert in_base64(PLAN) not in saved(world, reference, "one")
    world.refused("cases", "id-copy", reference, "--not-an-id", copy.id[:8])
    world.said("cases", "id-copy", reference, "--not-an-id", copy.id[:8], "--reason", "the plan of a garden")
    assert copies(world, reference)[0].released
    assert saved(world, reference, "two") == raw
    assert states(world) == ["released"]


def test_two_papers_of_one_mail_are_judged_one_by_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.arrive(request((CARD, "front.png"), (PLAN, "back.png")))
    [reference] = world.references()
    settle(world)
    # What is set apart keeps its number, and is no file to be marked any more.
    assert "set apart or destroyed" in world.refused("cases", "id-copy", reference, "--attachment", "1")
    world.said("cases", "id-copy", reference, "--attachment", "2")
    first, second = copies(world, reference)
    world.said("cases", "id-verdict", reference, first.id[:8], "--match", "unclear", "--type", "identity card")
    assert not lies_somewhere(world.folder, CARD)
    assert lies_somewhere(world.folder, PLAN)
    out = world.folder / "second.png"
    world.said("cases", "id-open", reference, second.id[:8], "--out", str(out))
    assert out.read_bytes() == PLAN


def test_the_same_picture_elsewhere_dies_with_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nobody had recognised it: in another case, before there was a reader."""

    async def blind(self: PaperReader, data: bytes, **_: object) -> Paper:
        return Paper(unread="no-ocr")

    world.arrive(request((CARD, "a.png")))
    with monkeypatch.context() as patch:
        patch.setattr(PaperReader, "look", blind)
        world.arrive(request((CARD, "b.png"), number=2, sender="Paul Autre <paul@example.net>"))
        settle(world)
    first, second = sorted(world.references())
    assert copies(world, first) == copies(world, second) == []
    world.said("cases", "id-copy", first, "--attachment", "1")
    [copy] = copies(world, first)
    world.said("cases", "id-verdict", first, copy.id[:8], "--match", "no", "--type", "identity card")
    settle(world)
    assert not lies_somewhere(world.folder, CARD)
    # Nobody is asked about it once more.
    assert copies(world, second) == []
    assert in_base64(CARD) not in saved(world, second, "other")


def test_what_is_held_dies_as_well(world: World) -> None:
    text = "Hello, as you asked in your call, my card is attached. Greetings, Jeanne Martin"
    world.arrive(request((CARD, "card.png"), text=text))
    assert world.references() == []
    settle(world)
    assert states(world) == ["apart"]
    world.later(days=7)
    settle(world)
    _NOW[0] = world.now
    assert not lies_somewhere(world.folder, CARD)
    assert states(world) == ["gone"]
    # It becomes a case after all: then the mailboxes are cleaned as well.
    [item] = world.inbounds()
    world.said("intake", "--take", item.id[:8], "--organisation", "nord", "--right", "access")
    settle(world)
    [reference] = world.references()
    assert states(world) == ["leaving"]
    assert copies(world, reference)[0].destroyed_at == world.now


@pytest.mark.parametrize("stop", range(1, 12))
def test_a_crash_anywhere_is_carried_on(world: World, monkeypatch: pytest.MonkeyPatch, stop: int) -> None:
    """The process dies before its n-th writing; the next one finds everything to do, and does nothing twice."""
    world.arrive(request((CARD, "IMG_1.png"), (PLAN, "plan.png")))
    [reference] = world.references()
    calls = [0]

    class Killed(Exception):
        pass

    def dying(name: str, owner: type) -> None:
        real: Callable[..., Any] = getattr(owner, name)

        async def call(self: object, *args: object, **more: object) -> object:
            calls[0] += 1
            if calls[0] == stop:
                raise Killed
            return await real(self, *args, **more)

        patch.setattr(owner, name, call)

    from dsarbot.store.id_copies import IdCopies
    from dsarbot.store.keys import KeyRing
    from dsarbot.store.vault import FileVault

    world.later(days=7)
    with monkeypatch.context() as patch:
        for name, owner in (
            ("put", IdCopies), ("set_apart", IdCopies), ("keep", FileVault), ("destroy", FileVault),
            ("delete", KeyRing),
        ):  # fmt: skip
            dying(name, owner)
        with suppress(Killed):
            settle(world)
    settle(world)
    _NOW[0] = world.now
    assert not lies_somewhere(world.folder, CARD)
    assert lies_somewhere(world.folder, PLAN)
    case: Case = world.case(reference)
    assert [each.destroyed_at is not None for each in case.copies] == [True]
    assert in_base64(PLAN) in saved(world, reference, "out")
    assert world.said("keys", "check") != ""


def test_json_and_words(world: World) -> None:
    reference = world.opened()
    assert "No copy" in world.said("cases", "id-copies", reference)
    world.refused("cases", "id-copy", reference, code=2)
    world.refused("cases", "id-copy", reference, "--attachment", "9", code=2)
    world.refused("cases", "id-verdict", reference, "abcdef", "--match", "no", "--type", "passport")
    world.arrive(request((CARD, "x.png"), number=3, sender="Rita Test <rita@example.net>"))
    settle(world)
    [other] = set(world.references()) - {reference}
    [one] = json.loads(world.said("cases", "id-copies", other, "--json"))
    assert one["guess"] == "identity-card"
    assert one["delete_by"].startswith((world.now + timedelta(days=7)).date().isoformat())
    assert hashlib.sha256(CARD).hexdigest() not in json.dumps(one)
