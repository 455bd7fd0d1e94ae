"""Orders about more than one case: merged, split, moved; and linked with an authority's inquiry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dsarbot.core.case import Case
from dsarbot.desk import between
from dsarbot.desk.organisation import Organisation
from dsarbot.ports import Scope
from dsarbot.web.deeds import choosing as pick
from dsarbot.web.deeds.claims import alive
from dsarbot.web.deeds.deed import Deed
from dsarbot.web.deeds.field import Given, Room, Unfit, choice, text


@dataclass(frozen=True, kw_only=True)
class _Place:
    scope: Scope
    case: Case
    organisation: Organisation


def _here(room: Room[Case]) -> _Place:
    return _Place(scope=room.scope, case=room.subject, organisation=room.organisation)


def _works(room: Room[Case], scope: str) -> set[str]:
    return {each.key for each in room.site.app.settings.staff if scope in each.organisations} | {
        room.visitor.person.key
    }


async def _merge(given: Given[Case]) -> str:
    room = given.room
    app, reference = room.site.app, given.text("into").upper()
    for key in room.visitor.person.organisations:
        if key in app.organisations and (found := await app.store.by_reference(Scope(key), reference)):
            other = await app.store.case(Scope(key), found)
            if other.visible_to(room.visitor.person.key):
                into = _Place(scope=Scope(key), case=other, organisation=app.organisations[key])
                return (await between.merge(app.desk, room.order, _here(room), into)).reference
    raise Unfit("into", "no_case")


async def _split(given: Given[Case]) -> str:
    room = given.room
    claims = [room.subject.claim(each) for each in given.many("claim")]
    _, after = await between.split(room.site.app.desk, room.order, _here(room), claims, _works(room, room.scope))
    return after.reference


async def _move(given: Given[Case]) -> str:
    room, key = given.room, given.text("organisation")
    there = room.site.app.organisations[key]
    _, after = await between.move(room.site.app.desk, room.order, _here(room), there, _works(room, key))
    return after.reference


BETWEEN: Final[tuple[Deed[Case], ...]] = (
    Deed(name="merge", group="between", do=_merge, step_up=True, when=alive, fields=(text("into"),)),
    Deed(name="split", group="between", do=_split, when=lambda case: alive(case) and len(case.claims) > 1,
         fields=(pick.claims(needed=True),)),
    Deed(name="move", group="between", do=_move, step_up=True, when=alive,
         fields=(choice("organisation", pick.organisations),)),
)  # fmt: skip
