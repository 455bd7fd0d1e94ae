"""`dsarbot demo`: the whole service on invented mail, with embedded mail servers, in a temporary folder."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec

_DESCRIPTION = """\
Everything at once, on this machine only: embedded IMAP and SMTP servers, invented people who write in French,
English and German, and the same service that production runs, on SQLite in a temporary folder. Nothing is kept.
"""
_EPILOG = """\
examples:
  dsarbot demo                      watch it work; stays up until Ctrl-C, so that you can send it a mail yourself
  dsarbot demo --once               process everything, compare mailboxes and database with what must be there, end
  dsarbot demo --fast-forward 35    then let 35 days pass: alarms, reminders and the digest of each day
"""
#: What the extra `demo` installs beside the service itself.
_LIBRARIES = ("aiosmtpd", "fastapi", "pymap")


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "demo",
        help="watch it work on invented mail, with embedded mail servers",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--once", action="store_true", help="check everything and end; 0 when all is as expected, else 1"
    )
    parser.add_argument(
        "--fast-forward", metavar="DAYS", type=_days, default=0, help="let so many days pass afterwards (1 to 400)"
    )
    parser.add_argument("--keep", action="store_true", help="do not delete the temporary folder at the end")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0, or 1 when something is not as expected or the embedded servers are not installed."""
    if missing := [each for each in _LIBRARIES if find_spec(each) is None]:
        sys.stderr.write(
            f"dsarbot demo needs {' and '.join(missing)} for its embedded mail servers and its pages.\n"
            "Install them with: pip install 'dsarbot[demo]'   (in a checkout: uv sync --extra demo)\n"
        )
        return 1
    from dsarbot.demo.perform import Options, perform

    terminal = sys.stdout.isatty()
    options = Options(once=args.once or not terminal, fast_forward=args.fast_forward, keep=args.keep, terminal=terminal)
    environ = {**os.environ, "DSARBOT_CONFIG": args.config} if getattr(args, "config", None) else os.environ
    return perform(options, environ)


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 400:
        raise argparse.ArgumentTypeError(f"{text}: give a number of days from 1 to 400")
    return int(text)
