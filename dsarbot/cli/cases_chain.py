"""Orders about other parties, typed by a person."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import cast

from dsarbot.cli.hand import Found, Hand, give, lay_out, ordering, reading, tell
from dsarbot.core import orders_chain as o
from dsarbot.core.case import Case
from dsarbot.core.chain import Hop, How
from dsarbot.core.chain_back import the_instruction
from dsarbot.core.routing import Answerable, below_us, way
from dsarbot.desk.chain_request import answerable, requested
from dsarbot.errors import NotAllowed, TheirInput

#: Of the id of a message, so much must be typed.
_SHORTEST = 4


def route(args: argparse.Namespace) -> int:
    """Without --to only proposals are shown; 1 when there are none."""
    if not args.to:
        return reading(args, lambda hand: _proposed(hand, args))

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        said = await requested(found.case, hand.app.store, hand.app.store.vault)
        proposed = {each.party.key: each for each in await answerable(found.case, said, hand.app.store)}
        register = await hand.app.store.register(found.scope)
        targets = tuple(
            o.Target(
                way=way(register, key),
                because=args.because or (proposed[key].because if key in proposed else ""),
                systems=tuple(args.system) or (_named(proposed[key]) if key in proposed else ()),
            )
            for key in args.to
        )
        order = hand.order(
            o.Route, claims=tuple(args.claim), to=targets, words=said.words, files=said.files, ours=args.ours
        )
        after = await hand.app.desk.order(found.scope, found.case.id, order)
        await lay_out(hand, found, after)
        tell(found, after, hand.now)
        return 0

    return ordering(args, work)


def _named(found: Answerable) -> tuple[str, ...]:
    """What the request names of it: routing data, as the controller needs it to find its own."""
    return tuple(dict.fromkeys(each.sign for each in found.reasons if each.sort not in ("brand", "sender")))


async def _proposed(hand: Hand, args: argparse.Namespace) -> int:
    found = await hand.find(args.reference)
    said = await requested(found.case, hand.app.store, hand.app.store.vault)
    proposed = await answerable(found.case, said, hand.app.store)
    for each in proposed:
        print(f"{each.party.key:<20}  {each.party.name}: {each.because}")
        print(f"  dsarbot cases route {found.case.reference} --to {each.party.key}")
    if not proposed:
        print("Nothing in the request names a customer of ours. Ask the person one question:")
        print(f"  dsarbot cases ask-customer {found.case.reference}")
    return 0 if proposed else 1


def ask_customer(args: argparse.Namespace) -> int:
    """One question to the person."""
    return give(args, lambda hand, _: hand.order(o.AskCustomer, claims=tuple(args.claim)))


def heard(args: argparse.Namespace) -> int:
    """What a party said."""

    def make(hand: Hand, found: Found) -> o.Hear:
        inbound = _message(args.source, found.case)
        return hand.order(
            o.Hear, hop=args.hop, said=args.said, how=_how(args, inbound), by=args.by, detail=args.detail,
            number=args.number, until=args.until, inbound=inbound,
        )  # fmt: skip

    return give(args, make)


def instruct(args: argparse.Namespace) -> int:
    """What a controller wants done."""

    def make(hand: Hand, found: Found) -> o.Instruct:
        inbound = _message(args.source, found.case)
        return hand.order(
            o.Instruct, hop=args.hop, actions=tuple(args.action), how=_how(args, inbound), scope=args.scope,
            detail=args.detail, until=args.until, inbound=inbound, vouched=args.vouched, claims=tuple(args.claim),
            by=args.by or _writer(found.case, inbound),
        )  # fmt: skip

    return give(args, make)


def _how(args: argparse.Namespace, inbound: str) -> How:
    return cast("How", args.how or ("mail" if inbound else "command"))


def _message(beginning: str, case: Case) -> str:
    """The message of the case whose id begins so, "" for none."""
    if not beginning:
        return ""
    known = [each.inbound for each in case.inbounds if not each.recipient]
    meant = [each for each in known if len(beginning) >= _SHORTEST and each.startswith(beginning.lower())]
    if len(meant) != 1:
        raise TheirInput(
            f"--from {beginning}: no single message of the case begins so; it has:"
            f" {', '.join(each[:8] for each in known) or 'none'}. Nothing was changed."
        )
    return meant[0]


def _writer(case: Case, inbound: str) -> str:
    wrote = (each for hop in case.chain.hops for each in hop.wrote)
    return next((each.address for each in wrote if inbound and each.inbound == inbound), "")


def confirmed(args: argparse.Namespace) -> int:
    """The second confirmation, given otherwise than on the page."""
    return give(
        args,
        lambda hand, _: hand.order(
            o.ConfirmInstruction,
            instruction=args.instruction,
            counts=args.counts,
            proof=f"vouched for: {args.vouched}",
        ),
    )


def settle(args: argparse.Namespace) -> int:
    """It stands, is questioned, or refused."""
    return give(
        args,
        lambda hand, _: hand.order(
            o.SettleInstruction, instruction=args.instruction, verdict=args.verdict, reason=args.reason
        ),
    )


def executed(args: argparse.Namespace) -> int:
    """Done in one of our systems."""
    return give(
        args,
        lambda hand, _: hand.order(
            o.Execute, instruction=args.instruction, where=args.where, number=args.number, note=args.note,
            exceptions=args.exceptions, backups_until=args.backups_until,
        ),
    )  # fmt: skip


def pass_down(args: argparse.Namespace) -> int:
    """To the sub-processors named, or to those that the contract names."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        keys = args.to or _used(the_hop_of(found.case, args.instruction))
        if not keys:
            raise NotAllowed("down-who", "The contract names no sub-processor; say which with --to.")
        to = below_us(await hand.app.store.register(found.scope), keys)
        order = hand.order(o.PassDown, instruction=args.instruction, to=to, due=args.due, detail=args.detail)
        after = await hand.app.desk.order(found.scope, found.case.id, order)
        await lay_out(hand, found, after)
        tell(found, after, hand.now)
        return 0

    return ordering(args, work)


def the_hop_of(case: Case, instruction: str) -> Hop | None:
    """From whom that instruction came."""
    return case.chain.hop(the_instruction(case, instruction).hop)


def _used(hop: Hop | None) -> Sequence[str]:
    return tuple(dict.fromkeys(each.partition("=")[2] for each in hop.terms.uses)) if hop else ()


def report(args: argparse.Namespace) -> int:
    """The report up the chain."""
    return give(args, lambda hand, _: hand.order(o.Report, instruction=args.instruction, evidence=args.evidence))


def tell_recipients(args: argparse.Namespace) -> int:
    """Art. 19."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        to = below_us(await hand.app.store.register(found.scope), args.to)
        order = hand.order(o.TellRecipients, claims=tuple(args.claim), to=to, who=args.who, what=args.what)
        after = await hand.app.desk.order(found.scope, found.case.id, order)
        await lay_out(hand, found, after)
        tell(found, after, hand.now)
        return 0

    return ordering(args, work)


def give_up(args: argparse.Namespace) -> int:
    """The officer's decision about a party that cannot be reached."""
    return give(args, lambda hand, _: hand.order(o.GiveUp, hop=args.hop, reason=args.reason))
