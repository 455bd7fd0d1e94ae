"""What every fact has, and which of its fields may stand in the clear.

A field is personal unless it is marked with `public`: public fields are codes, dates and opaque ids and stand in the
clear in the journal; all others are sealed (security 1, journal 2). Forgetting the mark costs some room,
never a person's privacy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

#: The instant of a fact that `decide` has not stamped yet.
UNSTAMPED = datetime.min.replace(tzinfo=UTC)

_MARK: Mapping[str, bool] = {"public": True}


def public(**options: Any) -> Any:  # noqa: ANN401  # a dataclass field has the type of what it stands for
    """A dataclass field that may stand in the clear."""
    return field(metadata=_MARK, **options)


def public_names(kind: type[Fact]) -> frozenset[str]:
    """The names of the fields of *kind* that may stand in the clear."""
    return frozenset(each.name for each in fields(kind) if each.metadata.get("public"))


@dataclass(frozen=True, kw_only=True)
class Fact:
    """at: when it was recorded; actor: opaque (a staff key, "service"); cause: what brought it about, unique per
    case, which makes handling idempotent. `decide` stamps the facts that follow from an order with the order's own."""

    at: datetime = public(default=UNSTAMPED)
    actor: str = public(default="")
    cause: str = public(default="")

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise ValueError("a fact needs an instant with its time zone")
