"""Orders about what is done for a right: tick, restrict, lift, charge, record, prove."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from dsarbot.cli import shown
from dsarbot.cli.cases_orders import text_of
from dsarbot.cli.hand import Found, Hand, give
from dsarbot.core import orders_rights as o
from dsarbot.core.letter import Fee
from dsarbot.errors import NotAllowed, TheirInput

_CENTS: Final = 100
#: Of the id of a message, so much must be typed.
_SHORTEST: Final = 4


def add_right(args: argparse.Namespace) -> int:
    """A claim of its own, with its own clock and its own acknowledgement."""
    return give(
        args,
        lambda hand, found: hand.order(
            o.Invoke,
            right=args.right,
            because=args.because,
            party=args.party,
            scope=args.scope,
            marketing=args.marketing,
            received_at=_received(args.source, found),
        ),
    )


def _received(source: str, found: Found) -> datetime | None:
    """The receipt of the message that is named, or the instant itself; local where it has no offset."""
    if not source:
        return None
    came = [each for each in found.case.inbounds if not each.recipient]
    meant = [each for each in came if len(source) >= _SHORTEST and each.inbound.startswith(source.lower())]
    if len(meant) == 1:
        return meant[0].received_at
    try:
        when = datetime.fromisoformat(source)
    except ValueError:
        known = ", ".join(each.inbound[:8] for each in came) or "none"
        raise TheirInput(
            f"--from {source}: no single message of the case begins so (it has: {known}), and it is no date such as "
            "2026-03-05 or 2026-03-05T10:00. Nothing was changed."
        ) from None
    return when if when.tzinfo else when.replace(tzinfo=found.rules.jurisdiction.tz)


def tick(args: argparse.Namespace) -> int:
    """A step, with what there is to say about it."""
    return give(
        args,
        lambda hand, _: hand.order(o.Tick, claims=tuple(args.claim), step=args.step, note=args.note, undo=args.undo),
    )


def restrict(args: argparse.Namespace) -> int:
    """What is frozen, and since when."""
    return give(
        args,
        lambda hand, found: hand.order(
            o.Restrict, claims=tuple(args.claim), frozen=args.frozen, since=_day(args.since, hand, found)
        ),
    )


def announce_lifting(args: argparse.Namespace) -> int:
    """The notice of Art. 18(3)."""
    return give(
        args,
        lambda hand, _: hand.order(
            o.AnnounceLifting, claims=tuple(args.claim), reason=args.reason, ends_on=args.on
        ),
    )


def lift(args: argparse.Namespace) -> int:
    """The end of a restriction."""
    return give(args, lambda hand, _: hand.order(o.Lift, claims=tuple(args.claim)))


def fee(args: argparse.Namespace) -> int:
    """A letter that says what is asked, and how it was worked out."""
    asked = Fee(
        amount=_cents(args.amount), currency=args.currency.upper(), basis=args.basis, calculation=args.calculation
    )
    return give(
        args, lambda hand, _: hand.order(o.AskFee, claims=tuple(args.claim), fee=asked, evidence=args.evidence)
    )


def fee_settled(args: argparse.Namespace) -> int:
    """How it ended."""
    return give(args, lambda hand, _: hand.order(o.SettleFee, claims=tuple(args.claim), how=args.how))


def directive(args: argparse.Namespace) -> int:
    """A new version."""
    text = args.text if args.file is None else text_of(args.file)
    return give(
        args,
        lambda hand, found: hand.order(
            o.RecordDirective,
            claims=tuple(args.claim),
            text=text,
            consent=args.consent,
            executor=args.executor,
            recorded_on=_day(args.on, hand, found),
        ),
    )


def revoke_directive(args: argparse.Namespace) -> int:
    """The version in force ends."""
    return give(
        args,
        lambda hand, found: hand.order(
            o.RevokeDirective, claims=tuple(args.claim), revoked_on=_day(args.on, hand, found)
        ),
    )


def forwarded(args: argparse.Namespace) -> int:
    """Proof that the party has it."""
    return give(args, lambda hand, _: hand.order(o.ProveForward, claims=tuple(args.claim), proof=args.proof))


def _day(day: date | None, hand: Hand, found: Found) -> date:
    today = shown.today_of(hand.now, found.rules)
    if day is not None and day > today:
        raise NotAllowed("future-day", f"{day} has not come yet.")
    return day or today


def _cents(text: str) -> int:
    try:
        cents = Decimal(text) * _CENTS
    except InvalidOperation:
        raise TheirInput(f"{text!r} is no amount; write 12.50. Nothing was changed.") from None
    if not cents.is_finite() or cents != cents.to_integral_value():
        raise TheirInput(f"{text!r} is no amount in cents; write 12.50. Nothing was changed.")
    return int(cents)
