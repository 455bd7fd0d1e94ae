"""Keeping mails whose place on the server lies about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from dsarbot.channels.imap_types import Fetched
from dsarbot.desk.keep import keep
from dsarbot.ports import Arrival, InboundRow, Scope
from dsarbot.reading.mail import content_digest, parse
from dsarbot.reading.skeleton import join
from dsarbot.service.marks import kept_before, marked_elsewhere
from dsarbot.testing import FrozenClock, MemoryStore

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ORG = Scope("nord")


def arrival(raw: bytes, uid: int = 7) -> Arrival:
    return Arrival(mailbox="privacy", folder="INBOX", uidvalidity=1, uid=uid, received_at=NOW, raw=raw)


async def kept(store: MemoryStore, *arrivals: Arrival) -> list[int]:
    return await keep(arrivals, store=store, vault=store.vault, scope=ORG, clock=lambda: NOW)


async def rows(store: MemoryStore) -> Sequence[InboundRow]:
    return await store.inbounds(ORG)


async def test_other_bytes_under_a_known_uid_are_a_mail_of_their_own() -> None:
    store = MemoryStore(FrozenClock(NOW))
    first, second = arrival(b"Subject: one\r\n\r\nfirst"), arrival(b"Subject: two\r\n\r\nsecond")
    assert await kept(store, first) == [7]
    assert await kept(store, second, arrival(b"Subject: three\r\n\r\nthird", uid=8)) == [7, 8]
    found = await rows(store)
    assert len({row.id for row in found}) == 3
    assert {join(await store.vault.open(ORG, row.objects[0]), []) for row in found} == {
        b"Subject: one\r\n\r\nfirst",
        b"Subject: two\r\n\r\nsecond",
        b"Subject: three\r\n\r\nthird",
    }
    # A crash between commit and mark shows both again.
    assert await kept(store, second) == [7]
    assert await kept(store, first) == [7]
    assert len(await rows(store)) == 3


async def test_a_mail_from_the_sent_folder_is_kept_as_such() -> None:
    store = MemoryStore(FrozenClock(NOW))
    await kept(store, replace(arrival(b"Subject: Re\r\n\r\nanswer"), channel="sent"))
    [row] = await rows(store)
    assert row.channel == "sent"


RAW = b"From: a@example.net\r\nMessage-ID: <1@example.net>\r\nSubject: x\r\n\r\nbonjour\r\n"


def fetched(raw: bytes = RAW, *flags: str, complete: bool = True) -> Fetched:
    return Fetched(
        folder="INBOX", uidvalidity=1, uid=7, internal_date=NOW, raw=raw, flags=flags, complete=complete
    )  # fmt: skip


async def test_our_mark_on_a_mail_that_nobody_here_kept_is_somebody_elses() -> None:
    store = MemoryStore(FrozenClock(NOW))

    async def strange(*mails: Fetched) -> bool:
        return await marked_elsewhere(mails, "$Dsarbot", store=store, scopes=[ORG])

    assert not await strange(fetched())
    assert not await strange(fetched(RAW, "\\Seen"))
    assert await strange(fetched(RAW, "\\Seen", "$dsarbot")), "servers may change the case of keywords"
    assert not await strange(fetched(RAW, "$Dsarbot", complete=False)), "half a mail proves nothing"


async def test_our_mark_on_a_mail_that_was_moved_back_is_our_own() -> None:
    store = MemoryStore(FrozenClock(NOW))
    await kept(store, arrival(RAW))
    [row] = await rows(store)
    mail = parse(RAW)
    async with store.transaction() as transaction:
        await transaction.update_inbound(
            replace(row, state="settled"), message_id=mail.message_id or "", content_digest=content_digest(mail)
        )
    assert await kept_before(RAW, store, [ORG])
    assert not await marked_elsewhere([fetched(RAW, "$Dsarbot")], "$Dsarbot", store=store, scopes=[ORG])
    assert not await kept_before(RAW.replace(b"bonjour", b"au revoir"), store, [ORG])
