"""The register at rest, and the facts of a chain: written and read again, nothing personal in the clear."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dsarbot.core import facts as f
from dsarbot.core import facts_chain as c
from dsarbot.core.chain import Terms
from dsarbot.core.fact import Fact
from dsarbot.core.parties import Register
from dsarbot.errors import Conflict, Tampered
from dsarbot.store.codec import read_case, read_fact, write_case, write_fact
from dsarbot.store.inventory import take_inventory
from dsarbot.store.party_tables import PartiesTable
from dsarbot.store.store import TortoiseStore
from dsarbot.store.tables import EntryTable
from tests.core.builders import asked_for
from tests.core.chain_story import ACME, BETA, REGISTER, ChainStory
from tests.store.samples import ORG, OTHER

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = date(2026, 3, 2)
STAMP: dict[str, Any] = {"at": NOW, "actor": "anna", "cause": "order:1"}
MARK = "Markertext"
TERMS = Terms(party="acme", name=MARK, address=MARK, contacts=(MARK,), instructs=(MARK,), services=(MARK,))
FACTS: tuple[Fact, ...] = (
    c.ClaimRouted(**STAMP, claim="c1", party="acme", days=10, because=MARK),
    c.HopPlanned(
        **STAMP, hop="h1", direction="up", party="acme", claims=("c1",), forward_by=NOW, due=TODAY, terms=TERMS,
        systems=(MARK,), words=MARK, because=MARK,
    ),
    c.HopAsked(**STAMP, hop="h1", letter="l2", asked_at=NOW),
    c.HopBounced(**STAMP, hop="h1", letter="l2"),
    c.PartyWrote(**STAMP, hop="h1", inbound="m1", received_at=NOW, standing="not-named", address=MARK),
    c.HopHeard(**STAMP, hop="h1", said="done", how="page", number=3, until=TODAY, by=MARK, detail=MARK),
    c.HopEnded(**STAMP, hop="h1", state="silent", why=MARK),
    c.Instructed(
        **STAMP, instruction="i1", hop="h1", claims=("c1",), actions=("erase",), state="standing", how="mail",
        until=TODAY, effective_at=NOW, by=MARK, proof=MARK, scope=MARK, detail=MARK,
    ),
    c.InstructionConfirmed(**STAMP, instruction="i1", effective_at=NOW, counts=MARK, proof=MARK),
    c.InstructionSettled(**STAMP, instruction="i1", state="refused", letter="l3", reason=MARK),
    c.InstructionExecuted(
        **STAMP, instruction="i1", number=3, backups_until=TODAY, where=MARK, note=MARK, exceptions=MARK
    ),
    c.ClaimReturned(**STAMP, claim="c1", hop="h1"),
    c.ClaimServed(**STAMP, claim="c1", instruction="i1"),
)  # fmt: skip


def test_every_kind_is_here() -> None:
    assert {type(each) for each in FACTS} == {kind for kind in f.FACTS.values() if kind.__module__ == c.__name__}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: type(fact).__name__)
def test_it_is_read_as_it_was_written_and_nothing_personal_is_in_the_clear(fact: Fact) -> None:
    written = write_fact(fact)
    assert MARK not in written.public
    assert read_fact(written.kind, written.v, "anna", written.public, written.private) == fact


def test_a_case_with_a_chain_is_read_as_it_was_written() -> None:
    story = ChainStory(asked_for("erasure"))
    story.told("gamma")
    story.writes("h1", "authenticated")
    assert read_case(write_case(story.now)) == story.now


# --- the register ----------------------------------------------------------------------------------------------


async def save(store: TortoiseStore, after: Register, before: Register = Register()) -> None:  # noqa: B008  # frozen
    await store.parties.save(ORG, after, before=before, public={"new": 1}, at=NOW, actor="anna")


async def test_it_is_sealed_and_each_organisation_has_its_own(database: TortoiseStore) -> None:
    assert await database.register(ORG) == Register()
    await save(database, REGISTER)
    assert await database.register(ORG) == REGISTER
    assert await database.register(OTHER) == Register()
    row = await PartiesTable.get(organisation=ORG)
    assert b"acme" not in row.document and b"Acme" not in row.document
    (entry,) = await EntryTable.filter(kind="parties-changed")
    assert "acme" not in str(entry.public)


async def test_who_was_slower_looks_again(database: TortoiseStore) -> None:
    await save(database, Register(parties=(ACME,)))
    with pytest.raises(Conflict):
        await save(database, Register(parties=(BETA,)))
    await save(database, REGISTER, before=Register(parties=(ACME,)))
    assert (await PartiesTable.get(organisation=ORG)).version == 2


async def test_its_key_stands_in_the_inventory_and_what_was_changed_is_noticed(database: TortoiseStore) -> None:
    await save(database, REGISTER)
    found = await take_inventory(database.vault, NOW)
    assert found.troubles == ()
    row = await PartiesTable.get(organisation=ORG)
    await PartiesTable.filter(organisation=ORG).update(document=row.document[:-1] + b"x")
    with pytest.raises(Tampered):
        await database.register(ORG)
    await PartiesTable.filter(organisation=ORG).update(object="nothing")
    with pytest.raises(Tampered, match="key"):
        await database.register(ORG)
