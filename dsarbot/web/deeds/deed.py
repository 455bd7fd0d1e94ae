"""A deed: an order, or what belongs to one, that a person gives by a form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, Literal, TypeVar

from dsarbot.core import orders as o
from dsarbot.core.case import Case
from dsarbot.core.inquiry import Inquiry
from dsarbot.desk import inquiries
from dsarbot.web.deeds.field import Field, Given

S = TypeVar("S")
#: Where it stands on the page.
Group = Literal["request", "letters", "measures", "people", "identity", "copies", "chain", "between", "inquiry"]


def always(subject: object) -> bool:
    """Whatever it looks like."""
    del subject
    return True


@dataclass(frozen=True, kw_only=True)
class Deed(Generic[S]):
    """One. do: carries it out, gives the reference of where it goes on; step_up: a fresh code first, as it sends a
    letter, ends something or destroys; when: whether it could be done now, to be offered (the core has the last word).
    """

    name: str
    group: Group
    do: Callable[[Given[S]], Awaitable[str]]
    fields: tuple[Field, ...] = ()
    step_up: bool = False
    when: Callable[[S], bool] = always

    @property
    def by_name(self) -> Mapping[str, Field]:
        return MappingProxyType({each.name: each for each in self.fields})


def ordered(make: Callable[[Given[Case]], o.Order]) -> Callable[[Given[Case]], Awaitable[str]]:
    """One order for the case."""

    async def do(given: Given[Case]) -> str:
        room = given.room
        after = await room.site.app.desk.order(room.scope, room.subject.id, make(given))
        return after.reference

    return do


def asked(make: Callable[[Given[Inquiry]], o.Order]) -> Callable[[Given[Inquiry]], Awaitable[str]]:
    """One order for the inquiry."""

    async def do(given: Given[Inquiry]) -> str:
        room = given.room
        after = await inquiries.order(room.site.app.desk, room.scope, room.subject, make(given))
        return after.reference

    return do
