"""References for new cases, and the siblings among them: one mail to several companies of a group (practice 5)."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from dsarbot.core import orders as o
from dsarbot.core import reference
from dsarbot.desk.organisation import Organisation
from dsarbot.ports import Scope, Store

#: The orders of one batch, each with the mail it is about; siblings are about the same one.
Opens = Sequence[tuple[str, o.Open]]


async def numbered(
    opens: Opens, store: Store, organisations: Mapping[str, Organisation], year: Callable[[datetime, str], int]
) -> list[o.Open]:
    """References from the organisation's counter; a gap is allowed, a double is not."""
    if not opens:
        return []
    counters = [(order.organisation, year(order.at, order.organisation)) for _, order in opens]
    async with store.transaction() as transaction:
        numbers = {
            (key, in_year): itertools.count(await transaction.next_number(Scope(key), in_year, count=wanted))
            for (key, in_year), wanted in Counter(counters).items()
        }
    given = [
        (
            family,
            replace(order, reference=reference.make(organisations[key].prefix, in_year, next(numbers[key, in_year]))),
        )
        for (family, order), (key, in_year) in zip(opens, counters, strict=True)
    ]
    return [_sibling(order, family, given, organisations) for family, order in given]


def _sibling(
    order: o.Open, family: str, opens: Sequence[tuple[str, o.Open]], organisations: Mapping[str, Organisation]
) -> o.Open:
    """practice 5: one mail to two group companies makes sibling cases and one acknowledgement, which names both."""
    members = [each for name, each in opens if name == family] if family else [order]
    others = [each for each in members if each is not order]
    first = members[0]
    return replace(
        order,
        links=(*order.links, *(each.case for each in others)),
        also=tuple(_named(each, organisations) for each in others) if order is first else (),
        acknowledged_by="" if order is first else first.reference,
        assignee=_one_owner(order, first, organisations),
    )


def _one_owner(order: o.Open, first: o.Open, organisations: Mapping[str, Organisation]) -> str:
    """practice 5: siblings have one owner: whoever owns the first, if that colleague works for the other, too."""
    owner, here = organisations[first.organisation].owner, organisations[order.organisation]
    return owner if owner != here.owner and owner in here.colleagues else ""


def _named(order: o.Open, organisations: Mapping[str, Organisation]) -> str:
    return f"{organisations[order.organisation].name} ({order.reference})"
