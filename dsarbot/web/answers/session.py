"""Who is in behind the link of a party: the hop that the link is for, and nothing else of the case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from dsarbot.core.case import Case
from dsarbot.core.chain import Hop
from dsarbot.core.dates import Language
from dsarbot.core.links import Link, Purpose, Visit
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.routing import going_on
from dsarbot.errors import DsarbotError, NotFound
from dsarbot.ports import Scope
from dsarbot.web.portal.session import VisitNeeded, visit_of
from dsarbot.web.site import language_of, site_of


class AnswerOver(DsarbotError):
    """Nobody is in, or the link leads nowhere any more; which of the two is not said."""


def house_of(request: Request, organisation: str) -> Organisation:
    """The organisation that asks; NotFound for one that is not there."""
    found = site_of(request).app.organisations.get(organisation)
    if found is None:
        raise NotFound
    return found


House = Annotated[Organisation, Depends(house_of)]


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A named contact of a party. form_token: what their forms carry."""

    visit: Visit
    link: Link
    case: Case
    hop: Hop
    organisation: Organisation
    language: Language
    form_token: str

    @property
    def scope(self) -> Scope:
        return self.organisation.scope

    @property
    def home(self) -> str:
        return f"/o/{self.organisation.key}/answer"

    @property
    def proof(self) -> str:
        """practice 28: what was shown, for the file."""
        return f"link of letter {self.link.note}, opened with a code sent to {self.link.address}"


async def contact(request: Request, house: House) -> Contact:
    """Whoever holds a living visit behind a link of a party."""
    try:
        visit, link, token = await visit_of(request, house.scope, {Purpose.ANSWER})
        case = await going_on(house.scope, visit.case, site_of(request).app.store)
    except (VisitNeeded, NotFound):
        raise AnswerOver from None
    hop = case.chain.hop(link.party)
    if hop is None:
        raise AnswerOver
    return Contact(
        visit=visit,
        link=link,
        case=case,
        hop=hop,
        organisation=house,
        language=language_of(request),
        form_token=token,
    )


def demand_form(visitor: Contact, form: str) -> None:
    """AnswerOver when a form was not made in this visit."""
    if form != visitor.form_token:
        raise AnswerOver


In = Annotated[Contact, Depends(contact)]
