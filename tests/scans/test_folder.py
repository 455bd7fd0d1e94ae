"""The watched folder: what is whole, what is left alone, and where things go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dsarbot.errors import TheirInput
from dsarbot.scans.folder import Folder, Ready, Seen, ready

A, B = Seen(10, 1), Seen(20, 2)


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ({}, {"a.pdf": A}, ()),
        ({"a.pdf": A}, {"a.pdf": A}, (Ready(name="a.pdf"),)),
        ({"a.pdf": A}, {"a.pdf": Seen(11, 1)}, ()),
        ({"a.pdf": A}, {"a.pdf": Seen(10, 2)}, ()),
        ({"a.pdf": A, "a.toml": A}, {"a.pdf": A, "a.toml": A}, (Ready(name="a.pdf", side="a.toml"),)),
        ({"a.pdf": A, "a.pdf.json": A}, {"a.pdf": A, "a.pdf.json": A}, (Ready(name="a.pdf", side="a.pdf.json"),)),
        ({"a.pdf": A}, {"a.pdf": A, "a.json": A}, ()),
        ({"a.toml": A}, {"a.toml": A}, ()),
        ({"b.pdf": A, "a.pdf": B}, {"b.pdf": A, "a.pdf": B}, (Ready(name="b.pdf"), Ready(name="a.pdf"))),
    ],
)
def test_what_looked_the_same_twice_is_whole(
    before: dict[str, Seen], now: dict[str, Seen], found: tuple[Ready, ...]
) -> None:
    assert ready(before, now) == found


def test_what_is_being_written_or_is_no_file_is_not_looked_at(tmp_path: Path) -> None:
    for name in ("a.pdf", ".hidden.pdf", "b.pdf.part", "c.tmp", "d.pdf~", "e.crdownload"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "done").mkdir()
    (tmp_path / "link.pdf").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe.pdf")
    assert set(Folder(tmp_path).look()) == {"a.pdf"}


def test_a_link_that_takes_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").symlink_to("/etc/hostname")
    with pytest.raises(OSError, match="symbolic link"):
        Folder(tmp_path).read("a.pdf", 100)


def test_reading_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"12345")
    (tmp_path / "b.pdf").write_bytes(b"")
    assert Folder(tmp_path).read("a.pdf", 5) == b"12345"
    with pytest.raises(TheirInput, match="too-large"):
        Folder(tmp_path).read("a.pdf", 4)
    with pytest.raises(TheirInput, match="empty"):
        Folder(tmp_path).read("b.pdf", 4)


def test_nothing_is_overwritten_in_done(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for content in (b"one", b"two"):
        (tmp_path / "a.pdf").write_bytes(content)
        (tmp_path / "a.toml").write_bytes(b"")
        folder.done(Ready(name="a.pdf", side="a.toml"))
    assert {each.name: each.read_bytes() for each in (tmp_path / "done").glob("*.pdf")} == {
        "a.pdf": b"one", "a-2.pdf": b"two"}  # fmt: skip
    assert (tmp_path / "done").stat().st_mode & 0o777 == 0o700
    assert set(folder.look()) == set()


def test_what_is_held_has_its_reason_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"one")
    Folder(tmp_path).held(Ready(name="a.pdf"), "Because.")
    assert (tmp_path / "held" / "a.pdf").read_bytes() == b"one"
    assert (tmp_path / "held" / "a.pdf.txt").read_text() == "Because.\n"
