"""The copy of an identity paper, sent unasked: eight days later it is nowhere, also after a kill in the middle.

The bytes are looked for where a stranger with the disk would look: vault, databases and their logs, temporary files,
and the mail server's own folders.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from tests.documents.drawn_papers import NAME, card, jpeg
from tests.journeys.installation import Installation

pytestmark = pytest.mark.servers

ACCESS = (
    "Bonjour,\nEn application de l'article 15 du RGPD, je souhaite obtenir une copie de toutes les données "
    "personnelles que vous détenez sur moi.\nCi-joint une photo de ma carte d'identité.\nCamille Lefevre"
)


def message(picture: bytes, *, sender: str, to: str, number: int) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = f"{NAME} <{sender}>", to, "Mes données"
    mail["Message-ID"] = f"<copy-{number}@example.net>"
    mail.set_content(ACCESS)
    mail.add_attachment(picture, maintype="image", subtype="jpeg", filename="IMG_0007.jpg")
    return mail


def traces(picture: bytes) -> tuple[bytes, ...]:
    """Pieces of the picture as they may stand in a file: as they are, and in base64."""
    lines = base64.encodebytes(picture).splitlines()
    return picture[5000:5060], picture[-200:-140], lines[100], lines[len(lines) // 2]


def where(folder: Path, picture: bytes) -> Iterator[Path]:
    wanted = traces(picture)
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            if any(each in data for each in wanted):
                yield path


def copies(installation: Installation) -> list[dict[str, Any]]:
    reference = installation.cases()[0]["reference"]
    found: list[dict[str, Any]] = json.loads(installation.ask("cases", "id-copies", reference, "--json"))
    return found


def test_eight_days_later_it_is_nowhere(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    me, dovecot = installation, installation.dovecot
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(temporary))
    picture = jpeg(card())
    mail = message(picture, sender=me.person, to=me.privacy, number=1)
    # A colleague has forwarded it by hand, it lies in Junk as well, and somebody has put it away.
    forward = EmailMessage(policy=SMTP)
    forward["From"], forward["To"], forward["Subject"] = me.privacy, "lawyer@example.org", "Fwd: Mes données"
    forward["Message-ID"] = "<forward@example.org>"
    forward.set_content("Voyez ci-joint.")
    forward.add_attachment(mail)
    for folder, raw in (("Junk", mail), ("Sent", forward), ("Trash", mail)):
        dovecot.append(me.privacy, raw.as_bytes(), folder=folder)
    maildir = next(path for path in dovecot.root.rglob("*") if path.is_dir() and path.name == me.privacy)
    me.start()
    me.postfix.send(me.person, [me.privacy], mail.as_bytes())
    me.wait(lambda: me.cases() and [each for each in copies(me) if each["proposal"]], "the copy is checked", 120)
    [copy] = copies(me)
    assert (copy["guess"], copy["asked"], copy["proposal"]) == ("identity-card", False, "yes")
    before = dovecot.mails(me.privacy, "Archive")
    assert me.stop() == 0
    assert list(where(maildir, picture)) != []

    at = (sys.executable, "-m", "tests.journeys.later", "8")
    subprocess.run([*at, "", "--config", str(me.config), "doctor", "--accept-clock", "--yes"], check=False, timeout=60)
    me.program = (*at, "expunge")
    me.start()
    assert me.process.wait(timeout=90) == -9
    # It died between the two: both lie there, and nothing is lost.
    assert sum(len(dovecot.mails(me.privacy, folder)) for folder in ("Archive", "Junk")) == len(before) + 2
    me.program = (*at, "")
    me.start()
    me.wait(lambda: copies(me)[0]["still_at"] == ["mail:privacy:other-folders"], "all but the bin is clean", 120)
    assert me.stop() == 0

    assert copies(me)[0]["destroyed_at"] is not None
    assert len(me.cases()) == 1
    for folder in ("Archive", "Junk", "Sent"):
        [left] = dovecot.mails(me.privacy, folder)
        assert b"It was removed and destroyed" in left
    assert {path.parent.parent.name for path in where(maildir, picture)} == {".Trash"}
    # Vault, both databases, their logs, what was handed over, temporary files: all of it lies here.
    assert (tmp_path / "data").is_dir()
    assert list(where(tmp_path, picture)) == []
    dovecot.empty(me.privacy)
    reference = me.cases()[0]["reference"]
    me.command("cases", "id-gone", reference, copy["id"][:8], "--where", "mail:privacy:other-folders")
    assert copies(me)[0]["still_at"] == []


def test_a_verdict_while_nothing_runs_is_carried_out_at_the_next_start(installation: Installation) -> None:
    me = installation
    picture = jpeg(card())
    me.start()
    me.postfix.send(me.person, [me.privacy], message(picture, sender=me.person, to=me.privacy, number=2).as_bytes())
    me.wait(lambda: me.cases() and [each for each in copies(me) if each["proposal"]], "the copy is checked", 120)
    assert me.stop() == 0
    reference, [copy] = me.cases()[0]["reference"], copies(me)
    told = me.command("cases", "id-verdict", reference, copy["id"][:8], "--match", "yes", "--type", "identity card")
    assert "destroyed" in told
    [before] = me.dovecot.mails(me.privacy, "Archive")
    assert traces(picture)[2] in before
    me.start()

    def is_gone() -> bool:
        return not any(traces(picture)[2] in raw for raw in me.dovecot.mails(me.privacy, "Archive"))

    me.wait(is_gone, "the mail without the file", 60)
    [after] = me.dovecot.mails(me.privacy, "Archive")
    assert b"It was removed and destroyed" in after
    assert copies(me)[0]["still_at"] == []
