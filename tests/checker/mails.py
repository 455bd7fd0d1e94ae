"""Invariants 1 to 3: every mail is accounted for, what is marked is kept, one matter is one case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256

from tests.checker.evidence import Evidence, Mailbox, ServerMail, Wanted, identity, same
from tests.checker.report import Result
from tests.checker.tables import Row

_FATES = {"case", "held", "automatic", "bounce", "ordinary", "duplicate", "own", "handed-over", "inquiry"}


def conservation(evidence: Evidence) -> Result:
    """1. What the server accepted = what was kept, once per organisation, and nothing is left unfinished."""
    result = Result(number=1, name="conservation")
    server = _by_name(evidence.server)
    for wanted in evidence.planted:
        result.demand(_as_planted(wanted, server), f"planted {wanted.number} is not on the mail server as planted")
    kept = _rows_by_name(evidence)
    for (mailbox, name), mails in server.items():
        deliveries = len({mail.hash for mail in mails})
        # What could not be read twice, or is for nobody here, is held in its mailbox until a person decides.
        undecided = sum(row["disposition"] == "held" for row in kept[f"mailbox:{mailbox}", name])
        for scope in _scopes(evidence, mailbox, name):
            found = len(kept[scope, name]) + (undecided if not scope.startswith("mailbox:") else 0)
            what = f"{mailbox}: mail {_short(name)} of {scope} was delivered {deliveries} times and kept {found} times"
            result.demand(found == deliveries, what)
    fates: Counter[str] = Counter()
    for row in evidence.tables.rows("inbound"):
        done = row["state"] in {"settled", "held"} and row["disposition"] in _FATES and row["kind"] != "being-read"
        result.demand(done, f"inbound {row['id']} is unfinished: {row['state']} {row['disposition']} {row['kind']}")
        fates[row["problem"] or row["disposition"]] += 1
    result.note = " ".join(f"{name}={count}" for name, count in sorted(fates.items()))
    return result


def _by_name(mails: Sequence[ServerMail]) -> Mapping[tuple[str, str], Sequence[ServerMail]]:
    found: dict[tuple[str, str], list[ServerMail]] = defaultdict(list)
    for mail in mails:
        found[mail.mailbox, mail.name].append(mail)
    return found


def _as_planted(wanted: Wanted, server: Mapping[tuple[str, str], Sequence[ServerMail]]) -> bool:
    """The server puts lines of its own on top; below them stands what was planted, byte for byte."""
    mails = server.get((wanted.mailbox, wanted.message_id), ())
    plain = (mail.raw.replace(b"\r\n", b"\n") for mail in mails)
    return any(sha256(raw[-wanted.size :]).hexdigest() == wanted.tail for raw in plain)


def _scopes(evidence: Evidence, mailbox: str, name: str) -> Sequence[str]:
    """Whose row a mail must have: of each organisation it is for, or of the mailbox until a person decides."""
    box = _box(evidence, mailbox)
    if len(box.organisations) == 1:
        return box.organisations
    for wanted in evidence.planted:
        if (wanted.mailbox, wanted.message_id) == (mailbox, name):
            return wanted.organisations or (f"mailbox:{mailbox}",)
    return box.organisations


def _box(evidence: Evidence, key: str) -> Mailbox:
    return {box.key: box for box in evidence.world.mailboxes}[key]


def _rows_by_name(evidence: Evidence) -> Mapping[tuple[str, str], Sequence[Row]]:
    """Rows by organisation and Message-ID; what cannot be read any more is known by the hash of its Message-ID."""
    hashes = {
        evidence.keys.fingerprint(scope, "message-id", mail.name): mail.name
        for scope in {row["organisation"] for row in evidence.tables.rows("inbound")}
        for mail in evidence.server
    }
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in evidence.tables.rows("inbound"):
        raw = evidence.kept[row["id"]]
        name = hashes.get(row["message_hash"], "") if raw is None else identity(raw)
        found[row["organisation"], name].append(row)
    return found


def marked_is_kept(evidence: Evidence) -> Result:
    """2. Whatever was marked or moved on the server can be read here, with the server's own hash."""
    result = Result(number=2, name="marked means kept")
    readable = {same(raw) for raw in evidence.kept.values() if raw is not None}
    destroyed = {row["id"] for row in evidence.tables.rows("destroyed")}
    # Out of such a message the copy of an identity paper was taken.
    parted = {row["inbound"] for row in evidence.tables.rows("id_copy") if row["state"] not in ("suspect", "copy")}
    incomplete = {
        name
        for (_, name), rows in _rows_by_name(evidence).items()
        if any(destroyed & set(str(row["objects"]).split()) or row["id"] in parted for row in rows)
    }
    for mail in evidence.server:
        if mail.marked and mail.name not in incomplete:
            result.demand(mail.hash in readable, f"{mail.mailbox}/{mail.folder}: {_short(mail.name)} is not kept whole")
    return result


def one_case_per_thread(evidence: Evidence) -> Result:
    """3. Each planted matter is one case, robots and ordinary letters are none, and no reference is given twice."""
    result = Result(number=3, name="one case per matter, references unique")
    kept = _rows_by_name(evidence)
    threads: dict[tuple[str, int], list[tuple[Wanted, Row]]] = defaultdict(list)
    for wanted in evidence.planted:
        for scope in wanted.organisations:
            for row in (*kept[scope, wanted.message_id], *kept[f"mailbox:{wanted.mailbox}", wanted.message_id]):
                threads[scope, wanted.thread].append((wanted, row))
    owner: dict[str, tuple[str, int]] = {}
    for thread, members in threads.items():
        _demand_one_case(result, thread, members, owner)
    _demand_unique_references(result, evidence)
    opened = {row["case_id"] for row in evidence.tables.rows("inbound")}
    for case in evidence.tables.rows("cases"):
        result.demand(case["id"] in opened, f"case {case['id']} has no inbound that it came from")
    result.note = f"matters={len(threads)} cases={len(evidence.tables.rows('cases'))}"
    return result


def _demand_one_case(
    result: Result,
    thread: tuple[str, int],
    members: Sequence[tuple[Wanted, Row]],
    owner: dict[str, tuple[str, int]],
) -> None:
    cases = {row["case_id"] for _, row in members if row["disposition"] == "case"}
    held = any(row["disposition"] == "held" for _, row in members)
    asked = any(wanted.expected == "request" for wanted, _ in members)
    what = f"matter {thread[1]} of {thread[0]} has {len(cases)} cases"
    result.demand(len(cases) == 1 or (not cases and (held or not asked)), what)
    for case in cases:
        result.demand(owner.setdefault(case, thread) == thread, f"case {case} is of two matters, one of them {thread}")
    for wanted, row in members:
        silent = wanted.expected in {"automatic", "ordinary"}
        result.demand(
            not (silent and row["disposition"] == "case"), f"planted {wanted.number}, {wanted.expected}, is in a case"
        )


def _demand_unique_references(result: Result, evidence: Evidence) -> None:
    given = Counter(
        (row["organisation"], row["reference"])
        for table in ("cases", "alias")
        for row in evidence.tables.rows(table)
    )
    for (organisation, reference), times in given.items():
        result.demand(times == 1, f"reference {reference} of {organisation} was given {times} times")


def _short(name: str) -> str:
    """A Message-ID may hold a person's address: enough of its hash to find it again."""
    return sha256(name.encode()).hexdigest()[:12]
