"""`dsarbot db`: bring the database up to date after an update of the program, or write its rows anew."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsarbot.app import App
    from dsarbot.store.rebuild import Rebuilt
    from dsarbot.store.upgrade import Upgraded

_EPILOG = """\
examples:
  dsarbot db upgrade     after an update: stop the service first
  dsarbot db rebuild     every list, date and look-up anew from the journal
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "db",
        help="upgrade or rebuild the database",
        description="Upgrade the database, or rebuild its rows from the journal.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    upgrade = actions.add_parser("upgrade", help="bring the tables up to date; copies an SQLite database first")
    rebuild = actions.add_parser("rebuild", help="write the rows of every case anew from its journal")
    for each, run_it in ((upgrade, run_upgrade), (rebuild, run_rebuild)):
        each.add_argument("--json", action="store_true", help="print the result as JSON")
        each.set_defaults(run=run_it)


def run_upgrade(args: argparse.Namespace) -> int:
    """0 when the tables are up to date afterwards."""
    from dsarbot.cli.common import settings_of
    from dsarbot.store.upgrade import upgrade
    from dsarbot.wiring.servers import database_password, database_url

    settings = settings_of(args)
    password = database_password(settings, os.environ)
    done = asyncio.run(upgrade(database_url(settings), now=datetime.now(UTC), password=password))
    sys.stdout.write(_upgraded(done, as_json=args.json))
    return 0


def _upgraded(done: Upgraded, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"applied": done.applied, "copy": str(done.copy) if done.copy else None}) + "\n"
    if not done.applied:
        return "The database is up to date.\n"
    lines = [f"Applied {name}." for name in done.applied]
    if done.copy:
        lines.append(f"The database as it was: {done.copy}")
        lines.append("Delete this copy when the service runs well: it holds what is erased from now on.")
    return "\n".join(lines) + "\n"


def run_rebuild(args: argparse.Namespace) -> int:
    """0 when every case was rebuilt, 1 when some cannot be read in full."""
    from dsarbot.cli.common import with_app

    done = with_app(args, _rebuild)
    if args.json:
        sys.stdout.write(json.dumps({"cases": done.cases, "left": done.left}) + "\n")
    else:
        sys.stdout.write(f"{done.cases} cases written anew.\n")
        for case_id in done.left:
            sys.stdout.write(f"Left as it is, since not all of its facts can be read: case {case_id}\n")
    return 1 if done.left else 0


async def _rebuild(app: App) -> Rebuilt:
    from dsarbot.core.agenda import next_wake
    from dsarbot.core.apply import apply
    from dsarbot.core.case import Case
    from dsarbot.store.rebuild import rebuild

    def wake_at(case: Case) -> datetime | None:
        organisation = app.organisations.get(case.organisation)
        # An organisation that left the configuration has no rules any more: its cases wake nobody.
        return next_wake(case, organisation.rules) if organisation else None

    return await rebuild(app.store.ring, apply, wake_at=wake_at)
