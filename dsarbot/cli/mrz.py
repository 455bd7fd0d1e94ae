"""`dsarbot mrz`: the machine-readable zone of an identity paper, read where the text is, with nothing stored.

It needs no configuration and no database, and writes nothing but its answer: what stands in the zone is no matter for
a log.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dsarbot.errors import TheirInput

if TYPE_CHECKING:
    from dsarbot.core.mrz import Zone

#: A zone is 90 characters; the text around it may be a long one, but no book.
_LARGEST: Final = 4 * 1024 * 1024
_EPILOG: Final = """\
examples:
  dsarbot mrz zone.txt
  printf 'IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<\\n8806923102858CORINNE<<<<<<<6512068F6\\n' | dsarbot mrz --json
"""
#: What a file begins with that is no text: it has to be read by machine first.
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF-", b"RIFF", b"PK\x03\x04")
_NO_PICTURES: Final = (
    "{source} is no text, and pictures and PDF files are not read yet. Type the lines of the zone, or what is visible,"
    " into a text file, or type them here: {command} -"
)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `mrz` and its options."""
    parser = subparsers.add_parser(
        "mrz",
        help="the machine-readable zone of an identity paper",
        description="Read a machine-readable zone: fields, check digits, repairs. Never ask anybody for it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file", metavar="FILE", nargs="?", default="-", help="a text file; - or nothing: standard input"
    )
    parser.add_argument("--today", metavar="DATE", type=day, help="read the years as on that day (default: today)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the zone: 0 valid, 1 not, 2 when there is no such file or it is no text."""
    from dsarbot.core.mrz import as_json, parse

    zone = parse(text_of(args.file, "dsarbot mrz"), args.today or local_day())
    if args.json:
        print(json.dumps(as_json(zone), ensure_ascii=False))
    else:
        print("\n".join(shown(zone)))
    return 0 if zone.valid else 1


def text_of(file: str, command: str) -> str:
    """The text of a file or of standard input. TheirInput with the remedy if it is none."""
    if file == "-":
        source, raw = "The input", sys.stdin.buffer.read(_LARGEST + 1)
    else:
        source = file
        try:
            with Path(file).open("rb") as opened:
                raw = opened.read(_LARGEST + 1)
        except OSError as problem:
            raise TheirInput(f"{file} cannot be read: {problem.strerror}. Give a text file, or - to type.") from problem
    if len(raw) > _LARGEST:
        raise TheirInput(f"{source} is larger than 4 MiB. Give the part of it that holds the paper.")
    if raw.startswith(_PICTURES) or b"\0" in raw[:1024]:
        raise TheirInput(_NO_PICTURES.format(source=source, command=command))
    return raw.decode("utf-8-sig", errors="replace")


def shown(zone: Zone) -> Iterator[str]:
    """The zone for a person: verdict, fields, check digits, repairs, problems."""
    if zone.format is None:
        yield zone.problems[0].text[:1].upper() + zone.problems[0].text[1:] + "."
        yield "It is 3 lines of 30 characters, or 2 lines of 36 or of 44, with < between the words."
        return
    yield f"{zone.format}: {'valid' if zone.valid else 'NOT VALID'}"
    fields = zone.fields
    rows = (
        ("Document", fields.document_code),
        ("Issued by", fields.issuer),
        ("Number", fields.number),
        ("Surname", fields.surname),
        ("Given names", fields.given_names),
        ("Nationality", fields.nationality),
        ("Born", fields.birth_date),
        ("Sex", fields.sex),
        ("Valid until", fields.expiry_date),
        ("Check digits", ", ".join(f"{name} {'ok' if fits else 'WRONG'}" for name, fits in zone.check_digits)),
    )
    yield from (f"  {label:<13} {value or '-'}" for label, value in rows)
    for each in zone.repairs:
        place = f"line {each.line}" + (f", column {each.column}" if each.column else "")
        proof = "the check digit agrees" if each.confirmed else "no check digit confirms it"
        yield f"  Repaired: {each.field}, {place}: {each.read} read, {each.meant} meant; {proof}"
    yield from (f"  {f'{each.field}: ' if each.field else ''}{each.text}" for each in zone.problems)


def day(text: str) -> date:
    """A date as typed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO date; write 2026-03-05") from None


def local_day() -> date:
    """Today, where this machine stands."""
    return datetime.now().astimezone().date()
