"""The orders about who is asking: contacts seen on file, the question, the verdict."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator
from datetime import date
from typing import Final

from dsarbot.cli import shown
from dsarbot.cli.cases_identity_desk import asking_of
from dsarbot.cli.cases_orders import text_of
from dsarbot.cli.hand import Found, Hand, give, lay_out, ordering, tell
from dsarbot.core import directory as d
from dsarbot.core import orders as o
from dsarbot.core import orders_identity as oi
from dsarbot.core.proofs import ContactKind, Means, OnFile
from dsarbot.desk.identity import Asking
from dsarbot.desk.identity_look import asked_for, compared, contact_for, demand_fact, proposed
from dsarbot.errors import NotAllowed, TheirInput

#: By what a rung is usually reached.
_MEANS: Final[dict[str, Means]] = {"R2": "code", "R4": "account", "R5": "live", "R6": "copy"}


def on_file(args: argparse.Namespace) -> int:
    """practice 29: "a person states where and when an address on file was seen"."""
    kind: ContactKind = args.kind or ("mail" if "@" in args.contact else "postal")

    def order(hand: Hand, found: Found) -> oi.SeeContact:
        seen = args.on or shown.today_of(hand.now, found.rules)
        contact = OnFile(kind=kind, value=args.contact.strip(), system=args.seen_in, seen=seen, since=args.since)
        return hand.order(oi.SeeContact, contact=contact)

    code = give(args, order)
    if args.since is None:
        print("Without --since it counts as new: for 30 days it proves nothing alone (security 9).")
    return code


def contact_change(args: argparse.Namespace) -> int:
    """security 9: the old contact is told."""
    if not d.comparable(d.MAIL, args.old):
        raise TheirInput("--old is no mail address; where there is none, write to the postal address on file by hand.")
    return give(args, lambda hand, _: hand.order(oi.WantContactChange, old=args.old.strip(), reason=args.reason))


def ask(args: argparse.Namespace) -> int:
    """A letter that asks who it is, for the lowest sufficient proof unless somebody says why not."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        now = await asking_of(hand, found, args)
        rung = args.rung or proposed(now, f"See: dsarbot cases identity {found.case.reference}")
        order = hand.order(
            o.AskIdentity,
            claims=tuple(args.claim) or asked_for(now),
            doubt=args.doubt,
            rung=rung,
            contact=contact_for(now, rung),
            proposed=now.proposal or ("R0" if now.ladder.enough or now.ladder.refer else ""),
            override=args.override,
        )
        after = await hand.app.desk.order(found.scope, found.case.id, order)
        await lay_out(hand, found, after)
        tell(found, after, hand.now)
        for line in _remarks(found, now, order):
            print(line)
        return 0

    return ordering(args, work)


def _remarks(found: Found, now: Asking, order: o.AskIdentity) -> Iterator[str]:
    if order.contact and now.contact:
        yield f"Once it has left, the code goes to the address on file, seen in {now.contact.source}."
    elif "R2" in order.rung.split("+"):
        yield "No address on file is known, so no code leaves; the letter says the same as to anybody."
    if found.rules.identity.demanded:
        yield "! The published policy demands a copy from everybody; that opens no pause (practice 32)."


def verify(args: argparse.Namespace) -> int:
    """The proof counts from the day on which it arrived. Facts are compared here and forgotten."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        named = dict(_facts(args))
        matched, missed = await _compared(hand, found, args, named)
        rung = args.rung or ("R3" if named else "")
        if not rung:
            raise TheirInput("Say what was proved with --rung, or name facts with --fact; nothing was changed.")
        how = args.how or ("facts compared with the directory" if named else "")
        order = hand.order(
            o.Verify,
            rung=rung,
            how=how,
            means=args.means or ("facts" if named else _MEANS.get(rung, "other")),
            facts=matched,
            missed=missed,
            answered_on=_past(args.on, hand, found),
        )
        after = await hand.app.desk.order(found.scope, found.case.id, order)
        if missed:
            print(f"No match: {', '.join(missed)}. Nobody was verified; that it was wrong is kept, not the value.")
            return 1
        if matched:
            print(f"Match: {', '.join(matched)}.")
        tell(found, after, hand.now)
        return 0

    return ordering(args, work)


def _facts(args: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """(kind, value) as the person named them. What is typed unseen stands in no history of commands."""
    lines = text_of(args.facts_file).splitlines() if args.facts_file else []
    for each in (*args.fact, *(line for line in lines if line.strip())):
        kind, given, value = each.partition("=")
        kind = kind.strip()
        demand_fact(kind)
        if not given:
            if not sys.stdin.isatty():
                raise TheirInput(f"Without a terminal write --fact {kind}=VALUE, or use --facts-file.")
            value = getpass.getpass(f"{kind} as the person wrote it: ")
        yield kind, value.strip()


async def _compared(
    hand: Hand, found: Found, args: argparse.Namespace, named: dict[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which kinds are right, and which are not. Both values are forgotten when it returns."""
    if not named:
        return (), ()
    now = await asking_of(hand, found, args)
    return compared(now, named)


def _past(day: date | None, hand: Hand, found: Found) -> date:
    """That day, or today; NotAllowed for one that has not come."""
    today = shown.today_of(hand.now, found.rules)
    if day is not None and day > today:
        raise NotAllowed("future-day", f"{day} has not come yet; give the day on which it arrived.")
    return day or today
