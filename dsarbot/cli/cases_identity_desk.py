"""What the commands about identity look at: the message, the directory, the case. Looking is journalled."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from dsarbot.cli import case_text, shown
from dsarbot.cli.hand import Found, Hand
from dsarbot.core import directory as d
from dsarbot.core.directory import Entry
from dsarbot.desk.identity import Asking, Hint, Wrote, asking
from dsarbot.errors import NotFound
from dsarbot.reading.authentication import authenticate
from dsarbot.reading.mail import parse


async def asking_of(hand: Hand, found: Found, args: argparse.Namespace) -> Asking:
    """Everything that is known about who is asking in this case."""
    wrote = await _wrote(hand, found)
    entries, shared = await _on_file(hand, found, wrote, args)
    hint = Hint(
        person=entries[0].id if args.person else "",
        role=args.role,
        record=args.record,
        doubt=getattr(args, "doubt", ""),
    )
    today = shown.today_of(hand.now, found.rules)
    return asking(found.case, found.rules, wrote=wrote, found=entries, shared=shared, today=today, hint=hint)


async def _wrote(hand: Hand, found: Found) -> Wrote:
    """How the request came: of a mail what our own server found out about its sender."""
    case = found.case
    known = Wrote(address=case.person.address, postal=case.person.postal)
    if case.representative is not None or not case.inbounds:
        return known
    (first, *_) = await case_text.originals(hand, found)
    if not first.is_mail or first.raw is None or first.row is None or not first.row.mailbox:
        return known
    mail = parse(first.raw)
    if d.comparable(d.MAIL, mail.sender.address) != d.comparable(d.MAIL, case.person.address):
        # A colleague sent it on: what the server says is about the colleague.
        return known
    box = hand.app.settings.mailbox(first.row.mailbox)
    return Wrote(
        address=case.person.address,
        reply_to=mail.reply_to[0].address if mail.reply_to else "",
        postal=case.person.postal,
        authentication=authenticate(mail, box.authserv_id),
    )


async def _on_file(
    hand: Hand, found: Found, wrote: Wrote, args: argparse.Namespace
) -> tuple[tuple[Entry, ...], Mapping[str, frozenset[str]]]:
    directory, scope = hand.app.store.directory, found.scope
    keys = ((d.CUSTOMER, args.customer_number), (d.DISCORD, wrote.discord), (d.MAIL, wrote.address))
    entries = await directory.meant(scope, name=found.case.person.name, keys=keys)
    if args.person:
        ids = await directory.ids(scope, args.person)
        if len(ids) != 1:
            raise NotFound(f"{len(ids)} people have an id that begins with {args.person}. Nothing was changed.")
        named = await directory.entry(scope, ids[0])
        # Whoever is one of several stays one of several; the one that is meant comes first.
        others = tuple(each for each in entries if each != named)
        entries = (named, *others) if named in entries else (named,)
    await directory.told(
        scope,
        "viewed",
        {"case": found.case.id, "what": "identity", "found": len(entries)},
        at=hand.now,
        actor=hand.person.key,
    )
    return entries, {each.id: await directory.shared(scope, each) for each in entries}
