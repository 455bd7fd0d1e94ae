"""What the list of cases is narrowed to, as it stands in the address of the page: codes, and nothing personal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Final
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dsarbot.core.calendars import DAY
from dsarbot.core.case import Status
from dsarbot.core.case_query import HOPS, CaseQuery, Hop, Sort
from dsarbot.desk.digest_facts import SOON_DAYS
from dsarbot.ports import CaseRow

#: Received so many days ago or more.
AGES: Final = (7, 14, 21, 30, 90)
DUE: Final = ("late", "soon")
#: In place of the key of a colleague.
ME, NOBODY = "me", "nobody"
_LONGEST: Final = 200
Code = Annotated[str, Field(max_length=_LONGEST)]
Place = tuple[date | datetime | str, str]


class Chosen(BaseModel):
    """The fields of the form. search: which text is searched for, by an id; after: the place of the last row seen."""

    model_config = ConfigDict(str_strip_whitespace=True, hide_input_in_errors=True)

    organisation: Code = ""
    right: Code = ""
    status: Code = ""
    hop: Code = ""
    due: Code = ""
    age: Code = ""
    assignee: Code = ""
    sort: Code = ""
    closed: bool = False
    search: Code = ""
    after: Code = ""

    @classmethod
    def of(cls, address: str) -> Chosen:
        """Out of that part of an address; every list when it is none of ours."""
        known = {name: value for name, value in parse_qsl(address) if name in cls.model_fields}
        try:
            return cls.model_validate(known)
        except ValidationError:
            return cls()

    @property
    def order(self) -> tuple[Sort, bool]:
        """By what, and whether the last one stands first. Closed cases are read from the newest on."""
        code, _, way = self.sort.partition("-")
        known = {each.value: each for each in Sort}
        if code in known:
            return known[code], way == "desc"
        return (Sort.RECEIVED, True) if self.closed else (Sort.DUE, False)

    def address(self, **changes: str | bool) -> str:
        """The list with something changed, as part of an address; a change begins at its first page."""
        values = self.model_dump() | {"after": ""} | changes
        plain = {name: "true" if value is True else value for name, value in values.items() if value}
        return urlencode(plain)

    def query(self, *, staff: str, today: date, now: datetime, ids: tuple[str, ...] | None) -> CaseQuery:
        """What to ask for. A code that nobody knows narrows nothing: an old link still shows a list."""
        sort, descending = self.order
        statuses = {each.value: each for each in Status}
        hops = {each.value: each for each in Hop}
        wanted: tuple[Status, ...] | None = (statuses[self.status],) if self.status in statuses else None
        if self.hop in hops:
            of_hop = HOPS[hops[self.hop]]
            wanted = of_hop if wanted is None else tuple(each for each in wanted if each in of_hop)
        age = timedelta(days=int(self.age)) if self.age.isdigit() and int(self.age) in AGES else None
        who = {ME: staff, NOBODY: ""}.get(self.assignee, self.assignee)
        return CaseQuery(
            staff=staff,
            closed=self.closed,
            right=self.right,
            statuses=wanted,
            assignees=(who,) if self.assignee else None,
            ids=ids,
            due_from=today if self.due == "soon" else None,
            due_by={"late": today - DAY, "soon": today + DAY * SOON_DAYS}.get(self.due),
            received_by=now - age if age else None,
            sort=sort,
            descending=descending,
            after=placed(self.after, sort),
        )


def place_of(row: CaseRow, sort: Sort) -> Place:
    """Where a row stands in the list."""
    values: Mapping[Sort, date | datetime | str] = {
        Sort.DUE: row.target or date.max,
        Sort.RECEIVED: row.received_at,
        Sort.REFERENCE: row.reference,
    }
    return values[sort], row.id


def written(place: Place) -> str:
    """As it stands in an address."""
    value, row = place
    return f"{value if isinstance(value, str) else value.isoformat()}~{row}"


def placed(text: str, sort: Sort) -> Place | None:
    """Back from there; None for what is no place in a list of that order."""
    value, sign, row = text.rpartition("~")
    if not sign:
        return None
    try:
        match sort:
            case Sort.DUE:
                return date.fromisoformat(value), row
            case Sort.RECEIVED:
                at = datetime.fromisoformat(value)
                return (at, row) if at.tzinfo else None
            case Sort.REFERENCE:
                return value, row
    except ValueError:
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """The head of a column that sorts. now: how the list is sorted by it, as ARIA says it; address: sorted by it."""

    key: str
    now: str
    address: str


def columns(chosen: Chosen) -> Iterator[Column]:
    """Each once; the one that sorts turns round."""
    sort, descending = chosen.order
    for each in Sort:
        here = each == sort
        turned = f"{each.value}-desc" if here and not descending else each.value
        yield Column(
            key=each.value,
            now="none" if not here else "descending" if descending else "ascending",
            address=chosen.address(sort=turned),
        )
