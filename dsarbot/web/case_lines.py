"""Rows of a list of cases: the clear columns, and initials out of the opened case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dsarbot.core.case import DONE, Case, Person, Status, summary
from dsarbot.desk.people import initials
from dsarbot.ports import CaseRow, Scope
from dsarbot.web.shown import State, state_of
from dsarbot.web.site import Site


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One case of the list. target: None where no answer is owed; today: local, where it is answered; assignee: a
    name, "" for nobody."""

    reference: str
    organisation: str
    rights: tuple[str, ...]
    status: Status
    who: str
    state: State
    today: date
    target: date | None
    received_on: date
    assignee: str


async def lines_of(site: Site, rows: Sequence[CaseRow]) -> list[Line]:
    """In their order; the cases of each organisation are opened at once."""
    persons: dict[str, Person] = {}
    for key in dict.fromkeys(row.organisation for row in rows):
        ids = [row.id for row in rows if row.organisation == key]
        persons |= {case.id: case.person for case in await site.app.store.cases(Scope(key), ids)}
    names = {each.key: each.name for each in site.app.settings.staff}
    return [_line(site, row, persons, names) for row in rows]


def _line(site: Site, row: CaseRow, persons: Mapping[str, Person], names: Mapping[str, str]) -> Line:
    today = today_of(site, row.organisation)
    zone = site.app.organisations[row.organisation].rules.jurisdiction
    return Line(
        reference=row.reference,
        organisation=row.organisation,
        rights=row.rights,
        status=row.status,
        # A case that will not open keeps its line: its dates run on.
        who=initials(persons.get(row.id, Person())),
        state=state_of(row.status, row.target, today),
        today=today,
        target=row.target if row.status not in DONE else None,
        received_on=zone.local_date(row.received_at),
        assignee=names.get(row.assignee, row.assignee),
    )


def line_of(site: Site, case: Case) -> Line:
    """A case that is open already."""
    said, today = summary(case), today_of(site, case.organisation)
    zone = site.app.organisations[case.organisation].rules.jurisdiction
    names = {each.key: each.name for each in site.app.settings.staff}
    return Line(
        reference=case.reference,
        organisation=case.organisation,
        rights=said.rights,
        status=said.status,
        who=initials(case.person),
        state=state_of(said.status, said.target, today),
        today=today,
        target=said.target,
        received_on=zone.local_date(said.received_at),
        assignee=names.get(case.assignee, case.assignee),
    )


def today_of(site: Site, key: str) -> date:
    """The day at the establishment."""
    return site.app.organisations[key].rules.jurisdiction.local_date(site.app.clock())
