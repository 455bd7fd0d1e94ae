"""The command line: one parser, each group of commands in its own module, heavy libraries only when used.

Exit codes: 0 done, 1 a problem was found or the order was refused, 2 wrong use or wrong configuration.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import cache

from dsarbot import __version__
from dsarbot.cli import (
    accounts,
    alarms,
    api,
    cases,
    db,
    demo,
    digest,
    directory,
    discord,
    doctor,
    due,
    files,
    hand_over,
    identity,
    init,
    inquiry,
    intake,
    journal,
    keys,
    mrz,
    parties,
    profile,
    redact,
    register,
    run,
    separator,
    strip,
    suppression,
    triage,
    watch,
)
from dsarbot.errors import ConfigError, DsarbotError, NotAllowed, TheirInput

#: In the order in which `--help` lists them: what a new user needs first.
GROUPS = (
    demo, init, doctor, run, watch, due, mrz, identity, directory, parties, profile, triage, cases, intake,
    separator, redact, strip, files, discord, hand_over, inquiry, digest, register, alarms, suppression, accounts, api,
    journal, db, keys,
)  # fmt: skip


@cache
def parser() -> argparse.ArgumentParser:
    """The whole command line; it takes longer to build than most commands take to run."""
    whole = argparse.ArgumentParser(
        prog="dsarbot",
        description="Data-subject rights requests, from the privacy mailbox to the answered case.",
        epilog="Begin with: dsarbot demo",
    )
    whole.add_argument("--version", action="version", version=f"dsarbot {__version__}")
    whole.add_argument("--config", metavar="FILE", help="configuration (default: $DSARBOT_CONFIG, ./config.toml)")
    groups = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for group in GROUPS:
        group.add_parser(groups)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    try:
        args = parser().parse_args(arguments)
        return int(args.run(args))
    except DsarbotError as error:
        return _told(error)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def _told(error: DsarbotError) -> int:
    """Say what is wrong and what to do; 2 when the command was used or configured wrongly, else 1."""
    if isinstance(error, ConfigError):
        lines = ["The configuration has mistakes; nothing was started:", *(f"  {each}" for each in error.problems)]
    elif isinstance(error, NotAllowed):
        lines = [f"Refused ({error.rule}): {error}"]
    else:
        lines = [str(error)]
    print("\n".join(lines), file=sys.stderr)
    return 2 if isinstance(error, (ConfigError, TheirInput)) else 1
