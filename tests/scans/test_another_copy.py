"""Who sent what nobody can open is asked for another copy, in three languages, and never for an identity document."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dsarbot.core.dates import Language
from dsarbot.scans.another_copy import HELPS, LANGUAGES, draft
from tests.cli.desk_world import World
from tests.documents.samples import locked_pdf
from tests.scans.office_mail import with_files
from tests.scans.test_attachments import LONG
from tests.scans.test_watching import Office


@pytest.mark.parametrize("problem", HELPS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_is_complete(problem: str, language: Language) -> None:
    said = draft(language, problem, received=date(2026, 3, 1), organisation="Nord Hébergement S.A.")
    assert {"fr": "le 1er mars 2026", "en": "on 1 March 2026", "de": "am 1. März 2026"}[language] in said
    assert said.rstrip().endswith("Nord Hébergement S.A.") and "{" not in said
    assert {"fr": "pièce d’identité", "en": "identity document", "de": "Ausweiskopie"}[language] in said


def test_the_reason_stands_in_it() -> None:
    texts = {problem: draft("de", problem, received=date(2026, 3, 1), organisation="x") for problem in HELPS}
    assert "mit einem Passwort geschützt" in texts["encrypted"] and "beschädigt" in texts["broken"]
    assert texts["no-text"] == texts["hardly-legible"] != texts["infected"]


async def test_it_lies_beside_the_scan(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.lay("a.pdf", locked_pdf())
    await office.look()
    note = (office.folder / "held" / "a.pdf.txt").read_text()
    assert "Your document received on 21 February 2026" in note and "Ihr Dokument" in note and "Votre document" in note


def test_it_is_printed_for_an_item(world: World) -> None:
    path = world.folder / "a.eml"
    path.write_bytes(with_files([locked_pdf()], text=LONG).encode())
    item = world.said("intake", str(path), "--organisation", "nord").partition("--take ")[2][:8]
    said = world.said("intake", "--another-copy", item)
    assert "by a password" in said and "protégé par un mot de passe" in said
    path.write_bytes(with_files([b"MZ"], text="Bonjour, voici le programme dont nous avons parlé hier").encode())
    item = world.said("intake", str(path), "--organisation", "nord").partition("--take ")[2][:8]
    assert "is not held because" in world.run("intake", "--another-copy", item)[2]
