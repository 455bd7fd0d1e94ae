"""`intake`: mail files, scans, spoken requests, and what is held. Whatever happens, what came in is kept."""

from __future__ import annotations

import builtins
import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dsarbot.app import App
from dsarbot.core.case import Person, Status
from dsarbot.ports import Scope
from dsarbot.store.tables import EntryTable
from tests.cli.desk_world import ACCESS, START, World, mail

NORD = ("--organisation", "nord")


def file_of(world: World, name: str, raw: bytes) -> str:
    path: Path = world.folder / name
    path.write_bytes(raw)
    return str(path)


# --- mail files ------------------------------------------------------------------------------------------------


def test_a_mail_file_goes_the_same_road_as_mail(world: World) -> None:
    out = world.said("intake", file_of(world, "request.eml", mail(ACCESS)), *NORD)
    (reference,) = world.references()
    assert f"request.eml: {reference} opened" in out
    assert "it leaves by itself in 10 minutes" in out
    case = world.case(reference)
    assert (case.person.address, case.channel, case.claims[0].status) == ("jeanne@example.net", "mail", Status.OPEN)
    assert world.jobs() == [("l1", "queued")]
    (row,) = world.inbounds()
    assert (row.disposition, row.case, row.mailbox) == ("case", case.id, "")
    assert ACCESS in world.said("cases", "show", reference, "--text")


def test_the_same_mail_twice_is_one_case(world: World) -> None:
    path = file_of(world, "request.eml", mail(ACCESS))
    world.said("intake", path, *NORD)
    assert "known already" in world.said("intake", path, *NORD)
    assert len(world.references()) == 1


def test_a_reply_as_a_file_joins_its_case(world: World) -> None:
    reference = world.opened(ACCESS)
    reply = mail("One more word about this.", number=2, In_Reply_To="<m1@example.net>")
    assert f"{reference} joined" in world.said("intake", file_of(world, "reply.eml", reply), *NORD)


def test_the_date_of_receipt_is_given_by_the_person_and_lies_in_the_past(world: World) -> None:
    path = file_of(world, "request.eml", mail(ACCESS))
    assert "has not come yet" in world.refused("intake", path, *NORD, "--received", "2026-03-05", code=2)
    assert world.inbounds() == []
    world.said("intake", path, *NORD, "--received", "2026-02-27")
    (claim,) = world.case(world.references()[0]).claims
    assert claim.received_at == datetime(2026, 2, 26, 23, 0, tzinfo=UTC)


def test_an_ordinary_mail_file_says_how_to_take_it_in(world: World) -> None:
    out = world.said("intake", file_of(world, "lunch.eml", mail("Shall we have lunch?", subject="Lunch")), *NORD)
    assert "no request" in out and "dsarbot intake --take" in out
    assert world.references() == []


# --- scans -----------------------------------------------------------------------------------------------------


def test_a_scan_is_kept_dated_and_unconfirmed(world: World) -> None:
    raw = b"%PDF-1.4 invented"
    out = world.said("intake", file_of(world, "letter.pdf", raw), *NORD, "--received", "2026-02-26")
    (reference,) = world.references()
    assert f"letter.pdf: kept as {reference}" in out
    assert f"Next: a person decides: dsarbot cases confirm {reference}" in out
    case = world.case(reference)
    assert (case.channel, case.claims[0].status, case.letters) == ("post", Status.UNCONFIRMED, ())
    assert case.claims[0].dates is not None
    assert case.claims[0].dates.safe_due == date(2026, 3, 26)
    assert f"A scan of {len(raw)} bytes" in world.said("cases", "show", reference, "--text")
    world.said("cases", "show", reference, "--save", str(world.folder / "out"))
    (saved,) = (world.folder / "out").iterdir()
    assert (saved.suffix, saved.read_bytes()) == (".pdf", raw)


def test_several_files_show_progress_and_a_bad_one_stops_no_other(world: World) -> None:
    good, empty = file_of(world, "a.pdf", b"%PDF"), file_of(world, "b.pdf", b"")
    code, out, err = world.run("intake", good, empty, str(world.folder / "none.pdf"), *NORD)
    assert code == 1
    assert out.startswith(f"1/3 {good}: kept as DSR-")
    assert f"2/3 {empty}: it is empty; nothing was kept." in err
    assert "3/3" in err and "cannot be read" in err
    assert len(world.references()) == 1


def test_a_right_nobody_knows_is_said_before_anything_is_kept(world: World) -> None:
    path = file_of(world, "letter.pdf", b"%PDF")
    assert "There is no right cake" in world.refused("intake", path, *NORD, "--right", "cake")
    note = ("--who", "X", "--reach", "x@example.org", "--words", "y", "--right", "cake")
    assert "Nothing was kept" in world.refused("intake", "--phone", *NORD, *note, code=2)
    assert world.inbounds() == []


# --- phone and desk --------------------------------------------------------------------------------------------

CALL = ("--who", "Jeanne Martin", "--words", "Please delete my account and everything in it.")


@pytest.mark.parametrize(
    ("reach", "person"),
    [
        ("jeanne@example.net", Person(name="Jeanne Martin", address="jeanne@example.net")),
        ("+33 1 00 00 00 00", Person(name="Jeanne Martin")),
        ("1 rue X; 00000 Y", Person(name="Jeanne Martin", postal=("1 rue X", "00000 Y"))),
    ],
)
def test_a_call_becomes_a_case_whose_confirmation_a_person_approves(world: World, reach: str, person: Person) -> None:
    out = world.said("intake", "--phone", *NORD, *CALL, "--reach", reach, "--right", "erasure", "--when", "2026-03-02")
    (reference,) = world.references()
    assert f"{reference} opened. Tell the person this reference." in out
    assert "Letter l1 drafted: acknowledged" in out and "It leaves once it is approved." in out
    case = world.case(reference)
    assert (case.person, case.channel, case.automatic_blocked) == (person, "phone", "phone-note")
    assert [(c.right, c.status) for c in case.claims] == [("erasure", Status.OPEN)]
    assert world.jobs() == []
    text = world.said("cases", "show", reference, "--text")
    assert "Please delete my account" in text and f"Reach: {reach}" in text


@pytest.mark.parametrize(
    ("said", "language", "letter"),
    [((), "en", "en"), (("--language", "de"), "de", "de"), (("--language", "lb"), "lb", "en")],
)
def test_the_desk_knows_in_which_language_somebody_speaks(
    world: World, said: tuple[str, ...], language: str, letter: str
) -> None:
    world.said("intake", "--phone", *NORD, *CALL, "--reach", "jeanne@example.net", "--right", "erasure", *said)
    case = world.case(world.references()[0])
    assert (case.language, case.letters[0].language) == (language, letter)


def test_a_letter_on_paper_is_in_the_language_that_somebody_names(world: World) -> None:
    scan = file_of(world, "letter.pdf", b"%PDF")
    world.said("intake", scan, *NORD, "--who", "Jeanne Martin", "--right", "access", "--language", "fr")
    assert world.case(world.references()[0]).language == "fr"


@pytest.mark.parametrize("code", ["xx", "FR", "french", "fr-FR"])
def test_a_language_that_does_not_exist_keeps_nothing(world: World, code: str) -> None:
    call = ("intake", "--phone", *NORD, *CALL, "--reach", "jeanne@example.net")
    assert f"--language {code}: no language" in world.refused(*call, "--language", code, code=2)
    assert not world.inbounds()
    path = file_of(world, "request.eml", mail(ACCESS))
    assert "a mail shows its own" in world.refused("intake", path, *NORD, "--language", "fr")
    assert not world.inbounds()


def test_without_a_right_the_words_are_read_and_a_person_confirms(world: World) -> None:
    world.said("intake", "--desk", *NORD, *CALL, "--reach", "jeanne@example.net")
    case = world.case(world.references()[0])
    assert case.channel == "desk"
    assert {c.status for c in case.claims} == {Status.UNCONFIRMED}


def test_on_a_terminal_the_fields_are_asked_one_by_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    answers: Iterator[str] = iter(["Jeanne Martin", "jeanne@example.net", "A copy, please.", "access, portability"])
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(builtins, "input", lambda _: next(answers))
    world.said("intake", "--phone", *NORD)
    case = world.case(world.references()[0])
    assert [c.right for c in case.claims] == ["access", "portability"]


def test_a_missing_field_keeps_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert "--reach is missing" in world.refused("intake", "--phone", *NORD, *CALL, code=2)
    assert world.inbounds() == []


# --- what is held ----------------------------------------------------------------------------------------------

LUNCH = "Shall we have lunch on Friday?"


def held(world: World, *options: str) -> list[dict[str, object]]:
    found = json.loads(world.said("intake", "--list", "--json", *options))
    assert isinstance(found, list)
    return found


def test_empty_lists_say_what_would_stand_there(world: World, terminal: Callable[[int], None]) -> None:
    terminal(80)
    assert "Nothing is held." in world.said("intake", "--list")
    assert "taken for no request" in world.said("intake", "--list", "--ordinary")
    assert "Newsletters" in world.said("intake", "--list", "--automatic")


def test_what_a_shared_mailbox_cannot_assign_is_held_dated_and_taken_in(
    world: World, terminal: Callable[[int], None]
) -> None:
    world.arrive(mail(ACCESS, to="group@example.org"), mailbox="shared")
    (item,) = held(world)
    assert (item["scope"], item["kind"], item["safe_due"]) == ("mailbox:shared", "which-organisation", "2026-04-02")
    start = str(item["id"])[:8]
    terminal(80)
    lines = world.said("intake", "--list").splitlines()
    assert lines[0] == "1 held item, most urgent first"
    assert start in lines[2] and "Thu 2 Apr (in 31 days)" in lines[2]
    assert max(map(len, lines)) <= 80
    out = world.said("intake", "--take", start, "--organisation", "sud")
    (reference,) = world.references()
    assert f"{reference} opened for sud." in out
    assert world.case(reference, "sud").claims[0].received_at == START
    assert held(world) == []
    assert "taken-already" in world.refused("intake", "--take", start, "--organisation", "sud")


def test_an_item_goes_only_to_an_organisation_it_may_be_for(world: World) -> None:
    world.arrive(mail(LUNCH, subject="Lunch"))
    (item,) = held(world, "--ordinary")
    start = str(item["id"])[:8]
    assert "other-organisation" in world.refused("intake", "--take", start, "--organisation", "sud")
    world.user = "carla"
    assert "There is no item" in world.refused("intake", "--take", start, "--organisation", "foreign")
    world.user = "anna"
    assert "There is no right cake" in world.refused("intake", "--take", start, *NORD, "--right", "cake", code=2)
    world.said("intake", "--take", start, *NORD, "--right", "access")
    case = world.case(world.references()[0])
    assert [(c.right, c.status) for c in case.claims] == [("access", Status.OPEN)]


def test_a_held_item_is_left_with_a_reason_and_can_be_taken_back(world: World) -> None:
    world.arrive(mail(ACCESS, to="group@example.org"), mailbox="shared")
    start = str(held(world)[0]["id"])[:8]
    assert "it was not destroyed" in world.said("intake", "--leave", start, "--reason", "spam")
    assert held(world) == []
    (item,) = held(world, "--ordinary")
    assert (item["problem"], item["safe_due"]) == ("left:spam", None)
    assert "not-held" in world.refused("intake", "--leave", start)

    async def entries(app: App) -> list[str]:
        return [row.actor for row in await EntryTable.filter(kind="inbound-left")]

    assert world.do(entries) == ["anna"]
    world.said("intake", "--take", start, *NORD)
    assert len(world.references()) == 1


def test_an_id_must_be_long_enough_and_known(world: World) -> None:
    assert "at least 6" in world.refused("intake", "--leave", "3f", code=2)
    assert "There is no item 3f3f3f3f" in world.refused("intake", "--leave", "3f3f3f3f")


def test_a_left_scan_can_be_taken_in(world: World) -> None:
    """As after a crash between keeping and opening: the row is held and no case knows it."""
    world.said("intake", file_of(world, "letter.pdf", b"%PDF"), *NORD)
    (row,) = world.inbounds()

    async def undo(app: App) -> None:
        async with app.store.transaction() as transaction:
            orphan = replace(row, id=f"{row.id[:-1]}x", state="held", disposition="held", kind="being-read", case="")
            await transaction.add_inbounds([orphan])

    world.do(undo)
    (item,) = held(world)
    out = world.said("intake", "--take", str(item["id"]), *NORD, "--right", "erasure")
    assert "opened for nord" in out
    assert world.inbounds(state="held") == []


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("letter.pdf", "--list"),
        ("letter.pdf",),
        ("--phone",),
        ("--take", "3f3f3f3f"),
        ("--list", "--language", "fr"),
    ],
)
def test_what_cannot_be_meant_is_wrong_use(world: World, wrong: tuple[str, ...]) -> None:
    assert world.refused("intake", *wrong, code=2)
    assert world.inbounds() == []


def test_scopes_stay_apart(world: World) -> None:
    world.said("intake", file_of(world, "letter.pdf", b"%PDF"), "--organisation", "sud")
    assert world.inbounds() == []
    assert [row.scope for row in world.inbounds("sud")] == [Scope("sud")]
