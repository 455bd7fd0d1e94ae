"""The table of everything that can be ordered about a case: what the command line orders, as forms.

A test reads both lists; an order that only one of them has is named there with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from dsarbot.core.case import Case
from dsarbot.web.deeds.between import BETWEEN
from dsarbot.web.deeds.chain import CHAIN
from dsarbot.web.deeds.claims import CLAIMS
from dsarbot.web.deeds.copies import COPIES
from dsarbot.web.deeds.deed import Deed, Group
from dsarbot.web.deeds.identity import IDENTITY
from dsarbot.web.deeds.letters import LETTERS
from dsarbot.web.deeds.measures import MEASURES
from dsarbot.web.deeds.people import PEOPLE

#: In the order in which they stand on the page.
CASE_DEEDS: Final[Mapping[str, Deed[Case]]] = MappingProxyType(
    {each.name: each for each in (*CLAIMS, *LETTERS, *MEASURES, *PEOPLE, *IDENTITY, *COPIES, *CHAIN, *BETWEEN)}
)
GROUPS: Final[Sequence[Group]] = ("request", "letters", "measures", "people", "identity", "copies", "chain", "between")


def offered(case: Case) -> list[tuple[Group, list[str]]]:
    """What could be done now, by group; groups with nothing are left out."""
    found = [(group, [d.name for d in CASE_DEEDS.values() if d.group == group and d.when(case)]) for group in GROUPS]
    return [(group, names) for group, names in found if names]
