"""The options of the commands about other parties. Nothing heavy is loaded here: this runs for every `--help`."""

from __future__ import annotations

from typing import Final

from dsarbot.cli.cases_options import Parser, claims_of, day, reference

SAID: Final = ("acknowledged", "passed-on", "wait", "not-ours", "nothing-held", "done")
ACTIONS: Final = ("export", "rectify", "erase", "restrict", "nothing")
HOWS: Final = ("mail", "phone", "post", "command")


def route(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--to", metavar="KEY", action="append", default=[], help="an answerable party; repeatable")
    parser.add_argument("--ours", action="store_true", help="a part of the data is our own: we answer that ourselves")
    parser.add_argument("--because", metavar="TEXT", default="", help="what shows it (default: what was found)")
    parser.add_argument("--system", metavar="TEXT", action="append", default=[], help="service involved; repeatable")


def hop(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("hop", metavar="HOP", help="the hop, such as h1, as `cases show` prints it")


def heard(parser: Parser) -> None:
    hop(parser)
    parser.add_argument("said", metavar="SAID", choices=SAID, help=f"one of: {', '.join(SAID)}")
    _source(parser)
    parser.add_argument("--by", metavar="WHO", default="", help="who said so")
    parser.add_argument("--detail", metavar="TEXT", default="", help="what else was said")
    parser.add_argument("--number", metavar="N", type=int, default=0, help="of records, where it is done")
    parser.add_argument("--until", metavar="DATE", type=day, help="wait until then; or: backups are overwritten then")


def _source(parser: Parser) -> None:
    parser.add_argument("--from", dest="source", metavar="MESSAGE", default="", help="the message: its beginning")
    parser.add_argument("--how", choices=HOWS, default="", help="how it came (default: mail with --from)")


def instruct(parser: Parser) -> None:
    hop(parser)
    parser.add_argument(
        "--action", metavar="ACTION", choices=ACTIONS, action="append", required=True, help=", ".join(ACTIONS)
    )
    parser.add_argument("--scope", metavar="TEXT", default="", help="with which data")
    parser.add_argument("--detail", metavar="TEXT", default="", help="what else it says")
    parser.add_argument("--until", metavar="DATE", type=day, help="the date that it gives")
    _source(parser)
    parser.add_argument("--by", metavar="WHO", default="", help="who gave it")
    parser.add_argument(
        "--vouched", metavar="TEXT", default="", help="how you know, where the mail does not prove it: the call back"
    )
    parser.add_argument("--claim", metavar="ID", action="append", default=[], help="only for this claim; repeatable")


def instruction(parser: Parser) -> None:
    reference(parser)
    parser.add_argument("instruction", metavar="INSTRUCTION", help="its number, such as i1")


def confirmed(parser: Parser) -> None:
    instruction(parser)
    parser.add_argument("--counts", metavar="TEXT", required=True, help="how many of what will be erased")
    parser.add_argument("--vouched", metavar="TEXT", required=True, help="how the contact confirmed it, and when")


def settle(parser: Parser) -> None:
    instruction(parser)
    parser.add_argument(
        "verdict", metavar="VERDICT", choices=("stands", "questioned", "refused"), help="stands, questioned, refused"
    )
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why; it stands in the file")


def executed(parser: Parser) -> None:
    instruction(parser)
    parser.add_argument("--where", metavar="SYSTEM", required=True, help="in which system")
    parser.add_argument("--number", metavar="N", type=int, required=True, help="of records or files")
    parser.add_argument("--note", metavar="TEXT", default="", help="what was done; checksums of what was handed over")
    parser.add_argument("--exceptions", metavar="TEXT", default="", help="what was not done, and why")
    parser.add_argument("--backups-until", metavar="DATE", type=day, help="backups are overwritten by then")


def down(parser: Parser) -> None:
    instruction(parser)
    parser.add_argument(
        "--to", metavar="KEY", action="append", default=[], help="sub-processor (default: those of the contract)"
    )
    parser.add_argument("--due", metavar="DATE", type=day, required=True, help="until when they carry it out")
    parser.add_argument("--detail", metavar="TEXT", default="", help="the instruction in other words")


def report(parser: Parser) -> None:
    instruction(parser)
    parser.add_argument("--evidence", metavar="TEXT", required=True, help="what shows it: checksums, logs kept")


def recipients(parser: Parser) -> None:
    claims_of(parser)
    parser.add_argument("--to", metavar="KEY", action="append", required=True, help="recipient; repeatable")
    parser.add_argument("--who", metavar="TEXT", required=True, help="the identifier shared with them; nothing more")
    parser.add_argument("--what", metavar="TEXT", required=True, help="which data, and what became of it")


def give_up(parser: Parser) -> None:
    hop(parser)
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why the party cannot be reached")


def chain(parser: Parser) -> None:
    reference(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--json", action="store_true", help="the chain report as one JSON object")
    what.add_argument("--pdf", metavar="FILE", help="the chain report as a PDF file")
    what.add_argument("--svg", metavar="FILE", help="only the picture")
