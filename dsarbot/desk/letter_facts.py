"""The conditions of the templates: which lines of a letter apply, from its occasion alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from dsarbot.core.case import Moment, Outcome
from dsarbot.core.copies import copy_untold
from dsarbot.core.letter import NOT_LINKED, SLOTS, TO_PARTIES
from dsarbot.core.measures import Directive
from dsarbot.desk.addressee import Party
from dsarbot.desk.letter_phrases import printable_name
from dsarbot.desk.occasion import Occasion

_SHOWS_DUE: Final = frozenset({Moment.ACKNOWLEDGED, Moment.CLARIFICATION_ASKED})
_NOBODY: Final = Party(name="")
_AFTER_DEATH: Final = ("heir", "executor")


class Facts(dict[str, bool]):
    """The conditions of one letter, each looked at when it is first asked for: a template names a few of them.

    notice: there is a language notice to print."""

    def __init__(self, occasion: Occasion, *, notice: bool = False) -> None:
        super().__init__(fallback=notice)
        self._occasion = occasion

    def __missing__(self, name: str) -> bool:
        self[name] = found = _FACTS[name](self._occasion)
        return found


def directive_of(occasion: Occasion) -> Directive | None:
    """The newest version of the person's directives."""
    return next((each for claim in occasion.claims for each in reversed(claim.directives)), None)


def note_of(occasion: Occasion, step: str) -> str:
    """What somebody noted with that step of the checklist."""
    return next((each.note for claim in occasion.claims for each in claim.done if each.step == step), "").strip()


def _way(way: str) -> Callable[[Occasion], bool]:
    return lambda o: way in o.letterhead.ways


def _rung(rung: str) -> Callable[[Occasion], bool]:
    return lambda o: rung in o.purpose.rung.upper().split("+")


def _pause(effect: str) -> Callable[[Occasion], bool]:
    return lambda o: o.effect == effect


def _asked(kind: str) -> Callable[[Occasion], bool]:
    return lambda o: o.asked is not None and o.asked.kind == kind


def _outcome(*outcomes: Outcome) -> Callable[[Occasion], bool]:
    return lambda o: o.purpose.outcome in outcomes


def _right(right: str) -> Callable[[Occasion], bool]:
    return lambda o: right in o.right_slugs


def _role(*roles: str) -> Callable[[Occasion], bool]:
    """Of whoever acts for the person; who has shown nothing yet is asked as what they say they are."""
    return lambda o: (o.case.representative.role if o.case.representative else o.purpose.reason) in roles


def _handed(kind: str) -> Callable[[Occasion], bool]:
    return lambda o: o.purpose.reason == kind


def _party(o: Occasion) -> Party:
    return o.party or _NOBODY


def _given(slot: str) -> Callable[[Occasion], bool]:
    return lambda o: bool(dict(o.purpose.slots).get(slot, "").strip())


def _same(contact: str, address: str) -> bool:
    return bool(contact) and contact.casefold() == address.casefold()


def _reminder(*numbers: int) -> Callable[[Occasion], bool]:
    return lambda o: not _party(o).last and min(_party(o).reminder, 3) in numbers


def _represented(o: Occasion) -> bool:
    acting = o.case.representative
    if acting is None or o.case.person != acting.person or o.moment in TO_PARTIES:
        return False
    return o.about != acting.person or acting.role not in _AFTER_DEATH


_OF_LETTER: Final[Mapping[str, Callable[[Occasion], bool]]] = {
    "has_name": lambda o: bool(printable_name(o.case.person.name)),
    "neutral": lambda o: o.neutral,
    "has_due": lambda o: o.due is not None,
    "show_due": lambda o: o.due is not None and not o.neutral and o.moment in _SHOWS_DUE,
    "has_until": lambda o: o.purpose.until is not None,
    "late": lambda o: o.missed is not None,
    "binding": lambda o: bool(o.translation),
    "courtesy": lambda o: o.translates,
    "on_paper": lambda o: o.medium == "post",
    "copy_unasked": lambda o: copy_untold(o.case),
    "several": lambda o: o.several,
    "siblings": lambda o: bool(o.case.also),
    "further": lambda o: o.further,
    "german": lambda o: o.letterhead.court_key == "court-de",
    "french": lambda o: o.letterhead.court_key == "court-fr",
    "has_email": lambda o: bool(o.letterhead.contact_email),
    "way_reply": lambda o: "reply" in o.letterhead.ways and o.medium == "mail",
    **{f"way_{way}": _way(way) for way in ("post", "phone", "code")},
    # A link leads to the correspondence with the person: it goes to nobody else.
    "way_portal": lambda o: "portal" in o.letterhead.ways and o.moment not in NOT_LINKED,
}
_OF_QUESTION: Final[Mapping[str, Callable[[Occasion], bool]]] = {
    **{f"rung_{rung.lower()}": _rung(rung) for rung in ("R1", "R2", "R3", "R4", "R5", "R6")},
    **{f"pause_{effect}": _pause(effect) for effect in ("suspend", "soft", "restart", "exclude", "none")},
    "code_here": lambda o: o.medium == "mail" and _same(o.purpose.contact, o.case.person.address),
    "large": lambda o: o.purpose.large,
    "about_identity": _asked("identity"),
    "about_clarification": _asked("clarification"),
    "identity_open": lambda o: any(claim.open_question("identity") for claim in o.case.claims),
    "was_asked": lambda o: bool(o.identity_asked),
}
#: In the part of an answer that is about one claim, of what is said to that claim.
_OF_ANSWER: Final[Mapping[str, Callable[[Occasion], bool]]] = {
    "has_detail": lambda o: bool(o.purpose.detail.strip()),
    "said_once": lambda o: o.several and bool(o.purpose.detail.strip()),
    "has_ground": lambda o: bool(o.purpose.ground),
    "has_evidence": lambda o: o.shows_evidence,
    "not_identified": lambda o: o.purpose.ground == "not-identified",
    "granted": _outcome(Outcome.GRANTED),
    "all_granted": lambda o: all(o.purpose.result_of(each.id).outcome == Outcome.GRANTED for each in o.claims),
    "partly": _outcome(Outcome.PARTLY),
    "acted": _outcome(Outcome.GRANTED, Outcome.PARTLY),
    "refused": _outcome(Outcome.REFUSED),
    "nothing_held": _outcome(Outcome.NOTHING_HELD),
    "withdrawn": _outcome(Outcome.WITHDRAWN),
    "has_downloads": lambda o: bool(o.purpose.files),
    "has_given": lambda o: any(part.given for part in o.parts),
    "has_withheld": lambda o: any(not part.given for part in o.parts),
    "has_categories": lambda o: bool(o.parts),
    "has_scope": lambda o: any(claim.scope for claim in o.claims),
    "restricted": lambda o: any(claim.restriction is not None for claim in o.claims),
    "has_directive": lambda o: directive_of(o) is not None,
    "has_executor": lambda o: bool((found := directive_of(o)) and found.executor),
    "has_reviewer": lambda o: bool(note_of(o, "reviewer")),
    "has_view": lambda o: bool(note_of(o, "view")),
    "charged": lambda o: any(claim.charge is not None and claim.charge.settled == "paid" for claim in o.claims),
    "fee_copies": lambda o: o.fee is not None and o.fee.basis == "further-copies",
    **{f"of_{right}": _right(right) for right in ("access", "rectification", "erasure", "restriction")},
}
_OF_POLICY: Final[Mapping[str, Callable[[Occasion], bool]]] = {
    "has_recipients": lambda o: bool(o.letterhead.published.providers or o.letterhead.published.recipients),
    "has_retention": lambda o: bool(o.letterhead.published.kept),
    "has_origins": lambda o: bool(o.letterhead.published.origins),
    "has_transfers": lambda o: bool(o.letterhead.published.transfers),
    "has_exports": lambda o: bool(o.letterhead.published.exports) and o.letterhead.published.language == o.language,
}
_OF_PARTIES: Final[Mapping[str, Callable[[Occasion], bool]]] = {
    "represented": _represented,
    "data_to_person": lambda o: o.case.representative is not None and o.case.representative.data_to == "person",
    "by_agent": _role("agent"),
    "by_lawyer": _role("lawyer"),
    "by_parent": _role("parent", "guardian"),
    "by_heir": _role(*_AFTER_DEATH),
    "notice_full": lambda o: _party(o).notice == "full" and bool(_party(o).name),
    "notice_none": lambda o: _party(o).notice == "none",
    "to_reseller": lambda o: _party(o).reseller,
    "relayed": lambda o: _party(o).relayed,
    "has_link": lambda o: bool(_party(o).link),
    "has_about": lambda o: bool(o.about.name or o.about.address or o.about.postal),
    "chained": lambda o: bool(o.purpose.hop),
    "has_proofs": lambda o: bool(o.purpose.evidence.strip()),
    "again": lambda o: o.purpose.reason == "again",
    "which_customer": lambda o: o.purpose.reason == "which-customer",
    **{f"has_{slot.replace('-', '_')}": _given(slot) for slot in SLOTS},
    "second_reminder": _reminder(2),
    "third_reminder": _reminder(3),
    "last_notice": lambda o: _party(o).last,
    "content_notice": _handed("content-notice"),
    "disclosure": _handed("disclosure"),
}
_FACTS: Final = {**_OF_LETTER, **_OF_QUESTION, **_OF_ANSWER, **_OF_POLICY, **_OF_PARTIES}

#: Every condition that a template may name.
FACTS: Final = frozenset(_FACTS) | {"fallback"}
