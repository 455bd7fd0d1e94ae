"""Who decides (practice 11): refusals, fees and other answers may be kept for a manager. The data protection
officer advises; where the officer decides as well, that is said, because of the conflict of interests (GDPR 38(6)).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from dsarbot.core.case import Case, Claim, Letter, Moment, Outcome

#: What may be kept for the decider, besides the answers to a right.
KINDS: Final = ("refusal", "partial-refusal", "fee", "extension")
_OUTCOMES = {Outcome.REFUSED: "refusal", Outcome.PARTLY: "partial-refusal"}
_MOMENTS = {Moment.REFUSED: "refusal", Moment.FEE_ASKED: "fee", Moment.EXTENDED: "extension"}


@dataclass(frozen=True, kw_only=True)
class Deciding:
    """decider, deputy: staff keys, "" for nobody; kinds: what is the decider's (refusal, partial-refusal, fee,
    extension, or a right, whose answers then are); officers: keys of data protection officers; absences: first and
    last day away, by staff key."""

    decider: str = ""
    deputy: str = ""
    kinds: frozenset[str] = frozenset()
    officers: frozenset[str] = frozenset()
    absences: Mapping[str, tuple[tuple[date, date], ...]] = field(default_factory=dict)

    def on(self, day: date) -> str:
        """Who decides on that day: what waits for somebody away goes to the deputy, when that one is there."""
        if self._away(self.decider, day) and self.deputy and not self._away(self.deputy, day):
            return self.deputy
        return self.decider

    def _away(self, staff: str, day: date) -> bool:
        return any(first <= day <= last for first, last in self.absences.get(staff, ()))


def kinds_of(letter: Letter, claims: Iterable[Claim]) -> frozenset[str]:
    """What a letter decides."""
    found = {_MOMENTS[letter.moment]} if letter.moment in _MOMENTS else set()
    if letter.moment == Moment.ANSWERED:
        for claim in claims:
            found |= {claim.right, _OUTCOMES.get(letter.purpose.result_of(claim.id).outcome, "")}
    return frozenset(found - {""})


def wanted(letter: Letter, claims: Iterable[Claim], deciding: Deciding, day: date) -> str:
    """Whose decision this letter must be, "" when anybody may approve it."""
    return deciding.on(day) if deciding.decider and kinds_of(letter, claims) & deciding.kinds else ""


def by_officer(case: Case, deciding: Deciding) -> tuple[str, ...]:
    """Data protection officers who decided something about this case. GDPR 38(6): their other tasks must "not result
    in a conflict of interests"."""
    decided = (
        each.decided_by
        for each in case.letters
        if each.decided_by and kinds_of(each, [claim for claim in case.claims if claim.id in each.claims])
    )
    return tuple(dict.fromkeys(key for key in decided if key in deciding.officers))
