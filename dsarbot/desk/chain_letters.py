"""Whom a letter of the chain is for, read from the case alone, and where the code of its answer page goes."""

from __future__ import annotations

from typing import Final

from dsarbot.core.case import Case, Letter, Moment, Purpose
from dsarbot.core.chain import Hop
from dsarbot.core.chain_follow import notice_of
from dsarbot.core.jurisdictions import Jurisdiction
from dsarbot.core.letter import TO_PARTIES
from dsarbot.core.links import BLANK, path
from dsarbot.core.links import Purpose as LinkPurpose
from dsarbot.desk.addressee import Party, PersonNotice


def hop_of(case: Case, purpose: Purpose) -> Hop | None:
    """The step that a letter is about: the one it names, else the latest to the party it names."""
    if purpose.hop:
        return case.chain.hop(purpose.hop)
    return case.chain.current(purpose.party) if purpose.party else None


def party_of(case: Case, moment: Moment, purpose: Purpose, place: Jurisdiction, site: str) -> Party | None:
    """Whom the letter is for, or of whom it tells the person; None when the case knows no such party."""
    hop = hop_of(case, purpose)
    if hop is None:
        return None
    terms, to_person = hop.terms, moment not in TO_PARTIES
    notice = _NOTICES[notice_of(hop)]
    linked = site and not to_person and code_to(hop)
    return Party(
        name=terms.name if not to_person or notice == "full" else "",
        address=terms.address,
        language=terms.language,
        reseller=terms.passes_on,
        notice=notice,
        contact=(terms.name, terms.address) if notice == "full" else (),
        asked_on=place.local_date(hop.asked_at) if hop.asked_at else None,
        reminder=1 + sum(_reminded(each, hop) for each in case.letters),
        last=purpose.reason == "last",
        instruction=dict(purpose.slots).get("instruction", ""),
        relayed=bool(hop.instruction),
        link=site + path(case.organisation, LinkPurpose.ANSWER, BLANK) if linked else "",
        answer_by=hop.due if hop.direction == "notice" else None,
    )


def _reminded(letter: Letter, hop: Hop) -> bool:
    return letter.moment == Moment.CONTROLLER_REMINDED and letter.purpose.hop == hop.id and letter.sent_at is not None


_NOTICES: Final[dict[str, PersonNotice]] = {"neutral": "neutral", "full": "full", "none": "none"}


def code_to(hop: Hop) -> str:
    """Where the code of its page goes; "" when it has no page. practice 28: "to the named instruction contact by
    another route than the link"; who only reports what it did instructs nobody, so its own contact will do."""
    terms = hop.terms
    if "@" not in terms.address:
        return ""
    if hop.direction != "up":
        return terms.address
    return next((each for each in terms.instructs if each != terms.address.lower()), "")


def thread_of(case: Case, letter: Letter) -> list[str]:
    """Message-IDs that this letter goes on from: those of the person for the person, of the party for the party. A
    letter answers no mail that a colleague wrote by hand."""
    hop = hop_of(case, letter.purpose) if letter.moment in TO_PARTIES else None
    theirs = {wrote.inbound for each in case.chain.hops for wrote in each.wrote}
    mine = {wrote.inbound for wrote in hop.wrote} if hop else set()
    wanted = [each for each in case.inbounds if each.message_id and not each.recipient]
    if letter.moment in TO_PARTIES:
        return [each.message_id for each in wanted if each.inbound in mine]
    return [each.message_id for each in wanted if each.inbound not in theirs]
