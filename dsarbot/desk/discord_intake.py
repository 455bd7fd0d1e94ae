"""What was kept of Discord becomes a case, joins one, or is listed as what it is: the road of every channel.

A crash at any point leaves the contact as waiting, and the next look takes it up again under the same ids.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, cast

from dsarbot.core import orders as o
from dsarbot.core import reference
from dsarbot.core.discord_rows import Contact, Post
from dsarbot.core.evolve import replace
from dsarbot.desk.discord_fate import Fate, Fates, sender_of
from dsarbot.desk.discord_guild import DiscordStore, DiscordTransaction, Guild
from dsarbot.desk.discord_jobs import job, reply
from dsarbot.desk.handle import Desk, Settled
from dsarbot.errors import NotAllowed, NotFound
from dsarbot.ports import Transaction

_BATCH: Final = 50


class DiscordIntake:
    """Reads what was kept. One per process."""

    def __init__(
        self, desk: Desk, store: DiscordStore, guilds: Sequence[Guild], *, waits: Callable[[str], bool]
    ) -> None:
        """waits: whether somebody was not told yet that it arrived."""
        self._desk = desk
        self._waits = waits
        self._store = store
        self._fates = Fates(desk, store)
        self._guilds = {each.id: each for each in guilds}
        self._scopes = tuple(dict.fromkeys(each.scope for each in guilds))

    async def process(self) -> int:
        """How many were settled."""
        settled = 0
        for scope in self._scopes:
            waiting = await self._store.waiting_contacts(scope, _BATCH)
            # Of two by one account the second may belong to what the first opens.
            first = {each.asking.user: each for each in reversed(waiting)}
            mine = [each for each in waiting if each is first[each.asking.user] and self._may(each)]
            fates = [await self._fates.of(each, self._guilds[each.guild]) for each in mine]
            await self._open([each for each in fates if each.opens])
            for fate in fates:
                if not fate.opens:
                    await self._join(fate)
            settled += len(fates)
        return settled

    def _may(self, contact: Contact) -> bool:
        return contact.guild in self._guilds and not self._waits(contact.id)

    # --- written --------------------------------------------------------------------------------------------------

    async def _open(self, fates: Sequence[Fate]) -> None:
        """New cases, with their references, in one transaction for each organisation that is looked at."""
        if not fates:
            return
        numbered = await self._numbered(fates)
        tasks = [task for fate in numbered for task in fate.tasks]
        settled = [self._settled(fate) for fate in numbered]

        async def also(transaction: Transaction) -> None:
            for fate in numbered:
                await self._done(cast("DiscordTransaction", transaction), fate)

        await self._desk.handle(tasks, settled, together=True, also=also)

    async def _numbered(self, fates: Sequence[Fate]) -> list[Fate]:
        organisation, now = self._guilds[fates[0].contact.guild].organisation, self._desk.clock()
        year = organisation.rules.jurisdiction.local_date(now).year
        async with self._store.transaction() as transaction:
            first = await transaction.next_number(organisation.scope, year, count=len(fates))
        found = []
        for number, fate in enumerate(fates, start=first):
            (task,) = fate.tasks
            order = cast("o.Open", task.thing)
            named = replace(order, reference=reference.make(organisation.prefix, year, number))
            found.append(replace(fate, tasks=(replace(task, thing=named),)))
        return found

    async def _join(self, fate: Fate) -> None:
        try:
            await self._write(fate)
        except (NotAllowed, NotFound):
            # The case has moved on in between: a person reads it, with its clock running; nothing is dropped.
            await self._write(replace(fate, tasks=(), case="", disposition="held", kind="known-sender", says="kept"))

    async def _write(self, fate: Fate) -> None:
        async def also(transaction: Transaction) -> None:
            await self._done(cast("DiscordTransaction", transaction), fate)

        await self._desk.handle(fate.tasks, [self._settled(fate)], together=True, also=also)

    def _settled(self, fate: Fate) -> Settled:
        held = fate.disposition == "held"
        row = replace(
            fate.row,
            state="held" if held else "settled",
            disposition=fate.disposition,
            kind=fate.kind,
            case=fate.case if fate.disposition == "case" else "",
            safe_due=fate.row.safe_due if held else None,
            settled_at=self._desk.clock(),
        )
        return Settled(row=row, message_id=sender_of(fate.contact), content_digest=fate.digest)

    async def _done(self, transaction: DiscordTransaction, fate: Fate) -> None:
        """The contact is settled, and what must be said of it is put into the outbox, in the same transaction."""
        guild, now, asking = self._guilds[fate.contact.guild], self._desk.clock(), fate.contact.asking
        # What was typed lies in the vault; here it is needed no more.
        spare = replace(asking, text="", rights=(), email="", files=())
        await transaction.save_contact(replace(fate.contact, case=fate.case, done=True, asking=spare))
        if fate.says:
            await transaction.enqueue(reply(guild, fate.contact.id, fate.says, now, case=fate.case))
        if asking.answers and (hint := await self._store.post(guild.scope, guild.post_id("hint", asking.answers))):
            # It has done its work; nothing of it need stay in public.
            await transaction.save_post(replace(hint, delete_at=now))
            await transaction.enqueue(job(guild, "delete", hint.id, now, mark=fate.contact.id))
        if asking.how in ("message", "theirs") and fate.opens:
            hint = Post(
                id=guild.post_id("hint", fate.contact.id), organisation=guild.scope, guild=guild.id, kind="hint",
                at=now, case=fate.case, contact=fate.contact.id, channel=asking.channel, delete_at=now + guild.hint,
            )  # fmt: skip
            told = replace(
                hint, id=guild.post_id("found", fate.contact.id), kind="alarm", channel=guild.staff_channel,
                subject=str(asking.channel), delete_at=now + guild.keep,
            )  # fmt: skip
            for each in (hint, told):
                await transaction.save_post(each)
                await transaction.enqueue(job(guild, "post", each.id, now, case=fate.case))
