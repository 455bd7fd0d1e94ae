"""`dsarbot digest`: the daily digest on the terminal, or sent now to whoever has not got today's."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsarbot.app import App
    from dsarbot.core.dates import Language
    from dsarbot.desk.digest_desk import DigestDesk
    from dsarbot.desk.digest_send import Sending

_EPILOG = """\
examples:
  dsarbot digest
  dsarbot digest --organisation example --lang fr
  dsarbot digest --date 2026-12-28     what it would say on that day, if nothing happened until then
  dsarbot digest --send                now, instead of at its time; never twice a day to the same reader
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "digest",
        help="the daily digest, on the terminal or sent now",
        description="The daily digest of your organisations, on the terminal or sent now.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--date", metavar="DAY", type=_day, help="as it would be on that day (2026-12-28)")
    parser.add_argument("--organisation", metavar="KEY", help="only this one of your organisations")
    parser.add_argument("--send", action="store_true", help="send it now to its recipients instead of printing it")
    parser.add_argument("--lang", choices=("en", "fr", "de"), help="language on the terminal; default: as configured")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print or send: 0, or 2 when the options do not fit together."""
    from dsarbot.cli.common import with_app

    if args.send and (args.date or args.lang):
        sys.stderr.write("dsarbot digest: error: --send sends today's digest as configured; leave out the rest\n")
        return 2
    return with_app(args, lambda app: _work(app, args))


async def _work(app: App, args: argparse.Namespace) -> int:
    from dsarbot.cli.common import staff_member

    person = staff_member(app)
    desks = _desks(app, person.organisations, args.organisation)
    sending = _sending(app, person.key)
    if args.send:
        return await _send(desks, sending, app.clock())
    for number, desk in enumerate(desks):
        text = await _text(desk, sending, args.date, app.clock(), args.lang)
        sys.stdout.write(("\n\n" if number else "") + text)
    return 0


def _desks(app: App, own: Sequence[str], only: str | None) -> list[DigestDesk]:
    from dsarbot.errors import NotFound
    from dsarbot.wiring.digests import digest_desk

    if only is not None and only not in own:
        raise NotFound(f"There is no organisation {only} among yours: {', '.join(own)}.")
    return [
        digest_desk(app.settings, app.organisations[key], app.profiles[key].organisation.legal_name)
        for key in own
        if only in (None, key)
    ]


def _sending(app: App, actor: str) -> Sending:
    from dsarbot.desk.digest_send import Sending

    return Sending(
        store=app.store,
        vault=app.store.vault,
        cases_with_letters=app.store.cases_needing_attention,
        new_id=app.desk.new_id,
        actor=actor,
    )


async def _send(desks: Sequence[DigestDesk], sending: Sending, now: datetime) -> int:
    from dsarbot.desk.digest_send import send, unserved

    served = True
    for desk in desks:
        number = await send(desk, sending, now)
        left = await unserved(desk, sending.store, now)
        served = served and bool(desk.readers) and not left
        if not desk.readers:
            said = "nobody gets the digest; set digest.recipients to active staff with an e-mail address."
        elif left:
            said = f"no digest for {', '.join(each.key for each in left)}; check their e-mail address under [[staff]]."
        elif number:
            said = f"{number} of {len(desk.readers)} digests are in the outbox."
        else:
            said = "every reader has today's digest already."
        sys.stdout.write(f"{desk.organisation.key}: {said}\n")
    return 0 if served else 1


async def _text(desk: DigestDesk, sending: Sending, day: date | None, now: datetime, language: Language | None) -> str:
    from dsarbot.desk.digest import build
    from dsarbot.desk.digest_send import facts_at

    at = now
    if day is not None and day != desk.day(now):
        # How the service will be or was on another day, nobody can say.
        desk, at = replace(desk, watched=()), desk.due_at(day)
    return build(await facts_at(desk, sending, at, now=now), language or desk.language, at).text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO date; write 2026-12-28") from None
