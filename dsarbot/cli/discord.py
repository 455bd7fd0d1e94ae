"""`dsarbot discord`: what is kept of a conversation over Discord, and what stands there, for access and erasure."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dsarbot.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from dsarbot.cli.hand import Found, Hand
    from dsarbot.core.discord_rows import Contact

_EPILOG = """\
examples:
  dsarbot discord messages DSR-2026-00042-9
  dsarbot discord messages DSR-2026-00042-9 --from-discord --json > answer/discord.json
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser("discord", help="what is kept of a conversation over Discord, and what stands there")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    messages = actions.add_parser(
        "messages",
        help="everything about one case that is kept here or stands on Discord",
        description="For an answer about access, and for a plan of erasure: what the person sent to the bot, what the"
        " bot posted about the case, and with --from-discord what the person wrote in the watched channels.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    messages.add_argument("case", metavar="CASE", help="the reference")
    messages.add_argument("--from-discord", action="store_true", help="ask Discord for the watched channels, too")
    messages.add_argument("--json", action="store_true", help="print one JSON object")
    messages.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from dsarbot.cli.hand import ordering

    async def work(hand: Hand) -> int:
        found = await hand.find(args.case)
        contacts = await hand.app.store.contacts_of_case(found.scope, found.case.id)
        if not contacts:
            raise NotFound(f"Nobody asked for {found.case.reference} over Discord.")
        kept = await _kept(hand, found, contacts)
        if args.from_discord:
            kept["channels"] = await _written(hand, contacts)
        from dsarbot.desk.looking import viewed

        await viewed(
            hand.app.store, found.scope, found.case.id, "discord", by="terminal", at=hand.now, actor=hand.person.key
        )
        print(json.dumps(kept, indent=2, ensure_ascii=False) if args.json else "\n".join(_lines(kept)))
        return 0

    return ordering(args, work)


async def _kept(hand: Hand, found: Found, contacts: Sequence[Contact]) -> dict[str, list[dict[str, str]]]:
    posts = await hand.app.store.posts_of_case(found.scope, found.case.id)
    return {
        "asked": [
            {"at": each.at.isoformat(), "how": each.asking.how, "account": str(each.asking.user),
             "channel": str(each.asking.channel), "message": str(each.asking.native), "inbound": each.id}
            for each in contacts
        ],
        "posted": [
            {"at": each.at.isoformat(), "kind": each.kind, "channel": str(each.channel), "message": str(each.message),
             "goes": each.delete_at.isoformat() if each.delete_at else ""}
            for each in posts if each.message and not each.gone
        ],
    }  # fmt: skip


async def _written(hand: Hand, contacts: Sequence[Contact]) -> list[dict[str, str]]:
    """What these accounts wrote in the watched channels of the servers on which they asked."""
    try:
        from dsarbot.channels.discord_collect import collect
    except ModuleNotFoundError as missing:
        raise ConfigError([f"{missing.name} is not installed; install dsarbot[discord]"]) from None
    guilds, users = {each.guild for each in contacts}, {each.asking.user for each in contacts}
    found: list[dict[str, str]] = []
    for server in hand.app.settings.discord:
        if server.guild in guilds and server.watch:
            token = server.token.read(os.environ).get_secret_value()
            found += await collect(token, server.watch, users)
    return found


def _lines(kept: Mapping[str, Sequence[Mapping[str, str]]]) -> Sequence[str]:
    titles = {
        "asked": "Sent to the bot (kept in the vault; goes with the case):",
        "posted": "Posted by the bot (goes by itself; delete by hand what must go at once):",
        "channels": "Written in watched channels (Discord keeps it; the author or a moderator can delete it):",
    }
    found: list[str] = []
    for key, entries in kept.items():
        found += [titles[key], *("  " + "  ".join(each.values()) for each in entries)]
        found += [] if entries else ["  nothing"]
    return found
