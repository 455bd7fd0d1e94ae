"""However a mail is written, it ends as a row that says what it is, and what could not be read is never ordinary."""

from __future__ import annotations

import pytest

from dsarbot.reading.skeleton import join
from tests.desk.world import NORD, World
from tests.reading.hostile import HOSTILE
from tests.reading.odd_mails.every import ODD

#: What nobody here can open: the clock runs, and a person looks (practice 3).
_CLOSED = (
    "pgp-inline", "pgp-mime", "smime-enveloped", "smime-of-no-kind", "smime-called-octets", "smime-signed-opaque",
    "winmail-cut-off", "winmail-that-is-none",
)  # fmt: skip


async def test_every_odd_mail_is_settled_or_held_and_its_bytes_stay() -> None:
    world = World()
    ids = {odd.key: await world.arrives(odd.raw) for odd in ODD}
    while await world.intake.process():
        pass
    for odd in ODD:
        row = await world.row(ids[odd.key])
        assert (odd.key, row.state) in {(odd.key, "settled"), (odd.key, "held")}
        assert row.disposition
        assert (row.disposition == "held") == (row.safe_due is not None)
        skeleton, *leaves = [await world.desk.vault.open(row.scope, each) for each in row.objects]
        assert join(skeleton, leaves) == odd.raw


@pytest.mark.parametrize("key", _CLOSED)
async def test_what_nobody_can_open_waits_for_a_person_with_its_clock(key: str) -> None:
    world = World()
    (raw,) = (odd.raw for odd in ODD if odd.key == key)
    await _waits_for_a_person(world, raw)


async def test_a_letter_that_came_as_rich_text_alone_is_read() -> None:
    world = World()
    (raw,) = (odd.raw for odd in ODD if odd.key == "winmail-rich-text")
    await world.receive(raw.decode("latin-1"))
    (case,) = await world.cases()
    assert [(claim.right, claim.status) for claim in case.claims] == [("access", "open")]


@pytest.mark.parametrize("name", ["parts", "messages in depth", "multiparts in depth"])
async def test_what_was_not_looked_at_to_its_end_waits_for_a_person(name: str) -> None:
    await _waits_for_a_person(World(), HOSTILE[name](60_000))


async def _waits_for_a_person(world: World, raw: bytes) -> None:
    inbound = await world.arrives(raw)
    while await world.intake.process():
        pass
    row = await world.row(inbound)
    cases = await world.cases()
    assert row.disposition in {"case", "held"}
    assert row.safe_due is not None or any(claim.dates is not None for case in cases for claim in case.claims)
    # security 13: no letter leaves by itself for what nobody has read.
    assert [job for job in await world.store.jobs(NORD) if job.kind == "letter"] == []
