"""Invariants 6 to 8: what left was approved, to whom it was approved, as often as allowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime

from dsarbot.core.case import Case, Letter
from dsarbot.core.facts import LetterApproved
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.desk.letters import digest
from tests.checker.evidence import Accepted, Evidence, Served, same
from tests.checker.journal import Journal
from tests.checker.letters_out import Posted, by_message_id, outbox
from tests.checker.report import Result
from tests.checker.sealed import Closed
from tests.checker.tables import instant


def _letter(journal: Journal, posted: Posted) -> tuple[Case, Letter] | None:
    case = journal.cases.get(posted.row["case_id"])
    letters = {letter.id: letter for letter in case.letters} if case else {}
    return (case, letters[posted.row["letter"]]) if case and posted.row["letter"] in letters else None


# --- 6 ---------------------------------------------------------------------------------------------------------


def accepted_is_ours(evidence: Evidence, journal: Journal) -> Result:
    """6. Each accepted Message-ID is one outbox row's, its copies are the same bytes, and somebody approved them."""
    result = Result(number=6, name="accepted letters are ours and approved")
    rows = outbox(evidence)
    owners: dict[str, list[Posted]] = {}
    for posted in rows:
        if posted.is_mail:
            owners.setdefault(posted.message_id, []).append(posted)
    repeats = after_an_answer = 0
    for message_id, copies in by_message_id(evidence).items():
        first = copies[0]
        mine = owners.get(message_id, [])
        result.demand(len(mine) == 1, f"spool {first.name} belongs to {len(mine)} outbox rows")
        result.demand(len({copy.raw for copy in copies}) == 1, f"the copies of spool {first.name} differ")
        repeats += len(copies) - 1
        after_an_answer += sum(copy.answered for copy in copies[:-1])
        for posted in mine:
            _demand_bytes(result, evidence, posted, first)
            if posted.row["kind"] == "letter":
                _demand_approval(result, journal, posted, first)
    _demand_filed(result, evidence, rows)
    # What the server could not answer for must be sent again; the others are the price of the kills.
    per_kill = f"{after_an_answer / evidence.world.kills:.2f}" if evidence.world.kills else "-"
    letters = len(by_message_id(evidence))
    result.note = f"letters={letters} repeats={repeats} ({after_an_answer} after an answer) per kill={per_kill}"
    return result


def _demand_bytes(result: Result, evidence: Evidence, posted: Posted, copy: Accepted) -> None:
    try:
        mine = evidence.object(posted.row["object"])
    except Closed:
        return  # invariant 11 tells of it
    result.demand(same(mine) == same(copy.raw), f"spool {copy.name} is not what row {posted.row['id']} was to send")


def _demand_approval(result: Result, journal: Journal, posted: Posted, copy: Accepted) -> None:
    found = _letter(journal, posted)
    result.demand(found is not None, f"row {posted.row['id']} sends a letter that its case does not have")
    if found is None:
        return
    case, letter = found
    if letter.automatic:
        return
    approvals = [
        fact
        for fact in journal.facts[case.id]
        if isinstance(fact, LetterApproved) and fact.letter == letter.id and fact.at <= copy.at
    ]
    bound = bool(approvals) and approvals[-1].digest == digest(letter) and approvals[-1].version < case.version
    result.demand(bound, f"spool {copy.name} left without an earlier approval of its bytes")


def _demand_filed(result: Result, evidence: Evidence, rows: Sequence[Posted]) -> None:
    """security 12: every outgoing letter lies in a Sent folder under our Message-ID."""
    filed = {served.key: _sent_folder(evidence, served) for served in evidence.world.organisations}
    for posted in rows:
        if posted.row["kind"] == "copy" and posted.row["state"] == "sent":
            try:
                mine = same(evidence.object(posted.row["object"]))
            except Closed:
                continue
            result.demand(mine in filed[posted.row["organisation"]], f"copy {posted.row['id']} is in no Sent folder")


def _sent_folder(evidence: Evidence, served: Served) -> set[str]:
    folder = evidence.folder / "maildir" / served.mailbox / f".{served.sent_folder}"
    return {same(path.read_bytes()) for path in (*folder.glob("cur/*"), *folder.glob("new/*"))}


# --- 7 ---------------------------------------------------------------------------------------------------------


def recipients(evidence: Evidence, journal: Journal) -> Result:
    """7. Letters go to whom they were approved for, in the same organisation; to no robot; and caps are kept."""
    result = Result(number=7, name="recipients, robots, caps")
    people = {each.sender for each in evidence.planted if each.expected in {"request", "reply", "duplicate"}}
    robots = {each.sender for each in evidence.planted if each.expected in {"automatic", "bounce"}} - people
    owners = {posted.message_id: posted for posted in outbox(evidence) if posted.is_mail}
    for mail in evidence.spool:
        for recipient in mail.recipients:
            result.demand(recipient.lower() not in robots, f"spool {mail.name} went to a robot")
        if posted := owners.get(mail.message_id):
            allowed = _allowed(evidence, journal, posted)
            result.demand(set(mail.recipients) == {posted.recipient}, f"spool {mail.name} went to somebody else")
            what = f"row {posted.row['id']} is for somebody that nobody approved"
            result.demand(posted.recipient in allowed, what)
    for served in evidence.world.organisations:
        for finding in _over_caps(evidence, served):
            result.demand(False, finding)
    return result


def _allowed(evidence: Evidence, journal: Journal, posted: Posted) -> set[str]:
    if posted.row["kind"] != "letter":
        return set(evidence.organisation(posted.row["organisation"]).recipients)
    found = _letter(journal, posted)
    same_house = found is not None and found[0].organisation == posted.row["organisation"]
    return {found[1].recipient} if found and same_house else set()


def _over_caps(evidence: Evidence, served: Served) -> Iterator[str]:
    """security 13, over any day and any hour, counted in letters and not in repeats of one."""
    sent = [
        (instant(posted.row["sent_at"]), posted.recipient)
        for posted in outbox(evidence)
        if posted.row["automatic"] and posted.row["kind"] == "letter" and posted.row["state"] == "sent"
        and posted.row["organisation"] == served.key and posted.row["sent_at"]
    ]  # fmt: skip
    for at, recipient in sent:
        domain = recipient.rpartition("@")[2]
        day = sum(other == recipient and at - timedelta(days=1) < when <= at for when, other in sent)
        hour = sum(other.endswith(f"@{domain}") and at - timedelta(hours=1) < when <= at for when, other in sent)
        if day > served.per_address:
            yield f"{served.key}: {day} automatic letters to one address in a day, {served.per_address} are allowed"
        if hour > served.per_domain:
            yield f"{served.key}: {hour} automatic letters to one domain in an hour, {served.per_domain} are allowed"


# --- 8 ---------------------------------------------------------------------------------------------------------


def one_digest_a_day(evidence: Evidence) -> Result:
    """8. One digest per recipient and local date."""
    result = Result(number=8, name="one digest per recipient and date")
    accepted = by_message_id(evidence)
    counted: Counter[tuple[str, str, str]] = Counter()
    for posted in outbox(evidence):
        if posted.row["kind"] == "digest" and posted.message_id in accepted:
            organisation = str(posted.row["organisation"])
            day = _local_day(evidence, organisation, accepted[posted.message_id])
            counted[organisation, posted.recipient, day] += 1
    for (organisation, _, day), times in counted.items():
        result.demand(times == 1, f"{organisation}: {times} digests to one reader on {day}")
    readers = {(organisation, recipient) for organisation, recipient, _ in counted}
    for served in evidence.world.organisations:
        for number, recipient in enumerate(served.recipients):
            result.demand((served.key, recipient) in readers, f"{served.key}: reader {number} never got a digest")
    return result


def _local_day(evidence: Evidence, organisation: str, copies: Sequence[Accepted]) -> str:
    zone = jurisdiction(evidence.organisation(organisation).jurisdiction).tz
    head = copies[0].raw.partition(b"\r\n\r\n")[0].decode("latin-1")
    dates = [line.partition(":")[2].strip() for line in head.split("\r\n") if line.startswith("Date:")]
    return parsedate_to_datetime(dates[0]).astimezone(zone).date().isoformat()

