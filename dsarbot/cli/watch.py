"""`dsarbot watch`: a small process beside the service, for cron or a timer, that says when the service is silent.

It reads the database straight and hands its mail over by itself: it needs neither the master key nor a mailbox, nor
anything that the service does (security 20).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsarbot.cli.watch_run import Seen
    from dsarbot.config import Settings

_EPILOG = """\
exit codes:
  0  everything gives signs of life
  1  something is silent or late
  2  cannot tell: the configuration has mistakes or the database cannot be read
examples:
  dsarbot watch                        one look, for cron or a timer
  dsarbot watch --every 300            a look every five minutes, until it is stopped
  dsarbot watch --json                 for a monitoring program
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "watch",
        help="look at the service from outside, and write when it is silent",
        description="Look at the service from outside; write to the recipients of [watch] when it is silent or late.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--once", action="store_true", help="look once and end (the default)")
    how.add_argument("--every", metavar="SECONDS", type=_seconds, help="look every so many seconds until stopped")
    parser.add_argument("--json", action="store_true", help="print one JSON object for each look")
    parser.add_argument("--no-mail", action="store_true", help="only print; write to nobody")
    parser.set_defaults(run=run)


def _seconds(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of seconds from 1 up")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Look once, or until stopped; the exit code of the last look."""
    from dsarbot.cli.common import settings_of

    # Whoever watches need not be able to read the service's secrets; its own is read when it is used.
    settings = settings_of(args, check_secrets=False)
    return asyncio.run(_looks(settings, args))


async def _looks(settings: Settings, args: argparse.Namespace) -> int:
    from dsarbot.cli.watch_run import look

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    while True:
        now = datetime.now().astimezone()
        seen = await look(settings, os.environ, now=now, mail=not args.no_mail)
        _show(seen, as_json=args.json)
        if args.every is None:
            return seen.code
        try:
            async with asyncio.timeout(args.every):
                await stop.wait()
        except TimeoutError:
            continue
        return seen.code


def _show(seen: Seen, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(seen.as_dict()), flush=True)
        return
    for line in seen.lines():
        print(line, file=sys.stderr if seen.code else sys.stdout, flush=True)
