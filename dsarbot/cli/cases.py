"""`dsarbot cases ...`: the desk without a web page. Here is the table of commands; what they do is loaded when used."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Sequence
from typing import Final

from dsarbot.cli import cases_options as options
from dsarbot.cli.cases_chain_table import CHAIN
from dsarbot.cli.cases_command import Command
from dsarbot.cli.cases_id_copies_table import ID_COPIES
from dsarbot.cli.cases_identity_table import IDENTITY
from dsarbot.cli.cases_measures_table import MEASURES
from dsarbot.cli.cases_package_table import PACKAGE

__all__ = ["COMMANDS", "Command", "add_parser", "resolved"]

#: In the order of a case's life; `--help` shows it so.
COMMANDS: Final[Sequence[Command]] = (
    Command(
        name="list",
        help="open cases, sorted by target",
        example="list --organisation example --mine",
        does="cases_list:run",
        options=options.listing,
    ),
    Command(
        name="show",
        help="one case: claims, dates and why, timeline, letters, notes",
        example="show DSR-2026-00042-9 --why",
        does="cases_show:run",
        options=options.show,
    ),
    Command(
        name="confirm",
        help="it is a request; perhaps another right than the one found",
        example="confirm DSR-2026-00042-9 --right erasure",
        does="cases_orders:confirm",
        options=options.confirm,
    ),
    Command(
        name="not-a-request",
        help="it is no request; taken back by confirm",
        example="not-a-request DSR-2026-00042-9 --reason 'asks for an invoice'",
        does="cases_orders:not_a_request",
        options=options.not_a_request,
    ),
    *IDENTITY,
    Command(
        name="clarify",
        help="ask what exactly is wanted",
        example="clarify DSR-2026-00042-9 --about 'Which of the two customer accounts?'",
        does="cases_orders:clarify",
        options=options.clarify,
    ),
    Command(
        name="clarified",
        help="the person has answered the question about the scope",
        example="clarified DSR-2026-00042-9 --on 2026-03-09",
        does="cases_orders:clarified",
        options=options.clarified,
    ),
    Command(
        name="extend",
        help="two months more, once, for a lawful reason (Art. 12(3) GDPR)",
        example="extend DSR-2026-00042-9 --reason complexity --detail 'Eleven years of data in three systems.'",
        does="cases_orders:extend",
        options=options.extend,
    ),
    Command(
        name="answer",
        help="draft the answer",
        example="answer DSR-2026-00042-9 --outcome granted --file answer.txt",
        does="cases_orders:answer",
        options=options.answer,
    ),
    Command(
        name="answered-by-hand",
        help="a mail that a colleague wrote by hand was the answer; it counts from when it was sent",
        example="answered-by-hand DSR-2026-00042-9 --message 3f9c01ab --outcome granted",
        does="cases_by_hand:record",
        options=options.answered_by_hand,
    ),
    Command(
        name="refuse",
        help="draft a refusal with its ground in law (Art. 12(4) GDPR)",
        example="refuse DSR-2026-00042-9 --ground legal-obligation --detail 'Invoices are kept ten years.'",
        does="cases_orders:refuse",
        options=options.refuse,
    ),
    Command(
        name="forward",
        help="tell the person that the request was passed on",
        example="forward DSR-2026-00042-9 --to 'the operator of the shop'",
        does="cases_orders:forward",
        options=options.forward,
    ),
    *CHAIN,
    Command(
        name="approve",
        help="send a drafted letter, after looking at it and at its findings",
        example="approve DSR-2026-00042-9 l2",
        does="cases_letters:approve",
        options=options.approve,
    ),
    Command(
        name="edit",
        help="change a drafted letter, in $EDITOR or from a file",
        example="edit DSR-2026-00042-9 l2",
        does="cases_letters:edit",
        options=options.edit,
    ),
    Command(
        name="discard",
        help="do not send a drafted or waiting letter",
        example="discard DSR-2026-00042-9 l2",
        does="cases_letters:discard",
        options=options.letter,
    ),
    Command(
        name="tray",
        help="letters that somebody must print and post, and since when",
        example="tray --organisation example",
        does="cases_tray:run",
        options=options.tray,
    ),
    Command(
        name="posted",
        help="a paper letter was handed to the post; only then it counts as sent",
        example="posted DSR-2026-00042-9 l2 --on 2026-03-09 --registered RR123456789LU",
        does="cases_letters:posted",
        options=options.posted,
    ),
    Command(
        name="note",
        help="write something down",
        example="note DSR-2026-00042-9 'Asked the accounts team.'",
        does="cases_orders:note",
        options=options.note,
    ),
    Command(
        name="settle",
        help="accept or decline what a message proposed",
        example="settle DSR-2026-00042-9 p1 accept",
        does="cases_orders:settle",
        options=options.settle,
    ),
    Command(
        name="assign",
        help="give a case, or all cases of somebody, to a member of staff",
        example="assign DSR-2026-00042-9 bruno",
        does="cases_between:assign",
        options=options.assign,
    ),
    Command(
        name="received",
        help="correct the instant of receipt",
        example="received DSR-2026-00042-9 --at 2026-03-02T09:30 --evidence 'stamp of the post room'",
        does="cases_orders:received",
        options=options.received,
    ),
    Command(
        name="withdraw",
        help="the person withdraws the request",
        example="withdraw DSR-2026-00042-9 --evidence 'mail of 9 March, from the address on file'",
        does="cases_orders:withdraw",
        options=options.withdraw,
    ),
    Command(
        name="close",
        help="put an answered case away",
        example="close DSR-2026-00042-9",
        does="cases_orders:close",
        options=options.claims_of,
    ),
    Command(
        name="reopen",
        help="go on with a case that was answered or closed",
        example="reopen DSR-2026-00042-9 --why contested",
        does="cases_orders:reopen",
        options=options.reopen,
    ),
    Command(
        name="merge",
        help="the same matter arrived twice: go on in the other case",
        example="merge DSR-2026-00043-7 DSR-2026-00042-9",
        does="cases_between:merge",
        options=options.merge,
    ),
    Command(
        name="split",
        help="give some claims a case of their own",
        example="split DSR-2026-00042-9 --claim c2",
        does="cases_between:split",
        options=options.split,
    ),
    Command(
        name="move",
        help="another of our organisations is answerable",
        example="move DSR-2026-00042-9 --organisation example",
        does="cases_between:move",
        options=options.move,
    ),
    *ID_COPIES,
    *PACKAGE,
    *MEASURES,
)


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`cases` and its commands in the whole parser."""
    parser = groups.add_parser(
        "cases", help="the cases: list, look, decide, write", description="The desk without a web page."
    )
    commands = parser.add_subparsers(dest="cases_command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        each = commands.add_parser(
            command.name,
            help=command.help,
            description=f"{command.help[0].upper()}{command.help[1:]}.",
            epilog=f"example:\n  dsarbot cases {command.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.options(each)
        each.set_defaults(run=_runner(command))


def _runner(command: Command) -> Callable[[argparse.Namespace], int]:
    def run(args: argparse.Namespace) -> int:
        return int(resolved(command)(args))

    return run


def resolved(command: Command) -> Callable[[argparse.Namespace], int]:
    """What a command does, loaded now."""
    module, _, name = command.does.partition(":")
    function: Callable[[argparse.Namespace], int] = getattr(importlib.import_module(f"dsarbot.cli.{module}"), name)
    return function
