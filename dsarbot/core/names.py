"""Whether a name on file and a name on a paper are the same person's: same, probably, or different, and why.

Papers write names in capitals A to Z, in full, the surname first, cut where the field ends; files hold them as people
typed them. The answer is a help for a person, who decides (practice 30: a name alone proves nobody).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from dsarbot.core.names_folding import Word, tables, words

Verdict = Literal["same", "probably", "different"]
#: Why. The first ones only explain; those of `_SOFT` leave a doubt; the last ones speak against it.
Code = Literal[
    "particle", "title",
    "umlaut", "initial", "cut", "spelling", "fewer-given-names", "part-of-surname", "more-on-file", "married-name",
    "surname", "other-surname", "given-names", "other-given-names", "only-surname", "script",
]  # fmt: skip
_LONG_ENOUGH: Final = 5
#: VAN DER MUELLEN as VANDERMUELLEN, with one word to spare.
_MOST_JOINED: Final = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """One observation, with the words that it is about."""

    code: Code
    words: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What the comparison says."""

    verdict: Verdict
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Pairing:
    """Which words found each other. soft: pairs that are not certain, by what they rest on."""

    surname_left: tuple[Word, ...]
    given_left: tuple[Word, ...]
    file_left: tuple[Word, ...]
    soft: tuple[Reason, ...]


def compare(on_file: str, surname: str, given_names: str, *, cut: bool = False) -> Likeness:
    """The name on file, in any order, against that of a paper. cut: the paper had no room for all of it."""
    typed, married, notes = _without_titles(words(on_file))
    if not typed or not all(word.forms for word in typed):
        return Likeness("different", (Reason("script", _texts(typed)),))
    paper = [words(surname), words(given_names)]
    typed = _joined(typed, (*paper[0], *paper[1]))
    primary, secondary = (_joined(part, typed) for part in paper)
    (typed, *parts), particles = _without_particles(typed, primary, secondary)
    found = _paired(typed, parts[0], parts[1], cut=cut)
    against = _against(found, parts[0], parts[1], cut=cut, married=married)
    if against is not None:
        return Likeness("different", (against, *notes, *particles))
    doubts = (*found.soft, *_incomplete(found, cut=cut, married=married))
    return Likeness("probably" if doubts else "same", (*doubts, *notes, *particles))


def _without_titles(name: tuple[Word, ...]) -> tuple[tuple[Word, ...], bool, tuple[Reason, ...]]:
    """The name without forms of address in front and without "née"; whether it had one of those."""
    start = 0
    while len(name) - start > 2 and name[start].forms & tables().titles:
        start += 1
    rest = name[start:]
    kept = tuple(word for place, word in enumerate(rest) if not (place and word.forms & tables().married))
    return kept, len(kept) < len(rest), (Reason("title", _texts(name[:start])),) if start else ()


def _joined(name: Sequence[Word], other: Sequence[Word]) -> tuple[Word, ...]:
    """What one side writes as several words and the other as one becomes one: Anne Marie and Annemarie."""
    every = frozenset(form for word in other for form in word.forms)
    kept, place = [], 0
    while place < len(name):
        whole, taken = name[place], 1
        for end in range(min(len(name), place + _MOST_JOINED), place + 1, -1):
            together = name[place]
            for word in name[place + 1 : end]:
                together = together.joined(word)
            if together.forms & every:
                whole, taken = together, end - place
                break
        kept.append(whole)
        place += taken
    return tuple(kept)


def _without_particles(*names: tuple[Word, ...]) -> tuple[list[tuple[Word, ...]], tuple[Reason, ...]]:
    """The names without van, de and their like; a reason where one side has some that the other has not."""
    bare = [tuple(word for word in name if not _is_particle(word)) or name for name in names]
    dropped = [{w.text.upper() for w in name if w not in kept} for name, kept in zip(names, bare, strict=True)]
    differ = sorted(dropped[0] ^ {text for each in dropped[1:] for text in each})
    return bare, (Reason("particle", tuple(differ)),) if differ else ()


def _is_particle(word: Word) -> bool:
    return bool(word.forms & tables().particles)


def _paired(typed: tuple[Word, ...], primary: tuple[Word, ...], secondary: tuple[Word, ...], *, cut: bool) -> _Pairing:
    """Each word of the paper with a word on file: all certain pairs first, so that no weaker one takes its word."""
    left, file_left, soft = [*primary, *secondary], list(typed), []
    for code, alike in _ways(cut=cut):
        for word in tuple(left):
            # An initial stands for a given name; a surname is never abbreviated to one.
            if code == "initial" and word in primary:
                continue
            partner = next((each for each in file_left if alike(each, word)), None)
            if partner is not None:
                left.remove(word)
                file_left.remove(partner)
                soft += [Reason(code, (partner.text, word.text))] if code else []
    return _Pairing(
        surname_left=tuple(word for word in left if word in primary),
        given_left=tuple(word for word in left if word not in primary),
        file_left=tuple(file_left),
        soft=tuple(soft),
    )


def _ways(*, cut: bool) -> Iterator[tuple[Code | None, Callable[[Word, Word], bool]]]:
    yield None, lambda typed, paper: bool(typed.forms & paper.forms)
    yield "umlaut", lambda typed, paper: bool(typed.bare & paper.bare)
    if cut:
        yield "cut", lambda typed, paper: any(a.startswith(b) for a in typed.forms for b in paper.forms)
    yield "initial", lambda typed, paper: typed.initial and any(a[0] == b[0] for a in typed.forms for b in paper.forms)
    yield "spelling", lambda typed, paper: any(_one_slip(a, b) for a in typed.forms for b in paper.forms)


def _one_slip(one: str, other: str) -> bool:
    """One letter wrong, too many or missing, or two swapped, in a word long enough to be known all the same."""
    if min(len(one), len(other)) < _LONG_ENOUGH:
        return False
    short, long = sorted((one, other), key=len)
    same = next((place for place, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[same:] == long[same + 1 :]
    return short[same + 1 :] == long[same + 1 :] or (
        short[same : same + 2] == long[same : same + 2][::-1] and short[same + 2 :] == long[same + 2 :]
    )


def _against(
    found: _Pairing, primary: tuple[Word, ...], secondary: tuple[Word, ...], *, cut: bool, married: bool
) -> Reason | None:
    """What makes them different persons, as far as a name can."""
    if len(found.surname_left) == len(primary):
        return Reason("surname", _texts(primary))
    if secondary and len(found.given_left) == len(secondary):
        return Reason("given-names" if found.file_left else "only-surname", _texts(found.file_left or secondary))
    if sum(reason.code == "spelling" for reason in found.soft) > 1:
        return Reason("spelling", tuple(text for reason in found.soft for text in reason.words))
    return None if cut else _contradicting(found, married=married)


def _contradicting(found: _Pairing, *, married: bool) -> Reason | None:
    """Words on both sides that have no partner on the other."""
    if not found.file_left:
        return None
    # Jean-Pierre and Jean-Paul share a surname and half a given name: twins do.
    if found.given_left:
        return Reason("other-given-names", _texts((*found.file_left, *found.given_left)))
    if found.surname_left and not married:
        return Reason("other-surname", _texts((*found.file_left, *found.surname_left)))
    return None


def _incomplete(found: _Pairing, *, cut: bool, married: bool) -> Iterator[Reason]:
    """Words without a partner that do not speak against it."""
    if found.file_left:
        code: Code = "married-name" if married else "cut" if cut else "more-on-file"
        yield Reason(code, _texts(found.file_left))
    if found.surname_left:
        yield Reason("part-of-surname", _texts(found.surname_left))
    if found.given_left:
        yield Reason("fewer-given-names", _texts(found.given_left))


def _texts(name: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.text for word in name)
