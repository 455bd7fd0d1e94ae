"""What a person brings in: mail files, scans, and what was said on the phone or at the counter."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from babel import Locale

from dsarbot.cli.after import told
from dsarbot.cli.hand import Hand, ordering
from dsarbot.cli.intake_scan import known_of, read_pictures, taken_in
from dsarbot.desk import by_hand
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import NotAllowed, NotFound, TheirInput
from dsarbot.ports import InboundRow
from dsarbot.scans.stack import ranges_of

#: A scan of a letter is some pages; more is a mistake in the path.
MOST_BYTES = 64 * 1024 * 1024

_DISPOSITIONS = {
    "held": "held for a person",
    "ordinary": "no request; listed by dsarbot intake --list --ordinary",
    "automatic": "sent by a robot; listed by dsarbot intake --list --automatic",
    "bounce": "a delivery report",
    "duplicate": "known already: the same mail arrived before",
    "own": "a letter of our own",
}


def files(args: argparse.Namespace) -> int:
    """One after the other; what cannot be read is said, and the rest goes on."""

    async def work(hand: Hand) -> int:
        organisation = hand.organisation(args.organisation)
        received_at = _instant(args.received, hand, organisation)
        failed = 0
        for number, name in enumerate(args.paths, start=1):
            start = f"{number}/{len(args.paths)} " if len(args.paths) > 1 else ""
            try:
                raw = _bytes(Path(name))
                lines = await _bring_in(hand, organisation, args, raw=raw, name=name, received_at=received_at)
            except (NotAllowed, TheirInput, NotFound) as refusal:
                failed += 1
                print(f"{start}{name}: {refusal}", file=sys.stderr)
                continue
            print("\n".join((f"{start}{name}: {lines[0]}", *lines[1:])), flush=True)
        return 1 if failed else 0

    return ordering(args, work)


async def _bring_in(
    hand: Hand, organisation: Organisation, args: argparse.Namespace, *, raw: bytes, name: str, received_at: datetime
) -> list[str]:
    mail = args.channel == "mail" or (args.channel is None and name.lower().endswith(".eml"))
    if not mail:
        _demand_rights(args.right, organisation)
        _demand_language(args.language)
        said = received_at if args.received else None
        known = known_of(args, name, actor=hand.person.key, received=said)
        return await taken_in(hand, organisation, raw, known, ranges=ranges_of(args.split) if args.split else ())
    if args.registered or args.split:
        raise TheirInput("--registered and --split say something of a letter on paper; nothing was kept.")
    if args.language:
        raise TheirInput("--language is for what was said or came on paper; a mail shows its own. Nothing was kept.")
    row = await by_hand.keep_mail(hand.app.desk, organisation, raw, received_at=received_at)
    await hand.app.intake.read_now(row)
    await read_pictures(hand, organisation, row)
    return await _became(hand, organisation, row)


async def _became(hand: Hand, organisation: Organisation, row: InboundRow) -> list[str]:
    async with hand.app.store.transaction() as transaction:
        row = await transaction.inbound(organisation.scope, row.id)
    if row.disposition == "case":
        case = await hand.app.store.case(organisation.scope, row.case)
        joined = "joined" if row.kind == "reply" else "opened"
        return [f"{case.reference} {joined}", *told(None, case, organisation.rules, hand.now)]
    what = _DISPOSITIONS.get(row.disposition, row.disposition)
    lines = [f"kept; {what}"]
    if row.disposition != "duplicate":
        lines.append(f"If it is a request: dsarbot intake --take {row.id[:8]} --organisation {organisation.key}")
    return lines


def spoken(args: argparse.Namespace) -> int:
    """The five fields, from the options or asked one by one."""

    async def work(hand: Hand) -> int:
        organisation = hand.organisation(args.organisation)
        _demand_rights(args.right, organisation)
        _demand_language(args.language)
        note = _note(args, hand, organisation)
        case = await by_hand.take_note(hand.app.desk, organisation, note, actor=hand.person.key)
        print(f"{case.reference} opened. Tell the person this reference.")
        print("\n".join(told(None, case, organisation.rules, hand.now)))
        return 0

    return ordering(args, work)


def _note(args: argparse.Namespace, hand: Hand, organisation: Organisation) -> by_hand.Spoken:
    rights = tuple(args.right)
    ask = _asker(sys.stdin.isatty())
    who = args.who or ask("Who (name)?", "--who")
    reach = args.reach or ask("Call-back number, or address on file (e-mail, or lines with ;)?", "--reach")
    words = args.words or ask("What was said, in the person's words?", "--words")
    if not rights and sys.stdin.isatty():
        known = ", ".join(sorted(organisation.rules.rights))
        answer = input(f"Which right ({known}; empty: not clear)? ")
        rights = tuple(each.strip() for each in answer.split(",") if each.strip())
        _demand_rights(rights, organisation)
    return by_hand.Spoken(
        channel="phone" if args.phone else "desk",
        who=who,
        reach=reach,
        words=words,
        rights=rights,
        at=_instant(args.when or args.received, hand, organisation),
        language=args.language,
    )


def _asker(terminal: bool) -> Callable[[str, str], str]:
    def ask(question: str, option: str) -> str:
        answer = input(f"{question} ").strip() if terminal else ""
        if not answer:
            raise TheirInput(f"{option} is missing; nothing was kept.")
        return answer

    return ask


def _demand_rights(rights: tuple[str, ...] | list[str], organisation: Organisation) -> None:
    """Before anything is kept: the words were typed a moment ago and can be typed again."""
    if unknown := [each for each in rights if each not in organisation.rules.rights]:
        known = ", ".join(sorted(organisation.rules.rights))
        raise TheirInput(f"There is no right {', '.join(unknown)}; there are: {known}. Nothing was kept.")


def _demand_language(code: str) -> None:
    """ISO 639, in small letters: letters and notices are looked up by it."""
    if code and not (code.islower() and code in Locale("en").languages):
        raise TheirInput(f"--language {code}: no language has that code; write fr, en, de, lb, ... Nothing was kept.")


def _instant(when: datetime | None, hand: Hand, organisation: Organisation) -> datetime:
    """Now, or the instant given; local where it has no offset. TheirInput for one that has not come."""
    if when is None:
        return hand.now
    at = when if when.tzinfo else when.replace(tzinfo=organisation.rules.jurisdiction.tz)
    if at > hand.now:
        raise TheirInput(f"{when.isoformat()} has not come yet; nothing was kept.")
    return at


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TheirInput(f"it is larger than {MOST_BYTES // 1024 // 1024} MiB; nothing was kept.")
        raw = path.read_bytes()
    except OSError as error:
        raise TheirInput(f"it cannot be read ({error.strerror}); nothing was kept.") from None
    if not raw:
        raise TheirInput("it is empty; nothing was kept.")
    return raw
