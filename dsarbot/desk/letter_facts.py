"""The conditions of the templates: which lines of a letter apply, from its occasion alone."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from dsarbot.core.case import Moment, Outcome
from dsarbot.core.letter import TO_PARTIES
from dsarbot.core.measures import Directive
from dsarbot.desk.addressee import Party
from dsarbot.desk.occasion import Occasion


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The conditions that a template may name."""

    # Of the letter as a whole.
    has_name: bool
    neutral: bool
    has_due: bool
    show_due: bool
    has_until: bool
    late: bool
    fallback: bool
    binding: bool
    courtesy: bool
    on_paper: bool
    several: bool
    siblings: bool
    german: bool
    # Of ways to answer.
    has_email: bool
    way_reply: bool
    way_post: bool
    way_phone: bool
    way_portal: bool
    way_code: bool
    # Of questions.
    rung_r1: bool
    rung_r2: bool
    rung_r3: bool
    rung_r4: bool
    rung_r5: bool
    rung_r6: bool
    pause_suspend: bool
    pause_soft: bool
    pause_restart: bool
    pause_exclude: bool
    pause_none: bool
    large: bool
    about_identity: bool
    about_clarification: bool
    was_asked: bool
    # Of what is said: in an answer of several parts, to the claim of the part.
    has_detail: bool
    said_once: bool
    has_ground: bool
    has_evidence: bool
    not_identified: bool
    granted: bool
    all_granted: bool
    partly: bool
    acted: bool
    refused: bool
    nothing_held: bool
    forwarded: bool
    withdrawn: bool
    has_given: bool
    has_withheld: bool
    has_scope: bool
    restricted: bool
    has_directive: bool
    has_executor: bool
    has_reviewer: bool
    has_view: bool
    charged: bool
    fee_copies: bool
    of_access: bool
    of_rectification: bool
    of_erasure: bool
    of_restriction: bool
    # Of what the policy publishes.
    has_categories: bool
    has_recipients: bool
    has_retention: bool
    has_origins: bool
    has_transfers: bool
    has_exports: bool
    # Of whoever acts for the person.
    represented: bool
    data_to_person: bool
    by_agent: bool
    by_lawyer: bool
    by_parent: bool
    by_heir: bool
    # Of parties of the chain, and of what is handed over.
    notice_full: bool
    notice_none: bool
    to_reseller: bool
    relayed: bool
    has_link: bool
    second_reminder: bool
    third_reminder: bool
    last_notice: bool
    content_notice: bool
    disclosure: bool


FACTS: Final = frozenset(field.name for field in fields(Facts))
_SHOWS_DUE: Final = frozenset({Moment.ACKNOWLEDGED, Moment.CLARIFICATION_ASKED})
_NOBODY: Final = Party(name="")
_ACTED: Final = (Outcome.GRANTED, Outcome.PARTLY)


def facts_of(occasion: Occasion, *, name: str, notice: bool) -> Facts:
    """The conditions of this letter. name: as it may be printed, "" for none; notice: there is a language notice."""
    return Facts(
        **_of_letter(occasion, name, notice),
        **_of_question(occasion),
        **_of_outcome(occasion),
        **_of_measures(occasion),
        **_of_parties(occasion),
    )


def directive_of(occasion: Occasion) -> Directive | None:
    """The newest version of the person's directives."""
    return next((each for claim in occasion.claims for each in reversed(claim.directives)), None)


def note_of(occasion: Occasion, step: str) -> str:
    """What somebody noted with that step of the checklist."""
    return next((each.note for claim in occasion.claims for each in claim.done if each.step == step), "").strip()


def _of_letter(occasion: Occasion, name: str, notice: bool) -> dict[str, bool]:
    head, ways = occasion.letterhead, occasion.letterhead.ways
    return {
        "has_name": bool(name),
        "neutral": occasion.neutral,
        "has_due": occasion.due is not None,
        "show_due": occasion.due is not None and not occasion.neutral and occasion.moment in _SHOWS_DUE,
        "has_until": occasion.purpose.until is not None,
        "late": occasion.missed is not None,
        "fallback": notice,
        "binding": bool(occasion.translation),
        "courtesy": occasion.translates,
        "on_paper": occasion.medium == "post",
        "several": occasion.several,
        "siblings": bool(occasion.case.also),
        "german": head.court_key == "court-de",
        "has_email": bool(head.contact_email),
        "way_reply": "reply" in ways and occasion.medium == "mail",
        "way_post": "post" in ways,
        "way_phone": "phone" in ways,
        "way_portal": "portal" in ways,
        "way_code": "code" in ways,
    }


def _of_question(occasion: Occasion) -> dict[str, bool]:
    rungs, effect = occasion.purpose.rung.upper().split("+"), occasion.effect
    kind = occasion.asked.kind if occasion.asked is not None else ""
    return {
        **{f"rung_{rung.lower()}": rung in rungs for rung in ("R1", "R2", "R3", "R4", "R5", "R6")},
        **{f"pause_{each}": effect == each for each in ("suspend", "soft", "restart", "exclude", "none")},
        "large": occasion.purpose.large,
        "about_identity": kind == "identity",
        "about_clarification": kind == "clarification",
        "was_asked": bool(occasion.identity_asked),
    }


def _of_outcome(occasion: Occasion) -> dict[str, bool]:
    purpose, parts = occasion.purpose, occasion.parts
    return {
        "has_detail": bool(purpose.detail.strip()),
        "said_once": occasion.several and bool(purpose.detail.strip()),
        "has_ground": bool(purpose.ground),
        "has_evidence": occasion.shows_evidence,
        "not_identified": purpose.ground == "not-identified",
        "granted": purpose.outcome == Outcome.GRANTED,
        "all_granted": all(purpose.result_of(claim.id).outcome == Outcome.GRANTED for claim in occasion.claims),
        "partly": purpose.outcome == Outcome.PARTLY,
        "acted": purpose.outcome in _ACTED,
        "refused": purpose.outcome == Outcome.REFUSED,
        "nothing_held": purpose.outcome == Outcome.NOTHING_HELD,
        "forwarded": purpose.outcome == Outcome.FORWARDED,
        "withdrawn": purpose.outcome == Outcome.WITHDRAWN,
        "has_given": any(part.given for part in parts),
        "has_withheld": any(not part.given for part in parts),
        "has_categories": bool(parts),
    }


def _of_measures(occasion: Occasion) -> dict[str, bool]:
    fee, directive, policy = occasion.fee, directive_of(occasion), occasion.letterhead.published
    return {
        "has_scope": any(claim.scope for claim in occasion.claims),
        "restricted": any(claim.restriction is not None for claim in occasion.claims),
        "has_directive": directive is not None,
        "has_executor": directive is not None and bool(directive.executor),
        "has_reviewer": bool(note_of(occasion, "reviewer")),
        "has_view": bool(note_of(occasion, "view")),
        "charged": any(claim.charge is not None and claim.charge.settled == "paid" for claim in occasion.claims),
        "fee_copies": fee is not None and fee.basis == "further-copies",
        **{f"of_{right}": right in occasion.right_slugs for right in ("access", "rectification", "erasure")},
        "of_restriction": "restriction" in occasion.right_slugs,
        "has_recipients": bool(policy.providers or policy.recipients),
        "has_retention": bool(policy.kept),
        "has_origins": bool(policy.origins),
        "has_transfers": bool(policy.transfers),
        "has_exports": bool(policy.exports) and policy.language == occasion.language,
    }


def _of_parties(occasion: Occasion) -> dict[str, bool]:
    acting, party = occasion.case.representative, occasion.party or _NOBODY
    # Whoever has shown nothing yet is asked as what they say they are.
    role = acting.role if acting is not None else occasion.purpose.reason
    theirs = acting is not None and occasion.case.person == acting.person and occasion.moment not in TO_PARTIES
    reminds = occasion.moment == Moment.CONTROLLER_REMINDED and not party.last
    return {
        "represented": theirs and role not in ("heir", "executor"),
        "data_to_person": acting is not None and acting.data_to == "person",
        "by_agent": role == "agent",
        "by_lawyer": role == "lawyer",
        "by_parent": role in ("parent", "guardian"),
        "by_heir": role in ("heir", "executor"),
        "notice_full": party.notice == "full" and bool(party.name),
        "notice_none": party.notice == "none",
        "to_reseller": party.reseller,
        "relayed": party.relayed,
        "has_link": bool(party.link),
        "second_reminder": reminds and party.reminder == 2,
        "third_reminder": reminds and party.reminder > 2,
        "last_notice": party.last,
        "content_notice": occasion.purpose.reason == "content-notice",
        "disclosure": occasion.purpose.reason == "disclosure",
    }
