"""What a terminal or a pipe shows of a dry run: a line for each item, JSON, the summary, and how far it is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TextIO

from dsarbot.cli.table import Screen, cropped
from dsarbot.cli.triage_look import Line

#: Seconds between two words about progress.
_PAUSE: Final = 0.2
_PHRASE: Final = 60
#: Columns on a terminal.
_RIGHTS: Final = 20
_SOURCE: Final = 16
_ANYWHERE: Final = Screen()
#: A report over mail from everywhere names so many languages.
_MOST_LANGUAGES: Final = 12


@dataclass(kw_only=True, slots=True)
class Tally:
    """What was seen so far, in numbers: needs no more room after a million items."""

    read: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    rights: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    unsure: int = 0

    def add(self, line: Line) -> None:
        """Count one item."""
        self.read += 1
        self.kinds[line.kind] += 1
        if line.topic and not line.asks:
            self.topics[line.topic] += 1
        if line.asks:
            self.requests += 1
            self.unsure += not line.certain
            self.rights.update(right.right for right in line.rights)
            self.languages[line.language] += 1


class Progress:
    """How far it is, rewritten in place. shown: False where nobody looks."""

    def __init__(self, stream: TextIO, now: Callable[[], float], *, shown: bool) -> None:
        self._stream = stream
        self._now = now
        self._shown = shown
        self._begun = self._last = now()

    def show(self, tally: Tally) -> None:
        """Say it, unless that was said just now."""
        if not self._shown:
            return
        at = self._now()
        if at - self._last < _PAUSE:
            return
        self._last = at
        speed = tally.read / (at - self._begun)
        self._stream.write(f"\r\033[K{tally.read} read, {tally.requests} requests ({speed:.0f}/s)")
        self._stream.flush()

    def done(self) -> None:
        """Leave no trace on the screen."""
        if self._shown:
            self._stream.write("\r\033[K")


def as_json(line: Line) -> str:
    """One JSON object."""
    rights = [
        {"right": each.right, "score": each.score, "because": each.because, "marketing": each.marketing}
        for each in line.rights
    ]
    return written(
        {
            "source": line.source,
            "kind": line.kind,
            "certain": line.certain,
            "rights": rights,
            "mentioned": line.mentioned,
            "language": line.language,
            "confidence": line.confidence,
            "reference": line.reference,
            "sender": line.sender,
            "subject": line.subject,
            "authenticated": line.authenticated,
            "attachments": line.attachments,
            "role_hint": line.role_hint,
            "problems": line.problems,
            "urgency": line.urgency,
            "topic": line.topic,
            "because": line.because,
        }
    )


def written(document: Mapping[str, object]) -> str:
    """JSON for people to read, unless it holds what no text can: file names are any bytes."""
    text = json.dumps(document, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(document)
    return text


def aligned(line: Line, to: Screen = _ANYWHERE) -> str:
    """One line for a person: what it is, which rights, language, where, and the first reason. On a terminal it fits."""
    because = next((right.because[0] for right in line.rights if right.because), next(iter(line.because), ""))
    said = line.slugs or ", ".join(line.problems) or line.topic or "-"
    sure = "?" if line.asks and not line.certain else ""
    source = plain(line.source)
    if not to.terminal:
        text = f"{line.kind + sure:<15} {said:<32} {line.language:<4} {source}"
        return f"{text}  {short(because)}" if because else text
    # Of a long path the end tells one mail from the next.
    where = source if len(source) <= _SOURCE else f"…{source[1 - _SOURCE :]}"
    text = f"{line.kind + sure:<15} {cropped(said, _RIGHTS):<{_RIGHTS}} {line.language:<4} {where:<{_SOURCE}}"
    return cropped(f"{text} {short(because)}" if because else text.rstrip(), to.width)


def plain(text: str) -> str:
    """Control characters of a hostile mail must not reach the terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split()))


def short(phrase: str) -> str:
    """A phrase in quotation marks, cut where it is long."""
    text = plain(phrase)
    return f"“{text[: _PHRASE - 3]}...”" if len(text) > _PHRASE else f"“{text}”"


def summary(tally: Tally) -> Iterator[str]:
    """All of it in numbers, the largest first."""
    yield ""
    yield f"{tally.read} read"
    yield from _counted(tally.kinds, {"request": _of_them(tally)})
    if tally.topics:
        yield "what other mail is about, where that is plain:"
        yield from _counted(tally.topics)
    if tally.rights:
        yield "rights asked for:"
        yield from _counted(tally.rights)
    if tally.languages:
        yield "languages of the requests:"
        yield from _counted(Counter(dict(tally.languages.most_common(_MOST_LANGUAGES))))


def _of_them(tally: Tally) -> str:
    return f"  ({tally.unsure} of all {tally.requests} unsure: a person confirms them)" if tally.unsure else ""


def _counted(counts: Counter[str], said: dict[str, str] | None = None) -> Iterator[str]:
    for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        yield cropped(f"{count:>8}  {name}{(said or {}).get(name, '')}", 80)
