"""`dsarbot triage`: what would be found in these mails? A dry run over an old mailbox; nothing is sent or kept.

It reads as the service reads (robots first, new text without quotes, attached texts), so that who tries it on last
year's mail sees what the service would have done, and why.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsarbot.cli.triage_sources import Item
    from dsarbot.reading.mail import Mail
    from dsarbot.reading.triage import Triage

_EPILOG = """\
examples:
  dsarbot triage Maildir/ --report
  dsarbot triage archive.mbox --json > found.jsonl
  echo "what do you have stored about me?" | dsarbot triage -
"""
_PROGRESS_EVERY = 100
#: With fewer letters of its own, a mail says what it says in its attachments (practice 3).
_FEW_LETTERS = 40
_TEXT = frozenset({"text/plain", "text/csv", "text/markdown"})
#: Signatures say nothing themselves.
_SEALS = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What is printed about one item: the keys of the JSON line, in its order."""

    source: str
    kind: str
    certain: bool
    rights: tuple[dict[str, object], ...] = ()
    mentioned: tuple[str, ...] = ()
    language: str = "und"
    confidence: float = 0.0
    reference: str | None = None
    sender: str = ""
    subject: str = ""
    authenticated: bool | None = None
    attachments: tuple[str, ...] = ()
    role_hint: str | None = None
    problems: tuple[str, ...] = ()

    @property
    def slugs(self) -> str:
        """The rights in one word: ``access+erasure``."""
        return "+".join(str(right["right"]) for right in self.rights)


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
        "paths", metavar="PATH", nargs="+", help=".eml, mbox, Maildir, folder, .txt, or - for standard input"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument("--report", action="store_true", help="the summary only")
    parser.add_argument(
        "--authserv-id",
        metavar="ID",
        help="your mail server's name in Authentication-Results; without it none is trusted",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Look at everything: 0; 1 if a file inside a folder could not be opened; 2 if a path cannot be read."""
    missing = [path for path in args.paths if path != "-" and not Path(path).exists()]
    if missing:
        sys.stderr.write("".join(f"dsarbot triage: {path}: no such file or folder\n" for path in missing))
        return 2
    kinds: Counter[str] = Counter()
    rights: Counter[str] = Counter()
    failed = False
    for number, item in enumerate(_items(args.paths), 1):
        line = look(item, args.authserv_id)
        failed = failed or item.problem == "cannot-open"
        kinds[line.kind if line.kind != "request" or line.certain else "request (unsure)"] += 1
        rights.update(str(right["right"]) for right in line.rights if line.kind == "request")
        if args.json:
            sys.stdout.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")
        elif not args.report:
            sys.stdout.write(_aligned(line) + "\n")
        if number % _PROGRESS_EVERY == 0 and sys.stderr.isatty():
            sys.stderr.write(f"\r{number} read ...")
            sys.stderr.flush()
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    if not args.json:
        sys.stdout.write("\n".join(_summary(kinds, rights)) + "\n")
    return 1 if failed else 0


def _items(paths: Sequence[str]) -> Iterator[Item]:
    from dsarbot.cli.triage_sources import Item, items, stream

    for path in paths:
        try:
            yield from stream(sys.stdin.buffer) if path == "-" else items(Path(path))
        except OSError:
            yield Item(source=path, form="unreadable", problem="cannot-open")


def look(item: Item, authserv_id: str | None = None) -> Line:
    """Everything that is said about one item."""
    from dsarbot.reading.mail import parse
    from dsarbot.reading.triage import references, triage

    if item.form == "unreadable":
        return Line(source=item.source, kind="unreadable", certain=False, problems=(item.problem,))
    if item.form == "mail":
        return _mail(item.source, parse(item.raw), authserv_id)
    text = item.raw.decode("utf-8", "replace")
    reference = next(iter(references(text)), None)
    return _line(item.source, triage(text), reference=reference)


def _mail(source: str, mail: Mail, authserv_id: str | None) -> Line:
    from dsarbot.reading.authentication import authenticate
    from dsarbot.reading.delivery import classify
    from dsarbot.reading.forwards import forwarded
    from dsarbot.reading.replies import split
    from dsarbot.reading.triage import references, triage

    known = authenticate(mail, authserv_id)
    about = {
        "sender": mail.sender.address,
        "subject": mail.subject,
        "authenticated": known.aligned if known.trusted else None,
        "attachments": tuple(file.name for file in mail.files),
        "reference": next(iter(references(f"{mail.subject}\n{mail.text}")), None),
    }
    delivery = classify(mail)
    if delivery.kind != "person" and delivery.certain:
        # A robot's text never reaches the rules: a bounce may quote "erase my data".
        return Line(source=source, kind=delivery.kind, certain=True, problems=mail.problems, **about)  # type: ignore[arg-type]
    text = split(mail.text).new_text
    attached = [
        file.content.decode("utf-8", "replace")
        for file in mail.files
        if file.content_type in _TEXT and not file.inline and file.content
    ]
    if delivery.kind not in {"bounce", "report"}:
        attached += [f"{inner.subject}\n\n{inner.text}" for inner in forwarded(mail)]
    found = triage(text, subject=mail.subject, attachments=attached)
    line = _line(source, found, problems=mail.problems, **about)
    if delivery.kind in {"bounce", "report"} and not line.rights:
        return replace(line, kind=delivery.kind, certain=False)
    if line.kind == "ordinary" and _unread(mail, text):
        return _held(line)
    return line if delivery.kind == "person" else _perhaps(line, delivery.kind)


def _perhaps(line: Line, machine: str) -> Line:
    """A machine's mail by weak signs: what its words ask for is shown, for a person to confirm."""
    asks = line.rights or line.kind not in {"ordinary", "reply"}
    return replace(line, kind=line.kind if asks else machine, certain=False)


def _unread(mail: Mail, text: str) -> bool:
    closed = any(file.content_type not in _TEXT | _SEALS and not file.inline for file in mail.files)
    return mail.encrypted or (closed and sum(letter.isalpha() for letter in text) < _FEW_LETTERS)


def _held(line: Line) -> Line:
    # practice 3: a mail whose only content is an unread attachment is never ordinary.
    return replace(line, kind="request", certain=False, problems=(*line.problems, "unread-attachment"))


def _line(source: str, found: Triage, problems: tuple[str, ...] = (), **about: object) -> Line:
    return Line(
        source=source,
        kind=found.kind,
        certain=found.certain,
        rights=tuple(
            {"right": one.right, "score": one.score, "because": one.because, "marketing": one.marketing}
            for one in found.rights
        ),
        mentioned=found.mentioned,
        language=found.language,
        confidence=found.confidence,
        role_hint=found.role_hint,
        problems=problems,
        **about,  # type: ignore[arg-type]
    )


def _aligned(line: Line) -> str:
    because = next((str(right["because"][0]) for right in line.rights), "")  # type: ignore[index]
    said = line.slugs or ", ".join(line.problems) or "-"
    sure = "" if line.kind != "request" or line.certain else "?"
    text = f"{line.kind + sure:<15} {said:<32} {line.language:<4} {line.source}"
    return f"{text}  {_short(because)}" if because else text


def _short(phrase: str) -> str:
    # Control characters of a hostile mail must not reach the terminal.
    plain = "".join(letter if letter.isprintable() else " " for letter in " ".join(phrase.split()))
    return f"“{plain[:57]}...”" if len(plain) > 60 else f"“{plain}”"


def _summary(kinds: Counter[str], rights: Counter[str]) -> Iterator[str]:
    yield ""
    yield f"{sum(kinds.values())} read"
    for title, counted in (("", kinds), ("rights asked for:", rights)):
        if counted and title:
            yield title
        for name, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
            yield f"{count:>8}  {name}"
