"""A copy of clean evidence that may be broken in one place."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

from dsarbot.store.sealing import Label, seal
from tests.checker.evidence import Accepted, Evidence, ServerMail, same
from tests.checker.letters_out import Posted, outbox
from tests.checker.quiet import listing
from tests.checker.tables import Row


class Copy:
    """The copy, and what a saboteur needs: rows, mails, letters by what they are, and the keys to seal anew."""

    def __init__(self, clean: Path, folder: Path) -> None:
        self.folder = Path(shutil.copytree(clean, folder, symlinks=False))

    @property
    def evidence(self) -> Evidence:
        """Read anew at each use: it changes under us."""
        return Evidence(self.folder)

    # --- finding ------------------------------------------------------------------------------------------------

    def row(self, table: str, **wanted: object) -> Row:
        """The first row with these values."""
        rows = self.evidence.tables.rows(table)
        return next(row for row in rows if all(row[name] == value for name, value in wanted.items()))

    def inbound(self, mailbox: str, disposition: str = "ordinary") -> tuple[Row, ServerMail]:
        """A row of a mail without attachments, and the mail on its server."""
        evidence = self.evidence
        server = {mail.hash: mail for mail in evidence.server}
        for row in evidence.tables.rows("inbound"):
            raw = evidence.kept[row["id"]]
            alone = " " not in row["objects"]
            if (row["mailbox"], row["disposition"]) == (mailbox, disposition) and alone and raw is not None:
                return row, server[same(raw)]
        raise AssertionError("there is no such mail")

    def letter(self, recipient: str, *, kind: str = "letter", automatic: bool = True) -> tuple[Posted, Accepted]:
        """A row for such a recipient that was sent, and what was accepted of it."""
        evidence = self.evidence
        accepted = {mail.message_id: mail for mail in evidence.spool}
        for posted in outbox(evidence):
            right = posted.row["kind"] == kind and bool(posted.row["automatic"]) == automatic
            if right and recipient in posted.recipient and posted.message_id in accepted:
                return posted, accepted[posted.message_id]
        raise AssertionError("there is no such letter")

    # --- breaking -----------------------------------------------------------------------------------------------

    def sql(self, statement: str, *values: object, before: bool = True) -> None:
        """Change the database; *before*: as if it had been so already before the second run."""
        for name in ("tables.sqlite", *(["tables-before.sqlite"] if before else [])):
            with sqlite3.connect(self.folder / name) as connection:
                changed = connection.execute(statement, values).rowcount
            connection.close()
            assert changed, f"nothing to change: {statement}"

    def again(self, table: str, row: Row, **values: object) -> None:
        """One more row like that one."""
        new = {**row, **values}
        names, marks = ", ".join(f'"{name}"' for name in new), ", ".join("?" * len(new))
        self.sql(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', *new.values())

    def sealed_anew(self, object_id: str, data: bytes) -> bytes:
        """These bytes as if the object had been sealed like this from the beginning."""
        key = self.evidence.keys.of(object_id)
        return seal(key.key, data, Label(key.origin, object_id, key.kind))

    def keep_anew(self, object_id: str, data: bytes) -> None:
        """Other bytes for an object of the vault, rightly sealed."""
        sealed, path = self.sealed_anew(object_id, data), self._pack(object_id)
        # Behind all others: what lies in the midst of a pack has no room to grow.
        place = "UPDATE object_key SET start = ?, length = ? WHERE id = ?"
        self.sql(place, path.stat().st_size, len(sealed), object_id)
        with path.open("ab") as pack:
            pack.write(sealed)

    def overwrite(self, object_id: str, data: bytes, at: int = 0) -> None:
        """Other bytes for some of the sealed ones."""
        with self._pack(object_id).open("r+b") as pack:
            pack.seek(self.evidence.keys.row(object_id)["start"] + at)
            pack.write(data)

    def never_kept(self, object_id: str) -> None:
        """Neither key nor bytes, and no pack if it was alone in it."""
        path = self._pack(object_id)
        self.overwrite(object_id, bytes(self.evidence.keys.row(object_id)["length"]))
        self.sql("DELETE FROM object_key WHERE id = ?", object_id)
        if all(row["pack"] != path.name for row in self.evidence.tables.rows("object_key")):
            path.unlink()

    def _pack(self, object_id: str) -> Path:
        evidence = self.evidence
        return evidence.packs[evidence.keys.row(object_id)["pack"]]

    def rewrite(self, mail: Accepted, *, raw: bytes | None = None, **said: object) -> None:
        """Other words of the receiving server about a mail, or another mail."""
        path = self.folder / "spool" / mail.name
        head, _, body = path.read_bytes().partition(b"\n")
        path.write_bytes(json.dumps({**json.loads(head), **said}).encode() + b"\n" + (body if raw is None else raw))

    def envelope(self, posted: Posted, **values: str) -> bytes:
        """The sealed envelope of a row with other values."""
        said = {"recipient": posted.recipient, "sender": "", "message_id": f"<{posted.message_id}>", **values}
        return self.sealed_anew(posted.row["key"], json.dumps(said).encode())

    def list_again(self) -> None:
        """The folders were like this before the second run already."""
        path = self.folder / "before.json"
        path.write_text(json.dumps({name: listing(self.folder / name) for name in json.loads(path.read_text())}))
