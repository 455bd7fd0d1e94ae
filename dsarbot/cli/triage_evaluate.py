"""`dsarbot triage --evaluate FILE...`: labelled texts against the rules of today."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from dsarbot.cli.triage_figures import as_json, lines, wrong
from dsarbot.cli.triage_measure import NO_REQUEST, Judged, Label, measured
from dsarbot.errors import TheirInput
from dsarbot.reading.replies import split
from dsarbot.reading.triage import triage

_REQUEST = "request"


def run(args: argparse.Namespace) -> int:
    """Print the table; 0 whatever it says, 2 when a file has another form than agreed."""
    judged = [judge(label, subject, attached) for path in args.paths for label, subject, attached in _labelled(path)]
    tell(judged, as_json_too=args.json, list_wrong=args.wrong)
    return 0


def tell(judged: Sequence[Judged], *, as_json_too: bool, list_wrong: bool, first: str = "") -> None:
    """The figures, and what was wrong if that is asked for. first: a line that says what this is."""
    found = measured(judged)
    if as_json_too:
        print(json.dumps(as_json(found, judged if list_wrong else ()), ensure_ascii=True))
        return
    print("\n".join((*([first, ""] if first else []), *lines(found), *(wrong(judged) if list_wrong else ()))))


def judge(label: Label, subject: str, attached: Sequence[str]) -> Judged:
    """Today's rules on one text."""
    # As in the mailroom: what is quoted was said earlier, and perhaps by us.
    found = triage(split(label.text).new_text or label.text, subject=subject, attachments=attached)
    return Judged(
        label=label,
        kind=found.kind,
        asks=found.kind == _REQUEST or (found.kind == "reply" and bool(found.rights)),
        certain=found.certain,
        rights=frozenset(each.right + "!" * each.marketing for each in found.rights),
        language=found.language,
        role=found.role_hint or "",
    )


def _labelled(path: str) -> Iterator[tuple[Label, str, Sequence[str]]]:
    if path == "-":
        yield from _read(sys.stdin.buffer, path)
        return
    try:
        with Path(path).open("rb") as incoming:
            yield from _read(incoming, path)
    except OSError as error:
        raise TheirInput(f"{path} cannot be read ({error.strerror}).") from None


def _read(incoming: BinaryIO, path: str) -> Iterator[tuple[Label, str, Sequence[str]]]:
    for number, line in enumerate(incoming, 1):
        if line.strip():
            yield _one(line, f"{path}:{number}")


def _one(line: bytes, source: str) -> tuple[Label, str, Sequence[str]]:
    try:
        found = json.loads(line)
    except ValueError:
        raise TheirInput(f"{source}: this line is no JSON.") from None
    match found:
        case {"text": str(text), "kind": str(kind)}:
            rights = found.get("rights") or []
            if not isinstance(rights, list) or not all(isinstance(each, str) for each in rights):
                raise TheirInput(f'{source}: "rights" is a list of words, such as ["access"].')
            label = Label(
                source=source,
                kind=kind,
                rights=frozenset(rights),
                language=_word(found, "language", source),
                role=_word(found, "role", source),
                text=text,
            )
            attached = _word(found, "attachment", source)
            return label, _word(found, "subject", source), [attached] if attached else []
    raise TheirInput(f'{source}: each line needs "text" and "kind"; a text that is none: "{NO_REQUEST}".')


def _word(found: dict[str, object], name: str, source: str) -> str:
    value = found.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TheirInput(f'{source}: "{name}" is a text.')
    return value
