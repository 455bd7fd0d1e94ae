"""`dsarbot intake SCAN` and `dsarbot separator`, as a person types them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.cli.desk_world import World
from tests.documents.letters import ENGLISH, FRENCH, drawn, placed, rastered, saved, typed
from tests.documents.samples import locked_pdf
from tests.scans.office_mail import with_files

NORD = ("--organisation", "nord")


def lay(world: World, name: str, raw: bytes) -> str:
    (world.folder / name).write_bytes(raw)
    return str(world.folder / name)


def test_a_letter_is_read_and_its_day_of_receipt_is_asked_for(world: World) -> None:
    world.now = datetime(2026, 2, 20, 9, tzinfo=UTC)
    path = lay(world, "letter.pdf", typed(placed(FRENCH)))
    out = world.said("intake", path, *NORD)
    (reference,) = world.references()
    assert f"letter.pdf: kept as {reference}" in out
    assert "Received on 2026-02-03? Not sure: that is the date of the letter" in out
    shown = world.said("cases", "show", reference)
    assert "is the day of receipt right?" in shown and "read by a machine" in shown
    text = world.said("cases", "show", reference, "--text")
    assert "Sender: Camille Lefèvre (95%)" in text and "demande d'accès" in text
    assert "known already" in world.said("intake", path, *NORD)
    assert len(world.references()) == 1


def test_what_a_person_says_is_sure(world: World) -> None:
    path = lay(world, "letter.pdf", typed(placed(FRENCH)))
    said = ("--received", "2026-02-26", "--registered", "RK123456785FR", "--who", "C. Lefèvre", "--right", "erasure")
    out = world.said("intake", path, *NORD, *said)
    assert "Not sure" not in out
    (reference,) = world.references()
    case = world.case(reference)
    assert (case.person.name, case.claims[0].right) == ("C. Lefèvre", "erasure")
    assert case.claims[0].received_at == datetime(2026, 2, 25, 23, tzinfo=UTC)
    assert "Registered mail: RK123456785FR" in world.said("cases", "show", reference, "--text")


def test_a_locked_letter_becomes_a_case_by_hand_and_says_why_it_is_unread(world: World) -> None:
    out = world.said("intake", lay(world, "letter.pdf", locked_pdf()), *NORD)
    assert "kept as" in out and "It was not read: it opens only with a password." in out


def test_a_stack_is_parted_and_a_name_for_all_of_it_is_refused(world: World) -> None:
    sheet = world.folder / "sheet.pdf"
    assert f"{sheet} written" in world.said("separator", "--pdf", str(sheet))
    pages = [drawn(placed(ENGLISH)), rastered(sheet.read_bytes()), drawn(placed(FRENCH))]
    path = lay(world, "stack.pdf", saved(pages, "PDF"))
    assert "--who names one person" in world.run("intake", path, *NORD, "--who", "Somebody")[2]
    assert world.references() == []
    assert world.said("intake", path, *NORD).count("kept as") == 2
    assert len(world.references()) == 2


def test_the_sheet_overwrites_nothing(world: World) -> None:
    path = lay(world, "mine.pdf", b"mine")
    assert "cannot be written" in world.refused("separator", "--pdf", path, code=2)
    assert Path(path).read_bytes() == b"mine"


def test_a_mail_has_no_number_of_registered_mail(world: World) -> None:
    path = lay(world, "request.eml", b"From: x@example.org\r\n\r\nHello")
    assert "a letter on paper" in world.run("intake", path, *NORD, "--registered", "RK1")[2]


def test_a_person_says_where_each_letter_begins(world: World) -> None:
    path = lay(world, "stack.pdf", typed(placed(ENGLISH), placed("Second page of it"), placed(FRENCH)))
    for wrong, why in (
        ("1-2", "page 3 belongs to no letter"),
        ("1-2,3-4", "there is no page 4: it has 3"),
        ("3,1-2", "in their order"),
        ("one", "names no pages"),
        ("2-1,3", "in their order"),
    ):
        assert why in world.run("intake", path, *NORD, "--split", wrong)[2]
    assert world.references() == []
    assert world.said("intake", path, *NORD, "--split", "1-2,3").count("kept as") == 2
    shown = [world.said("cases", "show", each, "--text") for each in world.references()]
    assert any("pages 1 to 2" in each and "Achterberg" in each for each in shown)
    assert any("page 3" in each and "Lefèvre" in each for each in shown)
    assert "known already" in world.said("intake", path, *NORD, "--split", "1-2,3")


def test_the_pictures_of_a_mail_file_are_read_at_once(world: World) -> None:
    words = "Ci-joint mon courrier, avec mes salutations les plus polies"
    raw = with_files([saved([drawn(placed(FRENCH))], "PNG")], text=words)
    out = world.said("intake", lay(world, "a.eml", raw.encode()), *NORD)
    (reference,) = world.references()
    assert f"{reference} opened" in out
    assert world.case(reference).claims[0].right == "access"
