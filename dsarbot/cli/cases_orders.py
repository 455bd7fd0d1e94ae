"""The orders about claims: each is one call, and each says afterwards where the case stands."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime
from pathlib import Path

from dsarbot.cli import shown
from dsarbot.cli.hand import Found, Hand, give
from dsarbot.core import orders as o
from dsarbot.core.case import Outcome
from dsarbot.core.letter import Part, Result
from dsarbot.errors import NotAllowed, TheirInput


def confirm(args: argparse.Namespace) -> int:
    """It is a request; the rights named replace those that were found."""

    def rights(found: Found) -> tuple[o.Asked, ...]:
        party = found.case.organisation
        return tuple(o.Asked(right=each, party=party, certain=True, because=("by a person",)) for each in args.right)

    return give(args, lambda hand, found: hand.order(o.Confirm, claims=tuple(args.claim), asked=rights(found)))


def not_a_request(args: argparse.Namespace) -> int:
    """It is none."""
    return give(args, lambda hand, _: hand.order(o.NotARequest, claims=tuple(args.claim), reason=args.reason))


def clarify(args: argparse.Namespace) -> int:
    """A letter that asks what is wanted."""
    return give(
        args, lambda hand, _: hand.order(o.Clarify, claims=tuple(args.claim), about=args.about, large=args.large)
    )


def clarified(args: argparse.Namespace) -> int:
    """The answer to it is here."""
    return give(
        args,
        lambda hand, found: hand.order(o.Clarified, claims=tuple(args.claim), answered_on=_past(args.on, hand, found)),
    )


def extend(args: argparse.Namespace) -> int:
    """The notice; the period is longer only once it has left in time."""
    return give(
        args, lambda hand, _: hand.order(o.Extend, claims=tuple(args.claim), reason=args.reason, detail=args.detail)
    )


def refuse(args: argparse.Namespace) -> int:
    """A refusal for one of the grounds that the law knows for this right."""
    return give(
        args,
        lambda hand, _: hand.order(
            o.Refuse, claims=tuple(args.claim), ground=args.ground, detail=args.detail, evidence=args.evidence
        ),
    )


def answer(args: argparse.Namespace) -> int:
    """The answer, its content typed or from a file."""
    results = tuple(_result(each) for each in args.result)
    detail = args.detail if args.file is None else text_of(args.file)
    return give(
        args,
        lambda hand, _: hand.order(
            o.Answer,
            claims=tuple(args.claim),
            outcome=_outcome(args.outcome),
            detail=detail,
            ground=args.ground,
            evidence=args.evidence,
            holds=tuple(args.holds),
            parts=tuple(_part(each) for each in args.part),
            results=results,
        ),
    )


def _outcome(word: str) -> Outcome:
    if word not in tuple(Outcome):
        raise NotAllowed("answer-outcome", "An answer is one of: granted, partly, nothing-held. To say no, use refuse.")
    return Outcome(word)


def _result(text: str) -> Result:
    """``c2=partly:legal-obligation``."""
    claim, _, said = text.partition("=")
    outcome, _, ground = said.partition(":")
    return Result(claim=claim.strip(), outcome=_outcome(outcome.strip()), ground=ground.strip())


def _part(text: str) -> Part:
    """``invoices=legal-obligation: kept until 2031``, or ``profile=given``."""
    name, found, said = text.partition("=")
    what, _, detail = said.partition(":")
    if not found or not name.strip() or not what.strip():
        raise TheirInput(f"{text!r} is no part; write NAME=given or NAME=GROUND. Nothing was changed.")
    given = what.strip() == "given"
    return Part(name=name.strip(), given=given, ground="" if given else what.strip(), detail=detail.strip())


def forward(args: argparse.Namespace) -> int:
    """A letter that says who has the request now."""
    return give(args, lambda hand, _: hand.order(o.Forward, claims=tuple(args.claim), party=args.to))


def note(args: argparse.Namespace) -> int:
    """Something written down."""
    return give(args, lambda hand, _: hand.order(o.Note, text=args.text, kind=args.kind))


def settle(args: argparse.Namespace) -> int:
    """A person has looked at a proposal; what follows from it is an order of its own."""
    accepted = args.verdict == "accept"
    return give(
        args, lambda hand, _: hand.order(o.Settle, proposal=args.proposal, accepted=accepted, scope=args.scope)
    )


def received(args: argparse.Namespace) -> int:
    """The instant of receipt, corrected; both values stay in the journal."""

    def at(found: Found) -> datetime:
        when: datetime = args.at
        return when if when.tzinfo else when.replace(tzinfo=found.rules.jurisdiction.tz)

    return give(
        args,
        lambda hand, found: hand.order(
            o.CorrectReceipt,
            claims=tuple(args.claim),
            received_at=at(found),
            evidence=args.evidence,
            second=hand.colleague(args.second, found.scope).key if args.second else "",
        ),
    )


def withdraw(args: argparse.Namespace) -> int:
    """The claims end, with a letter that confirms it."""
    return give(args, lambda hand, _: hand.order(o.Withdraw, claims=tuple(args.claim), evidence=args.evidence))


def close(args: argparse.Namespace) -> int:
    """What was answered is put away."""
    return give(args, lambda hand, _: hand.order(o.Close, claims=tuple(args.claim)))


def reopen(args: argparse.Namespace) -> int:
    """The old period goes on."""
    return give(args, lambda hand, _: hand.order(o.Reopen, claims=tuple(args.claim), why=args.why))


def _past(day: date | None, hand: Hand, found: Found) -> date:
    """That day, or today; NotAllowed for one that has not come."""
    today = shown.today_of(hand.now, found.rules)
    if day is not None and day > today:
        raise NotAllowed("future-day", f"{day} has not come yet; give the day on which it arrived.")
    return day or today


def text_of(name: str) -> str:
    """A text file, or standard input for ``-``."""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TheirInput(f"{name} cannot be read as text ({type(error).__name__}); nothing was changed.") from None
