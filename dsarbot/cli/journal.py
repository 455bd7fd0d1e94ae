"""`dsarbot journal`: does the journal still say what it said?"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsarbot.app import App
    from dsarbot.store.verify import Finding

_EPILOG = """\
examples:
  dsarbot journal verify
  dsarbot journal verify --anchor 412:9c1f...   the number and the 64 characters that a digest or dossier shows
  dsarbot journal verify --without-keys         chains, heads, anchors and tombstones only; needs no master key
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "journal",
        help="verify the journal",
        description="Verify the journal of every case and organisation.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="chains, anchors, payloads, and that the rows are what the facts make")
    verify.add_argument(
        "--anchor", metavar="N:HASH", type=_anchor, help="an anchor from outside; it must be in the journal"
    )
    verify.add_argument("--without-keys", action="store_true", help="what can be checked without the master key")
    verify.add_argument("--json", action="store_true", help="print the findings as JSON, one per line")
    verify.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when nothing was found, 1 otherwise."""
    findings = _without_keys(args) if args.without_keys else _with_keys(args)
    for each in findings:
        line = json.dumps(asdict(each)) if args.json else f"{each.stream} entry {each.seq}: {each.what}"
        sys.stdout.write(line + "\n")
    if not args.json:
        sys.stdout.write(f"{len(findings)} findings.\n" if findings else "The journal is whole.\n")
    return 1 if findings else 0


def _with_keys(args: argparse.Namespace) -> Sequence[Finding]:
    from dsarbot.cli.common import with_app
    from dsarbot.core.apply import apply
    from dsarbot.store.verify import verify

    async def work(app: App) -> Sequence[Finding]:
        return [each async for each in verify(app.store.ring, apply, anchor=args.anchor)]

    return with_app(args, work)


def _without_keys(args: argparse.Namespace) -> Sequence[Finding]:
    from dsarbot.cli.common import settings_of
    from dsarbot.store.database import current
    from dsarbot.store.verify import verify
    from dsarbot.wiring.servers import database_password, database_url

    settings = settings_of(args, check_secrets=False)

    async def work() -> Sequence[Finding]:
        async with current(database_url(settings), password=database_password(settings, os.environ)):
            return [each async for each in verify(anchor=args.anchor)]

    return asyncio.run(work())


def _anchor(text: str) -> tuple[int, str]:
    found = re.fullmatch(r"(\d+):([0-9a-fA-F]{64})", text.strip())
    if found is None:
        raise argparse.ArgumentTypeError("write the number, a colon and the 64 characters, as the digest shows them")
    return int(found[1]), found[2].lower()
