"""Rules of the pre-send check about whoever writes for another person: may this letter go to them?"""

from __future__ import annotations

from collections.abc import Iterator

from dsarbot.core.case import Moment
from dsarbot.core.guarding import addressee, covers
from dsarbot.core.letter import TO_PARTIES
from dsarbot.core.presend_look import Finding, Look, block

_RULE = "practice 33: a mandate names right, company, duration and who receives the data"


def mandate(look: Look) -> Iterator[Finding]:
    """practice 33: letters go to the representative as long as the mandate lasts, data only as far as it reaches."""
    letter, acting = look.letter, look.case.representative
    if acting is None or letter.moment == Moment.RECALLED or letter.moment in TO_PARTIES:
        return
    if addressee(look.case, letter.moment) != acting.person:
        return
    if acting.until is not None and acting.until < look.today:
        yield block(
            "mandate-ended",
            f"The mandate of the {acting.role} ended on {acting.until.isoformat()}; ask for a new one, or end it.",
            _RULE,
        )
    outside = [f"{claim.right} ({claim.id})" for claim in look.claims if not covers(acting, claim)]
    if letter.moment == Moment.ANSWERED and outside:
        yield block(
            "mandate-right",
            f"The data would go to the {acting.role}, whose mandate does not name {', '.join(outside)}.",
            _RULE,
        )
