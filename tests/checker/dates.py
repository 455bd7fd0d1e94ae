"""Invariant 4: receipt by the server's own dates, every date computed once more, every alarm once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from dsarbot.core.case import DONE, Case, Claim
from dsarbot.core.clock import Promise, compute
from dsarbot.core.facts import ReceiptCorrected
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.core.wakes import alarms
from tests.checker.evidence import Evidence, Served, ServerMail, same
from tests.checker.journal import Journal
from tests.checker.letters_out import digests
from tests.checker.report import Result
from tests.checker.tables import Row, day, instant

#: A digest lists what is due soon: these alarms are about cases that stand in it.
_SOON = re.compile(r"(due-\d|safe-due|legal-due|extended-due):")


def receipt_and_alarms(evidence: Evidence, journal: Journal) -> Result:
    """4. received_at by security 8; dates equal a fresh computation; each due alarm fired once and was told."""
    result = Result(number=4, name="receipt, dates, alarms")
    _receipts(result, evidence)
    received = {row["id"]: row["received_at"] for row in evidence.tables.rows("inbound")}
    fired = 0
    for row in evidence.tables.rows("cases"):
        case = journal.cases[row["id"]]
        if case is None:
            continue  # invariant 5 tells of it
        served = evidence.organisation(row["organisation"])
        corrected = any(isinstance(fact, ReceiptCorrected) for fact in journal.facts[row["id"]])
        for claim in case.claims:
            if not corrected:
                at = {instant(received[each.inbound]) for each in case.inbounds if each.inbound in received}
                result.demand(claim.received_at in at, f"case {case.id}: {claim.id} has the receipt of no mail of it")
            _dates(result, case, claim, served)
        _columns(result, row, case)
        fired += _alarms(result, evidence, row, case, served)
    result.note = f"alarms={fired} told={_told(result, evidence)}"
    return result


# --- receipt ---------------------------------------------------------------------------------------------------


def _receipts(result: Result, evidence: Evidence) -> None:
    boxes = {box.key: box for box in evidence.world.mailboxes}
    expected: dict[str, set[datetime]] = {}
    for mail in evidence.server:
        expected.setdefault(mail.hash, set()).add(_receipt(mail, boxes[mail.mailbox].own_hosts))
    for row in evidence.tables.rows("inbound"):
        raw = evidence.kept[row["id"]]
        if raw is not None and same(raw) in expected:
            # The same bytes may lie there twice, copied by a person: the first recorded value stays.
            holds = instant(row["received_at"]) in expected[same(raw)]
            result.demand(holds, f"inbound {row['id']} was received at another time than its server says")


def _receipt(mail: ServerMail, own_hosts: Sequence[str]) -> datetime:
    """The earlier of INTERNALDATE and the topmost Received line that a host of ours wrote."""
    head = mail.raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("latin-1")
    for line in re.sub(r"\n[ \t]+", " ", head).split("\n"):
        if line.lower().startswith("received:") and any(f" by {host} " in line for host in own_hosts):
            written = parsedate_to_datetime(line.rpartition(";")[2].strip()).astimezone(UTC)
            return min(written, mail.received)
    return mail.received


# --- dates -----------------------------------------------------------------------------------------------------


def _dates(result: Result, case: Case, claim: Claim, served: Served) -> None:
    fresh = compute(
        claim.received_at,
        jurisdiction(served.jurisdiction),
        promise=Promise(days=served.promise_days),
        pauses=claim.pauses,
        extended_on=claim.extended_on,
    )
    result.demand(claim.dates == fresh, f"case {case.id}: the dates of {claim.id} are not what its facts say")


def _columns(result: Result, row: Row, case: Case) -> None:
    """The dates in the clear, by which lists and digest go."""
    active = [claim.dates for claim in case.active if claim.dates]
    target = min((dates.target for dates in active), default=None)
    safe = min((dates.safe_due for dates in active), default=None)
    result.demand(day(row["target"]) == target, f"case {case.id}: its row has another target")
    result.demand(day(row["safe_due"]) == safe, f"case {case.id}: its row has another safe date")


# --- alarms ----------------------------------------------------------------------------------------------------


def _alarms(result: Result, evidence: Evidence, row: Row, case: Case, served: Served) -> int:
    due = {
        f"{alarm.kind}:{claim.id}:{alarm.day}"
        for claim in case.claims
        if claim.status not in DONE and claim.dates
        for alarm in alarms(claim.dates, jurisdiction=jurisdiction(served.jurisdiction), team=None)
        if alarm.at <= evidence.world.quiet_at
    }
    fired = Counter(case.alarms)
    for key in sorted(due | fired.keys()):
        result.demand(fired[key] == 1, f"case {row['id']}: alarm {key} fired {fired[key]} times")
    return len(fired)


def _told(result: Result, evidence: Evidence) -> int:
    """What had fired before a digest was made stands in it."""
    told = 0
    references = {row["id"]: row["reference"] for row in evidence.tables.rows("cases")}
    for made, organisation, text in digests(evidence):
        for case_id, at, key in _woke(evidence, organisation):
            if at < made and _SOON.match(key):
                told += 1
                result.demand(references[case_id] in text, f"case {case_id}: the digest is silent about alarm {key}")
    return told


def _woke(evidence: Evidence, organisation: str) -> Iterator[tuple[str, datetime, str]]:
    for entry in evidence.tables.rows("entry"):
        if entry["kind"] == "Woke" and entry["organisation"] == organisation:
            yield entry["stream"], instant(entry["at"]), entry["public"].partition('"alarm":"')[2].partition('"')[0]
