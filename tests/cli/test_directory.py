"""`dsarbot directory`: files come in without deleting anything, people are looked up, added, removed; nothing leaks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.desk_world import World

HEAD = "name;mail;customer-number;birth-date;since;fact:last-invoice"
JEANNE = "Jeanne Martin;jeanne@example.net|jeanne.old@example.org;K-2041;17.05.1980;2019-04-01;49,90 EUR"
PAUL = "Paul Muster;paul@example.org;K-3000;;2020-01-01;"


def table(world: World, *lines: str, head: str = HEAD) -> str:
    path = world.folder / "customers.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return str(path)


def take(world: World, *lines: str, more: tuple[str, ...] = (), head: str = HEAD) -> str:
    path = table(world, *lines, head=head)
    return world.said("directory", "import", path, "--source", "crm", "--organisation", "nord", *more)


def ask(world: World, action: str, *more: str) -> str:
    return world.said("directory", action, *more, "--organisation", "nord")


def found(world: World, value: str, *more: str) -> list[dict[str, object]]:
    code, out, _ = world.run("directory", "search", value, "--organisation", "nord", "--json", *more)
    people: list[dict[str, object]] = json.loads(out)
    assert code == (0 if people else 1)
    return people


def test_a_file_comes_in_and_its_people_are_found(world: World) -> None:
    assert "Lines read: 2. People new: 2; seen again: 0, with 0 values added." in take(world, JEANNE, PAUL)
    for value in ("JEANNE@example.net", "k2041", "martin jeanne"):
        (person,) = found(world, value)
        assert {each["kind"] for each in person["values"]} >= {"mail", "birth-date"}  # type: ignore[attr-defined]
    assert found(world, "nobody@example.net") == []
    out = ask(world, "show", str(found(world, "K-3000")[0]["id"])[:6])
    assert "paul@example.org" in out
    assert "crm: since 2020-01-01, last seen 2026-03-02 by an import" in out
    assert world.said("journal", "verify")


def test_a_dry_run_says_all_and_changes_nothing(world: World) -> None:
    out = take(world, JEANNE, more=("--dry-run",))
    assert "People would be new: 1; would be seen again: 0" in out
    assert "Nothing was changed." in out
    assert found(world, "K-2041") == []


def test_the_same_file_later_changes_dates_and_says_what_differs(world: World) -> None:
    take(world, JEANNE, PAUL)
    world.later(days=5)
    out = take(world, JEANNE.replace("jeanne@example.net|", ""))
    assert "People new: 0; seen again: 1, with 0 values added." in out
    assert "line 2: mail has another value in this file; the old one stays" in out
    assert "example" not in out
    (person,) = found(world, "jeanne@example.net")
    seen = {each["text"]: each["seen"] for each in person["values"]}  # type: ignore[attr-defined]
    assert seen["jeanne.old@example.org"] == "2026-03-07"
    assert seen["jeanne@example.net"] == "2026-03-02"
    assert found(world, "K-3000"), "who is not in the file any more stays"


def test_a_wrong_file_changes_nothing_and_names_line_and_column(world: World) -> None:
    path = table(world, JEANNE, "Paul;not-an-address;K-1;;;")
    complaint = world.refused(
        "directory", "import", path, "--source", "crm", "--organisation", "nord", code=2
    )  # fmt: skip
    assert "line 3, column 2 (mail): no mail address" in complaint
    assert found(world, "K-2041") == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("import", "missing.csv", "--source", "crm"), "missing.csv: No such file"),
        (("import", "missing.csv", "--source", " "), "--source names the system"),
        (("import", "missing.csv", "--source", "crm", "--date", "2026-04-01"), "has not come yet"),
        (("add", "--source", "crm"), "Say at least a name"),
        (("add", "--source", "crm", "--mail", "nothing"), "no mail address"),
    ],
)
def test_what_cannot_be_is_refused(world: World, arguments: tuple[str, ...], complaint: str) -> None:
    assert complaint in world.refused("directory", *arguments, "--organisation", "nord", code=2)


def test_by_hand_a_person_is_put_on_file_seen_again_and_forgotten(world: World) -> None:
    out = ask(
        world, "add", "--name", "Jeanne Martin", "--mail", "jeanne@example.net", "--customer-number", "K-1",
        "--source", "crm", "--since", "2019-04-01",
    )  # fmt: skip
    person = out.split()[-1]
    refused = world.refused(
        "directory", "add", "--mail", "Jeanne@example.net", "--source", "crm", "--organisation", "nord"
    )  # fmt: skip
    assert "directory-known" in refused
    world.later(days=3)
    seen = ("--kind", "mail", "--value", "JEANNE@example.net", "--source", "billing")
    assert "Seen in billing on 2026-03-05." in ask(world, "seen", person, *seen)
    assert "billing: since 2019-04-01, last seen 2026-03-05 by a person" in ask(world, "show", person)
    other = world.refused(
        "directory", "seen", person, "--kind", "mail", "--value", "x@example.net", "--source", "crm",
        "--organisation", "nord",
    )  # fmt: skip
    assert "does not stand in the entry" in other
    assert "is destroyed" in ask(world, "remove", person, "--reason", "erased")
    assert found(world, "jeanne@example.net") == []
    assert "Nobody in the directory" in world.refused("directory", "show", person, "--organisation", "nord")
    assert world.said("journal", "verify")


def test_an_auditor_looks_and_changes_nothing(world: World) -> None:
    take(world, JEANNE)
    world.user = "otto"
    assert found(world, "K-2041")
    assert "read-only" in world.refused(
        "directory", "remove", str(found(world, "K-2041")[0]["id"]), "--reason", "erased", "--organisation", "nord"
    )


def test_each_organisation_has_its_own(world: World) -> None:
    take(world, JEANNE)
    code, out, _ = world.run("directory", "search", "K-2041", "--organisation", "sud")
    assert (code, "Nobody is on file with that; the directory of sud has 0 people." in out) == (1, True)
    assert "--organisation" in world.refused("directory", "search", "K-2041", code=2)
    assert "no organisation foreign" in world.refused("directory", "search", "K-2041", "--organisation", "foreign")


def test_nothing_of_it_stands_in_the_clear(world: World) -> None:
    take(world, JEANNE)
    stored = b"".join(path.read_bytes() for path in Path(world.folder / "data").rglob("*") if path.is_file())
    assert b"directory-imported" in stored
    for secret in (b"jeanne", b"Jeanne", b"Martin", b"K-2041", b"1980", b"49,90"):
        assert secret not in stored, secret
