"""Orders about who is asking: contacts seen on file, the question, the verdict, the harm of a mix-up."""

from __future__ import annotations

from typing import Final, cast, get_args

from dsarbot.core import directory as d
from dsarbot.core import orders as o
from dsarbot.core import orders_identity as oi
from dsarbot.core.case import Case
from dsarbot.core.identity_table import Harm, Record, Role, Rung
from dsarbot.core.proofs import MEANS, ContactKind, Means, OnFile
from dsarbot.desk.identity import Asking
from dsarbot.desk.identity_look import (
    Desks,
    Told,
    asked_for,
    asking_of,
    compared,
    contact_for,
    demand_fact,
    proposed,
)
from dsarbot.web.deeds import choosing as pick
from dsarbot.web.deeds.deed import Deed, ordered
from dsarbot.web.deeds.field import Field, Given, Room, Unfit, choice, day, fixed, text, words

RUNGS: Final[tuple[str, ...]] = get_args(Rung)
ROLES: Final[tuple[str, ...]] = get_args(Role)
RECORDS: Final[tuple[str, ...]] = get_args(Record)
HARMS: Final[tuple[str, ...]] = get_args(Harm)
CONTACTS: Final[tuple[str, ...]] = get_args(ContactKind)
#: By what a rung is usually reached.
_MEANS: Final[dict[str, Means]] = {"R2": "code", "R4": "account", "R5": "live", "R6": "copy"}
_HINTS: Final = (
    text("person", needed=False), text("customer_number", needed=False), choice("role", fixed(*ROLES), needed=False),
    choice("record", fixed(*RECORDS), needed=False),
)  # fmt: skip


async def asking_here(room: Room[Case], told: Told) -> Asking:
    """Who is asking in this case, with what the visitor adds."""
    store, settings = room.site.app.store, room.site.app.settings
    desks = Desks(
        store=store, vault=store.vault, directory=store.directory,
        authserv=lambda box: settings.mailbox(box).authserv_id,
    )  # fmt: skip
    rules = room.organisation.rules
    return await asking_of(desks, room.scope, room.subject, rules=rules, today=room.today, told=told)


def _told(given: Given[Case], doubt: str = "") -> Told:
    return Told(
        person=given.text("person"),
        customer_number=given.text("customer_number"),
        role=cast("Role | None", given.text("role") or None),
        record=cast("Record | None", given.text("record") or None),
        doubt=doubt,
    )


async def _ask(given: Given[Case]) -> str:
    """A letter that asks for the lowest sufficient proof, unless somebody says why not."""
    room, doubt = given.room, given.text("doubt")
    now = await asking_here(room, _told(given, doubt))
    rung = given.text("rung") or proposed(now, "")
    order = room.order(
        o.AskIdentity,
        claims=given.many("claim") or asked_for(now),
        doubt=doubt,
        rung=rung,
        contact=contact_for(now, rung),
        proposed=now.proposal or ("R0" if now.ladder.enough or now.ladder.refer else ""),
        override=given.text("override"),
    )
    return (await room.site.app.desk.order(room.scope, room.subject.id, order)).reference


async def _verify(given: Given[Case]) -> str:
    """Facts are compared here and forgotten; that some were wrong is kept, not their values."""
    room, named = given.room, given.facts("fact")
    for kind in named:
        demand_fact(kind)
    matched, missed = compared(await asking_here(room, _told(given)), named) if named else ((), ())
    rung = given.text("rung") or ("R3" if named else "")
    if not rung:
        raise Unfit("rung", "missing")
    order = room.order(
        o.Verify,
        rung=rung,
        how=given.text("how") or ("facts compared with the directory" if named else ""),
        means=given.text("means") or ("facts" if named else _MEANS.get(rung, "other")),
        facts=matched,
        missed=missed,
        answered_on=given.day_or_today("on"),
    )
    after = await room.site.app.desk.order(room.scope, room.subject.id, order)
    if missed:
        raise Unfit("fact", "no_match")
    return after.reference


def _on_file(given: Given[Case]) -> o.Order:
    contact = given.text("contact")
    kind = cast("ContactKind", given.text("kind") or ("mail" if "@" in contact else "postal"))
    seen = OnFile(
        kind=kind, value=contact, system=given.text("seen_in"), seen=given.day_or_today("on"), since=given.day("since")
    )
    return given.room.order(oi.SeeContact, contact=seen)


def _change(given: Given[Case]) -> o.Order:
    if not d.comparable(d.MAIL, given.text("old")):
        raise Unfit("old", "mail")
    return given.room.order(oi.WantContactChange, old=given.text("old"), reason=given.text("reason"))


def _harm(given: Given[Case]) -> o.Order:
    return given.room.order(
        oi.SetHarm, harm=given.text("harm"), reason=given.text("because"), claims=given.many("claim")
    )


IDENTITY: Final[tuple[Deed[Case], ...]] = (
    Deed(name="on-file", group="identity", do=ordered(_on_file), fields=(
        text("contact"), choice("kind", fixed(*CONTACTS), needed=False), text("seen_in"), day("on", past=True),
        day("since", past=True))),
    Deed(name="ask-identity", group="identity", do=_ask, fields=(
        pick.claims(), words("doubt"), text("rung", needed=False), words("override", needed=False), *_HINTS)),
    Deed(name="verify", group="identity", do=_verify, step_up=True, fields=(
        Field(name="fact", sort="facts"), choice("rung", fixed(*RUNGS), needed=False), text("how", needed=False),
        choice("means", fixed(*MEANS), needed=False), day("on", past=True), *_HINTS)),
    Deed(name="contact-change", group="identity", do=ordered(_change), fields=(text("old"), words("reason"))),
    Deed(name="harm", group="identity", do=ordered(_harm),
         fields=(pick.claims(), choice("harm", fixed(*HARMS)), words("because"))),
    Deed(name="revoke-code", group="identity", fields=(words("revoke_code"),),
         when=lambda case: any(not code.ended for code in case.proofs.codes),
         do=ordered(lambda g: g.room.order(oi.RevokeCode, reason=g.text("revoke_code")))),
)  # fmt: skip
