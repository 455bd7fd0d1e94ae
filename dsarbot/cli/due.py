"""`dsarbot due`: when an answer to a request is due, and every step that leads there.

For the moment before a case exists, and for whoever doubts a date. It needs no configuration and no database, and
answers within half a second; therefore the law and its calendars are loaded only once the options are read.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from dsarbot.core.clock import Pause, Promise
    from dsarbot.core.jurisdictions import Jurisdiction

# The GDPR applies since 2018 and the calendars were checked for our days, not for another century.
_YEARS: Final = range(2000, 2100)
_EPILOG: Final = """\
examples:
  dsarbot due 2026-03-05 --jurisdiction FR
  dsarbot due 2026-07-01T09:30 --jurisdiction FR --promise-days 30
  dsarbot due 2026-01-20 --jurisdiction FR --pause identity:2026-01-22..2026-02-02
  dsarbot due 2026-01-20 --jurisdiction FR --pause identity:2026-01-22..
  dsarbot due 2026-08-31 --jurisdiction LU --extended-on 2026-09-30 --json
"""


class _Asked(NamedTuple):
    """A pause as typed; whether it fits the receipt is checked once all options are known."""

    kind: Literal["identity", "clarification"]
    asked_on: date
    answered_on: date | None


class _Wrong(Exception):
    """An option does not fit the others; the message names it and the remedy."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `due` and its options."""
    parser = subparsers.add_parser(
        "due",
        help="when an answer is due, every step explained",
        description="When an answer to a data-subject request is due, every step explained.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "received",
        metavar="RECEIVED",
        type=_received,
        help="date or date and time of receipt (ISO 8601); without a UTC offset: local time of the jurisdiction",
    )
    parser.add_argument("--jurisdiction", metavar="CODE", required=True, help="EU, LU, FR, DE-BY, GB, CH-GE, ...")
    parser.add_argument(
        "--promise-days", metavar="N", type=_days, help="the published policy promises an answer within N days"
    )
    parser.add_argument(
        "--promise-extension",
        metavar="MONTHS",
        type=_months,
        default=None,
        help="months that the policy adds after an extension (default: as many as the law; 0: it adds none)",
    )
    parser.add_argument(
        "--pause",
        metavar="KIND:ASKED..[ANSWERED]",
        type=_pause,
        action="append",
        default=[],
        help="an accepted question, KIND identity or clarification; no ANSWERED: still open; repeatable",
    )
    parser.add_argument("--extended-on", metavar="DATE", type=_day, help="day on which the extension notice was sent")
    parser.add_argument(
        "--closed",
        metavar="FIRST..LAST",
        type=_closure,
        action="append",
        default=[],
        help="days on which your office is closed; moves no date, names the last office day; repeatable",
    )
    parser.add_argument("--lang", choices=("en", "fr", "de"), default="en", help="language of the explanation")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the dates: 0, or 2 when the options do not fit together."""
    from dsarbot.cli.due_output import as_json, as_text
    from dsarbot.core.clock import compute
    from dsarbot.core.jurisdictions import UnknownJurisdiction, jurisdiction

    try:
        place = jurisdiction(args.jurisdiction)
        received_at = args.received if args.received.tzinfo else args.received.replace(tzinfo=place.tz)
        dates = compute(
            received_at,
            place,
            promise=_promise(args, place),
            pauses=_pauses(args.pause, place.local_date(received_at)),
            extended_on=_extended_on(args.extended_on, place.local_date(received_at)),
        )
    except UnknownJurisdiction as unknown:
        return _complain(f"argument --jurisdiction: {unknown}")
    except _Wrong as wrong:
        return _complain(str(wrong))
    if args.json:
        sys.stdout.write(as_json(dates, place, args.lang) + "\n")
    else:
        strong = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        sys.stdout.write("\n".join(as_text(dates, place, args.lang, closed=args.closed, strong=strong)) + "\n")
    return 0


def _complain(message: str) -> int:
    sys.stderr.write(f"dsarbot due: error: {message}\n")
    return 2


def _promise(args: argparse.Namespace, place: Jurisdiction) -> Promise | None:
    from dsarbot.core.clock import Promise

    if args.promise_days is None:
        if args.promise_extension is not None:
            raise _Wrong("argument --promise-extension: it needs --promise-days N beside it")
        return None
    months = place.extension if args.promise_extension is None else args.promise_extension
    return Promise(days=args.promise_days, extension_months=months or None)


def _pauses(asked: Iterable[_Asked], start: date) -> tuple[Pause, ...]:
    from dsarbot.core.clock import Pause

    for each in asked:
        if each.asked_on < start:
            raise _Wrong(
                f"argument --pause: asked on {each.asked_on}, before the receipt on {start}; give the day on which"
                " the question was sent"
            )
    return tuple(Pause(kind=each.kind, asked_on=each.asked_on, answered_on=each.answered_on) for each in asked)


def _extended_on(sent: date | None, start: date) -> date | None:
    if sent is not None and sent < start:
        raise _Wrong(
            f"argument --extended-on: {sent} lies before the receipt on {start}; give the day on which the notice"
            " was sent"
        )
    return sent


def _received(text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no ISO date or date and time; write 2026-03-05 or 2026-03-05T10:00"
        ) from None
    _year(when)
    return when


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO date; write 2026-03-05") from None
    _year(day)
    return day


def _year(day: date) -> None:
    if day.year not in _YEARS:
        raise argparse.ArgumentTypeError(
            f"the year {day.year} is out of range; dates from {_YEARS[0]} to {_YEARS[-1]} can be computed"
        )


def _days(text: str) -> int:
    return _whole(text, 1, 366, "30")


def _months(text: str) -> int:
    return _whole(text, 0, 12, "2")


def _whole(text: str, least: int, most: int, example: str) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no whole number from {least} to {most}; write {example}, for example"
        )
    return int(text)


def _pause(text: str) -> _Asked:
    kind, colon, days = text.partition(":")
    asked, dots, answered = days.partition("..")
    if not colon or not dots or kind not in {"identity", "clarification"}:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not KIND:ASKED..[ANSWERED]; write identity:2026-01-22..2026-02-02, or identity:2026-01-22.."
            " while it is open; KIND is identity or clarification"
        )
    asked_on, answered_on = _day(asked), _day(answered) if answered else None
    if answered_on is not None and answered_on < asked_on:
        raise argparse.ArgumentTypeError(f"{text!r}: answered before it was asked; the day of the question comes first")
    return _Asked("identity" if kind == "identity" else "clarification", asked_on, answered_on)


def _closure(text: str) -> tuple[date, date]:
    first, dots, last = text.partition("..")
    if not dots:
        raise argparse.ArgumentTypeError(f"{text!r} is not FIRST..LAST; write 2026-12-24..2027-01-02")
    return _day(first), _day(last)
