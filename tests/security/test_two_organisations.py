"""security 5: two organisations that share a person. Whatever happens, nothing of one reaches the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from hypothesis import given

from dsarbot.core.case import Case
from dsarbot.core.chain import HopState
from dsarbot.core.orders import Note
from dsarbot.errors import NotFound
from dsarbot.ports import InboundRow, Scope
from dsarbot.reading.mail import content_digest, parse
from dsarbot.reading.skeleton import join
from dsarbot.store.codec import write_case
from dsarbot.store.journal import open_payload
from dsarbot.store.tables import EntryTable
from tests.security.conftest import Place, Places
from tests.security.letters_in import ACCESS, ERASURE, mail
from tests.security.office import NORD, SHARED, SUD, Office, open_office, unsent
from tests.security.play import NAME, OTHER, PATIENT, PERSON, Move, Play, mark_of, moves

_MANY = 10_000
#: A move to the other organisation hands a case over on purpose.
_ON_PURPOSE = frozenset({"wanders"})


@PATIENT
@given(dealt=moves(but=_ON_PURPOSE))
def test_nothing_of_one_organisation_reaches_the_other(places: Places, dealt: list[Move]) -> None:
    with places() as place:
        asyncio.run(_live_side_by_side(place, dealt))


async def _live_side_by_side(place: Place, dealt: Sequence[Move]) -> None:
    async with open_office(place.folder, place.url) as office:
        play = Play(office)
        for move in dealt:
            await play.make(move)
        # Whatever was dealt: each has a case and a letter, and each was told of the other's.
        for scope in (NORD, SUD):
            await play.make(Move(what="writes", scope=scope, which=0, variant=1))
            await play.make(Move(what="sends", scope=scope, which=0, variant=1))
        for scope in (NORD, SUD):
            await play.make(Move(what="replies", scope=scope, which=0, variant=3))
            await play.make(Move(what="days_pass", scope=scope, which=1, variant=0))
        for scope in (NORD, SUD):
            await _passed_on(office, play, scope)
        for scope in (NORD, SUD):
            theirs = await everything_of(office, scope)
            assert mark_of(scope).encode() in theirs, "an organisation reads its own"
            assert mark_of(OTHER[scope]).encode() not in theirs
            await _asked_for_the_other(office, play, scope)
            await _orders_about_the_other(office, scope)


async def _passed_on(office: Office, play: Play, scope: Scope) -> None:
    """A request of its own goes up to the party that both have, which answers each, and names the other's letters."""
    await play.make(Move(what="parties", scope=scope, which=0, variant=0))
    raw = mail(ERASURE.format(play.text(scope)), address="own@person.example", to=f"dpo@{scope}.example.org")
    case = await office.opened(raw, box=scope)
    for kind, fields in play.chain(play.text(scope), await office.app.store.register(scope))[:2]:
        case = await office.order(case, kind, **fields)
        case = await office.send(case, unsent(case)[-1])
    sent = [job.message_id for job, _ in office.relay.given if job.recipient == "dpo@shared.example"]
    await play.party_mail(scope, f"Re: {case.reference}", sent[-1])
    for other in await office.cases(OTHER[scope]):
        await play.party_mail(scope, f"Re: {other.reference}", sent[0])
    (hop,) = (await office.again(case)).chain.hops
    assert hop.state == HopState.INSTRUCTED
    assert len(hop.wrote) >= 1


async def everything_of(office: Office, scope: Scope) -> bytes:
    """All that this scope can read: lists, cases, journal, kept mails, queue, letters, digests."""
    store = office.app.store
    cases = await office.cases(scope)
    found = [write_case(case) for case in cases]
    found.append(repr(await store.register(scope)).encode())
    entries = await EntryTable.filter(organisation=scope)
    keys = await store.ring.load([each.object for each in entries if each.object])
    found += [each.public.encode() for each in entries]
    found += [open_payload(each, keys[each.object]) for each in entries if each.object]
    assert {key.scope for key in keys.values()} <= {scope}
    for row in await store.inbounds(scope, limit=_MANY):
        assert row.scope == scope
        found += [repr(row).encode(), join(*await _pieces(office, scope, row))]
    jobs = await store.jobs(scope, limit=_MANY)
    assert {job.scope for job in jobs} <= {scope}
    found += [repr(job).encode() for job in jobs]
    found += [_read(raw) for job, raw in (*office.relay.given, *office.relay.filed) if job.scope == scope]
    found += [repr(row).encode() for row in (*await store.rows(scope), *await store.rows(scope, closed=True))]
    assert {case.organisation for case in cases} <= {scope}
    return b"\n".join(found)


async def _pieces(office: Office, scope: Scope, row: InboundRow) -> tuple[bytes, list[bytes]]:
    skeleton, *leaves = [await office.app.store.vault.open(scope, each) for each in row.objects]
    return skeleton, leaves


def _read(raw: bytes) -> bytes:
    """Headers and decoded parts of a mail."""
    found = [raw]
    for part in message_from_bytes(raw, policy=policy.default).walk():
        found.append("\n".join(map(str, part.values())).encode())
        content = part.get_payload(decode=True)
        found.append(content if isinstance(content, bytes) else b"")
    return b"\n".join(found)


async def _asked_for_the_other(office: Office, play: Play, scope: Scope) -> None:
    """Look-ups by everything one could know of the other's cases find nothing, or one's own."""
    store, other = office.app.store, OTHER[scope]
    own = {case.id for case in await office.cases(scope)}
    for kind, value in (("address", PERSON), ("domain", "person.example"), ("name", NAME)):
        assert set(await store.by_lookup(scope, kind, value)) <= own  # type: ignore[arg-type]
    for case in await office.cases(other):
        assert await store.by_reference(scope, case.reference) is None
        for alias in case.aliases:
            assert await store.by_reference(scope, alias) is None
    sent = [job.message_id for job, _ in office.relay.given if job.scope == other]
    for message_id in sent:
        assert await store.letter_by_message_id(scope, message_id) is None
        assert await store.by_lookup(scope, "message-id", message_id) == ()
    for message_id in play.mails[other]:
        assert set(await store.by_lookup(scope, "message-id", message_id)) <= own
    arrived = {row.id for row in await store.inbounds(scope, limit=_MANY)}
    for row in await store.inbounds(other, limit=_MANY):
        read = parse(join(*await _pieces(office, other, row)))
        duplicate = await store.duplicate_of(scope, read.message_id or "", content_digest(read))
        assert duplicate is None or duplicate in arrived, "the same mail may have come to both, each knows its own"


async def _orders_about_the_other(office: Office, scope: Scope) -> None:
    """Everything that names a thing of the other's, or of the shared mailbox's, is not found, and changes nothing."""
    store, other = office.app.store, OTHER[scope]
    before = await _state(office, other)
    for case in await office.cases(other):
        await _all_refused(office, scope, case)
    held = [(SHARED, row) for row in await store.inbounds(SHARED, limit=_MANY)]
    theirs = [(other, row) for row in await store.inbounds(other, limit=_MANY)]
    for owner, row in (*held, *theirs):
        for object_id in row.objects:
            await _not_found(store.vault.open(scope, object_id))
            await _not_found(store.vault.destroy(scope, [object_id], rule="id-copy", actor="x"))
            assert await store.vault.open(owner, object_id)
        await _not_found(store.inbound(scope, row.id))
        async with store.transaction() as transaction:
            await _not_found(transaction.inbound(scope, row.id))
            if owner == other:
                # What lies in the shared mailbox's own scope is to be given; what is another's is not to be taken.
                await _not_found(transaction.update_inbound(replace(row, scope=scope)))
    assert await _state(office, other) == before


async def _all_refused(office: Office, scope: Scope, case: Case) -> None:
    store = office.app.store
    await _not_found(store.case(scope, case.id))
    await _not_found(store.rows(scope, after=case.id))
    note = office.make(Note, text="x")
    await _not_found(office.app.desk.order(scope, case.id, note))
    async with store.transaction() as transaction:
        await _not_found(transaction.case(scope, case.id))
        await _not_found(transaction.save(scope, case, (), wake_at=None))
        assert not await transaction.handled(scope, case.id, f"inbound:{case.inbounds[0].inbound}")
        assert await transaction.cancel_jobs(scope, case.id) == 0
    assert await store.inbounds(scope, case=case.id) == []


async def _state(office: Office, scope: Scope) -> list[str]:
    store = office.app.store
    jobs, inbounds = await store.jobs(scope, limit=_MANY), await store.inbounds(scope, limit=_MANY)
    return sorted(map(repr, [*await office.cases(scope), *jobs, *inbounds]))


async def _not_found(attempt: Awaitable[object]) -> None:
    with pytest.raises(NotFound):
        await attempt


async def test_the_shared_mailbox_gives_a_mail_to_whom_it_names_and_to_nobody_else(places: Places) -> None:
    with places() as place:
        async with open_office(place.folder, place.url) as office:
            vault = office.app.store.vault
            (mine,) = await office.receive(mail(ACCESS.format("geheim"), to="dpo@sud.example.org"), box="shared")
            (nobodys,) = await office.receive(mail(ACCESS.format("geheim"), to="x@example.org"), box="shared")
            assert (mine.scope, nobodys.scope) == (SUD, SHARED)
            assert await vault.open(SUD, mine.objects[0])
            await _not_found(vault.open(NORD, mine.objects[0]))
            for scope in (NORD, SUD):
                await _not_found(vault.open(scope, nobodys.objects[0]))


async def test_caps_and_queues_of_one_organisation_do_not_count_for_the_other(places: Places) -> None:
    with places() as place:
        async with open_office(place.folder, place.url) as office:
            store, start = office.app.store, office.clock.now
            await office.opened(mail(ACCESS.format("x"), address=PERSON))
            await office.deliver()
            assert await store.sent_since(NORD, start, recipient=PERSON) == 1
            assert await store.sent_since(SUD, start, recipient=PERSON) == 0
            assert await store.sent_since(SUD, start, domain="person.example") == 0


async def test_equal_values_have_other_hashes_in_each_organisation(places: Places) -> None:
    """Whoever reads the database cannot even tell that both know the same person."""
    with places() as place:
        async with open_office(place.folder, place.url) as office:
            ring = office.app.store.ring
            hashes = [await ring.fingerprint(scope, "address", PERSON) for scope in (NORD, SUD, SHARED)]
            assert len(set(hashes)) == 3
