"""The register of requests (GDPR 5(2)): one line for each case, and the figures that are counted from the same claims.

A line names nobody. It says what whoever must show compliance is asked for: what was wanted, when it came, when it was
due, whether more time was taken, how it ended and on what ground, how the person proved who they are, who else was
needed. Legal advice has no place in it (practice 12).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from dsarbot.core.case import DONE, Case, Claim, Letter, LetterStatus, Moment, Outcome, Status, summary
from dsarbot.core.jurisdictions import Jurisdiction

_ENDS = (Moment.ANSWERED, Moment.REFUSED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One case. due: the date that held at the end, an extension included; answered: the last claim; grounds: on which
    something was refused or withheld; rung: of identity, "" where none was asked for; chain: keys of parties that
    answered for a part of it."""

    reference: str
    rights: tuple[str, ...]
    received: date
    due: date | None
    answered: date | None
    late: bool
    extended: date | None
    outcome: Outcome
    grounds: tuple[str, ...]
    channel: str
    rung: str
    chain: tuple[str, ...]
    open: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """One claim, for figures. due: until when it had to be answered."""

    right: str
    channel: str
    outcome: Outcome
    received: date
    due: date | None
    answered: date | None
    late: bool
    extended: date | None

    def missed(self, today: date) -> date | None:
        """When it was late: the day of the late answer, or the last day if none has come; None when it is not."""
        if self.answered is not None:
            return self.answered if self.late else None
        return self.due if self.due is not None and self.due < today else None


def entry(case: Case, place: Jurisdiction) -> Entry | None:
    """Its line; None for what was no request."""
    claims = _real(case)
    if not claims:
        return None
    said = summary(case)
    answers = [claim.answered_at for claim in claims if claim.answered_at is not None]
    opened = any(claim.status not in DONE for claim in claims)
    dues = [each for each in map(_due, claims) if each is not None]
    extensions = [claim.extended_on for claim in claims if claim.extended_on is not None]
    return Entry(
        reference=case.reference,
        rights=tuple(dict.fromkeys(claim.right for claim in claims)),
        received=place.local_date(min(claim.received_at for claim in claims)),
        due=min(dues, default=None),
        answered=place.local_date(max(answers)) if answers and not opened else None,
        late=any(claim.late for claim in claims),
        extended=max(extensions, default=None),
        outcome=said.outcome,
        grounds=tuple(dict.fromkeys(ground for claim in claims for ground in _grounds(case, claim))),
        channel=case.channel,
        rung=case.rung,
        chain=tuple(dict.fromkeys(claim.party for claim in claims if claim.party != case.organisation)),
        open=opened,
    )


def _real(case: Case) -> list[Claim]:
    """What went into another case is counted there."""
    if case.merged_into or case.moved_to:
        return []
    return [claim for claim in case.claims if claim.status not in (Status.NOT_A_REQUEST, Status.UNCONFIRMED)]


def _due(claim: Claim) -> date | None:
    return claim.dates.target if claim.dates else None


def _grounds(case: Case, claim: Claim) -> Iterator[str]:
    yield from (part.ground for part in claim.parts if part.ground)
    for letter in _answers(case.letters, claim):
        if ground := letter.purpose.result_of(claim.id).ground:
            yield ground


def _answers(letters: Iterable[Letter], claim: Claim) -> Iterator[Letter]:
    for letter in letters:
        if letter.moment in _ENDS and claim.id in letter.claims and letter.status == LetterStatus.SENT:
            yield letter
