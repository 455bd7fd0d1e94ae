"""Where the data may lie beside us: for each claim that is answerable elsewhere or was passed on, to whom and whether
that is proved; and the chain drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from dsarbot.core.case import Case, Claim, Moment, Status
from dsarbot.core.dates import Language
from dsarbot.desk.chain_picture import picture, svg


@dataclass(frozen=True, kw_only=True, slots=True)
class Hop:
    """One step from us to another party. told_at: when the person was told; proved: by what."""

    claim: Claim
    party: str
    told_at: datetime | None
    proved: str
    waits: bool


def drawing(case: Case, language: Language, zone: str, us: str) -> Markup:
    """The picture of the chain; nothing where nobody else has a part in the case."""
    found = picture(case, language, zone, us=us)
    # Every text in it was escaped when it was drawn.
    return Markup(svg(found)) if found else Markup("")  # noqa: S704


def hops(case: Case) -> tuple[Hop, ...]:
    """In the order of the claims."""
    return tuple(_hop(case, claim) for claim in case.claims if _elsewhere(case, claim))


def _elsewhere(case: Case, claim: Claim) -> bool:
    return claim.party != case.organisation or claim.status == Status.WAITING_PARTY or bool(claim.passed_on)


def _hop(case: Case, claim: Claim) -> Hop:
    told = [each for each in case.letters if each.moment == Moment.FORWARDED and claim.id in each.claims]
    return Hop(
        claim=claim,
        party=next((each.purpose.party for each in reversed(told) if each.purpose.party), claim.party),
        told_at=next((each.sent_at for each in reversed(told) if each.sent_at), None),
        proved=claim.passed_on,
        waits=claim.status == Status.WAITING_PARTY,
    )
