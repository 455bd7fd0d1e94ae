"""`dsarbot triage`: what would be found in these mails? A dry run over an old mailbox; nothing is sent or kept.

Here is only the command line; what it does is loaded when used.
"""

from __future__ import annotations

import argparse

from dsarbot.errors import TheirInput

_EPILOG = """\
examples:
  dsarbot triage Maildir/ --report
  dsarbot triage Maildir/ --report --html found.html
  dsarbot triage archive.mbox --json > found.jsonl
  echo "what do you have stored about me?" | dsarbot triage -
  dsarbot triage --evaluate labelled.jsonl --wrong
  dsarbot triage --evaluate --from-cases --organisation example

a labelled file has one JSON object per line:
  {"text": "...", "subject": "...", "attachment": "...", "kind": "request",
   "rights": ["access", "objection!"], "language": "fr", "role": null}
text, kind: needed; rights: needed for a request; "objection!": against advertising.
Kinds are those that this command prints; a word of your own, such as newsletter, is
counted apart and right as long as it is found to be ordinary; no-request: any but a
request.
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `triage` and its options."""
    parser = subparsers.add_parser(
        "triage",
        help="dry run: which mails are requests, for which rights, and why",
        description="Say of each mail or text whether it is a data-subject request, for which rights, and why. "
        "Nothing is sent or kept.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help=".eml, mbox, Maildir, folder, .txt, PDF, DOCX, ODT, RTF, or - for standard input",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line; with --evaluate one object")
    parser.add_argument("--report", action="store_true", help="the summary only")
    parser.add_argument(
        "--html", metavar="FILE", help="write a page with the reasons, readable by you only; it holds personal data"
    )
    parser.add_argument(
        "--authserv-id",
        metavar="ID",
        help="your mail server's name in Authentication-Results; without it none is trusted",
    )
    parser.add_argument(
        "--own-domain",
        metavar="DOMAIN",
        action="append",
        default=[],
        help="a domain of your own: what is forwarded from there was written by somebody else; repeatable",
    )
    _evaluation(parser)
    parser.set_defaults(run=run)


def _evaluation(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how good the rules are")
    group.add_argument("--evaluate", action="store_true", help="compare with labels: PATHs are labelled files")
    group.add_argument(
        "--from-cases",
        action="store_true",
        help="with --evaluate: compare with what people decided in your cases; needs the configuration",
    )
    group.add_argument("--organisation", metavar="KEY", help="with --from-cases: only this organisation")
    group.add_argument("--wrong", action="store_true", help="list what was judged wrongly, shortened")
    group.add_argument(
        "--as", dest="who", metavar="STAFF", help="with --from-cases --wrong: you, who look at these texts (journalled)"
    )


def run(args: argparse.Namespace) -> int:
    """The one thing that the options ask for."""
    _demand_sense(args)
    if args.from_cases:
        from dsarbot.cli.triage_cases import run as from_cases

        return from_cases(args)
    if args.evaluate:
        from dsarbot.cli.triage_evaluate import run as evaluate

        return evaluate(args)
    from dsarbot.cli.triage_run import run as dry_run

    return dry_run(args)


def _demand_sense(args: argparse.Namespace) -> None:
    if args.from_cases and not args.evaluate:
        raise TheirInput("--from-cases belongs to --evaluate.")
    if (args.organisation or args.who) and not args.from_cases:
        raise TheirInput("--organisation and --as belong to --evaluate --from-cases.")
    if args.wrong and not args.evaluate:
        raise TheirInput("--wrong belongs to --evaluate.")
    if args.evaluate and (args.html or args.report):
        raise TheirInput("--html and --report show what is found; --evaluate prints how good that is.")
    if bool(args.paths) == bool(args.from_cases):
        raise TheirInput(
            "--from-cases reads your cases and no PATH."
            if args.paths
            else "Name what to read: a PATH, or - for standard input."
        )
