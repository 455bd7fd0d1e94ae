"""How good triage is on labelled texts: pure counting, from pairs of what a text is and what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar, get_args

from dsarbot.reading.triage import Kind

#: The label of whatever is no request; every other finding is right.
NO_REQUEST: Final = "no-request"
_KNOWN: Final = frozenset(get_args(Kind))
_REQUEST: Final = "request"
_ORDINARY: Final = "ordinary"
_MOST_CONFUSIONS: Final = 12
#: Letters of an ISO 639-1 code.
_CODE: Final = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """What a text is, as a person says. rights: slugs, "objection!" against advertising; source: where it stands."""

    source: str
    kind: str
    rights: frozenset[str] = frozenset()
    language: str = ""
    role: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A label beside what was found. asks: it would become a case, or a person would see a request."""

    label: Label
    kind: str
    asks: bool
    certain: bool
    rights: frozenset[str]
    language: str
    role: str

    @property
    def requested(self) -> bool:
        return self.label.kind == _REQUEST

    @property
    def exact(self) -> bool:
        """A request found with just its rights."""
        return self.requested and self.asks and self.rights == self.label.rights

    @property
    def right(self) -> bool:
        """Nothing is wrong with it: the kind, and of a request the rights."""
        return self.exact if self.requested else not self.asks and self.kind in _allowed(self.label.kind)

    @property
    def found(self) -> str:
        """The kind to compare: a reply that asks for a right is a request."""
        return _REQUEST if self.asks else self.kind


def _allowed(label: str) -> frozenset[str]:
    if label == NO_REQUEST:
        return _KNOWN - {_REQUEST}
    return frozenset({label if label in _KNOWN else _ORDINARY})


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """wanted: how many there are; found: how many were named; hits: both."""

    wanted: int
    found: int
    hits: int

    @property
    def precision(self) -> float | None:
        """None where nothing was named."""
        return self.hits / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """None where there was nothing to name."""
        return self.hits / self.wanted if self.wanted else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Some texts: requests, of these recognised and exact; others, of these false alarms."""

    requests: int
    recognised: int
    exact: int
    others: int
    false_alarms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """kinds, rights, languages, roles: precision and recall by name; by_language: all else of one language;
    false_alarms: by label; confusion: (label, found) of wrong kinds; mixed_up: (rights wanted, found)."""

    all: Group
    certain: Group
    kinds: dict[str, Share]
    rights: dict[str, Share]
    languages: dict[str, Share]
    roles: dict[str, Share]
    by_language: dict[str, Group]
    false_alarms: dict[str, Group]
    confusion: dict[tuple[str, str], int]
    mixed_up: dict[tuple[str, str], int]


def measured(judged: Sequence[Judged]) -> Measured:
    """Count everything once."""
    requests = [each for each in judged if each.requested]
    return Measured(
        all=_group(judged),
        certain=_group([each for each in judged if not each.asks or each.certain]),
        kinds=_shares(judged, lambda each: {_compared(each)}, lambda each: {each.found}),
        rights=_shares(
            judged,
            lambda each: each.label.rights if each.requested else (),
            lambda each: each.rights if each.asks else (),
        ),
        languages=_shares(judged, _one_language, _told),
        roles=_shares(judged, lambda each: _named(each.label.role), lambda each: _named(each.role)),
        by_language=_groups(judged, lambda each: each.label.language or "?"),
        false_alarms=_groups([each for each in judged if not each.requested], lambda each: each.label.kind),
        confusion=_most((each.label.kind, each.found) for each in judged if each.found not in _found_for(each)),
        mixed_up=_most(
            (_joined(each.label.rights), _joined(each.rights)) for each in requests if each.asks and not each.exact
        ),
    )


def _compared(each: Judged) -> str:
    """The kind that should have been found; for a label that allows many, the one that was, if it is one of them."""
    allowed = _found_for(each)
    return each.found if each.found in allowed else next(iter(sorted(allowed & {_ORDINARY} or allowed)))


def _found_for(each: Judged) -> frozenset[str]:
    return frozenset({_REQUEST}) if each.requested else _allowed(each.label.kind)


def _one_language(each: Judged) -> set[str]:
    """A label such as "mixed" names none, and so no language is wrong there."""
    return {each.label.language} if len(each.label.language) == _CODE else set()


def _told(each: Judged) -> set[str]:
    return {each.language} if _one_language(each) else set()


def _named(name: str) -> set[str]:
    return {name} if name else set()


def _joined(rights: Iterable[str]) -> str:
    return "+".join(sorted(rights)) or "-"


def _group(judged: Sequence[Judged]) -> Group:
    requests = [each for each in judged if each.requested]
    others = [each for each in judged if not each.requested]
    return Group(
        requests=len(requests),
        recognised=sum(each.asks for each in requests),
        exact=sum(each.exact for each in requests),
        others=len(others),
        false_alarms=sum(each.asks for each in others),
    )


def _groups(judged: Sequence[Judged], name: Callable[[Judged], str]) -> dict[str, Group]:
    names = sorted({name(each) for each in judged})
    return {one: _group([each for each in judged if name(each) == one]) for one in names}


def _shares(
    judged: Sequence[Judged],
    wanted: Callable[[Judged], Iterable[str]],
    found: Callable[[Judged], Iterable[str]],
) -> dict[str, Share]:
    wants: Counter[str] = Counter()
    finds: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for each in judged:
        mine, theirs = set(wanted(each)), set(found(each))
        wants.update(mine)
        finds.update(theirs)
        hits.update(mine & theirs)
    names = sorted({*wants, *finds}, key=lambda name: (-wants[name], name))
    return {name: Share(wanted=wants[name], found=finds[name], hits=hits[name]) for name in names}


_Key = TypeVar("_Key")


def _most(pairs: Iterable[_Key]) -> dict[_Key, int]:
    return dict(Counter(pairs).most_common(_MOST_CONFUSIONS))
