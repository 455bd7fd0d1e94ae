"""The rights that this instance knows: the nine built-in ones, and those of packages that the configuration allows.

A package brings a right by an entry point of the group ``dsarbot.rights``; docs/rights.md says how. What is wrong with
one is said at start and by `dsarbot doctor`, with its module and key, and not in the middle of a case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Final

import handlers
from dsarbot import resources
from dsarbot.core.right_checks import all_problems
from dsarbot.core.rights import Right
from dsarbot.desk.letters import template_source
from dsarbot.errors import ConfigError

GROUP: Final = "dsarbot.rights"


def rights(allowed: Sequence[str]) -> Mapping[str, Right]:
    """By slug. ConfigError with every mistake: not installed, not loadable, no right, or contradicting itself."""
    found, wrong = strangers(allowed)
    if wrong:
        raise ConfigError(wrong)
    return {**handlers.by_slug(), **{right.slug: right for right in found}}


def strangers(allowed: Sequence[str]) -> tuple[tuple[Right, ...], list[str]]:
    """The rights of the allowed packages, and what is wrong with them. Nothing else is loaded."""
    points = entry_points(group=GROUP)
    loaded: dict[str, Right] = {}
    wrong: list[str] = []
    for name in dict.fromkeys(allowed):
        own = [each for each in points if each.name == name]
        if len(own) != 1:
            several = f"{len(own)} packages bring it; keep one" if own else "allowed but not installed"
            wrong.append(f"[plugins] allow: {name}: {several}")
            continue
        try:
            loaded[f"{name} ({own[0].value})"] = _loaded(own[0])
        except ConfigError as error:
            wrong += [f"{name} ({own[0].value}): {line}" for line in error.problems]
    said = template_source([resources.shipped("templates") / "letters"]).phrases("en", "grounds")
    wrong += all_problems(loaded, built_in=handlers.by_slug().keys(), phrases=said.keys())
    return tuple(loaded.values()), wrong


def _loaded(point: EntryPoint) -> Right:
    try:
        right = point.load()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise ConfigError([f"it cannot be loaded ({type(error).__name__}: {error})"]) from None
    if not isinstance(right, Right):
        raise ConfigError([f"it is a {type(right).__name__}, not a Right of dsarbot.core.rights"])
    return right
