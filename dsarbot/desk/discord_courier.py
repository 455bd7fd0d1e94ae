"""Carries out what must be done on Discord: answers to people, messages of the bot, deletions. At least once.

A job names what it is about and no more; what is said is composed when it leaves, from the case as it is then. A card
that was posted and not noted is found again before another one is posted; Discord itself refuses a second one of the
same nonce for some minutes.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

from dsarbot.core.case import Case, summary
from dsarbot.core.discord_rows import Contact, Post
from dsarbot.core.evolve import replace
from dsarbot.desk import discord_mail
from dsarbot.desk.dating import long
from dsarbot.desk.digest_words import words
from dsarbot.desk.discord_forms import Payload, quiet
from dsarbot.desk.discord_guild import DiscordStore, Guild, Lane
from dsarbot.desk.discord_jobs import Errand, errand_of
from dsarbot.desk.discord_people import rights_of
from dsarbot.desk.discord_shown import Shown
from dsarbot.desk.handle import Desk
from dsarbot.desk.routing import going_on
from dsarbot.errors import ChannelDown, DsarbotError, NotFound, TheirInput
from dsarbot.ports import Claimed
from dsarbot.reading.authorities import is_authority

log = logging.getLogger(__name__)

_LEASE_SECONDS: Final = 120
#: How many jobs of a lane one round takes up, well within the lease at the pace that Discord allows.
_ROUNDS: Final[Mapping[Lane, int]] = {"discord": 100, "discord-post": 10}
_PAUSES: Final = (5, 15, 60, 300, 900, 3600)
_GIVE_UP: Final = timedelta(days=2)
_DAY: Final = timedelta(days=1)
#: What became of a message: done, refused for good (a closed door, a thing that is gone).
Went = Literal["done", "refused"]


class Messenger(Protocol):
    """What can be done on Discord. ChannelDown when it cannot be done now and may be later."""

    async def answer(self, application: int, token: str, payload: Payload) -> Went: ...
    async def direct(self, user: int, payload: Payload, *, nonce: str) -> int:
        """The number of the new message; 0 when that person takes none from us."""

    async def take_back(self, user: int, message: int) -> Went: ...
    async def post(self, channel: int, payload: Payload, *, nonce: str) -> int:
        """The number of the new message; 0 when the channel does not let us."""

    async def edit(self, channel: int, message: int, payload: Payload) -> Went: ...
    async def delete(self, channel: int, message: int) -> Went: ...
    async def find(self, channel: int, mark: str) -> int:
        """A message of ours with that mark in one of its buttons; 0 for none."""


class Courier:
    """Delivers what is due. One per process; worker: a name that no other living process has."""

    def __init__(
        self,
        desk: Desk,
        store: DiscordStore,
        guilds: Sequence[Guild],
        messenger: Mapping[int, Messenger],
        *,
        worker: str,
        lane: Lane,
    ) -> None:
        self._desk = desk
        self._store = store
        self._guilds = {each.id: each for each in guilds}
        self._messenger = messenger
        self._worker = worker
        self._lane: Lane = lane
        self._began = desk.clock()
        self._tried: set[str] = set()
        self._shown = Shown(desk, store)
        self._orphans = True

    async def deliver(self) -> int:
        """How many jobs were taken up."""
        if self._orphans:
            await self._store.release_claims(self._worker)
            self._orphans = False
        now = self._desk.clock()
        claimed = await self._store.claim_discord_jobs(
            self._worker, now, _LEASE_SECONDS, _ROUNDS[self._lane], self._lane
        )  # fmt: skip
        try:
            await asyncio.gather(*map(self._carry, claimed))
        except BaseException:
            # Broken off: what was claimed and not ended is taken up again.
            self._orphans = True
            raise
        return len(claimed)

    async def _carry(self, claimed: Claimed) -> None:
        try:
            said = await self._carried(claimed, errand_of(claimed.job))
        except ChannelDown as why:
            await self._again(claimed, type(why).__name__)
        except (NotFound, TheirInput) as why:
            await self._finish(claimed, "cancelled", type(why).__name__)
        except DsarbotError as why:
            log.error("An errand failed for now: %s", type(why).__name__, extra={"action": "discord_errand_failed"})
            await self._again(claimed, type(why).__name__)
        else:
            await self._finish(claimed, "sent" if said == "done" else "shunted", said)

    async def _carried(self, claimed: Claimed, errand: Errand) -> Went:
        guild = self._guilds.get(errand.guild)
        if guild is None:
            raise NotFound("this server is not in the configuration any more")
        if errand.does == "reply":
            return await self._reply(guild, errand, claimed)
        post = await self._store.post(guild.scope, errand.of)
        if post is None or post.gone:
            return "done"
        return await (self._delete(guild, post) if errand.does == "delete" else self._put(guild, post, claimed))

    # --- messages of the bot --------------------------------------------------------------------------------------

    async def _put(self, guild: Guild, post: Post, claimed: Claimed) -> Went:
        messenger = self._messenger[guild.id]
        payload = await self._shown.payload(guild, post)
        if payload is None:
            return await self._delete(guild, post)
        if not post.message and self._perhaps_posted(post, claimed) and post.kind in ("card", "hint"):
            post = replace(
                post, message=await messenger.find(post.channel, post.case if post.kind == "card" else post.contact)
            )
        if post.message and await messenger.edit(post.channel, post.message, payload) == "done":
            return await self._noted(post)
        if post.message and post.kind != "card":
            # Somebody removed it; only a card is put there again.
            return await self._noted(replace(post, gone=True))
        number = await messenger.post(
            post.channel, payload, nonce=f"{post.id[:16]}{claimed.attempts if post.message else 0}"
        )
        if not number:
            log.error("A channel is closed to the bot", extra={"action": "discord_channel_closed", "guild": guild.key})
            raise ChannelDown
        self._tried.discard(post.id)
        return await self._noted(replace(post, message=number))

    def _perhaps_posted(self, post: Post, claimed: Claimed) -> bool:
        """Whether an earlier try may have come through without our knowing: of this process, or of one that died."""
        known = post.id in self._tried or (claimed.first_tried_at or self._began) < self._began
        self._tried.add(post.id)
        return known

    async def _delete(self, guild: Guild, post: Post) -> Went:
        messenger = self._messenger[guild.id]
        if post.message and post.channel:
            await messenger.delete(post.channel, post.message)
        elif post.message and (contact := await self._store.contact(guild.scope, post.contact)):
            await messenger.take_back(contact.asking.user, post.message)
        return await self._noted(replace(post, gone=True))

    async def _noted(self, post: Post) -> Went:
        async with self._store.transaction() as transaction:
            await transaction.save_post(post)
        return "done"

    # --- answers to people ----------------------------------------------------------------------------------------

    async def _reply(self, guild: Guild, errand: Errand, claimed: Claimed) -> Went:
        """Where they asked, as long as that can be seen by them alone; else as they chose; else by mail."""
        contact = await self._store.contact(guild.scope, errand.of)
        if contact is None:
            return "done"
        case = await going_on(guild.scope, contact.case, self._store) if contact.case else None
        text, now, asking = said(errand.says, contact, case, guild), self._desk.clock(), contact.asking
        messenger = self._messenger[guild.id]
        if (
            contact.reachable_here(now)
            and await messenger.answer(asking.application, asking.token, quiet(text)) == "done"
        ):
            return "done"
        if asking.by_dm and (number := await messenger.direct(asking.user, quiet(text), nonce=claimed.job.id[:25])):
            end = None if case else now + guild.keep
            post = Post(
                id=guild.post_id("dm", claimed.job.id), organisation=guild.scope, guild=guild.id, kind="dm", at=now,
                case=contact.case, contact=contact.id, message=number, delete_at=end,
            )  # fmt: skip
            return await self._noted(post)
        if errand.says == "ready" and case and case.person.address:
            # The letter itself went there.
            return "done"
        return await self._by_mail(guild, contact, case, text)

    async def _by_mail(self, guild: Guild, contact: Contact, case: Case | None, text: str) -> Went:
        address = case.person.address if case else ""
        if case and await self._may_be_mailed(guild, address):
            language = contact.asking.language
            subject = words(language, "discord").text("answer.subject", reference=case.reference)
            plain = text.replace("**", "").replace("`", "")
            with contextlib.suppress(TheirInput):
                await discord_mail.put(self._desk, guild, address, subject=subject, text=plain, language=language)
                return "done"
        # Nobody could be told: the staff see it on the card, and find another way.
        async with self._store.transaction() as transaction:
            await transaction.save_contact(replace(contact, untold=True))
        return "refused"

    async def _may_be_mailed(self, guild: Guild, address: str) -> bool:
        """security 13: somebody typed the address into a form; it may be anybody's, and nobody is to be flooded."""
        organisation = guild.organisation
        mine = address.rpartition("@")[2].lower() in organisation.own_domains or address.lower() in organisation.staff
        if not address or mine or organisation.is_intermediary(address) or is_authority(address):
            return False
        since = self._desk.clock() - _DAY
        return await self._store.sent_since(guild.scope, since, recipient=address) < organisation.cap_per_address_day

    # --- how a job ends -------------------------------------------------------------------------------------------

    async def _again(self, claimed: Claimed, said: str) -> None:
        now = self._desk.clock()
        if now - (claimed.first_tried_at or now) >= _GIVE_UP:
            await self._finish(claimed, "shunted", said)
            return
        pause = _PAUSES[min(claimed.attempts, len(_PAUSES)) - 1]
        await self._store.retry_job(claimed, due_at=now + timedelta(seconds=pause), last=said, now=now)

    async def _finish(self, claimed: Claimed, state: Literal["sent", "cancelled", "shunted"], said: str) -> None:
        await self._store.finish_job(claimed, state=state, last=said, now=self._desk.clock())


def said(key: str, contact: Contact, case: Case | None, guild: Guild) -> str:
    """The answer in the person's language. Never a letter, never data: a reference, dates, where to go on."""
    asking = contact.asking
    say = words(asking.language, "discord")
    values = {"contact": guild.contact}
    if case is not None:
        seen = summary(case)
        values |= {
            "reference": case.reference,
            "rights": rights_of(seen.rights, asking.language),
            "due": long(seen.target, asking.language) if seen.target else "-",
            "day": _day(contact.at, guild, contact),
        }
    lines = [say.text(f"answer.{key}", **values)]
    lines += [say.text("answer.refused-file")] if asking.refused else []
    lines += [say.text("answer.recipient", **values)] if key.startswith("received") else []
    if key != "ordinary":
        way = say.text("answer.portal", portal=guild.portal) if guild.portal else say.text("answer.by-mail", **values)
        lines.append(way)
    return "\n".join(lines)


def _day(at: datetime, guild: Guild, contact: Contact) -> str:
    return long(at.astimezone(guild.zone).date(), contact.asking.language)
