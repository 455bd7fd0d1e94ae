"""Orders about people: who writes for whom, who sees the case, who works on it."""

from __future__ import annotations

from typing import Any, Final, get_args

from dsarbot.core import orders as o
from dsarbot.core import orders_rights as r
from dsarbot.core.case import Case
from dsarbot.core.measures import Person, Representative, Role
from dsarbot.desk import between
from dsarbot.ports import Scope
from dsarbot.web.deeds import choosing as pick
from dsarbot.web.deeds.deed import Deed, ordered
from dsarbot.web.deeds.field import Field, Given, Room, Unfit, choice, day, fixed, several, staff, text, words

ROLES: Final[tuple[str, ...]] = get_args(Role)
DATA_TO: Final = ("person", "representative")


def _represent(given: Given[Case]) -> o.Order:
    acting = Representative(
        role=given.text("role"),  # type: ignore[arg-type]  # one of the choices
        person=Person(name=given.text("name"), address=given.text("address"), postal=given.many("postal")),
        mandate=given.text("mandate"),
        data_to="representative" if given.text("data_to") == "representative" else "person",
        until=given.day("until"),
        rights=given.many("right"),
        company=given.text("company"),
    )
    name, address, postal = given.text("for_"), given.text("for_address"), given.many("for_postal")
    if (address or postal) and not name:
        raise Unfit("for_", "missing")
    person = Person(name=name, address=address, postal=postal) if name else None
    return given.room.order(r.Represent, representative=acting, person=person)


def _confide(given: Given[Case]) -> o.Order:
    named = given.many("staff")
    if bool(named) == given.tick("open"):
        raise Unfit("staff", "confidential")
    return given.room.order(r.Confide, staff=named, reason=given.text("reason"))


async def _assign_all(given: Given[Case]) -> str:
    """practice 8: every open case of a colleague, in the organisations in which both the visitor and the other work."""
    room, app = given.room, given.room.site.app
    whose, to = given.text("all_from"), given.text("to")
    works = next(each.organisations for each in app.settings.staff if each.key == to)
    tasks = [
        (Scope(key), row.id, room.order(o.Assign, staff=to))
        for key in room.visitor.person.organisations
        if key in works
        for row in await app.store.rows(Scope(key))
        # practice 12: what somebody may not see they do not hand on, either.
        if row.assignee == whose and row.visible_to(room.visitor.person.key)
    ]
    if not tasks:
        raise Unfit("all_from", "none")
    await between.together(app.desk, tasks)
    return room.subject.reference


def _everybody(room: Room[Any]) -> list[tuple[str, str]]:
    """Also those who have left: their cases are handed on."""
    return [(each.key, each.name) for each in room.site.app.settings.staff if room.scope in each.organisations]


def _writer(case: Case) -> bool:
    return case.representative is not None


PEOPLE: Final[tuple[Deed[Case], ...]] = (
    Deed(name="represent", group="people", do=ordered(_represent), fields=(
        choice("role", fixed(*ROLES)), text("name", needed=False), text("address", needed=False),
        Field(name="postal", sort="lines"), text("for_", needed=False), text("for_address", needed=False),
        Field(name="for_postal", sort="lines"), words("mandate"), choice("data_to", fixed(*DATA_TO), needed=False),
        day("until"), several("right", pick.rights), text("company", needed=False))),
    Deed(name="ask-mandate", group="people", fields=(pick.claims(), choice("role", fixed(*ROLES), needed=False)),
         do=ordered(lambda g: g.room.order(r.AskMandate, claims=g.many("claim"), role=g.text("role")))),
    Deed(name="end-mandate", group="people", when=_writer, fields=(words("reason"),),
         do=ordered(lambda g: g.room.order(r.EndMandate, reason=g.text("reason")))),
    Deed(name="confidential", group="people", do=ordered(_confide),
         fields=(several("staff", staff), Field(name="open", sort="tick"), words("reason"))),
    Deed(name="assign", group="people", fields=(choice("staff", staff),),
         do=ordered(lambda g: g.room.order(o.Assign, staff=g.text("staff")))),
    Deed(name="assign-all", group="people", do=_assign_all,
         fields=(choice("all_from", _everybody), choice("to", staff))),
)  # fmt: skip
