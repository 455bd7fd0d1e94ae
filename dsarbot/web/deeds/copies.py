"""Orders about copies of identity papers: marked, judged, kept a little longer, released, gone elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final, get_args

from dsarbot.core import orders as o
from dsarbot.core import orders_copies as oc
from dsarbot.core.case import Case
from dsarbot.core.identity_copy import IdCopy, Match
from dsarbot.desk.id_copies_keeper import Keeper
from dsarbot.desk.id_copies_marked import marked
from dsarbot.errors import NotFound
from dsarbot.web.deeds import choosing as pick
from dsarbot.web.deeds.deed import Deed
from dsarbot.web.deeds.field import Choice, Field, Given, Room, Unfit, choice, fixed, text, words

MATCHES: Final[tuple[str, ...]] = get_args(Match)
SHORT: Final = 8


def _copies(wanted: Callable[[IdCopy], bool]) -> Callable[[Room[Case]], Sequence[Choice]]:
    def choices(room: Room[Case]) -> Sequence[Choice]:
        zone = room.organisation.rules.jurisdiction.zone
        return [(each.id, f"{each.id[:SHORT]} ({room.say.moment(each.arrived_at, zone)})")
                for each in room.subject.copies if wanted(each)]  # fmt: skip

    return choices


def _living(copy: IdCopy) -> bool:
    return copy.destroyed_at is None and not copy.released


def _lingering(room: Room[Case]) -> Sequence[Choice]:
    """Copy and place as one: what a person has removed elsewhere."""
    return [(f"{each.id} {place}", f"{each.id[:SHORT]}: {place}") for each in room.subject.copies
            for place in each.lingers]  # fmt: skip


def _carried(make: Callable[[Given[Case]], o.Order]) -> Callable[[Given[Case]], Awaitable[str]]:
    """Recorded, and carried out before the page is back; mailboxes are cleaned by the service."""

    async def do(given: Given[Case]) -> str:
        room = given.room
        wanted = given.text("copy")
        copy = next(each for each in room.subject.copies if each.id == wanted)
        after = await room.site.app.desk.order(room.scope, room.subject.id, make(given))
        await Keeper(room.site.app.copies).end(copy.id, copy.inbound)
        return after.reference

    return do


async def _mark(given: Given[Case]) -> str:
    room, store = given.room, given.room.site.app.store
    inbound = given.text("message")
    try:
        row = await store.inbound(room.scope, inbound)
    except NotFound:
        row = None
    number = given.text("attachment")
    if not number.isdigit():
        raise Unfit("attachment", "number")
    kept = await marked(store.id_copies, store.vault, row, int(number))
    order = room.order(oc.MarkCopy, copy=kept.id, inbound=kept.inbound, arrived_at=kept.arrived_at)
    after = await room.site.app.desk.order(room.scope, room.subject.id, order)
    await Keeper(room.site.app.copies).end(kept.id, kept.inbound)
    return after.reference


async def _gone(given: Given[Case]) -> str:
    room, store = given.room, given.room.site.app.store.id_copies
    copy, _, place = given.text("where").partition(" ")
    order = room.order(oc.TickCopy, copy=copy, place=place)
    after = await room.site.app.desk.order(room.scope, room.subject.id, order)
    for each in await store.places([copy]):
        if each.place == place:
            await store.put_place(replace(each, ticked_by=room.visitor.person.key))
    return after.reference


def _judge(given: Given[Case]) -> o.Order:
    return given.room.order(
        oc.JudgeCopy, copy=given.text("copy"), match=given.text("match"), doc_type=given.text("type"),
        signature=given.tick("signature"),
    )  # fmt: skip


COPIES: Final[tuple[Deed[Case], ...]] = (
    Deed(name="id-copy", group="copies", do=_mark, when=lambda case: bool(case.inbounds), fields=(
        choice("message", pick.messages), Field(name="attachment", needed=True, first=lambda _: ("1",)))),
    Deed(name="id-release", group="copies", when=lambda case: any(_living(each) for each in case.copies),
         do=_carried(lambda g: g.room.order(oc.ReleaseCopy, copy=g.text("copy"), reason=g.text("reason"))),
         fields=(choice("copy", _copies(_living)), words("reason"))),
    Deed(name="id-verdict", group="copies", do=_carried(_judge), step_up=True,
         when=lambda case: any(each.waits for each in case.copies), fields=(
             choice("copy", _copies(lambda each: each.waits)), choice("match", fixed(*MATCHES)), text("type"),
             Field(name="signature", sort="tick"))),
    Deed(name="id-extend", group="copies", when=lambda case: any(_living(each) for each in case.copies),
         do=_carried(lambda g: g.room.order(oc.ExtendCopy, copy=g.text("copy"), reason=g.text("reason"))),
         fields=(choice("copy", _copies(_living)), words("reason"))),
    Deed(name="id-gone", group="copies", do=_gone, when=lambda case: any(each.lingers for each in case.copies),
         fields=(choice("where", _lingering),)),
)  # fmt: skip
