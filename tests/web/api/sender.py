"""A service that is killed: it opens a case, and then delivers what follows from it when it is told to.

python -m tests.web.api.sender CONFIG
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from dsarbot.app import opened
from dsarbot.config import load
from dsarbot.desk.by_hand import Spoken, take_note
from dsarbot.service.sending import outgoing, webhooks


async def work(config: Path) -> None:
    async with opened(load(config, environ={}), environ={}) as app:
        note = Spoken(channel="phone", who="Jeanne", reach="", words="My data.", rights=("access",), at=app.clock())
        case = await take_note(app.desk, app.organisations["nord"], note, actor="anna")
        print(case.reference, flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        async with outgoing(app):
            await webhooks(app, "one").deliver()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1])))
