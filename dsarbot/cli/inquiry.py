"""`dsarbot inquiry`: inquiries of a supervisory authority, with the authority's own date (practice 23)."""

from __future__ import annotations

import argparse
import importlib
from datetime import date

from dsarbot.cli.cases_options import instant

#: How an inquiry may end; the core says the same.
OUTCOMES = ("no-further-action", "complaint-rejected", "warning", "reprimand", "order", "fine", "withdrawn", "other")
_EPILOG = """\
examples:
  dsarbot inquiry open --item 3f9c01ab --authority CNIL --file-number 26-0815 --due 2026-04-15
  dsarbot inquiry open --organisation example --received 2026-03-02 --authority CNPD --file-number 4711 \\
      --due 2026-04-01 --case DSR-2026-00042-9
  dsarbot inquiry task SA-2026-0007-T 'Put together the file' --to anna --by 2026-03-20
  dsarbot inquiry done SA-2026-0007-T t1
  dsarbot inquiry close SA-2026-0007-T --outcome no-further-action --result 'Answered on 10 April; closed by letter.'
No month rule runs for an inquiry and no letter is written for it: the answer to an authority is written by hand.
While it is open, nothing of a linked case is destroyed.
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "inquiry",
        help="inquiries of an authority: open, link cases, tasks, close",
        description="Inquiries of a supervisory authority: its file number, its own date, the cases it is about.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _open_options(_action(actions, "open", "open one, from what is held or from paper"))
    listing = _action(actions, "list", "open inquiries by their date")
    listing.add_argument("--closed", action="store_true", help="closed ones instead, newest first")
    listing.add_argument("--organisation", metavar="KEY", help="only this one of your organisations")
    listing.add_argument("--json", action="store_true", help="print a JSON array")
    show = _one(actions, "show", "one inquiry: date, cases, letters, tasks, notes")
    show.add_argument("--json", action="store_true", help="print a JSON object")
    link = _one(actions, "link", "say which case it is about, or take in a further letter of the authority")
    link.add_argument("--case", metavar="REF", help="the case; nothing of it is destroyed while the inquiry is open")
    link.add_argument("--item", metavar="ID", help="a held item: a further letter of the authority")
    link.add_argument("--remove", action="store_true", help="it is not about this case after all; needs --reason")
    link.add_argument("--reason", metavar="TEXT", default="", help="why not, with --remove")
    when = _one(actions, "date", "the authority has set another date")
    when.add_argument("--due", metavar="DATE", type=date.fromisoformat, required=True, help="the new date")
    when.add_argument("--reason", metavar="TEXT", required=True, help="how and when the authority has set it")
    task = _one(actions, "task", "something that somebody has to do for the answer")
    task.add_argument("text", metavar="TEXT", help="what is to be done")
    task.add_argument("--to", metavar="STAFF", help="who does it (default: you)")
    task.add_argument("--by", metavar="DATE", type=date.fromisoformat, help="until when")
    done = _one(actions, "done", "a task is done")
    done.add_argument("task", metavar="TASK", help="the task, such as t1")
    done.add_argument("--note", metavar="TEXT", default="", help="what there is to say about it")
    note = _one(actions, "note", "write something down")
    note.add_argument("text", metavar="TEXT", help="the note")
    note.add_argument("--kind", choices=("work", "decision", "legal-advice"), default="work", help="what kind of note")
    _close_options(_one(actions, "close", "it has ended"))


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, does: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=does, description=f"{does[:1].upper()}{does[1:]}.")
    parser.set_defaults(run=_run)
    return parser


def _one(actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, does: str) -> argparse.ArgumentParser:
    parser = _action(actions, name, does)
    parser.add_argument("reference", metavar="REF", help="reference of the inquiry, such as SA-2026-0007-T")
    return parser


def _open_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--item", metavar="ID", help="the held item that is the authority's letter")
    parser.add_argument("--organisation", metavar="KEY", help="whom the authority asks (default: whose item it is)")
    parser.add_argument("--received", metavar="DATE", type=instant, help="when a letter on paper came (default: now)")
    parser.add_argument("--authority", metavar="NAME", required=True, help="who asks")
    parser.add_argument("--file-number", metavar="NUMBER", required=True, help="the authority's own file number")
    parser.add_argument(
        "--due", metavar="DATE", type=date.fromisoformat, required=True, help="the authority's own date"
    )
    parser.add_argument("--about", metavar="TEXT", default="", help="what it is about")
    parser.add_argument("--case", metavar="REF", action="append", default=[], help="a case it is about; repeatable")


def _close_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--outcome", choices=OUTCOMES, required=True, help="how it ended")
    parser.add_argument("--result", metavar="TEXT", required=True, help="what was answered when, and what followed")
    parser.add_argument("--decided-by", metavar="STAFF", help="whose decision the answer was (default: you)")


def _run(args: argparse.Namespace) -> int:
    desk = importlib.import_module("dsarbot.cli.inquiry_desk")
    return int(desk.ACTIONS[args.action](args))
