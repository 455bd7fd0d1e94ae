"""`dsarbot intake`: bring in by hand what no mailbox sees, and decide about what is held."""

from __future__ import annotations

import argparse

from dsarbot.cli.cases_options import instant
from dsarbot.errors import TheirInput

#: Why an item is no request; codes, because they stand in the clear in the journal.
REASONS = ("not-a-request", "spam", "service-order", "duplicate", "answered-elsewhere", "other")
_EPILOG = """\
examples:
  dsarbot intake letter.pdf --organisation example --received 2026-03-02
  dsarbot intake stack.pdf --organisation example --split 1-2,3,4-6
  dsarbot intake request.eml --organisation example
  dsarbot intake --phone --organisation example --who 'Jeanne Martin' --reach jeanne@example.org \\
      --words 'Please delete my account' --right erasure
  dsarbot intake --list
  dsarbot intake --take 3f9c01ab --organisation example --right access
  dsarbot intake --take 3f9c01ab --case DSR-2026-00042-9
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "intake",
        help="a scan, a mail file, a phone note; what is held",
        description="Bring in by hand what no mailbox sees, and decide about what is held.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", metavar="PATH", nargs="*", help="a mail file (.eml), or the scan of a letter")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--phone", action="store_true", help="note a call: five fields, asked on a terminal")
    what.add_argument("--desk", action="store_true", help="note what somebody said at the counter")
    what.add_argument("--list", action="store_true", help="what is held (or --ordinary, --automatic)")
    what.add_argument("--take", metavar="ID", help="this item is a request after all: open a case")
    what.add_argument("--leave", metavar="ID", help="this held item is no request")
    what.add_argument(
        "--another-copy", metavar="ID", help="print drafts that ask for another copy of what could not be opened"
    )
    parser.add_argument(
        "--case", metavar="REF", help="with --take: it is no request of its own, but belongs to this case"
    )
    parser.add_argument("--organisation", metavar="KEY", help="the organisation that is answerable")
    parser.add_argument("--channel", choices=("mail", "post"), help="how a file is read (default: .eml is a mail)")
    parser.add_argument(
        "--received",
        metavar="DATE",
        type=instant,
        help="when the paper or the mail arrived (default: now; for a scan what its stamp or its date says, unsure)",
    )
    parser.add_argument("--registered", metavar="NO", default="", help="the number of a letter by registered mail")
    parser.add_argument(
        "--split",
        metavar="PAGES",
        help="the pages of each letter in a scan, as 1-2,3,4-6: each becomes a case (separator sheets do it, too)",
    )
    _note_options(parser)
    _list_options(parser)
    parser.set_defaults(run=run)


def _note_options(parser: argparse.ArgumentParser) -> None:
    note = parser.add_argument_group("phone, desk and scans")
    note.add_argument("--who", metavar="NAME", help="the person's name")
    note.add_argument(
        "--reach",
        metavar="TEXT",
        help="an e-mail address, a postal address (lines separated by ;), or a number to call back",
    )
    note.add_argument("--words", metavar="TEXT", help="what was said, in the person's words")
    note.add_argument(
        "--right", metavar="RIGHT", action="append", default=[], help="the right invoked, if it is clear; repeatable"
    )
    note.add_argument(
        "--language", metavar="CODE", default="",
        help="the person's language, such as fr, en, de or lb: letters are in it where the organisation writes it"
        " (default: as the words tell)",
    )  # fmt: skip
    note.add_argument("--when", metavar="INSTANT", type=instant, help="when it was said (default: now)")


def _list_options(parser: argparse.ArgumentParser) -> None:
    lists = parser.add_argument_group("lists of what arrived")
    kind = lists.add_mutually_exclusive_group()
    kind.add_argument("--held", action="store_true", help="what waits for a person (the default)")
    kind.add_argument("--ordinary", action="store_true", help="what was taken for no request")
    kind.add_argument("--automatic", action="store_true", help="what robots sent")
    lists.add_argument("--json", action="store_true", help="print a JSON array")
    lists.add_argument("--reason", choices=REASONS, default="not-a-request", help="with --leave")


def run(args: argparse.Namespace) -> int:
    """The one thing that the options ask for."""
    _demand_one_thing(args)
    if args.list:
        from dsarbot.cli.intake_held import show

        return show(args)
    if args.another_copy:
        from dsarbot.cli.intake_scan import another_copy

        return another_copy(args)
    if args.take or args.leave:
        from dsarbot.cli.intake_held import leave, take

        return take(args) if args.take else leave(args)
    if not args.organisation:
        raise TheirInput("Name the organisation that is answerable: --organisation KEY.")
    from dsarbot.cli.intake_new import files, spoken

    return files(args) if args.paths else spoken(args)


def _demand_one_thing(args: argparse.Namespace) -> None:
    other = args.phone or args.desk or args.list or args.take or args.leave or args.another_copy
    if bool(args.paths) == bool(other):
        raise TheirInput(
            "Say one thing: files to bring in, or one of --phone, --desk, --list, --take, --leave, --another-copy."
            " Help: dsarbot intake --help"
        )
    if args.language and (args.list or args.take or args.leave):
        raise TheirInput("--language is for what is brought in: a note, or a scan.")
    if args.case and not args.take:
        raise TheirInput("--case says to which case an item belongs; name the item with --take.")
    if args.take and not args.organisation and not args.case:
        raise TheirInput("Name the organisation that is answerable: --organisation KEY.")
