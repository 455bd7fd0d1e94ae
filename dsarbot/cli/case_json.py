"""A case as one JSON object: ISO dates, slugs as in the core, everything the page shows."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from dsarbot.cli import case_identity, case_measures
from dsarbot.cli.case_page import View
from dsarbot.core.agenda import agenda
from dsarbot.core.case import Claim, Joined, Letter, Proposal, summary

Json = dict[str, Any]


def as_json(view: View) -> Json:
    """The object. `links` are references of the same organisation."""
    case = view.case
    shown = summary(case) if case.claims else None
    return {
        "reference": case.reference,
        "organisation": case.organisation,
        "status": shown.status if shown else None,
        "target": iso(shown.target) if shown else None,
        "rights": list(shown.rights) if shown else [],
        "channel": case.channel,
        "language": case.language,
        "opened_at": iso(case.opened_at),
        "person": {"name": case.person.name, "address": case.person.address, "postal": list(case.person.postal)},
        "subject": case.subject,
        "assignee": case.assignee or None,
        "rung": case.rung or None,
        "role_hint": case.role_hint or None,
        "urgency": list(case.urgency),
        "automatic_blocked": case.automatic_blocked or None,
        "claims": [_claim(claim) for claim in case.claims],
        "letters": [_letter(letter, view) for letter in case.letters],
        "inbounds": [_message(each, view) for each in case.inbounds],
        "proposals": [_proposal(each) for each in case.proposals],
        "notes": [{"at": iso(n.at), "actor": n.actor, "kind": n.kind, "text": n.text} for n in case.notes],
        "alarms": [
            {"key": entry.key, "at": iso(entry.at)}
            for entry in agenda(case, view.rules)
            if entry.key not in case.alarms
        ],
        "links": list(view.links),
        "aliases": list(case.aliases),
        "moved_to": case.moved_to or None,
        **case_measures.case_json(case),
        **case_identity.as_json(case),
        "policy": [asdict(each) for each in view.policy],
        "version": case.version,
    }


def _message(joined: Joined, view: View) -> Json:
    row = view.inbounds.get(joined.inbound)
    return {
        "id": joined.inbound,
        "received_at": iso(joined.received_at),
        "how": joined.how,
        "channel": row.channel if row else None,
        "written_by_hand_to": joined.recipient or None,
        "trouble": joined.trouble or None,
    }


def _proposal(proposal: Proposal) -> Json:
    return {
        "id": proposal.id,
        "kind": proposal.kind,
        "inbound": proposal.inbound,
        "received_at": iso(proposal.received_at),
        "proposes": iso(proposal.instant),
        "settled": proposal.settled,
    }


def _claim(claim: Claim) -> Json:
    dates = claim.dates
    return {
        "id": claim.id,
        "right": claim.right,
        "party": claim.party,
        "status": claim.status,
        "outcome": claim.outcome,
        "marketing": claim.marketing,
        "because": list(claim.because),
        "received_at": iso(claim.received_at),
        "answered_at": iso(claim.answered_at),
        "late": claim.late,
        "goal": iso(claim.goal),
        **case_measures.claim_json(claim),
        "questions": [
            {"kind": q.kind, "asked_on": iso(q.asked_on), "answered_on": iso(q.answered_on), "pauses": q.accepted}
            for q in claim.questions
        ],
        "dates": None
        if dates is None
        else {
            "target": iso(dates.target),
            "safe_due": iso(dates.safe_due),
            "legal_due": iso(dates.legal_due),
            "promise_due": iso(dates.promise_due),
            "extended_due": iso(dates.extended_due),
            "extension_valid": dates.extension_valid,
            "paused": dates.paused,
            "due_before_utc": iso(dates.due_before_utc),
            "steps": [{"date": iso(s.date), "rule": s.rule, "text": s.text} for s in dates.steps],
            "calendar_version": dates.calendar_version,
        },
    }


def _letter(letter: Letter, view: View) -> Json:
    return {
        "id": letter.id,
        "moment": letter.moment,
        "status": letter.status,
        "claims": list(letter.claims),
        "language": letter.language,
        "medium": letter.medium,
        "recipient": letter.recipient,
        "subject": letter.subject,
        "automatic": letter.automatic,
        "approved_by": letter.approved_by or None,
        "sent_at": iso(letter.sent_at),
        "trouble": letter.trouble or None,
        "inbound": letter.inbound or None,
        "findings": [
            {"rule": f.rule, "severity": f.severity, "section": f.section or None, "text": f.text, "source": f.source}
            for f in view.findings.get(letter.id, ())
        ],
    }


def iso(value: date | datetime | None) -> str | None:
    """ISO 8601, null for nothing."""
    return None if value is None else value.isoformat()
