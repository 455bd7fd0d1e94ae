"""What the commands about identity look at: the message, the directory, the case. Looking is journalled."""

from __future__ import annotations

import argparse

from dsarbot.cli import shown
from dsarbot.cli.hand import Found, Hand
from dsarbot.desk import identity_look
from dsarbot.desk.identity import Asking
from dsarbot.desk.identity_look import Desks, Told
from dsarbot.desk.looking import viewed


async def asking_of(hand: Hand, found: Found, args: argparse.Namespace) -> Asking:
    """Everything that is known about who is asking in this case."""
    store = hand.app.store
    desks = Desks(
        store=store,
        vault=store.vault,
        directory=store.directory,
        authserv=lambda box: hand.app.settings.mailbox(box).authserv_id,
    )
    told = Told(
        person=args.person,
        customer_number=args.customer_number,
        role=args.role,
        record=args.record,
        doubt=getattr(args, "doubt", ""),
    )
    today = shown.today_of(hand.now, found.rules)
    now = await identity_look.asking_of(desks, found.scope, found.case, rules=found.rules, today=today, told=told)
    await viewed(store, found.scope, found.case.id, "identity", by="terminal", at=hand.now, actor=hand.person.key)
    return now
