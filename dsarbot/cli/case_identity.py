"""What the page of a case says about who is asking: what was shown, what is out, where to look for more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from dsarbot.cli import shown
from dsarbot.core.case import Case
from dsarbot.core.codes import TRIES, Code
from dsarbot.core.rules import Rules

_ENDED: Final = {
    "used": "came back", "closed": "closed after wrong tries; a person decides on a new one",
    "replaced": "replaced by a newer one", "revoked": "revoked",
}  # fmt: skip
_MEANS: Final = {
    "code": "by the code to the contact on file", "facts": "by facts on file", "login": "by log-in",
    "account": "by the linked account", "live": "by a paper shown live", "copy": "by a masked copy",
    "letter": "by letter", "mandate": "by a mandate", "personnel-office": "by the personnel office", "other": "",
}  # fmt: skip


def block(case: Case, rules: Rules, now: datetime, today: date) -> Iterator[str]:
    """A few lines; none while nothing is known and nothing was asked."""
    proofs, place = case.proofs, rules.jurisdiction
    asked = any(claim.open_question("identity") for claim in case.claims)
    if not (proofs.shown or proofs.codes or proofs.on_file or proofs.harms or asked or proofs.changes_contact):
        return
    for proof in proofs.shown:
        facts = f" ({', '.join(proof.facts)})" if proof.facts else ""
        when = shown.day(place.local_date(proof.at), today)
        yield f"  {proof.rung} proved {_MEANS[proof.means]}{facts}, {when}, {proof.by}".replace("  ,", ",")
    for contact in proofs.on_file:
        # practice 29: "a person states where and when an address on file was seen".
        yield f"  {contact.kind} on file: yes, seen in {contact.system} on {contact.seen}"
    for code in proofs.codes[-1:]:
        yield f"  code to the contact on file: {_code(code, rules, now, today)}"
    if proofs.changes_contact:
        yield "  ! the request wants a contact changed: high harm; the old contact is told"
    for harm in proofs.harms:
        yield f"  {harm.claim}: a mix-up would do {harm.harm} harm"
    yield f"  More: dsarbot cases identity {case.reference}"


def _code(code: Code, rules: Rules, now: datetime, today: date) -> str:
    if code.ended:
        return _ENDED[code.ended]
    until = shown.day(rules.jurisdiction.local_date(code.expires_at), today)
    tries = f", {code.tries} of {TRIES} tries used" if code.tries else ""
    return f"valid until {until}{tries}" if code.live(now) else f"ended on {until} unused"


def as_json(case: Case) -> dict[str, Any]:
    """The same for programs; no value of any fact, and nothing of a code but its dates."""
    proofs = case.proofs
    return {
        "identity": {
            "proved": [
                {
                    "rung": each.rung, "means": each.means, "facts": list(each.facts), "at": each.at.isoformat(),
                    "by": each.by,
                }
                for each in proofs.shown
            ],
            "on_file": [
                {"kind": each.kind, "system": each.system, "seen": each.seen.isoformat()} for each in proofs.on_file
            ],
            "codes": [
                {
                    "id": each.id, "expires_at": each.expires_at.isoformat(), "tries": each.tries,
                    "ended": each.ended or None,
                }
                for each in proofs.codes
            ],
            "harms": {each.claim: each.harm for each in proofs.harms},
            "changes_contact": proofs.changes_contact,
        }
    }  # fmt: skip
