"""`dsarbot alarms`: what waits for somebody, and saying that one is on it."""

from __future__ import annotations

import argparse

_EPILOG = """\
examples:
  dsarbot alarms
  dsarbot alarms --organisation example --json
  dsarbot alarms ack 3f9c01ab
  dsarbot alarms ack 3f9c01ab --as bruno     bruno is on it, and you write it down
An acknowledged alarm climbs no further. Dealing with the matter itself ends the alarm.
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "alarms",
        help="what waits for somebody, and saying that you are on it",
        description="List the open alarms of your organisations, or acknowledge one.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--organisation", metavar="KEY", help="only this one of your organisations")
    parser.add_argument("--ended", action="store_true", help="those that have ended instead")
    parser.add_argument("--json", action="store_true", help="print a JSON array")
    parser.set_defaults(run=_list)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    ack = actions.add_parser("ack", help="say that somebody is on it", description="Acknowledge one alarm.")
    ack.add_argument("alarm", metavar="ID", help="its id, or the beginning of it")
    ack.add_argument("--as", dest="who", metavar="STAFF", help="who is on it (default: you)")
    ack.set_defaults(run=_acknowledge)


def _list(args: argparse.Namespace) -> int:
    from dsarbot.cli.alarms_desk import show

    return show(args)


def _acknowledge(args: argparse.Namespace) -> int:
    from dsarbot.cli.alarms_desk import acknowledge

    return acknowledge(args)
