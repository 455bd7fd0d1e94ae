"""What `dsarbot hand-over` does."""

from __future__ import annotations

import argparse

from dsarbot.cli.hand import Hand, ordering
from dsarbot.cli.items import demand_takeable, find
from dsarbot.desk import handing
from dsarbot.desk.alarms_lines import ID_SHOWN
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import NotAllowed, TheirInput
from dsarbot.ports import InboundRow
from dsarbot.wiring.digests import digest_desk
from dsarbot.wiring.handing import receiver


def hand_over(args: argparse.Namespace) -> int:
    """Mail to whoever decides, entry in the ledger, end of the item's waiting."""

    async def work(hand: Hand) -> int:
        row = await find(hand, args.item)
        organisation = _whose(hand, args.organisation, row)
        demand_takeable(row, organisation, hand)
        if row.state != "held":
            raise NotAllowed("not-held", f"Item {row.id[:ID_SHOWN]} is not held ({row.disposition}).")
        who, address = receiver(hand.app.settings, organisation.key, args.to)
        name = hand.app.profiles[organisation.key].organisation.legal_name
        desk = digest_desk(hand.app.settings, organisation, name)
        await handing.hand_over(hand.app.desk, desk, row, who=who, address=address, actor=hand.person.key)
        print(f"Item {row.id[:ID_SHOWN]} was handed to {who}; the mail leaves as soon as the service runs.")
        print(
            "Where personal data is meant, open a case as well:"
            f" dsarbot intake --take {row.id[:ID_SHOWN]} --organisation {organisation.key} --right erasure"
        )
        return 0

    return ordering(args, work)


def _whose(hand: Hand, key: str | None, row: InboundRow) -> Organisation:
    if key is not None:
        return hand.organisation(key)
    if row.scope in hand.person.organisations:
        return hand.organisation(row.scope)
    raise TheirInput(f"Several organisations read this mailbox; say --organisation for {row.id[:ID_SHOWN]}.")
