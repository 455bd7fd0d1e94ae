"""Orders about an authority's inquiry (practice 23): linked, dated, tasks, notes, closed; and how one is opened."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from dsarbot.core import orders_inquiry as q
from dsarbot.core.case import Case
from dsarbot.core.facts_inquiry import OUTCOMES, InquiryOutcome
from dsarbot.core.inquiry import Inquiry
from dsarbot.core.orders import Order
from dsarbot.desk import inquiries
from dsarbot.errors import NotAllowed, NotFound
from dsarbot.ports import InboundRow
from dsarbot.web.deeds.deed import Deed, asked
from dsarbot.web.deeds.field import Choice, Field, Given, Room, Unfit, choice, day, fixed, staff, text, words
from dsarbot.web.deeds.letters import NOTES
from dsarbot.wiring import items


async def _case(given: Given[Any], reference: str) -> Case:
    """A case of the same organisation that the visitor may see."""
    room = given.room
    found = await room.site.app.store.by_reference(room.scope, reference.strip().upper())
    case = await room.site.app.store.case(room.scope, found) if found else None
    if case is None or not case.visible_to(room.visitor.person.key):
        raise Unfit("case", "no_case")
    return case


async def _item(given: Given[Any], name: str) -> InboundRow | None:
    """What arrived and was held, for this organisation; None where nothing is named."""
    room, wanted = given.room, given.text(name).lower()
    if not wanted:
        return None
    for scope in items.scopes(room.site.app.settings, [room.organisation.key]):
        try:
            row = await room.site.app.store.inbound(scope, wanted)
        except NotFound:
            continue
        if row.disposition in ("case", "inquiry") or row.state == "kept" or not row.objects:
            raise NotAllowed("taken-already", "This item belongs to a case or inquiry, or nothing of it was kept.")
        if items.is_for(room.site.app.settings, row, room.organisation.key):
            return row
    raise Unfit(name, "no_item")


async def _open(given: Given[None]) -> str:
    room, desk = given.room, given.room.site.app.desk
    row = await _item(given, "item")
    linked = [await _case(given, each) for each in given.many("case")]
    order = room.order(
        q.OpenInquiry,
        inquiry=desk.new_id(),
        reference=await inquiries.next_reference(desk, room.organisation),
        organisation=room.organisation.key,
        authority=given.text("authority"),
        file_number=given.text("file_number"),
        about=given.text("about"),
        received_at=row.received_at if row else given.instant("received") or room.now,
        due=given.day_or_today("due"),
        inbound=row.id if row else "",
    )
    opened = await inquiries.order(desk, room.scope, None, order, row)
    for each in linked:
        opened = await inquiries.order(desk, room.scope, opened, room.order(q.LinkCase, case=each.id))
    return opened.reference


async def _link(given: Given[Inquiry]) -> str:
    """A case, or a further letter of the authority."""
    room, desk = given.room, given.room.site.app.desk
    row = await _item(given, "item")
    if (row is None) == (not given.text("case")):
        raise Unfit("case", "one_thing")
    order: Order
    if row is not None:
        order = room.order(q.ReceiveLetter, inbound=row.id, received_at=row.received_at)
    else:
        case = await _case(given, given.text("case"))
        order = (
            room.order(q.UnlinkCase, case=case.id, reason=given.text("reason"))
            if given.tick("remove")
            else room.order(q.LinkCase, case=case.id)
        )
    return (await inquiries.order(desk, room.scope, room.subject, order, row)).reference


def _tasks(room: Room[Inquiry]) -> list[Choice]:
    return [(each.id, each.text) for each in room.subject.open_duties]


def _close(given: Given[Inquiry]) -> Order:
    return given.room.order(
        q.CloseInquiry, outcome=cast("InquiryOutcome", given.text("outcome")), result=given.text("result"),
        decided_by=given.text("decided_by") or given.room.visitor.person.key,
    )  # fmt: skip


def _task(given: Given[Inquiry]) -> Order:
    owner = given.text("to") or given.room.visitor.person.key
    return given.room.order(q.SetDuty, text=given.text("text"), owner=owner, due=given.day("by"))


def _live(inquiry: Inquiry) -> bool:
    return inquiry.closed_at is None


OPENING: Final[Deed[None]] = Deed(name="open", group="inquiry", do=_open, fields=(
    text("authority"), text("file_number"), day("due", needed=True), words("about", needed=False),
    text("item", needed=False), Field(name="received", sort="instant", past=True), Field(name="case", sort="lines"),
))  # fmt: skip
_DEEDS: Final[tuple[Deed[Inquiry], ...]] = (
    Deed(name="link", group="inquiry", do=_link, when=_live, fields=(
        text("case", needed=False), text("item", needed=False), Field(name="remove", sort="tick"),
        words("reason", needed=False))),
    Deed(name="date", group="inquiry", when=_live, fields=(day("due", needed=True), words("reason")),
         do=asked(lambda g: g.room.order(q.SetDate, due=g.day_or_today("due"), reason=g.text("reason")))),
    Deed(name="task", group="inquiry", when=_live, do=asked(_task),
         fields=(words("text"), choice("to", staff, needed=False), day("by"))),
    Deed(name="done", group="inquiry", when=lambda inquiry: _live(inquiry) and bool(inquiry.open_duties),
         fields=(choice("task", _tasks), words("note", needed=False)),
         do=asked(lambda g: g.room.order(q.DoDuty, duty=g.text("task"), note=g.text("note")))),
    Deed(name="note", group="inquiry", fields=(words("text"), choice("kind", fixed(*NOTES), needed=False)),
         do=asked(lambda g: g.room.order(q.NoteInquiry, kind=g.text("kind") or "work", text=g.text("text")))),
    Deed(name="close", group="inquiry", when=_live, step_up=True, do=asked(_close), fields=(
        choice("outcome", fixed(*OUTCOMES)), words("result"), choice("decided_by", staff, needed=False))),
)  # fmt: skip
INQUIRY_DEEDS: Final[Mapping[str, Deed[Inquiry]]] = MappingProxyType({each.name: each for each in _DEEDS})
