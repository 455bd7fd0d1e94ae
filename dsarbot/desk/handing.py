"""Content notices and demands for disclosure (practice 24): handed to the abuse desk, the data protection officer or a
colleague the same day, with an entry in the ledger. Whoever gets the mail learns where to look, and nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from dsarbot.desk.alarms_lines import ID_SHOWN
from dsarbot.desk.dating import long
from dsarbot.desk.digest_desk import DigestDesk
from dsarbot.desk.digest_facts import Digest
from dsarbot.desk.digest_html import as_html
from dsarbot.desk.digest_lines import Sayer
from dsarbot.desk.digest_page import Block, Page
from dsarbot.desk.digest_text import as_text
from dsarbot.desk.digest_words import words
from dsarbot.desk.handle import Desk
from dsarbot.ports import Blob, InboundRow, Job

#: Kinds of what arrives that are for somebody else than this desk.
TO_HAND_OVER: Final = frozenset({"content-notice", "disclosure"})


def message(row: InboundRow, desk: DigestDesk, now: datetime) -> Digest:
    """The mail: what kind of thing it is, when and where it arrived, what to do. Nothing of its content."""
    told = words(desk.language, "notice")
    say = Sayer(words=words(desk.language), day=desk.day(now), zone=desk.zone)
    kind = row.kind if row.kind in TO_HAND_OVER else "other"
    day, time = say.moment(row.received_at)
    place = told.text("hand_over.place", where="/".join(each for each in (row.mailbox, row.folder) if each) or "-")
    page = Page(
        language=desk.language,
        subject=told.text("hand_over.subject", item=row.id[:ID_SHOWN]),
        title=told.text("title", organisation=desk.name),
        day=long(desk.day(now), desk.language),
        headline=told.text(f"hand_over.{kind}"),
        blocks=(
            Block(
                title=told.text("hand_over.where"),
                hint=told.text("hand_over.received", day=day, time=time),
                tail=(place, told.text("hand_over.item", item=row.id[:ID_SHOWN])),
            ),
            Block(title=told.text("hand_over.what"), tail=tuple(told.text(f"hand_over.do_{n}") for n in (1, 2, 3))),
        ),
        picture="",
        bars=(),
        foot=(),
        witness="",
        scale="",
    )
    return Digest(subject=page.subject, text=as_text(page), html=as_html(page))


async def hand_over(desk: Desk, to: DigestDesk, row: InboundRow, *, who: str, address: str, actor: str) -> InboundRow:
    """Mail, ledger entry and the item's end in one transaction. who: "abuse" or a staff key, as the ledger keeps it."""
    now, organisation = desk.clock(), to.organisation
    message_id = organisation.new_message_id()
    blob = Blob(id=desk.new_id(), kind="letter", data=to.compose(message(row, to, now), address, message_id, now))
    job = Job(
        id=desk.new_id(),
        scope=organisation.scope,
        kind="notice",
        object=blob.id,
        recipient=address,
        envelope_sender=organisation.envelope_sender,
        message_id=message_id,
        due_at=now,
    )
    settled = replace(
        row,
        scope=organisation.scope,
        state="settled",
        disposition="handed-over",
        problem=f"to:{who}",
        safe_due=None,
        settled_at=now,
    )
    # Bytes first (security 4): what the outbox will send is durable before the row that refers to it.
    await desk.vault.keep(organisation.scope, [blob])
    async with desk.store.transaction() as transaction:
        await transaction.update_inbound(settled)
        await transaction.enqueue(job)
        public = {"inbound": row.id, "kind_of_item": row.kind, "to": who}
        await transaction.ledger(organisation.scope, "inbound-handed-over", public, at=now, actor=actor)
    return settled
