"""The list of objections to advertising, from the answer to the filtered import."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from dsarbot.app import App
from dsarbot.core.suppression import normalised, suppression_hash
from tests.cli.desk_world import World

STOP = "I object to direct marketing under Article 21(2) GDPR. Stop all advertising to me."
LIST = ("suppression",)


def on(world: World, action: str, *more: str) -> tuple[str, ...]:
    del world
    return ("suppression", action, *more, "--organisation", "nord")


def add(world: World, value: str) -> None:
    world.said(*on(world, "add", value, "--reason", "unsubscribed"))


def test_an_answered_objection_stands_on_the_list_once_it_has_left(world: World) -> None:
    reference = world.opened(STOP)
    world.said("cases", "answer", reference, "--outcome", "granted", "--detail", "Stopped.", "--holds", "all")
    letter = world.case(reference).letters[-1].id
    assert "0 of 1 on the list" in world.said(*on(world, "check", "jeanne@example.net"))
    world.sent(reference, letter)
    code, out, _ = world.run(*on(world, "check", "Jeanne@Example.NET"))
    assert code == 1
    assert f"no advertising since 2026-03-02 (objection, {reference})" in out
    assert world.said("journal", "verify")


def test_a_list_is_filtered_and_everything_else_stays_as_it_was(world: World, tmp_path: Path) -> None:
    add(world, "jeanne@example.net")
    add(world, "+352 26 12 34")
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    lines = [
        ["Name", "E-Mail", "Tel"],
        ["Jeanne; the first", "JEANNE@example.net", ""],
        ["Two", "a@example.net, Jeanne <jeanne@example.net>", ""],
        ["Three", "c@example.net", "00352 26-12-34"],
        ["Four", "=d@example.net", "1"],
        ["Five", "", ""],
        ["Six"],
    ]
    with source.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(lines)
    order = on(world, "filter", str(source), "--column", "e-mail", "--column", "Tel", "-o", str(target))
    out = world.said(*order)
    assert "6 lines read: 3 left out, 3 written" in out
    assert "2 of those written hold no address or number" in out
    with target.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file, delimiter=";")) == [lines[0], *lines[4:]]
    assert target.stat().st_mode & 0o777 == 0o600
    assert "must be a new file" in world.refused(*order, code=2)
    assert "there are: Name, E-Mail, Tel" in world.refused(
        *on(world, "filter", str(source), "--column", "mail", "-o", str(tmp_path / "x.csv")), code=2
    )
    source.write_bytes(b"email\n\xff\xfe\n")
    assert "no CSV file in UTF-8" in world.refused(
        *on(world, "filter", str(source), "--column", "email", "-o", str(tmp_path / "y.csv")), code=2
    )


def test_many_lines_are_read_in_parts(world: World, tmp_path: Path) -> None:
    add(world, "p7@example.net")
    source = tmp_path / "in.csv"
    source.write_text("email\n" + "".join(f"p{n}@example.net\n" for n in range(5001)), encoding="utf-8")
    out = world.said(*on(world, "filter", str(source), "--column", "email", "-o", str(tmp_path / "out.csv")))
    assert "5001 lines read: 1 left out, 5000 written" in out


def test_a_file_is_checked_line_by_line(world: World, tmp_path: Path) -> None:
    add(world, "jeanne@example.net")
    asked = tmp_path / "asked.txt"
    asked.write_text("paul@example.net\njeanne@example.net\nnothing\n", encoding="utf-8")
    code, out, _ = world.run(*on(world, "check", str(asked), "--json"))
    assert (code, [line["value"] for line in json.loads(out)]) == (1, ["jeanne@example.net"])
    asked.write_text("nothing\n", encoding="utf-8")
    assert "No line of that file" in world.refused(*on(world, "check", str(asked)), code=2)
    assert "no file that can be read" in world.refused(*on(world, "check", str(tmp_path / "none")), code=2)


def test_the_exported_hashes_can_be_made_outside(world: World) -> None:
    add(world, "jeanne@example.net")
    [row] = csv.DictReader(io.StringIO(world.said(*on(world, "export"))))
    salt = world.said(*on(world, "export", "--salt")).strip()
    assert row["hmac_sha256"] == suppression_hash(salt, normalised("jeanne@example.net"))
    assert (row["reason"], row["case"]) == ("unsubscribed", "")

    async def kinds(app: App) -> list[str]:
        from dsarbot.store.tables import EntryTable

        return [entry.kind for entry in await EntryTable.all().order_by("id") if entry.kind.startswith("suppression")]

    assert world.do(kinds) == ["suppression-added", "suppression-exported", "suppression-exported"]


def test_entries_come_and_go_with_a_reason_and_each_organisation_has_its_own(world: World) -> None:
    reference = world.opened()
    order = on(world, "add", "jeanne@example.net", "--reason", "complaint", "--case", reference)
    assert "on the list now" in world.said(*order)
    assert "already" in world.said(*order)
    assert "--organisation" in world.refused("suppression", "check", "jeanne@example.net", code=2)
    assert "0 of 1" in world.said("suppression", "check", "jeanne@example.net", "--organisation", "sud")
    remove = on(world, "remove", "jeanne@example.net", "--reason", "consent-given")
    assert "off the list" in world.said(*remove)
    assert "not on the list" in world.refused(*remove)
    assert "neither" in world.refused(*on(world, "remove", "nothing", "--reason", "other"), code=2)
    assert "neither" in world.refused(*on(world, "add", "nothing", "--reason", "other"), code=2)
    world.user = "otto"
    assert "read-only" in world.refused(*order)
    world.user = "bruno"
    assert "0 of 1" in world.said("suppression", "check", "jeanne@example.net")


def test_the_list_has_a_retention_of_its_own(world: World) -> None:
    add(world, "jeanne@example.net")
    assert "3 years at least" in world.refused(*on(world, "expire", "--years", "2"), code=2)
    assert "0 of before" in world.said(*on(world, "expire", "--years", "3"))
    world.later(days=3 * 366)
    assert "1 of before 2026-03-0" in world.said(*on(world, "expire", "--years", "3"))
    assert "0 of 1" in world.said(*on(world, "check", "jeanne@example.net"))
