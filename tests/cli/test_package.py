"""`dsarbot cases package`: files for the person, by command."""

from __future__ import annotations

from tests.cli.desk_world import CONFIG, World
from tests.documents.letters import FRENCH, placed, typed


def test_files_are_packed_listed_and_taken_out(world: World) -> None:
    (world.folder / "config.toml").write_text(CONFIG + "\n[web]\nportal = true\n")
    reference = world.opened()
    (world.folder / "a.pdf").write_bytes(typed(placed(FRENCH)))
    (world.folder / "b.csv").write_text("name;mail\n")
    files = [str(world.folder / each) for each in ("a.pdf", "b.csv")]
    assert "No file lies beside" in world.said("cases", "package", reference)
    said = world.said("cases", "package", reference, *files, "--title", "Your record")
    assert f"1  {reference}-1.pdf" in said and f"2  {reference}-2.csv" in said and "for the next answer" in said
    assert "Your record" in said and "No file came" in world.said("files", reference)
    said = world.said("cases", "package", reference, "--take-out", "1")
    assert f"{reference}-1.pdf" not in said and f"{reference}-2.csv" in said
    assert len(world.case(reference).package) == 2
    for wrong in (["--take-out", "9"], [files[0], "--take-out", "1"]):
        world.refused("cases", "package", reference, *wrong, code=2)
    (world.folder / "bad.exe").write_bytes(b"MZ program")
    refused = world.refused("cases", "package", reference, files[0], str(world.folder / "bad.exe"))
    assert "Nobody knows" in refused and len(world.case(reference).package) == 2


def test_without_a_portal_nothing_is_packed(world: World) -> None:
    reference = world.opened()
    (world.folder / "b.csv").write_text("name;mail\n")
    assert "portal" in world.refused("cases", "package", reference, str(world.folder / "b.csv"))
    assert not world.case(reference).package
