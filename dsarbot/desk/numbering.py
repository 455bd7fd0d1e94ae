"""References for new cases, and the siblings among them: one mail to several companies of a group (practice 5)."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from dsarbot.core import orders as o
from dsarbot.core import reference
from dsarbot.core.case import Sibling
from dsarbot.core.siblings import Meet, confirms_by_itself
from dsarbot.desk.copies import Kin
from dsarbot.desk.handle import Task
from dsarbot.desk.organisation import Organisation
from dsarbot.ports import Scope, Store

#: The orders of one batch, each with the mail it is about (siblings are about the same one), and with the cases that
#: a copy of that mail has opened already.
Opens = Sequence[tuple[str, o.Open, Sequence[Kin]]]


async def numbered(
    opens: Opens, store: Store, organisations: Mapping[str, Organisation], year: Callable[[datetime, str], int]
) -> list[o.Open]:
    """References from the organisation's counter; a gap is allowed, a double is not."""
    if not opens:
        return []
    counters = [(order.organisation, year(order.at, order.organisation)) for _, order, _ in opens]
    async with store.transaction() as transaction:
        numbers = {
            (key, in_year): itertools.count(await transaction.next_number(Scope(key), in_year, count=wanted))
            for (key, in_year), wanted in Counter(counters).items()
        }
    given = [
        (
            family,
            replace(order, reference=reference.make(organisations[key].prefix, in_year, next(numbers[key, in_year]))),
            kin,
        )
        for (family, order, kin), (key, in_year) in zip(opens, counters, strict=True)
    ]
    return [_sibling(order, family, kin, given, organisations) for family, order, kin in given]


def _sibling(
    order: o.Open, family: str, kin: Sequence[Kin], opens: Opens, organisations: Mapping[str, Organisation]
) -> o.Open:
    """practice 5: one mail to two group companies makes sibling cases and one acknowledgement, which names both."""
    members = [each for name, each, _ in opens if name == family] if family else [order]
    others = [_named(each, organisations) for each in members if each is not order]
    first, known = members[0], [each.sibling for each in kin]
    told = (*(each.named for each in (*others, *known)), *(name for each in kin for name in each.also))
    mine = _named(order, organisations).named
    return replace(
        order,
        siblings=(*others, *known),
        also=tuple(dict.fromkeys(name for name in told if name != mine)) if order is first else (),
        acknowledged_by="" if order is first else first.reference,
        assignee=_one_owner(order, kin[0].owner if kin else organisations[first.organisation].owner, organisations),
    )


def _one_owner(order: o.Open, owner: str, organisations: Mapping[str, Organisation]) -> str:
    """practice 5: siblings have one owner: whoever owns the first, if that colleague works for the other, too."""
    here = organisations[order.organisation]
    return owner if owner != here.owner and owner in here.colleagues else ""


def _named(order: o.Open, organisations: Mapping[str, Organisation]) -> Sibling:
    return Sibling(case=order.case, named=f"{organisations[order.organisation].name} ({order.reference})")


def met(order: o.Open, kin: Sequence[Kin], here: Organisation) -> list[Task]:
    """What the cases learn that were there before: of the new one, and whether it confirms receipt for them."""
    sibling = Sibling(case=order.case, named=f"{here.name} ({order.reference})")
    confirms = confirms_by_itself(order, here.rules)
    return [
        Task(
            scope=each.scope,
            case=each.sibling.case,
            thing=Meet(at=order.at, actor="service", cause=f"sibling:{order.case}", sibling=sibling, confirms=confirms),
        )
        for each in kin
    ]
