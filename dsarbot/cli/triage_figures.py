"""The figures of an evaluation as lines of at most 80 columns, or as one JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Final

from dsarbot.cli.table import cropped
from dsarbot.cli.triage_measure import Group, Judged, Measured, Share
from dsarbot.cli.triage_output import plain

_WIDTH: Final = 80
_NAME: Final = 24
_TEXT: Final = 160


def lines(found: Measured) -> Iterator[str]:
    """The whole table; what there is nothing of is left out."""
    whole = found.all
    yield f"{whole.requests + whole.others} texts: {whole.requests} requests, {whole.others} others"
    if whole.requests:
        yield f"{'recognised as a request':<{_NAME}} {_of(whole.recognised, whole.requests)}"
        yield f"{'with just its rights':<{_NAME}} {_of(whole.exact, whole.requests)}"
        sure = found.certain
        yield f"{'of those, certain':<{_NAME}} {_of(sure.recognised, whole.requests)}"
    if whole.others:
        yield f"{'false alarms':<{_NAME}} {_of(whole.false_alarms, whole.others)}"
    yield from _alarms(found.false_alarms)
    yield from _shares("right", found.rights)
    yield from _shares("kind", found.kinds)
    yield from _languages(found)
    yield from _shares("role", found.roles)
    yield from _pairs("taken for another kind", found.confusion)
    yield from _pairs("rights mixed up", found.mixed_up)


def wrong(judged: Sequence[Judged]) -> Iterator[str]:
    """Every text that was judged wrongly, shortened, for a terminal."""
    bad = [each for each in judged if not each.right]
    yield ""
    yield f"wrong: {len(bad)}"
    for each in bad:
        sure = "" if each.certain else "?"
        yield f"{plain(each.label.source)}: {_said(each.label.kind, each.label.rights)} became"
        yield f"    {_said(each.found + sure, each.rights)} [{each.language}]"
        if each.label.text:
            yield f"    {_short(each.label.text)}"


def as_json(found: Measured, listed: Sequence[Judged]) -> Mapping[str, object]:
    """The same numbers. listed: whose wrong ones are told as well."""
    return {
        "all": asdict(found.all),
        "certain": asdict(found.certain),
        "rights": _json(found.rights),
        "kinds": _json(found.kinds),
        "languages": {
            name: {**asdict(group), **_one(found.languages.get(name))} for name, group in found.by_language.items()
        },
        "roles": _json(found.roles),
        "false_alarms": {name: [group.false_alarms, group.others] for name, group in found.false_alarms.items()},
        "confusion": [[*pair, count] for pair, count in found.confusion.items()],
        "mixed_up": [[*pair, count] for pair, count in found.mixed_up.items()],
        "wrong": [_wrong(each) for each in listed if not each.right],
    }


def _wrong(each: Judged) -> Mapping[str, object]:
    return {
        "source": each.label.source,
        "wanted": {"kind": each.label.kind, "rights": sorted(each.label.rights)},
        "found": {"kind": each.kind, "certain": each.certain, "rights": sorted(each.rights)},
        "text": _short(each.label.text),
    }


def _json(shares: Mapping[str, Share]) -> Mapping[str, object]:
    return {name: {"wanted": share.wanted, "found": share.found, **_one(share)} for name, share in shares.items()}


def _one(share: Share | None) -> Mapping[str, float | None]:
    return {"precision": share.precision, "recall": share.recall} if share else {}


def _said(kind: str, rights: frozenset[str]) -> str:
    return plain(f"{kind} {'+'.join(sorted(rights))}")


def _short(text: str) -> str:
    return cropped(plain(text[: 4 * _TEXT]), _TEXT)


def _alarms(groups: Mapping[str, Group]) -> Iterator[str]:
    for name, group in sorted(groups.items(), key=lambda pair: -pair[1].false_alarms):
        yield cropped(f"  {plain(name):<{_NAME - 2}} {_of(group.false_alarms, group.others)}", _WIDTH)


def _shares(title: str, shares: Mapping[str, Share]) -> Iterator[str]:
    if not shares:
        return
    yield ""
    yield f"{title:<{_NAME}} {'labelled':>8} {'found':>8} {'precision':>10} {'recall':>8}"
    for name, share in shares.items():
        numbers = f"{share.wanted:>8} {share.found:>8} {_percent(share.precision):>10} {_percent(share.recall):>8}"
        yield f"{cropped(plain(name), _NAME):<{_NAME}} {numbers}"


def _languages(found: Measured) -> Iterator[str]:
    yield ""
    heads = ("requests", 8), ("recognised", 10), ("exact", 8), ("others", 8), ("alarms", 8), ("named so", 10)
    yield f"{'language':<10} {' '.join(f'{title:>{width}}' for title, width in heads)}"
    for name, group in sorted(found.by_language.items(), key=_largest_first):
        share = found.languages.get(name)
        recognised, exact = _part(group.recognised, group.requests), _part(group.exact, group.requests)
        yield (
            f"{cropped(plain(name), 10):<10} {group.requests:>8} {_percent(recognised):>10} {_percent(exact):>8}"
            f" {group.others:>8} {group.false_alarms:>8} {_percent(share.recall if share else None):>10}"
        )


def _largest_first(pair: tuple[str, Group]) -> tuple[int, str]:
    name, group = pair
    return -group.requests - group.others, name


def _pairs(title: str, pairs: Mapping[tuple[str, str], int]) -> Iterator[str]:
    if not pairs:
        return
    yield ""
    yield f"{title} (the most frequent)"
    for (wanted, found), count in pairs.items():
        yield cropped(f"{count:>6}  {plain(wanted)} -> {plain(found)}", _WIDTH)


def _of(part: int, whole: int) -> str:
    return f"{part:>6} of {whole:<6} {_percent(_part(part, whole)):>8}"


def _part(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"
