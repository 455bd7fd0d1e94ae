"""Orders about more than one case: merge, split, move, and all cases of a colleague. Each is one transaction."""

from __future__ import annotations

import argparse

from dsarbot.cli.hand import Found, Hand, give, ordering, tell
from dsarbot.core import orders as o
from dsarbot.core.case import Case, Claim
from dsarbot.desk import between
from dsarbot.errors import NotAllowed, TheirInput
from dsarbot.ports import Scope


def merge(args: argparse.Namespace) -> int:
    """Everything open goes on in the other case; both references stay valid."""

    async def work(hand: Hand) -> int:
        found, into = await hand.find(args.reference), await hand.find(args.into)
        after = await between.merge(hand.app.desk, hand.order, found, into)
        print(f"{found.case.reference} goes on in {after.reference}; both references stay valid.")
        tell(into, after, hand.now)
        return 0

    return ordering(args, work)


def split(args: argparse.Namespace) -> int:
    """Some claims get a case of their own, with the same receipt."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        claims = tuple(_claim(found.case, each) for each in dict.fromkeys(args.claim))
        left, after = await between.split(hand.app.desk, hand.order, found, claims, _works(hand, found.scope))
        return _told(hand, found, left, after)

    return ordering(args, work)


def move(args: argparse.Namespace) -> int:
    """The receipt is kept; calendar, letterhead and authority are those of the other organisation."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        other = hand.organisation(args.organisation)
        left, after = await between.move(hand.app.desk, hand.order, found, other, _works(hand, other.scope))
        return _told(hand, found, left, after)

    return ordering(args, work)


def _told(hand: Hand, found: Found, left: Case, after: Case) -> int:
    """What went where."""
    going = ", ".join(claim.right for claim in after.claims)
    print(f"{going} of {left.reference} goes on as {after.reference} ({after.organisation}).")
    there = hand.app.organisations[after.organisation]
    tell(Found(scope=there.scope, case=_before(after), organisation=there), after, hand.now)
    if left.active:
        tell(found, left, hand.now)
    return 0


def _works(hand: Hand, scope: Scope) -> set[str]:
    return {each.key for each in hand.app.settings.staff if scope in each.organisations} | {hand.person.key}


def _before(case: Case) -> Case:
    return Case(
        id=case.id,
        reference=case.reference,
        organisation=case.organisation,
        channel=case.channel,
        language=case.language,
        opened_at=case.opened_at,
        person=case.person,
    )


def assign(args: argparse.Namespace) -> int:
    """One case, or every open case of a colleague."""
    if args.all_from is None and args.to is None and args.reference and args.staff:
        return give(args, lambda hand, found: hand.order(o.Assign, staff=hand.colleague(args.staff, found.scope).key))
    if args.all_from and args.to and not args.reference:
        return _assign_all(args)
    raise TheirInput("Write: dsarbot cases assign REF STAFF, or: dsarbot cases assign --all-from STAFF --to STAFF.")


def _assign_all(args: argparse.Namespace) -> int:
    async def work(hand: Hand) -> int:
        tasks = [
            (Scope(key), row.id, hand.order(o.Assign, staff=hand.colleague(args.to, Scope(key)).key))
            for key in hand.person.organisations
            for row in await hand.app.store.rows(Scope(key))
            # practice 12: what somebody may not see they do not hand on, either.
            if row.assignee == args.all_from and row.visible_to(hand.person.key)
        ]
        if not tasks:
            print(f"No open case of your organisations is assigned to {args.all_from}.")
            return 0
        await between.together(hand.app.desk, tasks)
        print(f"{len(tasks)} {'case' if len(tasks) == 1 else 'cases'} of {args.all_from} assigned to {args.to}.")
        return 0

    return ordering(args, work)


def _claim(case: Case, claim_id: str) -> Claim:
    for claim in case.claims:
        if claim.id == claim_id:
            return claim
    known = ", ".join(claim.id for claim in case.claims)
    raise NotAllowed("no-such-claim", f"The case has no claim {claim_id}; it has: {known}.")
