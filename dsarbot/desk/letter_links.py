"""The link to the case, at the edge: put into the letter that leaves, once, so that every try sends the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from dsarbot.core import links
from dsarbot.core.case import Case, Letter
from dsarbot.core.evolve import replace
from dsarbot.core.fact import Fact
from dsarbot.core.facts_rights import LetterMisdirected
from dsarbot.core.letter import TO_PARTIES
from dsarbot.desk.chain_letters import code_to


def with_link(letter: Letter, case: Case, new_id: Callable[[], str], now: datetime) -> tuple[Letter, links.Link | None]:
    """The letter as it leaves, and the link in it; the same letter and None when it has no place for one.

    The letter of the case keeps the blank: neither journal nor case, screen nor log ever holds the token."""
    if not any(links.BLANK in section.text for section in letter.sections):
        return letter, None
    # An id is 128 random bits, from the one source of randomness that the desk has.
    token = links.token(bytes.fromhex(new_id()))
    filled = tuple(replace(each, text=each.text.replace(links.BLANK, token)) for each in letter.sections)
    # practice 28: the page of a party opens with a code that goes another way than its link.
    hop = case.chain.hop(letter.purpose.hop) if letter.moment in TO_PARTIES else None
    purpose = links.Purpose.ANSWER if hop else links.Purpose.PORTAL
    link = links.Link(
        id=links.digest(token),
        organisation=case.organisation,
        purpose=purpose,
        case=case.id,
        party=hop.id if hop else "",
        made_at=now,
        expires_at=now + links.LIVES[purpose],
        note=letter.id,
        address=code_to(hop) if hop else letter.recipient,
        language=letter.language,
    )
    return replace(letter, sections=filled), link


def led_astray(facts: Sequence[Fact]) -> tuple[str, ...]:
    """practice 8: of a letter that reached somebody else the links are revoked."""
    return tuple(fact.letter for fact in facts if isinstance(fact, LetterMisdirected))
