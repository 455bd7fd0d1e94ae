"""What was done for a case besides letters, as lines of its page and as JSON: restriction, fee, mandate, breach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from dsarbot.cli import shown
from dsarbot.core.case import Case, Claim
from dsarbot.core.deciding import by_officer
from dsarbot.core.guarding import covers, unnamed
from dsarbot.core.measures import Person, Representative
from dsarbot.core.rules import Rules


def remarks(case: Case, rules: Rules, today: date) -> Iterator[str]:
    """What somebody must know before doing anything in this case."""
    for breach in case.frozen:
        # practice 8: "shows the 72-hour limit".
        limit = shown.moment_of(breach.report_by, rules.jurisdiction, today)
        yield f"! Letter {breach.letter} went astray: report it, if it must be, before {limit}; the rest waits."
    if case.confidential:
        yield f"Confidential: seen by {', '.join(case.confidential)} only."
    if case.holds:
        yield f"Nothing of it is destroyed while an authority asks about it: {', '.join(case.holds)}."
    for officer in by_officer(case, rules.deciding):
        # practice 11: "may be the DPO, with a note on Art. 38(6)".
        yield f"Note: {officer}, a data protection officer, decided here; Art. 38(6) GDPR warns of such conflicts."
    if case.representative is not None:
        yield from _mandate(case, case.representative, today)


def _mandate(case: Case, acting: Representative, today: date) -> Iterator[str]:
    """practice 33: who acts, for whom, who receives the data, and what the mandate says and does not say."""
    whom = "the data too" if acting.data_to == "representative" else "the data goes to the person"
    until = f", until {shown.day(acting.until, today)}" if acting.until else ""
    yield f"Letters go to the {acting.role}, {_named(acting.person)}{until}; {whom}."
    rights = f"; rights: {', '.join(acting.rights)}" if acting.rights else ""
    company = f"; company: {acting.company}" if acting.company else ""
    yield f"Mandate: {acting.mandate}{rights}{company}."
    if unnamed(case):
        yield f"! For whom they act is not recorded: dsarbot cases represent {case.reference} ... --for NAME."
    elif acting.data_to == "person" and not case.person.address and not case.person.postal:
        yield "! Nobody knows where the data could go: give represent --for-address, or --data-to representative."
    if acting.role == "agent" and (silent := [name for name, said in _said(acting) if not said]):
        yield f"? An agent's mandate names right, company and duration; not recorded: {', '.join(silent)}."
    if outside := [f"{claim.right} ({claim.id})" for claim in case.active if not covers(acting, claim)]:
        yield f"! The mandate does not name {', '.join(outside)}: ask for one that does (dsarbot cases ask-mandate)."
    if acting.until is not None and acting.until < today:
        yield "! That mandate has ended: ask for a new one, or: dsarbot cases end-mandate."


def _named(person: Person) -> str:
    reach = f"<{person.address}>" if person.address else ", ".join(person.postal)
    return " ".join(each for each in (person.name, reach) if each)


def _said(acting: Representative) -> tuple[tuple[str, object], ...]:
    return ("right", acting.rights), ("company", acting.company), ("duration", acting.until)


def about(claim: Claim, organisation: str, today: date) -> Iterator[str]:
    """What was done about one claim. organisation: whose case it is."""
    if claim.party != organisation:
        yield f"answerable: {claim.party}"
    if claim.scope:
        yield f"of what: {claim.scope}"
    held = claim.restriction
    if held is not None and held.lifted_on is None:
        end = f", ends {shown.day(held.ends_on, today)}" if held.ends_on else ""
        yield f"restricted since {shown.day(held.since, today)}{end}: {held.frozen}"
    if claim.charge is not None:
        fee = claim.charge.fee
        yield f"fee of {fee.amount / 100:.2f} {fee.currency}: {claim.charge.settled or 'not settled'}"
    for directive in claim.directives:
        state = f"revoked {shown.day(directive.revoked_on, today)}" if directive.revoked_on else "in force"
        yield f"directive {directive.version}, {state}: {directive.text}"
    for part in claim.parts:
        yield f"{part.name}: {'given' if part.given else f'withheld, {part.ground}'}"


def claim_json(claim: Claim) -> dict[str, Any]:
    """The same of one claim, for programs."""
    return {
        "scope": claim.scope or None,
        "steps_done": [_plain(each) for each in claim.done],
        "parts": [_plain(each) for each in claim.parts],
        "restriction": _plain(claim.restriction),
        "charge": _plain(claim.charge),
        "directives": [_plain(each) for each in claim.directives],
        "passed_on": claim.passed_on or None,
    }


def case_json(case: Case) -> dict[str, Any]:
    """The same of the case."""
    return {
        "representative": _plain(case.representative),
        "confidential": list(case.confidential),
        "holds": list(case.holds),
        "breaches": [_plain(each) for each in case.breaches],
    }


def _plain(value: Any) -> Any:  # noqa: ANN401  # a frozen value of the core becomes what JSON knows
    return None if value is None else _dated(asdict(value))


def _dated(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: _dated(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_dated(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return None if value == "" else value
