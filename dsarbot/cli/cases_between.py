"""Orders about more than one case: merge, split, move, and all cases of a colleague. Each is one transaction."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from dsarbot.cli.hand import Found, Hand, give, ordering, tell
from dsarbot.core import orders as o
from dsarbot.core.case import Case, Claim
from dsarbot.desk.by_hand import next_reference
from dsarbot.desk.handle import Task
from dsarbot.errors import NotAllowed, TheirInput
from dsarbot.ports import Scope


def merge(args: argparse.Namespace) -> int:
    """Everything open goes on in the other case; both references stay valid."""

    async def work(hand: Hand) -> int:
        found, into = await hand.find(args.reference), await hand.find(args.into)
        if found.scope != into.scope:
            raise NotAllowed(
                "merge-organisations",
                f"{found.case.reference} is a case of {found.scope}, {into.case.reference} one of {into.scope};"
                " each controller answers for itself. To hand a case over, use: dsarbot cases move.",
            )
        if into.case.merged_into:
            raise NotAllowed("merged", f"{into.case.reference} was merged itself.")
        open_ones = found.case.active
        going = tuple(claim.id for claim in open_ones)
        absorb = hand.order(
            o.Absorb,
            from_case=found.case.id,
            reference=found.case.reference,
            claims=open_ones,
            inbounds=found.case.inbounds,
            mode="merge",
            confidential=found.case.confidential,
        )
        leave = hand.order(o.Leave, to_case=into.case.id, claims=going, mode="merge")
        _, after = await together(hand, [(found.scope, found.case.id, leave), (into.scope, into.case.id, absorb)])
        print(f"{found.case.reference} goes on in {after.reference}; both references stay valid.")
        tell(into, after, hand.now)
        return 0

    return ordering(args, work)


def split(args: argparse.Namespace) -> int:
    """Some claims get a case of their own, with the same receipt."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        claims = tuple(_claim(found.case, each) for each in dict.fromkeys(args.claim))
        if done := [claim.id for claim in claims if claim not in found.case.active]:
            raise NotAllowed("split-done", f"Claim {', '.join(done)} is done; only what is open can go on elsewhere.")
        return await _carry_on(hand, found, found, claims, "split")

    return ordering(args, work)


def move(args: argparse.Namespace) -> int:
    """The receipt is kept; calendar, letterhead and authority are those of the other organisation."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        other = hand.organisation(args.organisation)
        if other.scope == found.scope:
            raise NotAllowed("move-nowhere", f"{found.case.reference} is a case of {other.key} already.")
        there = Found(scope=other.scope, case=found.case, organisation=other)
        return await _carry_on(hand, found, there, found.case.active, "move")

    return ordering(args, work)


async def _carry_on(hand: Hand, found: Found, there: Found, claims: Sequence[Claim], mode: str) -> int:
    """Claims leave one case and open another, in one transaction."""
    case, is_split = found.case, mode == "split"
    new_id = hand.app.desk.new_id()
    opening = hand.order(
        o.OpenFrom,
        case=new_id,
        reference=await next_reference(hand.app.store, there.organisation, hand.now),
        organisation=there.organisation.key,
        channel=case.channel,
        language=case.language,
        received_at=min((claim.received_at for claim in claims), default=hand.now),
        inbound="",
        person=case.person,
        subject=case.subject,
        asked=(),
        role_hint=case.role_hint,
        urgency=case.urgency,
        automatic_blocked=case.automatic_blocked,
        from_case=case.id,
        mode="split" if is_split else "move",
        claims=tuple(claims),
        inbounds=case.inbounds,
        # What one controller has checked does not prove anything to another.
        rung=case.rung if is_split else "",
        confidential=_seen_by(hand, case, there.scope),
        representative=case.representative,
    )
    leave = hand.order(
        o.Leave,
        to_case=new_id,
        claims=tuple(claim.id for claim in claims),
        mode=opening.mode,
        organisation="" if is_split else there.organisation.key,
    )
    left, after = await together(hand, [(found.scope, case.id, leave), (there.scope, "", opening)])
    going = ", ".join(claim.right for claim in after.claims)
    print(f"{going} of {left.reference} goes on as {after.reference} ({after.organisation}).")
    tell(Found(scope=there.scope, case=_before(after), organisation=there.organisation), after, hand.now)
    if left.active:
        tell(found, left, hand.now)
    return 0


def _seen_by(hand: Hand, case: Case, scope: Scope) -> tuple[str, ...]:
    """practice 12: a confidential case stays one; of those who see it only who works there goes on seeing it."""
    works = {each.key for each in hand.app.settings.staff if scope in each.organisations} | {hand.person.key}
    return tuple(each for each in case.confidential if each in works)


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
        await together(hand, tasks)
        print(f"{len(tasks)} {'case' if len(tasks) == 1 else 'cases'} of {args.all_from} assigned to {args.to}.")
        return 0

    return ordering(args, work)


async def together(hand: Hand, orders: Sequence[tuple[Scope, str, o.Order]]) -> list[Case]:
    """All of these orders or none; the first refusal is raised."""
    tasks = [Task(scope=scope, case=case_id, thing=order) for scope, case_id, order in orders]
    results = await hand.app.desk.handle(tasks, together=True)
    return [each for each in results if isinstance(each, Case)]


def _claim(case: Case, claim_id: str) -> Claim:
    for claim in case.claims:
        if claim.id == claim_id:
            return claim
    known = ", ".join(claim.id for claim in case.claims)
    raise NotAllowed("no-such-claim", f"The case has no claim {claim_id}; it has: {known}.")
