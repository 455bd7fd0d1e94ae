"""`dsarbot api`: keys of other systems, whom we tell of what, and calendars by a secret address."""

from __future__ import annotations

import argparse


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser("api", help="keys for other systems, webhooks, calendars")
    parts = parser.add_subparsers(dest="part", metavar="COMMAND", required=True)
    _keys(parts.add_parser("keys", help="what other systems may do"))
    _webhooks(parts.add_parser("webhooks", help="whom we tell when something happens to a case"))
    calendar = parts.add_parser("calendar", help="a secret address for somebody's calendar of deadlines")
    calendar.add_argument("staff", metavar="NAME", help="key of a [[staff]] entry")
    calendar.add_argument("--revoke", action="store_true", help="end it; nothing is shown there any more")
    calendar.set_defaults(run=_run("calendar"))


def _keys(parser: argparse.ArgumentParser) -> None:
    orders = parser.add_subparsers(dest="order", metavar="COMMAND", required=True)
    add = orders.add_parser("add", help="a new key, shown once")
    _named(add, "add_key")
    add.add_argument(
        "--scope", metavar="SCOPE", action="append", default=[],
        help="what it may do: requests:write, requests:read, logins:assert, cases:read, cases:act, webhooks; again for"
        " each",
    )  # fmt: skip
    add.add_argument("--days", type=int, default=365, help="how long it lives (default: 365)")
    listing = orders.add_parser("list", help="all keys, what they may do, and how long they live")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=_run("list_keys"))
    rotate = orders.add_parser("rotate", help="a new key in place of the old one, which goes on for a while")
    _named(rotate, "rotate_key")
    rotate.add_argument(
        "--overlap", metavar="DAYS", type=int, default=7, help="so long the old one goes on (default: 7)"
    )
    rotate.add_argument("--days", type=int, default=365, help="how long the new one lives (default: 365)")
    revoke = orders.add_parser("revoke", help="from now on it opens nothing")
    _named(revoke, "revoke_key")


def _named(parser: argparse.ArgumentParser, work: str) -> None:
    parser.add_argument("name", metavar="NAME", help="what the key is called, such as shop-portal")
    _of(parser)
    parser.set_defaults(run=_run(work))


def _of(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--organisation", metavar="KEY", default="", help="whose (only where you work for several)")


def _webhooks(parser: argparse.ArgumentParser) -> None:
    orders = parser.add_subparsers(dest="order", metavar="COMMAND", required=True)
    add = orders.add_parser("add", help="tell another system; its secret is shown once")
    add.add_argument("url", metavar="URL", help="https, to a host of webhook_hosts")
    add.add_argument(
        "--events", metavar="EVENT,...", default="",
        help="case-opened, status-changed, target-changed, letter-sent, closed (default: all)",
    )  # fmt: skip
    _of(add)
    add.set_defaults(run=_run("add_hook"))
    listing = orders.add_parser("list", help="all webhooks, and what has not been delivered")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=_run("list_hooks"))
    remove = orders.add_parser("remove", help="tell it nothing any more")
    remove.add_argument("webhook", metavar="ID", help="as `list` names it")
    _of(remove)
    remove.set_defaults(run=_run("remove_hook"))


class _run:  # noqa: N801  # a function with a name in it
    """The work of that name, loaded when it is wanted: `--help` must come up at once."""

    def __init__(self, work: str) -> None:
        self._work = work

    def __call__(self, args: argparse.Namespace) -> int:
        from dsarbot.cli import api_work
        from dsarbot.cli.common import with_app

        work = api_work.WORK[self._work]
        return with_app(args, lambda app: work(app, args))
