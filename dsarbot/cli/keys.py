"""`dsarbot keys`: are all keys there, and only those; and exchange them."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsarbot.app import App
    from dsarbot.store.inventory import Inventory

_EPILOG = """\
examples:
  dsarbot keys check
  dsarbot keys check --sweep
  dsarbot keys rotate --organisation example
  dsarbot keys rewrap --new-key-file /etc/dsarbot/new-master.key    stop the service first
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "keys",
        help="check and exchange the keys",
        description="Check that vault, keys and database agree, and exchange keys.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="every object has its key and its bytes; what was destroyed has neither")
    check.add_argument("--sweep", action="store_true", help="remove what crashes have left behind")
    check.add_argument("--json", action="store_true", help="print the result as JSON")
    check.set_defaults(run=run_check)
    rotate = actions.add_parser("rotate", help="put everything of an organisation under a new organisation key")
    rotate.add_argument("--organisation", metavar="KEY", required=True, help="whose key")
    rotate.set_defaults(run=run_rotate)
    rewrap = actions.add_parser("rewrap", help="put the organisations' keys under another master key")
    rewrap.add_argument("--new-key-file", metavar="FILE", type=Path, required=True, help="made by you; chmod 600")
    rewrap.set_defaults(run=run_rewrap)


def run_check(args: argparse.Namespace) -> int:
    """0 when all agree, 1 otherwise."""
    from dsarbot.cli.common import with_app

    async def work(app: App) -> Inventory:
        from dsarbot.store.inventory import sweep, take_inventory

        inventory = await take_inventory(app.store.vault, app.clock())
        if args.sweep:
            await sweep(app.store.ring, inventory)
        return inventory

    inventory = with_app(args, work)
    sys.stdout.write(_shown(inventory, as_json=args.json, swept=args.sweep))
    return 1 if inventory.troubles else 0


def _shown(inventory: Inventory, *, as_json: bool, swept: bool) -> str:
    leftovers = len(inventory.leftover_keys) + len(inventory.leftover_files)
    if as_json:
        troubles = [asdict(each) for each in inventory.troubles]
        shown = {"objects": inventory.objects, "troubles": troubles, "leftovers": leftovers, "swept": swept}
        return json.dumps(shown) + "\n"
    lines = [f"{each.object}: {each.what}" for each in inventory.troubles]
    if leftovers:
        lines.append(f"{leftovers} leftovers of crashes {'removed' if swept else '(harmless; --sweep removes them)'}.")
    number = len(inventory.troubles)
    lines.append(f"{number} of them need a look." if number else "Keys, vault and database agree.")
    return "\n".join([f"{inventory.objects} objects.", *lines]) + "\n"


def run_rotate(args: argparse.Namespace) -> int:
    """0 when the rotation has ended; it may be interrupted and started again."""
    from dsarbot.cli.common import staff_member, with_app
    from dsarbot.errors import NotFound
    from dsarbot.ports import Scope

    async def work(app: App) -> None:
        person = staff_member(app)
        if args.organisation not in person.organisations:
            raise NotFound(f"There is no organisation {args.organisation} among yours.")
        scope = Scope(args.organisation)
        await app.store.ring.rotate(scope)
        async with app.store.transaction() as transaction:
            await transaction.ledger(scope, "key-rotated", {}, at=app.clock(), actor=person.key)

    with_app(args, work)
    sys.stdout.write("Everything is under the new key; the old one is destroyed.\n")
    return 0


def run_rewrap(args: argparse.Namespace) -> int:
    """0 when only the new master key opens the database from now on."""
    from dsarbot.cli.common import staff_member, with_app
    from dsarbot.store.masterkey import master_key_from_file

    new_master = master_key_from_file(args.new_key_file)

    async def work(app: App) -> int:
        staff_member(app)
        return await app.store.ring.rewrap(new_master)

    number = with_app(args, work)
    sys.stdout.write(
        f"{number} keys are under the new master key. Put it where keys.master_key_file or keys.master_key_env\n"
        "points, store its recovery copy, and destroy the old key and its copies.\n"
    )
    return 0
