"""Invariants 11 and 15: vault, keys and rows agree; what was destroyed was announced, and is gone."""

from __future__ import annotations

import json

from tests.checker.evidence import Evidence
from tests.checker.report import Result
from tests.checker.sealed import Closed
from tests.checker.tables import instant

#: Kinds whose bytes stand in the database; all others lie in the vault.
_IN_ROWS = frozenset({"entry", "case", "job"})


def agreement(evidence: Evidence) -> Result:
    """11. Every object that a row names has key and bytes, and opens; destroyed means absent everywhere."""
    result = Result(number=11, name="vault, keys and rows agree")
    keys = evidence.keys.ids
    tombs = {row["id"]: row for row in evidence.tables.rows("destroyed")}
    in_rows, in_vault = _named(evidence)
    for object_id in sorted((in_rows | in_vault) - tombs.keys()):
        result.demand(object_id in keys, f"object {object_id} has no key, and no entry says why")
    kept = {each for each in keys if evidence.keys.row(each)["kind"] not in _IN_ROWS}
    there = {each for each in kept if evidence.bytes_at(evidence.keys.row(each))}
    for object_id in sorted((in_vault | kept) - tombs.keys()):
        result.demand(object_id in there, f"object {object_id} has no bytes, and no entry says why")
    for object_id in sorted(there):
        result.demand(_opens(evidence, object_id), f"object {object_id} does not open")
    for object_id, tomb in tombs.items():
        erased = not any(evidence.bytes_at(tomb))
        gone = object_id not in keys and erased and not _in_key_files(evidence, object_id)
        result.demand(gone, f"object {object_id} was destroyed and is still there")
    named = {evidence.keys.row(each)["pack"] for each in kept}
    leftovers = (keys - in_rows - in_vault - tombs.keys()) | (evidence.packs.keys() - named)
    # A crash may leave a key without a row or bytes without a key: harmless, and swept after a day.
    result.demand(not leftovers or bool(evidence.world.kills), f"{len(leftovers)} objects belong to no row")
    result.note = f"objects={len(keys)} destroyed={len(tombs)} left over by kills={len(leftovers)}"
    return result


def _named(evidence: Evidence) -> tuple[set[str], set[str]]:
    """Ids that rows name: sealed in the row itself, and kept in the vault."""
    rows = evidence.tables.rows
    in_rows = {row["object"] for row in rows("cases")} | {row["key"] for row in rows("job")}
    in_rows |= {row["object"] for row in rows("entry") if row["sealed"] is not None}
    in_vault = {row["object"] for row in rows("job")}
    in_vault |= {each for row in rows("inbound") for each in str(row["objects"]).split()}
    in_vault |= {each for row in rows("id_copy") for each in (row["object"], row["rest"]) if each}
    return in_rows, in_vault


def _opens(evidence: Evidence, object_id: str) -> bool:
    """Letters and scans; whether kept mails are whole is what invariant 2 says."""
    if evidence.keys.row(object_id)["kind"] in {"skeleton", "leaf"}:
        return True
    try:
        evidence.object(object_id)
    except Closed:
        return False
    return True


def _in_key_files(evidence: Evidence, object_id: str) -> bool:
    """Also the write-ahead log and the freed pages of the keys' own file must have forgotten it."""
    files = (evidence.folder / "database").glob("*-keys*")
    return any(object_id.encode() in path.read_bytes() for path in files)


def announced(evidence: Evidence) -> Result:
    """15. A ledger entry precedes each destruction, and each announced one was carried out."""
    result = Result(number=15, name="ledger before destruction")
    tombs = {row["id"]: row for row in evidence.tables.rows("destroyed")}
    told = {}
    for entry in evidence.tables.rows("entry"):
        if entry["kind"] == "objects-destroyed":
            for object_id in str(json.loads(entry["public"])["objects"]).split():
                told[object_id] = entry
    for object_id, row in tombs.items():
        said = told.get(object_id)
        before = (
            said is not None
            and said["organisation"] == row["organisation"]
            and instant(said["at"]) <= instant(row["finished_at"] or row["at"])
        )
        result.demand(before, f"object {object_id} was destroyed without an entry before it")
    for object_id in told.keys() - tombs.keys():
        result.demand(False, f"object {object_id} was announced to be destroyed and has no tombstone")
    collapsed = {
        json.loads(entry["public"])["stream"]
        for entry in evidence.tables.rows("entry")
        if entry["kind"] == "collapsed"
    }
    for row in evidence.tables.rows("collapsed"):
        result.demand(row["stream"] in collapsed, f"stream {row['stream']} was collapsed without an entry")
    return result
