"""`dsarbot cases answered-by-hand`: a mail out of the Sent folder becomes the answer that the journal knows."""

from __future__ import annotations

import argparse
from typing import Final

from dsarbot.cli import shown
from dsarbot.cli.hand import Found, Hand, ordering, tell
from dsarbot.core import orders as o
from dsarbot.core.case import Joined, Outcome, Section
from dsarbot.desk.handwritten import words_of
from dsarbot.errors import NotAllowed, TheirInput

_SHORTEST: Final = 4


def record(args: argparse.Namespace) -> int:
    """The order, with the words of the mail as the letter's text."""
    if args.outcome not in tuple(Outcome):
        raise NotAllowed("answer-outcome", "An answer is one of: granted, partly, nothing-held, refused.")

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        joined = _named(found, args.message)
        store = hand.app.store
        subject, words = await words_of(store, store.vault, found.scope, joined)
        order = hand.order(
            o.AnsweredByHand,
            claims=tuple(args.claim),
            inbound=joined.inbound,
            outcome=Outcome(args.outcome),
            ground=args.ground,
            subject=subject,
            sections=(Section(key="by-hand", text=words),),
        )
        after = await hand.app.desk.order(found.scope, found.case.id, order)
        letter = after.letters[-1]
        place, today = found.rules.jurisdiction, shown.today_of(hand.now, found.rules)
        when = shown.moment_of(joined.received_at, place, today)
        print(f"Recorded as letter {letter.id}: {shown.letter_name(letter)}, sent by hand {when}.")
        print("No check was made before it left: see that it named the complaint and the court (Art. 12(4) GDPR).")
        tell(Found(scope=found.scope, case=after, organisation=found.organisation), after, hand.now)
        return 0

    return ordering(args, work)


def _named(found: Found, start: str) -> Joined:
    written = [each for each in found.case.inbounds if each.recipient]
    meant = [each for each in written if len(start) >= _SHORTEST and each.inbound.startswith(start.lower())]
    if len(meant) != 1:
        known = ", ".join(each.inbound[:8] for each in written) or "none"
        raise TheirInput(f"No single mail of staff begins with {start}; the case has: {known}. Nothing was changed.")
    return meant[0]
