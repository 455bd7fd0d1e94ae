"""Orders about who writes for a person, who sees a case, and letters that went astray."""

from __future__ import annotations

import argparse
from datetime import datetime

from dsarbot.cli import shown
from dsarbot.cli.hand import Found, Hand, give, ordering, tell
from dsarbot.core import orders_rights as o
from dsarbot.core.case import Case
from dsarbot.core.measures import Person, Representative
from dsarbot.errors import TheirInput


def represent(args: argparse.Namespace) -> int:
    """A mandate is on file, and the person whose data it is about."""
    acting = Representative(
        role=args.role,
        person=Person(name=args.name, address=args.address, postal=tuple(args.postal)),
        mandate=args.mandate,
        data_to=args.data_to,
        until=args.until,
        rights=tuple(args.right),
        company=args.company,
    )
    person = Person(name=args.for_, address=args.for_address, postal=tuple(args.for_postal)) if args.for_ else None
    if person is None and (args.for_address or args.for_postal):
        raise TheirInput("--for-address and --for-postal say where the person is: name them with --for.")
    return give(args, lambda hand, _: hand.order(o.Represent, representative=acting, person=person))


def end_mandate(args: argparse.Namespace) -> int:
    """It has ended."""
    return give(args, lambda hand, _: hand.order(o.EndMandate, reason=args.reason))


def misdirected(args: argparse.Namespace) -> int:
    """Says first of all until when the authority would have to be told."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        order = hand.order(o.Misdirected, letter=args.letter, known_at=_known(args, hand, found), how=args.how)
        after = await hand.app.desk.order(found.scope, found.case.id, order)
        place, today = found.rules.jurisdiction, shown.today_of(hand.now, found.rules)
        print(f"Report to the authority, if it must be, before {shown.moment_of(_limit(after, args), place, today)}.")
        print("Nothing leaves in this case, but for the recall, until: dsarbot cases breach.")
        tell(found, after, hand.now)
        return 0

    return ordering(args, work)


def breach(args: argparse.Namespace) -> int:
    """Reported or not, with the reason."""
    return give(
        args,
        lambda hand, found: hand.order(
            o.DecideBreach,
            letter=args.letter,
            verdict=args.verdict,
            reason=args.reason,
            told=args.tell,
            decided_by=hand.colleague(args.decided_by, found.scope).key if args.decided_by else "",
        ),
    )


def ask_mandate(args: argparse.Namespace) -> int:
    """A letter that asks what entitles somebody to write for another person."""
    return give(args, lambda hand, _: hand.order(o.AskMandate, claims=tuple(args.claim), role=args.role))


def confidential(args: argparse.Namespace) -> int:
    """Named colleagues only, each of whom works for the organisation."""
    return give(
        args,
        lambda hand, found: hand.order(
            o.Confide,
            staff=tuple(hand.colleague(each, found.scope).key for each in dict.fromkeys(args.staff)),
            reason=args.reason,
        ),
    )


def _known(args: argparse.Namespace, hand: Hand, found: Found) -> datetime:
    when: datetime = args.known or hand.now
    return when if when.tzinfo else when.replace(tzinfo=found.rules.jurisdiction.tz)


def _limit(case: Case, args: argparse.Namespace) -> datetime:
    return next(each.report_by for each in case.breaches if each.letter == args.letter)
