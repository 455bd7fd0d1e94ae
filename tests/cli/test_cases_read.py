"""`cases list` and `cases show`: what stands there, who may see it, and that looking is journalled."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from datetime import timedelta

import pytest

from dsarbot.app import App
from dsarbot.cli import cases
from dsarbot.cli.main import parser
from dsarbot.core import facts as f
from dsarbot.ports import Scope
from dsarbot.store.tables import EntryTable
from tests.cli.desk_world import ACCESS, BOTH, World, mail

Terminal = Callable[[int], None]


def viewed(world: World) -> list[tuple[str, str]]:
    """(actor, public part) of every look that was journalled."""

    async def work(app: App) -> list[tuple[str, str]]:
        rows = await EntryTable.filter(kind="viewed").order_by("seq")
        return [(row.actor, str(row.public)) for row in rows]

    return world.do(work)


# --- list ------------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_would_appear(world: World, terminal: Terminal) -> None:
    code, out, err = world.run("cases", "list")
    assert (code, out) == (0, "")
    assert "No open case" in err and "dsarbot run" in err
    terminal(80)
    assert "dsarbot intake FILE" in world.said("cases", "list")
    assert "put away" in world.said("cases", "list", "--closed")
    assert "No case matches" in world.said("cases", "list", "--mine")
    assert json.loads(world.said("cases", "list", "--json")) == []


def test_the_list_is_sorted_by_target_says_so_and_fits_80_columns(world: World, terminal: Terminal) -> None:
    first = world.opened(BOTH)
    world.later(days=9)
    second = world.opened(sender="Karl Muster <karl@example.com>", number=2)
    world.later(days=25)
    terminal(80)
    lines = world.said("cases", "list").splitlines()
    assert lines[0] == "2 open cases, sorted by target"
    assert lines[1].split() == ["Reference", "Org", "Rights", "Who", "Target", "Left", "State"]
    assert lines[2].split() == [first, "nord", "access,", "erasure", "J.M.", "Wed", "1", "Apr", "4", "days", "late",
                                "○", "open"]  # fmt: skip
    assert second in lines[3] and "K.M." in lines[3] and "in 5 days" in lines[3]
    assert max(map(len, lines)) <= 80
    terminal(140)
    assert "Channel" in world.said("cases", "list").splitlines()[1]


def test_a_pipe_gets_iso_dates_and_slugs(world: World) -> None:
    reference = world.opened(BOTH)
    head, row = (line.split("\t") for line in world.said("cases", "list").splitlines())
    shown = dict(zip(head, row, strict=True))
    assert (shown["reference"], shown["rights"], shown["target"]) == (reference, "access,erasure", "2026-04-01")
    assert (shown["left"], shown["state"]) == ("30", "open")
    (listed,) = json.loads(world.said("cases", "list", "--json"))
    assert (listed["days_left"], listed["safe_due"], listed["initials"]) == (30, "2026-04-02", "J.M.")


def test_the_list_is_narrowed_by_organisation_status_right_and_owner(world: World) -> None:
    mine = world.opened(ACCESS)
    erasure = world.opened(
        "Please erase all my personal data under Article 17 GDPR.", sender="Karl <karl@example.com>", number=2
    )
    world.said("cases", "assign", erasure, "bruno")

    def found(*options: str) -> list[str]:
        return [row["reference"] for row in json.loads(world.said("cases", "list", "--json", *options))]

    assert set(found()) == {mine, erasure}
    assert found("--right", "erasure") == [erasure]
    assert found("--mine") == [mine]
    assert found("--status", "answered") == []
    assert found("--organisation", "sud") == []
    world.user = "bruno"
    assert found("--mine") == [erasure]


# --- who may see what ------------------------------------------------------------------------------------------


def test_another_organisations_case_does_not_exist(world: World) -> None:
    reference = world.opened()
    world.user = "carla"
    assert world.refused("cases", "show", reference) == f"There is no case {reference} in your organisations.\n"
    assert "yours: foreign" in world.refused("cases", "list", "--organisation", "nord")


def test_a_stranger_on_the_machine_sees_nothing(world: World) -> None:
    world.user = "mallory"
    assert "unknown-actor" in world.refused("cases", "list")


def test_an_auditor_reads_and_changes_nothing(world: World) -> None:
    reference = world.opened()
    before = world.case(reference)
    world.user = "otto"
    assert reference in world.said("cases", "show", reference)
    for order in (("note", reference, "x"), ("assign", reference, "anna"), ("merge", reference, reference)):
        assert "read-only" in world.refused("cases", *order)
    assert "read-only" in world.refused("intake", "--leave", "00000000")
    assert world.case(reference) == before


# --- show ------------------------------------------------------------------------------------------------------


def test_show_tells_the_case_and_what_comes_next(world: World) -> None:
    reference = world.opened(BOTH)
    out = world.said("cases", "show", reference)
    for part in (
        "Jeanne Martin <jeanne@example.net>; by mail, language en",
        "ANSWER BY  Wednesday 1 April 2026  (in 30 days)",
        "c2  erasure",
        "WHY THIS DATE",
        "Published promise, at most 30 days",
        "TARGET, promise 1 Apr",
        "waits to leave by itself",
        "half of the time is over",
        f"Next: collect the data and answer:\n  dsarbot cases answer {reference}",
    ):
        assert part in out
    assert max(map(len, out.splitlines())) <= 80


def test_show_tells_letters_notes_proposals_links_and_what_was_silent(world: World) -> None:
    reference = world.opened()
    world.said("cases", "ask-identity", reference, "--doubt", "Another address than on file", "--rung", "R2")
    world.sent(reference, "l1")
    world.sent(reference, "l2")
    world.later(days=2)
    world.arrive(mail(f"Here it is. {reference}", number=2, In_Reply_To="<m1@example.net>"))
    world.said("cases", "note", reference, "Looks right to me.", "--kind", "decision")
    out = world.said("cases", "show", reference)
    for part in ("~ waiting", "received, acknowledged, identity asked 2 Mar", "░░░", "question about identity: sent",
                 "MESSAGES THAT WANT A DECISION", "identity-answer", "Anna Beispill [decision]: Looks right to me.",
                 "reminder to the person"):  # fmt: skip
        assert part in out, part
    assert "waits for the person's answer; reminder on Mon 9 Mar" in out


def test_why_explains_every_claim_and_nothing_else(world: World) -> None:
    out = world.said("cases", "show", world.opened(BOTH), "--why")
    assert out.count("Safe date: Thursday 2 April 2026") == 2
    assert "CONVERSATION" not in out


def test_json_holds_what_the_page_shows(world: World) -> None:
    reference = world.opened(BOTH)
    shown = json.loads(world.said("cases", "show", reference, "--json"))
    assert (shown["reference"], shown["status"], shown["target"]) == (reference, "open", "2026-04-01")
    assert [claim["right"] for claim in shown["claims"]] == ["access", "erasure"]
    assert shown["claims"][0]["dates"]["steps"][0]["rule"] == "receipt"
    assert shown["letters"][0]["automatic"] is True
    assert shown["inbounds"][0]["channel"] == "mail"


def test_a_letter_is_shown_as_text_html_source_and_json(world: World) -> None:
    reference = world.opened()
    text = world.said("cases", "show", reference, "--letter", "l1")
    assert "To: jeanne@example.net" in text and reference in text
    assert world.said("cases", "show", reference, "--letter", "l1", "--html").startswith("<!DOCTYPE html>")
    assert "=== outcome ===" in world.said("cases", "show", reference, "--letter", "l1", "--source")
    assert "outcome" in json.loads(world.said("cases", "show", reference, "--letter", "l1", "--json"))["sections"]
    assert "it has: l1" in world.refused("cases", "show", reference, "--letter", "l9")
    assert "--letter" in world.refused("cases", "show", reference, "--html", code=2)


def test_the_original_is_shown_without_its_control_characters(world: World) -> None:
    reference = world.opened(f"{ACCESS}\x1b[2J")
    out = world.said("cases", "show", reference, "--text")
    assert "From: Jeanne Martin <jeanne@example.net>" in out
    assert ACCESS in out
    assert "\x1b" not in out


def test_the_original_is_saved_byte_for_byte_for_this_person_alone(world: World) -> None:
    raw = mail(ACCESS)
    world.arrive(raw)
    (reference,) = world.references()
    folder = world.folder / "out"
    assert "yours to delete" in world.said("cases", "show", reference, "--save", str(folder))
    (saved,) = folder.iterdir()
    assert saved.read_bytes() == raw
    assert saved.stat().st_mode & 0o777 == 0o600
    assert "cannot be written" in world.refused("cases", "show", reference, "--save", str(folder), code=2)


def test_what_was_destroyed_is_named_and_the_rest_still_read(world: World) -> None:
    body = (
        f"--x\r\nContent-Type: text/plain\r\n\r\n{ACCESS}\r\n--x\r\nContent-Type: image/png\r\n"
        f'Content-Disposition: attachment; filename="id.png"\r\n\r\n{"A" * 4000}\r\n--x--'
    )
    reference = world.opened(body, content_type="multipart/mixed; boundary=x")
    skeleton, leaf = world.inbounds()[0].objects

    async def destroy(app: App, *objects: str) -> None:
        await app.store.vault.destroy(Scope("nord"), objects, rule="test", actor="anna")

    assert "[file: id.png, image/png, 4000 bytes]" in world.said("cases", "show", reference, "--text")
    world.do(lambda app: destroy(app, leaf))
    out = world.said("cases", "show", reference, "--text")
    assert ACCESS in out and "id.png" in out and "4000 bytes" not in out
    world.do(lambda app: destroy(app, skeleton))
    assert "destroyed on purpose" in world.said("cases", "show", reference, "--text")
    assert "destroyed on purpose" in world.said("cases", "show", reference, "--save", str(world.folder / "out"))


def test_every_look_is_journalled_with_who_and_what(world: World) -> None:
    reference = world.opened()
    world.said("cases", "show", reference)
    world.user = "bruno"
    world.said("cases", "show", reference, "--text")
    world.refused("cases", "show", reference, "--letter", "l9")
    looks = viewed(world)
    assert [actor for actor, _ in looks] == ["anna", "bruno"]
    assert '"text"' in looks[1][1] and world.case(reference).id in looks[1][1]
    assert "jeanne" not in str(looks).lower()


def test_a_done_case_owes_nothing(world: World) -> None:
    reference = world.opened()
    world.said("cases", "withdraw", reference, "--evidence", "mail of 2 March from the known address")
    world.sent(reference, world.case(reference).letters[-1].id)
    out = world.said("cases", "show", reference)
    assert "ANSWER BY" not in out and "WHY THIS DATE" not in out
    assert "Next: nothing; the case is done." in out
    (listed,) = json.loads(world.said("cases", "list", "--closed", "--json"))
    assert listed["reference"] == reference


def test_marks_of_a_difficult_case_stand_on_its_page(world: World) -> None:
    reference = world.opened()
    world.tell(reference, lambda now: f.Linked(at=now, actor="service", cause="x", case="elsewhere", why="test"))
    world.tell(
        reference,
        lambda now: f.LetterBounced(
            at=now + timedelta(0), actor="service", cause="b", letter="l1", status="5.1.1", permanent=True
        ),
    )
    out = world.said("cases", "show", reference)
    assert "Linked with a case of another organisation." in out
    assert "sent, did not arrive (5.1.1)" in out


# --- the table of commands -------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", cases.COMMANDS, ids=lambda command: command.name)
def test_every_command_exists_and_its_example_can_be_typed(
    command: cases.Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(cases.resolved(command))
    args = parser().parse_args(["cases", *shlex.split(command.example)])
    assert args.cases_command == command.name
    with pytest.raises(SystemExit):
        parser().parse_args(["cases", command.name, "--help"])
    assert f"dsarbot cases {command.example}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [
        ("clarified", "DSR-1", "--on", "soon"),
        ("received", "DSR-1", "--at", "noon", "--evidence", "x"),
        ("verify", "DSR-1", "--rung", "R7", "--how", "x"),
        ("ask-identity", "DSR-1", "--rung", "R2"),
    ],
)
def test_what_cannot_be_meant_is_wrong_use(wrong: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as left:
        parser().parse_args(["cases", *wrong])
    assert left.value.code == 2
