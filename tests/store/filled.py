"""A database with something in every table."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tortoise.connection import get_connection

from dsarbot.core.access import Grant
from dsarbot.core.account import Account, Passkey, Session
from dsarbot.core.api_keys import ApiKey, ApiScope
from dsarbot.core.apply import apply, fold
from dsarbot.core.case import Case
from dsarbot.core.case_view import View
from dsarbot.core.directory import Entry, Value
from dsarbot.core.discord import Asking
from dsarbot.core.discord_rows import Contact, DiscordAccount, Post
from dsarbot.core.facts import Absorbed
from dsarbot.core.facts_inquiry import InquiryOpened
from dsarbot.core.identity_copy_row import CopyPlace, CopyRow
from dsarbot.core.inquiry import fold_inquiry
from dsarbot.core.links import Link, Purpose, Shown, Visit
from dsarbot.core.parties import Party, Register
from dsarbot.core.webhooks import Event, EventKind, Hook
from dsarbot.ports import Blob, Position, Suppression
from dsarbot.store.connections import APPS
from dsarbot.store.retention import Retention
from dsarbot.store.shape import shape_of
from dsarbot.store.sql import run
from dsarbot.store.store import TortoiseStore
from tests.store.samples import NOW, ORG, PERSON, alarm, drafted, inbound, job, noted, opened, sent

KEY = ApiKey(
    id="hash-of-a-key", organisation=ORG, name="shop", scopes=frozenset({ApiScope.CASES_READ}), made_at=NOW,
    expires_at=NOW + timedelta(days=1), by="anna",
)  # fmt: skip
HOOK = Hook(
    id="hook-1", organisation=ORG, url="https://Markerhost.example/", secret="Markerhook",
    events=frozenset(EventKind), made_at=NOW, by="anna",
)  # fmt: skip
TOLD = Event(
    id="event-1", organisation=ORG, kind=EventKind.CLOSED, case="case-0001", reference="DSR-2026-00001-X",
    at=NOW + timedelta(days=1),
    status="closed", target=NOW.date(),
)  # fmt: skip


async def fill(store: TortoiseStore) -> Case:
    """One case with every kind of thing around it, a second one collapsed; returns the first."""
    facts = [*opened("case-0001"), drafted(), sent(), noted()]
    other = opened("case-0002", number=2)
    async with store.transaction() as transaction:
        await transaction.save(ORG, fold(other), other, wake_at=None)
        case = await transaction.save(ORG, fold(facts), facts, wake_at=NOW)
        absorbed = Absorbed(at=NOW, actor="anna", cause="merge", case="case-0002", reference="DSR-2026-00002-X")
        case = await transaction.save(ORG, apply(case, absorbed), [absorbed], wake_at=NOW)
        await transaction.enqueue(job("job-0001", case=case.id, letter="letter-1"))
        await transaction.add_inbounds([inbound("inbound-1", uid=1, objects=("object-01",), case=case.id)])
        await transaction.update_inbound(
            inbound("inbound-1", uid=1, objects=("object-01",), case=case.id),
            message_id="<marker-of-theirs@sample.example>", content_digest="digest", sender=PERSON.address,
        )  # fmt: skip
        await transaction.advance("privacy", "INBOX", Position(uidvalidity=7, last_uid=1))
        await transaction.next_number(ORG, 2026)
        await transaction.digest_once(ORG, date(2026, 3, 2), "dpo@northwind.example")
        await transaction.raise_alarms(ORG, [alarm(1)])
        inquiry = [
            InquiryOpened(
                at=NOW, actor="anna", cause="open", inquiry="inq-1", reference="SA-2026-0007-T", organisation=ORG,
                received_at=NOW, due=date(2026, 4, 15), authority="Markeramt", file_number="AZ-Marker-1",
            ),
        ]  # fmt: skip
        await transaction.save_inquiry(ORG, fold_inquiry(inquiry), inquiry)
        objected = Suppression(value=PERSON.address, reason="objection", at=NOW, actor="anna")
        await transaction.suppress(ORG, objected)
        device = Passkey(id="a-passkey", public_key="a key", signs=1, name="Markerphone", added_at=NOW)
        await transaction.save_account(
            Account(staff="anna", password="a hash", secret="Markersecret", handle="a handle", passkeys=(device,))
        )
        await transaction.offer_challenge("a challenge", purpose="log-in", now=NOW)
        await transaction.save_api_key(KEY)
        await transaction.save_hook(HOOK)
        await transaction.tell(ORG, [TOLD])
        await transaction.save_calendar("anna", "hash-of-a-token", NOW)
        await transaction.grant(
            Grant(id="grant-1", organisation=ORG, staff="otto", reason="audit-2026", given_at=NOW, until=NOW, by="anna")
        )
        asking = Asking(native=1 << 60, how="form", user=1 << 59, channel=1 << 58, text="Markertext", name=PERSON.name)
        await transaction.add_contacts([Contact(id="inbound-1", organisation=ORG, guild=7, at=NOW, asking=asking)])
        bound = DiscordAccount(organisation=ORG, user=1 << 59, person="person-1", address=PERSON.address)
        await transaction.save_discord_account(bound, NOW)
        await transaction.save_post(Post(id="post-1", organisation=ORG, guild=7, kind="card", at=NOW, case=case.id))
        await transaction.save_views("anna", [View(name="Marker view", query="right=access", text=PERSON.name)])
        await transaction.open_session(
            Session(id="hash-of-a-cookie", staff="anna", created_at=NOW, seen_at=NOW, proven_at=NOW)
        )
        link = Link(
            id="hash-of-a-token", organisation=ORG, purpose=Purpose.PORTAL, case="case-0001", made_at=NOW,
            expires_at=NOW, address=PERSON.address, language="de",
        )  # fmt: skip
        await transaction.add_links([link])
        visit = Visit(
            id="hash-of-a-visit", organisation=ORG, link=link.id, case=link.case, purpose=link.purpose,
            shown=Shown.ADDRESS, opened_at=NOW, seen_at=NOW,
        )  # fmt: skip
        await transaction.open_visit(visit)
        await transaction.remember(f"calendar:{ORG}", "holidays 0.109 DE-RP +0a1b2c3d")
    await store.vault.keep(ORG, [Blob(id=f"object-0{n}", kind="leaf", data=b"Markerbytes" * n) for n in (1, 2)])
    await store.vault.destroy(ORG, ["object-02"], rule="id-copy", actor="service")
    value = Value(kind="mail", text=PERSON.address, source="crm", since=NOW.date(), seen=NOW.date())
    await store.directory.save(
        ORG, [Entry(id="person-1", values=(value,))], what="directory-imported", public={"new": 1}, at=NOW, actor="anna"
    )
    customer = Party(key="marker-co", name="Marker & Co", kind="customer", contact=PERSON.address)
    await store.parties.save(
        ORG, Register(parties=(customer,)), before=Register(), public={"new": 1}, at=NOW, actor="anna"
    )
    paper = CopyRow(
        id="copy-1", scope=ORG, origin=ORG, inbound="inbound-1", case=case.id, state="gone", arrived_at=NOW,
        delete_by=NOW, digest="hash-of-a-picture", size=4000, pages=(1, 3),
    )  # fmt: skip
    await store.id_copies.add([paper])
    await store.api.begin_call(ORG, who="shop", key="Markerkey", body=b"Markerbody", inbound="inbound-9", now=NOW)
    await store.id_copies.put_place(CopyPlace(copy="copy-1", place="mail:privacy:Junk", state="clean", since=NOW))
    await store.beat("one", "outbox", NOW)
    await store.lease("digest", "one", 60)
    await store.anchor(NOW)
    [claimed] = await store.claim_jobs("w1", NOW, 60)
    await store.retry_job(claimed, due_at=NOW, last=f"450 <{PERSON.address}> later", now=NOW)
    await Retention(store.ring, store.vault).collapse(ORG, "case-0002", rule="retention", at=NOW, actor="service")
    return case


async def contents() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by table."""
    found = {}
    for name in APPS.values():
        db = get_connection(name)
        for table in sorted({column.table for column in (await shape_of(db)).columns}):
            rows = await run(db, f'SELECT * FROM "{table}"')
            found[table] = sorted((dict(sorted(row.items())) for row in rows), key=repr)
    return found
