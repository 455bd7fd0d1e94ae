"""Looking at a paper for a person: check digits, validity, name, birth date. A help, not a gate (practice 31).

Nothing here refuses anybody: each check says what it saw, and the whole proposes a verdict that a person gives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from dsarbot.core.identity_copy import Match
from dsarbot.core.mrz import Zone
from dsarbot.core.names import Reason, compare
from dsarbot.core.names_folding import words

Result = Literal["agrees", "probably", "differs", "unknown"]
Name = Literal["check-digits", "expiry", "name", "birth-date"]

_DAY_FIRST: Final = re.compile(r"(?<!\d)([0-3]?\d)[./ -]([01]?\d)[./ -](\d{4})(?!\d)")
_ISO: Final = re.compile(r"(?<!\d)(\d{4})-([01]\d)-([0-3]\d)(?!\d)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One check. code: what was seen; why: of a name, the words that decided."""

    name: Name
    result: Result
    code: str
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Examination:
    """All checks and the verdict they propose. doc_type: what goes into the record, never the number."""

    doc_type: str
    checks: tuple[Check, ...]
    proposal: Match


def examine(zone: Zone, text: str, today: date, *, name: str = "", birth: date | None = None) -> Examination:
    """The zone, or where it is hidden, as it should be, the visible words, against the person on file."""
    if zone.format is None:
        checks = (
            Check(name="check-digits", result="unknown", code="no-zone"),
            Check(name="expiry", result="unknown", code="look-at-it"),
            _visible_name(text, name),
            _visible_birth(text, birth),
        )
        return Examination(doc_type="paper", checks=checks, proposal=_proposal(checks))
    checks = (
        _digits(zone),
        _expiry(zone, today),
        _name(zone, name),
        _birth(zone, birth),
    )
    return Examination(doc_type=_doc_type(zone), checks=checks, proposal=_proposal(checks))


def _proposal(checks: tuple[Check, ...]) -> Match:
    """Yes only if the name and all that was looked at agree; no where something differs; else a person must look."""
    results = {check.name: check.result for check in checks}
    if "differs" in (results["name"], results["birth-date"]):
        return "no"
    if results["name"] == "agrees" and not {"differs", "probably"} & set(results.values()):
        return "yes"
    return "unclear"


def _digits(zone: Zone) -> Check:
    if not zone.valid:
        return Check(name="check-digits", result="differs", code="wrong-digits")
    code = "repaired" if zone.repairs else "right"
    return Check(name="check-digits", result="agrees", code=code)


def _expiry(zone: Zone, today: date) -> Check:
    ended = zone.fields.expiry_date
    if ended is None:
        # The French card of 1988 to 2021 says only when it was issued.
        code = "issue-only" if zone.format == "FRA" else "unreadable"
        return Check(name="expiry", result="unknown", code=code)
    if len(ended) < len("2026-01-01"):
        return Check(name="expiry", result="unknown", code="unreadable")
    over = date.fromisoformat(ended) < today
    return Check(name="expiry", result="differs" if over else "agrees", code="expired" if over else "valid")


def _name(zone: Zone, name: str) -> Check:
    if not name.strip():
        return Check(name="name", result="unknown", code="not-given")
    likeness = compare(name, zone.fields.surname, zone.fields.given_names, cut=zone.name_cut)
    if any(reason.code == "script" for reason in likeness.why):
        return Check(name="name", result="unknown", code="script", why=likeness.why)
    results: dict[str, Result] = {"same": "agrees", "probably": "probably", "different": "differs"}
    return Check(name="name", result=results[likeness.verdict], code=likeness.verdict, why=likeness.why)


def _birth(zone: Zone, birth: date | None) -> Check:
    if birth is None:
        return Check(name="birth-date", result="unknown", code="not-given")
    read = zone.fields.birth_date
    if read is None:
        return Check(name="birth-date", result="unknown", code="unreadable")
    # The zone has two digits of the year: of somebody over a hundred the century was a guess.
    if any(day.startswith(read) for day in (birth.isoformat(), f"{birth.year + 100}{birth.isoformat()[4:]}")):
        whole = len(read) == len(birth.isoformat())
        return Check(name="birth-date", result="agrees" if whole else "probably", code="same" if whole else "partly")
    return Check(name="birth-date", result="differs", code="other-date")


def _visible_name(text: str, name: str) -> Check:
    """Whether every word of the name stands somewhere on the paper: a first look, so never more than probable."""
    if not name.strip():
        return Check(name="name", result="unknown", code="not-given")
    seen = {form for line in text.splitlines() for word in words(line) for form in word.forms}
    every = bool(seen) and all(word.forms & seen for word in words(name))
    return Check(name="name", result="probably" if every else "unknown", code="seen" if every else "not-seen")


def _visible_birth(text: str, birth: date | None) -> Check:
    if birth is None:
        return Check(name="birth-date", result="unknown", code="not-given")
    found = {(int(y), int(m), int(d)) for d, m, y in _DAY_FIRST.findall(text)}
    found |= {(int(y), int(m), int(d)) for y, m, d in _ISO.findall(text)}
    seen = (birth.year, birth.month, birth.day) in found
    return Check(name="birth-date", result="probably" if seen else "unknown", code="seen" if seen else "not-seen")


def _doc_type(zone: Zone) -> str:
    """What kind of paper, by the first letter of Doc 9303."""
    kinds = {"P": "passport", "V": "visa", "I": "identity card", "A": "identity card", "C": "identity card"}
    return f"{kinds.get(zone.fields.document_code[:1], 'paper')} {zone.fields.issuer}".strip()
