"""Invariants 9 and 10: nothing of one organisation reaches another, nothing personal or secret stands in the clear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tests.checker.evidence import Evidence
from tests.checker.journal import Journal
from tests.checker.letters_out import by_message_id, outbox, readable
from tests.checker.report import Result
from tests.checker.sealed import Closed
from tests.checker.tables import Row
from tests.security.markers import traces, traces_in_files


def scopes(evidence: Evidence, journal: Journal) -> Result:
    """9. Children carry their parent's organisation; the words of A's persons are nowhere for B."""
    result = Result(number=9, name="organisations stay apart")
    parents = {row["id"]: row["organisation"] for row in evidence.tables.rows("cases")}
    for table, column in _CHILDREN:
        for row in evidence.tables.rows(table):
            if parent := parents.get(row[column]):
                result.demand(row["organisation"] == parent, f"{table} {row[column]} is {row['organisation']}'s")
    for object_id, scope in _sealed(evidence):
        if object_id in evidence.keys.ids:
            found = evidence.keys.row(object_id)["organisation"]
            result.demand(found == scope, f"object {object_id} of {scope} is sealed for {found}")
    seen = list(_seen(evidence, journal))
    for served in evidence.world.organisations:
        others = (each for each in evidence.world.organisations if each is not served)
        foreign = [word.casefold() for each in others for word in each.markers]
        for scope, what, text in seen:
            if scope == served.key:
                low = text.casefold()
                result.demand(not any(word in low for word in foreign), f"{what} of {scope} holds another's words")
    own = {served.key: sum(scope == served.key and _has(text, served.markers) for scope, _, text in seen)
           for served in evidence.world.organisations}  # fmt: skip
    result.note = " ".join(f"{key}: own words in {count}" for key, count in own.items())
    return result


#: Tables whose rows belong to a case, and the column that says to which.
_CHILDREN = (
    ("claim", "case_id"),
    ("alias", "case_id"),
    ("lookup", "case_id"),
    ("job", "case_id"),
    ("inbound", "case_id"),
    ("entry", "stream"),
)


def _has(text: str, words: Iterable[str]) -> bool:
    low = text.casefold()
    return any(word.casefold() in low for word in words)


def _sealed(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """(object, whose it must be) of everything that a row names."""
    for table, column in (("cases", "object"), ("entry", "object"), ("job", "key"), ("job", "object")):
        for row in evidence.tables.rows(table):
            if row[column]:
                yield row[column], row["organisation"]
    for row in evidence.tables.rows("inbound"):
        for object_id in str(row["objects"]).split():
            yield object_id, row["organisation"]


def _seen(evidence: Evidence, journal: Journal) -> Iterator[tuple[str, str, str]]:
    """(organisation, what, text) of all that reaches somebody of an organisation, opened."""
    for row in evidence.tables.rows("cases"):
        yield row["organisation"], f"case {row['id']}", _opened(evidence, row["object"], row["document"])
    for row in evidence.tables.rows("entry"):
        yield row["organisation"], f"entry {row['stream']}:{row['seq']}", row["public"] + _payload(journal, row)
    for row in evidence.tables.rows("inbound"):
        raw = evidence.kept[row["id"]]
        if raw is not None:
            yield row["organisation"], f"inbound {row['id']}", raw.decode("utf-8", "replace")
    accepted = by_message_id(evidence)
    for posted in outbox(evidence):
        for copy in accepted.get(posted.message_id, ())[:1]:
            yield posted.row["organisation"], f"spool {copy.name}", readable(copy.raw)


def _opened(evidence: Evidence, object_id: str, sealed: bytes) -> str:
    try:
        return evidence.keys.of(object_id).open(sealed).decode("utf-8", "replace")
    except Closed:
        return ""


def _payload(journal: Journal, row: Row) -> str:
    try:
        return journal.payload(row).decode("utf-8", "replace")
    except Closed:
        return ""


# --- 10 --------------------------------------------------------------------------------------------------------


def nothing_in_the_clear(evidence: Evidence) -> Result:
    """10. Planted words and secrets stand nowhere without a seal: files, dumps, logs, names, Message-IDs."""
    result = Result(number=10, name="nothing in the clear")
    surfaces = [evidence.folder / name for name in ("database", "vault", "logs")]
    files = [path for surface in surfaces for path in surface.rglob("*") if path.is_file()]
    secrets = _secrets(evidence)
    for path in files:
        named = path.relative_to(evidence.folder)
        found = traces_in_files([path]) if evidence.world.markers else []
        found += [name for name, secret in secrets.items() if secret in path.read_bytes()]
        result.demand(not found, f"{named}: {found[0].partition(':')[0] if found else ''}")
    for mail in evidence.spool:
        result.demand(not traces(mail.message_id.encode()), f"the Message-ID of spool {mail.name} holds a planted word")
    result.note = f"files={len(files)} planted words={len(evidence.world.markers)} secrets={len(secrets)}"
    return result


def _secrets(evidence: Evidence) -> Mapping[str, bytes]:
    """What must be nowhere but in its own file."""
    return {path.name: path.read_text().strip().encode() for path in evidence.folder.glob("*.key")} | {
        path.name: path.read_text().strip().encode() for path in evidence.folder.glob("*.password")
    }
