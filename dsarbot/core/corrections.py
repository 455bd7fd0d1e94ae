"""What people made of what triage had said, read off the facts of a case: nothing is stored a second time.

A case tells something once a person has decided about every one of its rights: confirmed it, answered it, added it,
or said that it was not asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dsarbot.core import facts as f
from dsarbot.core.fact import Fact
from dsarbot.core.triaged import Triaged

_SERVICE = "service"
#: Whoever answers, asks back, extends or passes on takes it for a request.
_TAKEN_FOR_ONE = (f.ClaimConfirmed, f.ClaimAnswered, f.ClaimForwarded, f.ClaimExtended, f.QuestionAsked)


@dataclass(frozen=True, kw_only=True)
class Correction:
    """inbound: the message that opened the case; said: what triage made of it; rights: what a person says it asks for,
    as in `Triaged`, empty when it was no request; address: of the person."""

    inbound: str
    language: str
    said: Triaged
    rights: frozenset[str]
    address: str = ""

    @property
    def as_said(self) -> bool:
        """Whether triage had found just these rights. A person names an objection, not against what it goes."""
        return _plain(self.said.rights) == _plain(self.rights)


def _plain(rights: Iterable[str]) -> frozenset[str]:
    return frozenset(right.removesuffix("!") for right in rights)


def correction(facts: Iterable[Fact]) -> Correction | None:
    """None while somebody has still to decide, and for cases that triage did not open."""
    said: Triaged | None = None
    inbound = language = address = ""
    rights: dict[str, str] = {}
    meant: dict[str, bool] = {}
    for fact in facts:
        match fact:
            case f.CaseOpened():
                said, language, address = fact.triaged, fact.language, fact.person.address
            case f.InboundJoined(how="first"):
                inbound = fact.inbound
            case f.ClaimFound():
                rights[fact.claim] = fact.right + "!" * fact.marketing
                meant |= {} if fact.actor == _SERVICE else {fact.claim: True}
            case f.ClaimDismissed():
                meant[fact.claim] = False
            case _ if isinstance(fact, _TAKEN_FOR_ONE):
                meant[fact.claim] = True
    if said is None or not inbound or not rights or rights.keys() - meant.keys():
        return None
    confirmed = frozenset(right for claim, right in rights.items() if meant[claim])
    return Correction(inbound=inbound, language=language, said=said, rights=confirmed, address=address)
