"""What was done for a case besides letters, as lines of its page and as JSON: restriction, fee, mandate, breach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from dsarbot.cli import shown
from dsarbot.core.case import Case, Claim
from dsarbot.core.deciding import by_officer
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
    acting = case.representative
    if acting is not None:
        whom = "the data too" if acting.data_to == "representative" else "the data goes to the person"
        until = f", until {shown.day(acting.until, today)}" if acting.until else ""
        name = acting.person.name or acting.person.address or ", ".join(acting.person.postal)
        yield f"Letters go to the {acting.role}, {name}{until}; {whom}."
        if acting.until is not None and acting.until < today:
            yield "! That mandate has ended: ask for a new one, or: dsarbot cases end-mandate."


def about(claim: Claim, today: date) -> Iterator[str]:
    """What was done about one claim."""
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
