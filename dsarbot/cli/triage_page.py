"""The dry run as one HTML page that needs nothing else: no script, no picture, no request to anybody.

It is shown to whoever decides whether the rules can be trusted: numbers first, then each request with the phrases that
made it one, the unsure ones first.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Final

from dsarbot.cli.triage_look import Line, Looked
from dsarbot.cli.triage_marks import Marked, marked
from dsarbot.cli.triage_output import Tally
from dsarbot.cli.triage_style import STYLE

#: So many of each list stand on the page; the others are counted. What is kept for it is short.
_MOST_LISTED: Final = 1_000
_SUBJECT: Final = 120
#: No request of a data subject, and yet for somebody today.
_FOR_A_PERSON: Final = ("authority", "instruction", "content-notice", "disclosure", "breach-notice", "unreadable")
_STEPS: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One item as the page shows it: short texts only, so that a long list needs little memory."""

    line: Line
    reasons: tuple[Marked, ...]


@dataclass(kw_only=True, slots=True)
class Found:
    """What the page lists: at most so many of each, and how many there were."""

    unsure: list[Listed] = field(default_factory=list)
    certain: list[Listed] = field(default_factory=list)
    others: list[Listed] = field(default_factory=list)
    left_out: int = 0

    def add(self, looked: Looked) -> None:
        """Keep what a person would look at."""
        line = looked.line
        if line.asks:
            self._put(self.certain if line.certain else self.unsure, looked)
        elif line.kind in _FOR_A_PERSON:
            self._put(self.others, looked)

    def _put(self, where: list[Listed], looked: Looked) -> None:
        if len(where) < _MOST_LISTED:
            where.append(Listed(line=looked.line, reasons=tuple(_reasons(looked))))
        else:
            self.left_out += 1


def _reasons(looked: Looked) -> Iterator[Marked]:
    line = looked.line
    for right in line.rights:
        name = f"{right.right} (advertising)" if right.marketing else right.right
        yield from marked(name, right.because, looked.words)
    if not line.rights:
        yield from marked(line.kind, line.because, looked.words)


def page(tally: Tally, found: Found, *, made_at: datetime, rules: str) -> str:
    """The whole document. made_at: as a person's clock shows it; rules: which ones (`reading.edition`)."""
    return "\n".join((*_head(), *_summary(tally), *_lists(found), *_foot(made_at, rules), "</body>", "</html>", ""))


def _head() -> Iterator[str]:
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="referrer" content="no-referrer">'
    yield '<meta name="robots" content="noindex">'
    yield "<title>Dry run of the triage</title>"
    yield f"<style>{STYLE}</style>"
    yield "</head>"
    yield "<body>"


def _summary(tally: Tally) -> Iterator[str]:
    others = tally.read - tally.requests
    yield "<h1>What the desk would have found</h1>"
    yield (
        f'<p class="lead">{_many(tally.read, "item")} read: <strong>{_many(tally.requests, "request")}</strong>'
        f" ({tally.requests - tally.unsure:,} certain, {tally.unsure:,} for a person to confirm), {others:,} others."
        " Nothing was sent, kept or changed.</p>"
    )
    yield (
        '<p class="note"><strong>This page holds personal data</strong> of the people who wrote. It was made on this'
        " computer, only you can read the file, and nothing in it is fetched from elsewhere. Delete it when you have"
        " looked.</p>"
    )
    yield '<div class="numbers">'
    yield from _numbers("What they are", "Kind", tally.kinds)
    yield from _numbers("What other mail is about", "Topic", tally.topics)
    yield from _numbers("Rights asked for", "Right", tally.rights)
    yield from _numbers("Languages of the requests", "Language", tally.languages)
    yield "</div>"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _numbers(title: str, what: str, counts: Counter[str]) -> Iterator[str]:
    yield f"<table><caption>{title}</caption>"
    yield f'<thead><tr><th scope="col">{what}</th><th scope="col" class="right">Number</th></tr></thead><tbody>'
    most = max(counts.values(), default=0)
    for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        bar = f'<span class="bar w{max(1, round(_STEPS * count / most))}" aria-hidden="true"></span>'
        yield f'<tr><th scope="row">{escape(name)}</th><td class="right">{bar}{count:,}</td></tr>'
    if not counts:
        yield '<tr><td colspan="2">None was found.</td></tr>'
    yield "</tbody></table>"


def _lists(found: Found) -> Iterator[str]:
    yield from _list(
        "Requests to confirm",
        "The rules are not sure. The desk opens a case, its clock runs, and a person decides; nothing is answered"
        " before.",
        found.unsure,
        "Nothing was unsure.",
    )
    yield from _list(
        "Requests, certain",
        "These would be acknowledged automatically, unless you switch that off.",
        found.certain,
        "No request was certain.",
    )
    yield from _list(
        "Not a request, but for a person",
        "Authorities, controllers, notices, and what could not be read.",
        found.others,
        "Nothing of the kind was found.",
    )
    if found.left_out:
        yield (
            f'<p class="note">{_many(found.left_out, "more item")} are counted above and not listed here;'
            " <code>dsarbot triage PATH --json</code> prints every one.</p>"
        )


def _list(title: str, hint: str, listed: Sequence[Listed], empty: str) -> Iterator[str]:
    yield f"<h2>{title} ({len(listed):,})</h2>"
    if not listed:
        yield f'<p class="quiet">{empty}</p>'
        return
    yield f'<p class="quiet">{hint} In the order in which they were read.</p>'
    heads = "".join(f'<th scope="col">{each}</th>' for each in ("Asked for", "Message", "Because of"))
    yield f'<table class="list"><caption class="hidden">{title}</caption><thead><tr>{heads}</tr></thead><tbody>'
    yield from map(_row, listed)
    yield "</tbody></table>"


def _row(listed: Listed) -> str:
    line = listed.line
    state = "certain" if line.certain else "unsure"
    sign = "✓" if line.certain else "?"
    names = [f"{each.right} (advertising)" if each.marketing else each.right for each in line.rights]
    asked = "".join(f"<li>{escape(each)}</li>" for each in names or [line.kind if not line.asks else "no right named"])
    quiet = [line.language.replace("und", ""), line.role_hint or "", *line.urgency, *line.problems]
    reasons = "".join(map(_reason, listed.reasons)) or '<span class="quiet">no phrase; see the message</span>'
    return (
        f'<tr><td data-head="Asked for"><span class="badge {state}">{sign} {state}</span><ul>{asked}</ul></td>'
        f'<td data-head="Message"><strong>{escape(_cropped(line.subject)) or "(no subject)"}</strong>'
        f"{f'<br>{escape(line.sender)}' if line.sender else ''}"
        f'<br><span class="quiet">{escape(" · ".join(each for each in quiet if each))}<br>{escape(line.source)}</span>'
        f'</td><td data-head="Because of">{reasons}</td></tr>'
    )


def _reason(reason: Marked) -> str:
    return (
        f'<p><span class="label">{escape(reason.label)}</span> {escape(reason.before)}'
        f"<mark>{escape(reason.phrase)}</mark>{escape(reason.after)}</p>"
    )


def _cropped(text: str) -> str:
    return text if len(text) <= _SUBJECT else f"{text[:_SUBJECT]}..."


def _foot(made_at: datetime, rules: str) -> Iterator[str]:
    yield (
        f'<p class="quiet foot">Made {made_at:%Y-%m-%d %H:%M}, rules {escape(rules)}. A robot\'s mail is never read'
        " for requests; quotes below an answer do not count; attached PDF, DOCX, ODT and RTF files do.</p>"
    )
