"""Invariants 5 and 12: cases are what their facts say, effects and outbox agree, the journal is whole."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from dsarbot.core.case import Case, LetterStatus, summary
from dsarbot.core.facts import LetterApproved, LetterDrafted, LetterSent
from tests.checker.evidence import Evidence
from tests.checker.journal import ERASED, Journal, anchor_hash, broken_at
from tests.checker.letters_out import digests
from tests.checker.report import Result
from tests.checker.sealed import Closed
from tests.checker.tables import Row, instant

_GENESIS = "0" * 64
#: An anchor as a digest tells it.
_ANCHOR = re.compile(r"\b(\d+):([0-9a-f]{64})\b")


def facts_and_effects(evidence: Evidence, journal: Journal) -> Result:
    """5. fold(journal) = case row; every effect has one outbox row, and the reverse."""
    result = Result(number=5, name="facts make the case, effects the outbox")
    for row in evidence.tables.rows("cases"):
        case, folded = journal.cases[row["id"]], journal.folded(row["id"])
        what = f"case {row['id']} is not what its facts make it"
        result.demand(case is not None and case == folded and _row_agrees(row, case), what)
    claims: dict[str, list[Row]] = defaultdict(list)
    for claim in evidence.tables.rows("claim"):
        claims[claim["case_id"]].append(claim)
    for case_id, case in journal.cases.items():
        if case is not None:
            held = {(each.id, each.right, str(each.status), str(each.outcome)) for each in case.claims}
            shown = {(each["claim"], each["right"], each["status"], each["outcome"]) for each in claims[case_id]}
            result.demand(held == shown, f"case {case_id}: the rows of its claims are others")
    _demand_outbox(result, evidence, journal)
    result.note = f"cases={len(journal.cases)} facts={sum(map(len, journal.facts.values()))}"
    return result


def _row_agrees(row: Row, case: Case) -> bool:
    seen = summary(case) if case.claims else None
    return (
        row["version"] == case.version
        and row["reference"] == case.reference
        and row["organisation"] == case.organisation
        and (seen is None or (row["status"], row["outcome"]) == (str(seen.status), str(seen.outcome)))
        and (seen is None or instant(row["received_at"]) == seen.received_at)
    )


def _demand_outbox(result: Result, evidence: Evidence, journal: Journal) -> None:
    """A letter that leaves by itself or was approved has one row; a row marked sent has its fact, and the reverse."""
    rows: Counter[tuple[str, str]] = Counter()
    sent: dict[tuple[str, str], bool] = {}
    for job in evidence.tables.rows("job"):
        if job["kind"] == "letter":
            rows[job["case_id"], job["letter"]] += 1
            sent[job["case_id"], job["letter"]] = job["state"] == "sent"
    wanted: Counter[tuple[str, str]] = Counter()
    left: Counter[tuple[str, str]] = Counter()
    for case_id, case in journal.cases.items():
        letters = {letter.id: letter for letter in case.letters} if case else {}
        for fact in journal.facts[case_id]:
            if isinstance(fact, LetterDrafted) and fact.letter.automatic and fact.letter.medium == "mail":
                given_back = letters.get(fact.letter.id, fact.letter).status == LetterStatus.RETURNED
                wanted[case_id, fact.letter.id] += not given_back or rows[case_id, fact.letter.id]
            if isinstance(fact, LetterApproved) and fact.letter in letters and letters[fact.letter].medium == "mail":
                wanted[case_id, fact.letter] += 1
            if isinstance(fact, LetterSent):
                left[case_id, fact.letter] += 1
    for case_id, letter in sorted(rows.keys() | wanted.keys()):
        found, needed = rows[case_id, letter], wanted[case_id, letter]
        result.demand(found == needed, f"case {case_id}: letter {letter} has {found} outbox rows instead of {needed}")
    for (case_id, letter), done in sent.items():
        times = left[case_id, letter]
        result.demand(times == int(done), f"case {case_id}: letter {letter} is told {times} times to have left")


# --- 12 --------------------------------------------------------------------------------------------------------


def journal_is_whole(evidence: Evidence, journal: Journal) -> Result:
    """12. Chains, heads, payloads and anchors verify, also those that were sent out; fencing numbers only increase."""
    result = Result(number=12, name="journal, anchors, fences")
    heads = {row["id"]: (row["version"], row["head"]) for row in evidence.tables.rows("cases")}
    heads |= {row["id"]: (row["version"], row["head"]) for row in evidence.tables.rows("inquiry")}
    heads |= {row["stream"]: (row["version"], row["head"]) for row in evidence.tables.rows("ledger")}
    ended = {row["stream"]: row["seq"] for row in evidence.tables.rows("collapsed")}
    for stream, entries in journal.streams.items():
        broken = broken_at(entries)
        result.demand(not broken, f"stream {stream} breaks at entry {broken}")
        end = (entries[-1]["seq"], entries[-1]["hash"])
        result.demand(heads.get(stream) == end, f"stream {stream} ends at another entry than its head says")
        _demand_payloads(result, journal, stream, entries)
    for stream in heads.keys() - journal.streams.keys():
        result.demand(heads[stream][0] == 0, f"stream {stream} has lost its entries")
    _demand_anchors(result, evidence, journal, ended)
    _demand_fences(result, evidence)
    return result


def _demand_payloads(result: Result, journal: Journal, stream: str, entries: Sequence[Row]) -> None:
    erased = {
        int(seq) for row in entries if row["kind"] == ERASED for seq in str(json.loads(row["public"])["seqs"]).split()
    }
    for row in entries:
        if row["commitment"] and row["seq"] not in erased:
            try:
                journal.payload(row)
            except Closed:
                result.demand(False, f"payload {row['seq']} of stream {stream} is not the one committed to")
            else:
                result.demand(True, "")


def _demand_anchors(result: Result, evidence: Evidence, journal: Journal, ended: Mapping[str, int]) -> None:
    before = _GENESIS
    anchors = sorted(evidence.tables.rows("anchor"), key=lambda row: int(row["number"]))
    for number, row in enumerate(anchors, start=1):
        follows = row["number"] == number and row["prev"] == before and row["hash"] == anchor_hash(row)
        result.demand(follows, f"anchor {number} does not follow from the one before it")
        before = row["hash"]
        for stream, seq, head in json.loads(row["body"]):
            entries = journal.streams.get(stream, ())
            there = len(entries) >= seq and entries[seq - 1]["hash"] == head
            result.demand(there or ended.get(stream, 0) >= seq, f"anchor {number}: entry {seq} of {stream} is another")
    known = {str(row["number"]): row["hash"] for row in anchors}
    for _, organisation, text in digests(evidence):
        for number, told in _ANCHOR.findall(text):
            result.demand(known.get(number) == told, f"anchor {number} is not the one that {organisation} was sent")


def _demand_fences(result: Result, evidence: Evidence) -> None:
    """What a bystander saw: a fence never goes back, and what has ended stays so. Each try is a claim of its own."""
    last: dict[str, tuple[int, str]] = {}
    path = evidence.folder / "fences.jsonl"
    seen = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    final = [{row["id"]: (row["fence"], row["state"]) for row in evidence.tables.rows("job")}]
    for sample in (*seen, *final):
        for job, (fence, state) in sample.items():
            before, was = last.get(job, (0, "queued"))
            result.demand(fence >= before, f"the fence of outbox row {job} went back from {before} to {fence}")
            over = was in {"sent", "shunted"} and state != was
            result.demand(not over, f"outbox row {job} was {was} and became {state}")
            last[job] = (fence, state)
