"""Puts the evidence of a run together (see `tests.checker.evidence`), of a service that has ended."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from tests.checker.quiet import listing
from tests.checker.tables import copied_files, snapshot
from tests.kill.run import Run
from tests.servers.postgresql import USER


def before_second_run(run: Run) -> Path:
    """What a second run must leave as it is; the folder of the evidence."""
    evidence = run.folder / "evidence"
    (evidence / "maildir").mkdir(parents=True)
    for key in run.world.accounts:
        (evidence / "maildir" / key).symlink_to(run.maildir(key))
    for name in ("spool", "logs"):
        (evidence / name).symlink_to(run.folder / name)
    (evidence / "vault").symlink_to(run.world.data / "vault")
    snapshot(run.world.url, evidence / "tables-before.sqlite")
    listed = {f"maildir/{key}": listing(evidence / "maildir" / key) for key in run.world.accounts}
    listed["spool"] = listing(evidence / "spool")
    (evidence / "before.json").write_text(json.dumps(listed))
    return evidence


def gather(run: Run, evidence: Path) -> None:
    """The rest, after the second run."""
    (evidence / "manifest.json").write_text(run.world.manifest())
    said = {"quiet_at": run.quiet_at.isoformat(), "kills": run.service.kills + run.faults, **run.world.described()}
    (evidence / "world.json").write_text(json.dumps(said))
    (evidence / "fences.jsonl").write_text("\n".join(map(json.dumps, run.fences)))
    for name in ("master.key", "imap.password"):
        shutil.copy(run.folder / name, evidence / name)
    if (trace := run.folder / "trace.txt").exists():
        shutil.copy(trace, evidence / "trace.txt")
    snapshot(run.world.url, evidence / "tables.sqlite")
    if run.database.is_sqlite:
        copied_files(run.database.file, evidence / "database")
    elif run.cluster is not None:
        _dump(run, evidence / "database")


def _dump(run: Run, folder: Path) -> None:
    """All of it as text, both schemas; bytes stand there as hex."""
    assert run.cluster
    folder.mkdir()
    program, port = run.cluster.program("pg_dump"), str(run.cluster.port)
    with (folder / "dump.sql").open("wb") as dump:
        name = run.world.url.rpartition("/")[2]
        subprocess.run([program, "-h", run.cluster.host, "-p", port, "-U", USER, name], stdout=dump, check=True)
