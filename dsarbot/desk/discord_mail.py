"""Short mails to people who asked over Discord: a code, or that there is news when no other way was open."""

from __future__ import annotations

from dsarbot.core.case import Section
from dsarbot.core.dates import Language
from dsarbot.desk import mime
from dsarbot.desk.discord_guild import Guild
from dsarbot.desk.emit import letter_html, letter_text
from dsarbot.desk.handle import Desk
from dsarbot.ports import Blob, Job


async def put(desk: Desk, guild: Guild, recipient: str, *, subject: str, text: str, language: Language) -> None:
    """Into the outbox, as any mail of ours. TheirInput when it is no address that mail can carry."""
    organisation, message_id = guild.organisation, guild.organisation.new_message_id()
    sections = (Section(key="body", text=text),)
    raw = mime.build_notice(
        sender_name=guild.name,
        sender=organisation.envelope_sender,
        recipient=recipient,
        subject=subject,
        text=letter_text(sections),
        html=letter_html(sections, language=language, title=subject),
        message_id=message_id,
        date=desk.clock().astimezone(guild.zone),
        language=language,
    )
    blob = Blob(id=desk.new_id(), kind="letter", data=raw)
    # Bytes first (security 4).
    await desk.vault.keep(guild.scope, [blob])
    async with desk.store.transaction() as transaction:
        await transaction.enqueue(
            Job(
                id=desk.new_id(),
                scope=guild.scope,
                kind="notice",
                object=blob.id,
                recipient=recipient,
                envelope_sender=organisation.envelope_sender,
                message_id=message_id,
                due_at=desk.clock(),
                automatic=True,
            )
        )
