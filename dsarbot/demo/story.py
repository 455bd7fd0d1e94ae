"""The demo's story: old mail lies there, new mail comes, acknowledgements leave, people answer, the digest goes out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email.header import Header
from email.utils import format_datetime

from dsarbot.demo import world
from dsarbot.demo.observe import Happening, Line, Observer
from dsarbot.demo.office import COMPANIES, DPO
from dsarbot.demo.post_office import Found
from dsarbot.demo.stage import FIRST, LATER, ZONE, Stage

#: Called after every look.
Show = Callable[[tuple[Line, ...], tuple[Happening, ...]], None]

_LOOK_SECONDS = 0.1
_PATIENCE_SECONDS = 30.0
_PLACE = re.compile(rb"\{\{(\w+)\}\}")


class Story:
    """Plays once. pace: seconds between two mails, so that a person can follow."""

    def __init__(self, stage: Stage, show: Show, *, pace: float = 0.0) -> None:
        self._stage = stage
        self._show = show
        self._pace = pace
        self._observer = Observer(stage.app)
        self._handed_in = 0
        #: Alarms that fired since somebody cleared this list.
        self.fired: list[Happening] = []

    async def play(self) -> bool:
        """Everything to the first digest. False when the service did not come to rest in time."""
        stage = self._stage
        for mail in world.mails(received=True):
            await self._lay_in(mail)
        await stage.perform(FIRST)
        for mail in world.mails(received=False):
            await self._hand_in(mail, mail.raw)
        settled = await self.settle()
        for mail in world.mails(received=False, answers=True):
            acknowledgement = await self._acknowledgement(mail)
            if acknowledgement is not None:
                await self._hand_in(mail, _filled(mail.raw, acknowledgement, stage.clock()))
        settled = await self.settle() and settled
        await stage.perform(LATER)
        return await self.digested(len(COMPANIES)) and settled

    async def look(self, *said: Happening) -> None:
        """Show what there is now, after what was said."""
        lines, happened = await self._observer.look()
        self.fired += [each for each in happened if each.what == "alarm"]
        self._show(lines, (*said, *happened))

    async def settle(self, since: datetime | None = None) -> bool:
        """Wait until every mail handed in was read and nothing waits to be sent, or to fire.

        since: and until every mailbox is watched again after that instant."""

        async def quiet() -> bool:
            if since is not None and not await self._stage.watching(since):
                return False
            return await self._observer.settled(self._handed_in)

        return await self._until(quiet)

    async def digested(self, number: int) -> bool:
        """Wait until so many digests lie in the data protection officer's mailbox, and nothing else is under way."""

        async def arrived() -> bool:
            # The digest is a service of its own here: the other one is told that it has put something out.
            self._stage.ring()
            arrived = await asyncio.to_thread(self._stage.post.read, DPO)
            digests = sum(not each.is_notice for each in arrived)
            return digests >= number and await self._observer.settled(self._handed_in)

        return await self._until(arrived)

    async def _until(self, done: Callable[[], Awaitable[bool]]) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self.look()
                while not await done():
                    await asyncio.sleep(_LOOK_SECONDS)
                    await self.look()
        except TimeoutError:
            return False
        return True

    async def _lay_in(self, mail: world.Mail) -> None:
        received = mail.received
        at = (
            received
            if isinstance(received, datetime)
            else self._stage.clock().astimezone(ZONE) - (received or timedelta())
        )
        account = self._stage.post.plan.routes[mail.to[0]]
        await asyncio.to_thread(self._stage.post.append, account, _dated(mail.raw, at), at)
        await self._announce(mail)

    async def _hand_in(self, mail: world.Mail, raw: bytes) -> None:
        post = self._stage.post
        account = post.plan.routes.get(mail.sender, world.OUTSIDE)
        dated = _dated(raw, self._stage.clock().astimezone(ZONE))
        await asyncio.to_thread(lambda: post.submit(mail.sender, mail.to, dated, account=account))
        await self._announce(mail)

    async def _announce(self, mail: world.Mail) -> None:
        self._handed_in += 1
        text = f"{mail.sender or 'a mail server'}: {mail.shown}"
        await self.look(Happening(what="mail", text=text))
        await asyncio.sleep(self._pace)

    async def _acknowledgement(self, mail: world.Mail) -> Found | None:
        """The acknowledgement in the mailbox of whoever wrote the mail that this one comes after."""
        first = next(each for each in world.MAILS if each.file == mail.after)
        post = self._stage.post
        arrived = await asyncio.to_thread(post.read, post.plan.routes[first.sender])
        return arrived[0] if arrived else None


def _dated(raw: bytes, at: datetime) -> bytes:
    return b"Date: " + format_datetime(at).encode("ascii") + b"\r\n" + raw


def _filled(raw: bytes, acknowledgement: Found, now: datetime) -> bytes:
    """The answer to an acknowledgement: its Message-ID and subject stand where the mail leaves room for them."""
    values = {
        b"message_id": acknowledgement.message_id,
        b"subject": _encoded(str(acknowledgement.mail["Subject"] or "")),
        b"from": _encoded(str(acknowledgement.mail["From"] or "")),
        b"date": format_datetime(now),
    }
    return _PLACE.sub(lambda found: values[found[1]].encode("ascii"), raw)


def _encoded(value: str) -> str:
    return value if value.isascii() else Header(value, "utf-8", maxlinelen=998).encode(linesep="")
