"""The journal is the truth. After any life of the cases their rows are what their facts make them, and a
database whose rows were spoilt is whole again after `db rebuild`."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from hypothesis import given

from dsarbot.core.agenda import next_wake
from dsarbot.core.apply import apply
from dsarbot.core.case import Case
from dsarbot.store.rebuild import facts_of, rebuild
from dsarbot.store.tables import AliasTable, CaseTable, ClaimTable, LookupTable
from dsarbot.store.verify import fold, verify
from tests.security.conftest import Place, Places
from tests.security.office import NORD, SUD, Office, open_office
from tests.security.play import PATIENT, Move, Play, moves
from tests.store.filled import contents

#: What is random at each writing, by table: seals, and the numbers that the database gives.
_RANDOM = {"cases": {"document"}, "claim": {"id"}, "lookup": {"id"}, "alias": {"id"}}


async def _rows() -> dict[str, list[dict[str, Any]]]:
    """Every row that follows from the journal, without what is random."""
    found = await contents()
    return {
        table: sorted(({name: row[name] for name in row if name not in random} for row in found[table]), key=repr)
        for table, random in _RANDOM.items()
    }


async def _spoil() -> None:
    """Whatever can be computed again is wrong or gone."""
    await CaseTable.all().update(
        status="closed", outcome="granted", rights="", target=None, safe_due=None, closed=True, wake_at=None,
        assignee="nobody", language="xx",
    )  # fmt: skip
    for table in (ClaimTable, LookupTable, AliasTable):
        await table.all().delete()


@PATIENT
@given(dealt=moves())
def test_rows_are_what_the_journal_makes_them(places: Places, dealt: list[Move]) -> None:
    with places() as place:
        asyncio.run(_lives_and_is_rebuilt(place, dealt))


async def _lives_and_is_rebuilt(place: Place, dealt: list[Move]) -> None:
    async with open_office(place.folder, place.url) as office:
        play = Play(office)
        for move in dealt:
            await play.make(move)
        ring = office.app.store.ring
        assert [each async for each in verify(ring, apply)] == []
        cases = {case.id: case for scope in (NORD, SUD) for case in await office.cases(scope)}
        for case in cases.values():
            facts = await facts_of(ring, case.id)
            assert facts is not None
            assert fold(facts, apply) == case

        before = await _rows()
        await _spoil()
        assert not cases or await _rows() != before
        assert not cases or [each async for each in verify(ring, apply)] != []
        done = await rebuild(ring, apply, wake_at=lambda case: _wake_at(office, case))
        assert (done.cases, done.left) == (len(cases), ())
        assert await _rows() == before
        assert {case.id: case for scope in (NORD, SUD) for case in await office.cases(scope)} == cases
        assert [each async for each in verify(ring, apply)] == []


def _wake_at(office: Office, case: Case) -> datetime | None:
    return next_wake(case, office.app.organisations[case.organisation].rules)
