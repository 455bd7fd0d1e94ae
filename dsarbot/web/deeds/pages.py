"""One page for every deed: its fields, what is wrong beside each, and what was typed kept (looks: errors say what
happened, what was kept, what to do)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeVar

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dsarbot.errors import NotAllowed, NotFound, TheirInput
from dsarbot.web.deeds.deed import Deed
from dsarbot.web.deeds.field import FACT_ROWS, Choice, Field, Given, Room, Unfit
from dsarbot.web.signing_in import SEE_OTHER, demand_form, demand_fresh

S = TypeVar("S")
#: So many values in one form at most.
_MOST_VALUES: Final = 400
Values = Mapping[str, tuple[str, ...]]
_NOTHING: Final[Values] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A field as it is shown. values: what stands in it; wrong: what is wrong with that, in words."""

    field: Field
    choices: Sequence[Choice]
    values: tuple[str, ...]
    wrong: str
    facts: int = FACT_ROWS


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How the form is shown again. refused: the rule that spoke against it; stale: the code is too old."""

    values: Values = field(default_factory=lambda: _NOTHING, repr=False)
    unfit: Unfit | None = None
    refused: str = ""
    stale: bool = False

    @property
    def status(self) -> int:
        return 409 if self.unfit or self.refused or self.stale else 200


def deed_page(deed: Deed[S], room: Room[S], *, here: str, name: str, answer: Answer | None = None) -> HTMLResponse:
    """The form. here: the page of the matter; name: how it is called there."""
    answer = answer or Answer()
    return room.site.screens.page(
        "case/deed.html", room.visitor.language, answer.status, visitor=room.visitor, here="cases", deed=deed,
        rows=[_row(each, room, answer) for each in deed.fields], matter=here, called=name, answer=answer,
        word=f"inquiry-{deed.name}" if deed.group == "inquiry" else deed.name,
    )  # fmt: skip


def _row(field: Field, room: Room[Any], answer: Answer) -> Row:
    first = field.first(room) if field.first and field.name not in answer.values else ()
    unfit = answer.unfit if answer.unfit and answer.unfit.name == field.name else None
    return Row(
        field=field,
        choices=field.choices(room) if field.choices else (),
        values=answer.values.get(field.name, tuple(first)),
        wrong=room.say(f"unfit.{unfit.key}") if unfit else "",
    )


def empty_form(deed: Deed[S], room: Room[S], *, here: str, name: str) -> HTMLResponse:
    """The form. Where a fresh code is needed, it is asked for before anything is typed."""
    if deed.step_up:
        demand_fresh(room.site, room.visitor, f"{here}/do/{deed.name}")
    return deed_page(deed, room, here=here, name=name)


async def given_in(request: Request, room_of: Room[S], deed: Deed[S]) -> Given[S]:
    """What the form holds; only fields that the deed has."""
    form = await request.form(max_fields=_MOST_VALUES, max_files=0)
    demand_form(room_of.visitor, str(form.get("form", "")))
    names = {each.name for each in deed.fields} | {
        f"{each.name}-{part}" for each in deed.fields if each.sort == "facts" for part in ("kind", "value")
    }
    values = {name: tuple(str(each) for each in form.getlist(name)) for name in names if name in form}
    return Given(room=room_of, fields=deed.by_name, values=MappingProxyType(values))


async def carry_out(deed: Deed[S], given: Given[S], *, here: str, base: str, name: str) -> Response:
    """The order, then the page it leads to; or the form again. base: what a reference is put behind."""
    room = given.room
    if deed.step_up and not room.visitor.session.fresh(room.now):
        if not any(any(each) for each in given.values.values()):
            demand_fresh(room.site, room.visitor, here)
        return deed_page(deed, room, here=here, name=name, answer=Answer(values=given.values, stale=True))
    try:
        reference = await deed.do(given)
    except Unfit as why:
        return deed_page(deed, room, here=here, name=name, answer=Answer(values=given.values, unfit=why))
    except (NotAllowed, TheirInput, NotFound) as why:
        return deed_page(deed, room, here=here, name=name, answer=Answer(values=given.values, refused=str(why)))
    return RedirectResponse(f"{base}{reference}?said={deed.name}", SEE_OTHER)
