"""Numbers in the text format of Prometheus (version 0.0.4): written here, as it is a handful of lines. No label names
anything personal: organisations, mailboxes, states and channels are codes of the configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from dsarbot.core.vitals import Vitals

#: The content type that scrapers ask for.
MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPES: Final = {"\\": r"\\", '"': r"\"", "\n": r"\n"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One number with its labels."""

    value: float
    labels: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """help: what it counts, in one line."""

    name: str
    kind: Literal["gauge", "counter"]
    help: str
    samples: tuple[Sample, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """Open cases of one organisation: by status, and by days left up to each bound and beyond."""

    organisation: str
    statuses: Mapping[str, int]
    due: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """Everything that is measured, at one instant. mailboxes: when each gave its last sign; ocr: seconds and pages."""

    now: datetime
    vitals: Vitals
    tallies: tuple[Tally, ...]
    mailboxes: Mapping[str, datetime | None]
    ocr_seconds: float
    ocr_pages: int


def metrics(seen: Seen) -> tuple[Metric, ...]:
    """What stands on the page."""
    vitals, now = seen.vitals, seen.now
    inbounds = [
        _sample(number, channel=channel, state=state, disposition=disposition or "unread")
        for (channel, state, disposition), number in sorted(vitals.inbounds.items())
    ]
    cases = [
        _sample(n, organisation=t.organisation, status=s) for t in seen.tallies for s, n in sorted(t.statuses.items())
    ]
    due = [_sample(n, organisation=t.organisation, days=days) for t in seen.tallies for days, n in t.due.items()]
    ages = [_sample((now - at).total_seconds(), mailbox=key) for key, at in sorted(seen.mailboxes.items()) if at]
    oldest = (now - vitals.oldest).total_seconds() if vitals.oldest else 0.0
    return (
        _metric("inbounds", "gauge", "What arrived and is kept, by channel and what became of it.", inbounds),
        _metric("cases", "gauge", "Open cases by status.", cases),
        _metric("cases_due", "gauge", "Open cases by days left to their target.", due),
        _metric("outbox_depth", "gauge", "What still has to leave.", [_sample(vitals.depth)]),
        _metric("outbox_oldest_seconds", "gauge", "How long the oldest of it is due.", [_sample(max(oldest, 0.0))]),
        _metric("outbox_shunted", "gauge", "What will not leave by itself any more.", [_sample(vitals.shunted)]),
        _metric("letter_failures", "gauge", "Letters among it.", [_sample(vitals.failures)]),
        _metric("mailbox_age_seconds", "gauge", "Since the last sign of life of a mailbox.", ages),
        _metric("alarms", "gauge", "Open alarms.", [_sample(vitals.alarms)]),
        _metric("ocr_seconds_total", "counter", "Seconds spent reading scans.", [_sample(seen.ocr_seconds)]),
        _metric("ocr_pages_total", "counter", "Pages of scans that were read.", [_sample(seen.ocr_pages)]),
    )


def written(found: Iterable[Metric]) -> str:
    """As scrapers read it."""
    lines: list[str] = []
    for metric in found:
        lines += [f"# HELP {metric.name} {metric.help}", f"# TYPE {metric.name} {metric.kind}"]
        for sample in metric.samples:
            labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in sample.labels.items())
            lines.append(f"{metric.name}{{{labels}}} {sample.value:g}" if labels else f"{metric.name} {sample.value:g}")
    return "\n".join(lines) + "\n"


def _escaped(value: str) -> str:
    return "".join(_ESCAPES.get(sign, sign) for sign in value)


def _metric(name: str, kind: Literal["gauge", "counter"], words: str, samples: Iterable[Sample]) -> Metric:
    return Metric(name=f"dsarbot_{name}", kind=kind, help=words, samples=tuple(samples))


def _sample(value: float, **labels: str) -> Sample:
    return Sample(value=value, labels=labels)
