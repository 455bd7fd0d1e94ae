"""Orders about other parties: who is answerable, what they say and instruct, what was done, who else is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast, get_args

from dsarbot.core import orders_chain as o
from dsarbot.core.case import Case
from dsarbot.core.chain import ACTIONS, Action, How, Said
from dsarbot.core.chain_back import the_instruction
from dsarbot.core.orders import Order
from dsarbot.core.routing import Answerable, below_us, way
from dsarbot.desk.chain_request import answerable, requested
from dsarbot.errors import NotAllowed
from dsarbot.web.deeds import choosing as pick
from dsarbot.web.deeds.claims import alive
from dsarbot.web.deeds.deed import Deed, ordered
from dsarbot.web.deeds.field import Choice, Field, Given, Room, choice, fixed, several, text, words

SAID: Final[tuple[str, ...]] = get_args(Said)
#: How an answer comes that a person writes down.
HOWS: Final = ("mail", "phone", "post", "command")
VERDICTS: Final = ("stands", "questioned", "refused")


def _hops(room: Room[Case]) -> Sequence[Choice]:
    return [(each.id, f"{each.id} {each.terms.name or each.terms.party}") for each in room.subject.chain.hops]


def _instructions(room: Room[Case]) -> Sequence[Choice]:
    return [(each.id, f"{each.id}: {', '.join(room.say(f'pick.{action}') for action in each.actions)}")
            for each in room.subject.chain.instructions]  # fmt: skip


def _came(room: Room[Any]) -> Sequence[Choice]:
    return [(each, room.say(f"came.{each}")) for each in HOWS]


async def _give(given: Given[Case], order: Order) -> str:
    room = given.room
    return (await room.site.app.desk.order(room.scope, room.subject.id, order)).reference


async def _route(given: Given[Case]) -> str:
    room, store = given.room, given.room.site.app.store
    said = await requested(room.subject, store, store.vault)
    proposed = {each.party.key: each for each in await answerable(room.subject, said, store)}
    register = await store.register(room.scope)
    targets = tuple(
        o.Target(
            way=way(register, key),
            because=given.text("because") or (proposed[key].because if key in proposed else ""),
            systems=given.many("system") or (_named(proposed[key]) if key in proposed else ()),
        )
        for key in given.many("to")
    )
    order = room.order(
        o.Route, claims=given.many("claim"), to=targets, words=said.words, files=said.files, ours=given.tick("ours")
    )
    return await _give(given, order)


def _named(found: Answerable) -> tuple[str, ...]:
    """What the request names of it: routing data, as the controller needs it to find its own."""
    return tuple(dict.fromkeys(each.sign for each in found.reasons if each.sort not in ("brand", "sender")))


def _how(given: Given[Case]) -> How:
    return cast("How", given.text("how") or ("mail" if given.text("source") else "command"))


def _hear(given: Given[Case]) -> Order:
    return given.room.order(
        o.Hear, hop=given.text("hop"), said=cast("Said", given.text("said")), how=_how(given), by=given.text("by"),
        detail=given.text("detail"), number=given.number("number"), until=given.day("until"),
        inbound=given.text("source"),
    )  # fmt: skip


def _instruct(given: Given[Case]) -> Order:
    inbound = given.text("source")
    wrote = (each for hop in given.room.subject.chain.hops for each in hop.wrote)
    writer = next((each.address for each in wrote if inbound and each.inbound == inbound), "")
    return given.room.order(
        o.Instruct, hop=given.text("hop"), actions=cast("tuple[Action, ...]", given.many("action")), how=_how(given),
        scope=given.text("scope"), detail=given.text("detail"), until=given.day("until"), inbound=inbound,
        vouched=given.text("vouched"), claims=given.many("claim"), by=given.text("by") or writer,
    )  # fmt: skip


def _confirm(given: Given[Case]) -> Order:
    proof = f"vouched for: {given.text('vouched')}"
    return given.room.order(
        o.ConfirmInstruction, instruction=given.text("instruction"), counts=given.text("counts"), proof=proof
    )


def _settle(given: Given[Case]) -> Order:
    return given.room.order(
        o.SettleInstruction, instruction=given.text("instruction"), verdict=given.text("verdict"),
        reason=given.text("reason"),
    )  # fmt: skip


def _executed(given: Given[Case]) -> Order:
    return given.room.order(
        o.Execute, instruction=given.text("instruction"), where=given.text("where"), number=given.number("number"),
        note=given.text("note"), exceptions=given.text("exceptions"), backups_until=given.day("backups_until"),
    )  # fmt: skip


async def _pass_down(given: Given[Case]) -> str:
    """To the sub-processors named, or to those that the contract names."""
    room, instruction = given.room, given.text("instruction")
    hop = room.subject.chain.hop(the_instruction(room.subject, instruction).hop)
    used = tuple(dict.fromkeys(each.partition("=")[2] for each in hop.terms.uses)) if hop else ()
    keys = given.many("to") or used
    if not keys:
        raise NotAllowed("down-who", "The contract names no sub-processor; say which with --to.")
    to = below_us(await room.site.app.store.register(room.scope), keys)
    order = room.order(
        o.PassDown, instruction=instruction, to=to, due=given.day_or_today("due"), detail=given.text("detail")
    )
    return await _give(given, order)


async def _tell(given: Given[Case]) -> str:
    room = given.room
    to = below_us(await room.site.app.store.register(room.scope), given.many("to"))
    order = room.order(
        o.TellRecipients, claims=given.many("claim"), to=to, who=given.text("who"), what=given.text("what")
    )
    return await _give(given, order)


def _routed(case: Case) -> bool:
    return bool(case.chain.hops)


def _told(case: Case) -> bool:
    return bool(case.chain.instructions)


_INSTRUCTION: Final = choice("instruction", _instructions)
_HOP: Final = choice("hop", _hops)
_SOURCE: Final = choice("source", pick.messages, needed=False)
_HOW: Final = choice("how", _came, needed=False)
_BY: Final = Field(name="by", called="by_whom")
_UNTIL: Final = Field(name="until", sort="day", called="until_day")
CHAIN: Final[tuple[Deed[Case], ...]] = (
    Deed(name="route", group="chain", do=_route, when=alive, fields=(
        pick.claims(), Field(name="to", sort="lines", needed=True, called="parties"), Field(name="ours", sort="tick"),
        words("because", needed=False), Field(name="system", sort="lines"))),
    Deed(name="ask-customer", group="chain", when=alive, fields=(pick.claims(),),
         do=ordered(lambda g: g.room.order(o.AskCustomer, claims=g.many("claim")))),
    Deed(name="heard", group="chain", do=ordered(_hear), when=_routed, fields=(
        _HOP, choice("said", fixed(*SAID)), _SOURCE, _HOW, _BY, words("detail", needed=False),
        text("number", needed=False), _UNTIL)),
    Deed(name="instruct", group="chain", do=ordered(_instruct), when=_routed, step_up=True, fields=(
        _HOP, several("action", fixed(*ACTIONS), needed=True), Field(name="scope", called="scope_data"),
        words("detail", needed=False), _UNTIL, _SOURCE, _HOW, _BY, words("vouched", needed=False), pick.claims())),
    Deed(name="confirm-instruction", group="chain", do=ordered(_confirm), when=_told, step_up=True,
         fields=(_INSTRUCTION, text("counts"), words("vouched"))),
    Deed(name="settle-instruction", group="chain", do=ordered(_settle), when=_told, step_up=True,
         fields=(_INSTRUCTION, choice("verdict", fixed(*VERDICTS)), words("reason"))),
    Deed(name="pass-down", group="chain", do=_pass_down, when=_told, fields=(
        _INSTRUCTION, Field(name="to", sort="lines", called="parties"),
        Field(name="due", sort="day", needed=True, called="due_by"), words("detail", needed=False))),
    Deed(name="executed", group="chain", do=ordered(_executed), when=_told, fields=(
        _INSTRUCTION, Field(name="where", needed=True, called="system_one"), text("number"),
        words("note", needed=False), words("exceptions", needed=False), Field(name="backups_until", sort="day"))),
    Deed(name="report", group="chain", when=_told, fields=(_INSTRUCTION, words("evidence")),
         do=ordered(lambda g: g.room.order(
             o.Report, instruction=g.text("instruction"), evidence=g.text("evidence")))),
    Deed(name="tell-recipients", group="chain", do=_tell, fields=(
        pick.claims(), Field(name="to", sort="lines", needed=True, called="parties"), text("who"), words("what"))),
    Deed(name="give-up", group="chain", when=_routed, step_up=True, fields=(_HOP, words("reason")),
         do=ordered(lambda g: g.room.order(o.GiveUp, hop=g.text("hop"), reason=g.text("reason")))),
)  # fmt: skip
