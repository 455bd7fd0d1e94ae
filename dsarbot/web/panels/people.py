"""Who the case is about, who writes for whom, who sees it, and what it is linked with."""

from __future__ import annotations

from dataclasses import dataclass

from dsarbot.core.case import Case
from dsarbot.errors import NotFound
from dsarbot.web.deeds.field import Room


@dataclass(frozen=True, kw_only=True)
class People:
    """allowed: names of those who alone see it; links: references of linked cases, "" for one that is not shown;
    aliases: references that were merged into this one; owner: who answers for the organisation."""

    allowed: tuple[str, ...]
    links: tuple[str, ...]
    aliases: tuple[str, ...]
    holds: tuple[str, ...]
    owner: str


async def people(room: Room[Case]) -> People:
    """Names instead of keys; of what may not be seen, nothing."""
    case, settings = room.subject, room.site.app.settings
    names = {each.key: each.name for each in settings.staff}
    return People(
        allowed=tuple(names.get(each, each) for each in case.confidential),
        links=tuple([await _reference(room, each) for each in case.links]),
        aliases=case.aliases,
        holds=case.holds,
        owner=names.get(owner := settings.organisation(room.scope).owner, owner),
    )


async def _reference(room: Room[Case], case_id: str) -> str:
    try:
        case = await room.site.app.store.case(room.scope, case_id)
    except NotFound:
        # practice 5: of a sibling its organisation and reference are known, and nothing else.
        return next((each.named for each in room.subject.siblings if each.case == case_id), "")
    return case.reference if case.visible_to(room.visitor.person.key) else ""
