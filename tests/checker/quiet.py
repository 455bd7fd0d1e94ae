"""Invariants 13 and 14: after the last fault all work ends, and a second run finds none."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from tests.checker.evidence import Evidence
from tests.checker.letters_out import digests
from tests.checker.report import Result
from tests.checker.tables import Tables, instant


def queues_are_empty(evidence: Evidence) -> Result:
    """13. Nothing waits any more, or it is shunted with a reason that a digest tells."""
    result = Result(number=13, name="queues empty, or shunted and told")
    references = {row["id"]: row["reference"] for row in evidence.tables.rows("cases")}
    told, pending = list(digests(evidence)), 0
    for job in evidence.tables.rows("job"):
        waits = job["state"] not in {"sent", "cancelled", "shunted"}
        result.demand(not waits, f"outbox row {job['id']} ({job['kind']}) is {job['state']}")
        if job["state"] == "shunted":
            after = [text for at, key, text in told if key == job["organisation"] and at > instant(job["ended_at"])]
            pending += not after
            said = not after or any(references.get(job["case_id"], "") in text for text in after)
            result.demand(said and job["answer"] is not None, f"outbox row {job['id']} is shunted, no digest says so")
    for row in evidence.tables.rows("destroyed"):
        result.demand(row["finished_at"] is not None, f"the destruction of object {row['id']} has not finished")
    archived = {box.key for box in evidence.world.mailboxes if box.archive}
    for mail in evidence.server:
        if mail.mailbox in archived and mail.folder == "INBOX":
            result.demand(False, f"{mail.mailbox}: {mail.path.name.partition(',')[0]} was never moved")
    result.note = f"shunted, for the next digest={pending}"
    return result


def second_run(evidence: Evidence) -> Result:
    """14. A second run over the same world writes nothing: no row, no letter, no mail in a folder."""
    result = Result(number=14, name="a second run writes nothing")
    before = evidence.folder / "tables-before.sqlite"
    if not before.exists():
        return result
    first, second = Tables(before).digests(), evidence.tables.digests()
    for table in sorted(first.keys() | second.keys()):
        result.demand(first.get(table) == second.get(table), f"the second run wrote in {table}")
    listed = json.loads((evidence.folder / "before.json").read_text())
    for folder, names in listed.items():
        result.demand(listing(evidence.folder / folder) == names, f"the second run changed {folder}")
    return result


def listing(folder: Path) -> str:
    """A hash over the names of all mails below a folder, without their flags and whether they are new."""
    mails = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    names = sorted(
        f"{path.parent.parent}/{path.name.partition(':2,')[0]}"
        for path in mails
        if path.parent.name in {"", "cur", "new"} and not path.name.startswith("dovecot")
    )
    return sha256("\n".join(names).encode()).hexdigest()
