"""What the published periods get wrong: none, vague, contradicting each other, shorter than the law allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dsarbot.policy.finding import Finding
from dsarbot.policy.law import Law, Minimum, holds_in
from dsarbot.settings.profile import Profile
from dsarbot.settings.published import DataKind, RetentionRow

_KEY: Final = "retention"
#: GDPR 5(1)(e): "no longer than is necessary for the purposes". More than five years for all data needs its reasons.
_LONG: Final = 5 * 12 * 30


def retention(profile: Profile, law: Law) -> Iterator[Finding]:
    """Every finding about how long data are kept."""
    rows = profile.retention
    yield from _unsaid(profile)
    for row in rows:
        if "everything" in row.kinds and (row.counted_days or 0) > _LONG:
            yield Finding(kind="retention-one-term-for-all", key=_KEY, quotes=(row.published,))
    yield from _contradictions(rows)
    for minimum in law.minima:
        activities = profile.organisation.activities
        if holds_in(minimum.jurisdictions, profile.jurisdiction) and minimum.activity in (None, *activities):
            yield from _too_short(rows, minimum)


def _unsaid(profile: Profile) -> Iterator[Finding]:
    """GDPR 13(2)(a): the period, "or if that is not possible, the criteria used to determine that period"."""
    none = [row.published for row in profile.retention if row.clarity == "none"]
    none += [each.published for each in profile.statements if each.says == "retention-without-term"]
    if none:
        yield Finding(kind="retention-without-term", key=_KEY, quotes=tuple(none))
    vague = tuple(row.published for row in profile.retention if row.clarity == "vague")
    if vague:
        yield Finding(kind="retention-vague", key=_KEY, quotes=vague)


def _contradictions(rows: Sequence[RetentionRow]) -> Iterator[Finding]:
    """A row about all data beside rows with other periods, and nothing that says which of them wins."""
    for general in (row for row in rows if "everything" in row.kinds and row.counted_days and row.then == "delete"):
        others = [row for row in rows if _differs(row, general)]
        if others:
            yield Finding(kind="retention-contradicts", key=_KEY, quotes=tuple(map(_words, (general, *others))))


def _differs(row: RetentionRow, general: RetentionRow) -> bool:
    named = set(row.kinds) - {"everything", *general.unless}
    return bool(named and row.counted_days and row.then == "delete" and row.counted_days != general.counted_days)


def _too_short(rows: Sequence[RetentionRow], minimum: Minimum) -> Iterator[Finding]:
    """Practice 25: a published period that is shorter than the law allows."""
    wanted = minimum.months * 30
    found: list[RetentionRow] = []
    for kind in minimum.kinds:
        own = [row for row in rows if kind in row.kinds]
        short = [row for row in own if _ends_before(row, wanted)]
        # Where a row of its own is long enough, a shorter one about all data only contradicts it.
        if not any((row.counted_days or 0) >= wanted for row in own):
            short += [row for row in rows if _speaks_of_all(row, kind) and _ends_before(row, wanted)]
        found += [row for row in short if row not in found]
    if found:
        yield Finding(kind="term-below-minimum", key=_KEY, quotes=tuple(map(_words, found)), about=minimum.about)


def _ends_before(row: RetentionRow, days: int) -> bool:
    return row.counted_days is not None and row.counted_days < days and row.then == "delete"


def _speaks_of_all(row: RetentionRow, kind: DataKind) -> bool:
    return "everything" in row.kinds and kind not in row.unless


def _words(row: RetentionRow) -> str:
    """A line of the policy's table: what, and how long."""
    return row.published if row.data.casefold() in row.published.casefold() else f"{row.data}: {row.published}"
