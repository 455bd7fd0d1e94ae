"""The rule of the pre-send check about claims that somebody else decides on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dsarbot.core.case import Moment
from dsarbot.core.presend_look import Finding, Look, block

_ANSWERS: Final = frozenset({Moment.ANSWERED, Moment.REFUSED})
_SOURCE: Final = 'GDPR 28(3)(a): "only on documented instructions from the controller"'
_TEXT: Final = "{claim} is {party}'s to answer, and no instruction of theirs stands; wait for it, or route it anew."


def hosted(look: Look) -> Iterator[Finding]:
    """law 4.2: "Answer belongs to the controller"; without its word we neither answer nor refuse for it."""
    chain = look.case.chain
    for claim in look.claims if look.letter.moment in _ANSWERS else ():
        instructed = any(claim.id in each.claims and each.state in ("standing", "reported")
                         for each in chain.instructions)  # fmt: skip
        if claim.party != look.case.organisation and chain.up(claim.id) and not instructed:
            yield block("hosted-answer", _TEXT.format(claim=claim.id, party=claim.party), _SOURCE)
