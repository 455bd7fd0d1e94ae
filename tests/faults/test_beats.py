"""The signs of life by which a failing part is found out."""

from __future__ import annotations

import asyncio

from dsarbot.config import load
from dsarbot.store.database import open_store
from dsarbot.store.masterkey import parse_master_key
from dsarbot.wiring.servers import database_url
from tests.journeys.installation import Installation


async def test_every_part_gives_a_sign_of_life_after_each_success(
    installation: Installation,
) -> None:
    await asyncio.to_thread(installation.start)
    master = parse_master_key((installation.folder / "master.key").read_text())
    wanted = {"service", "intake", "outbox", "wake", "digest", "tray", "attachments", "mailbox:privacy"}
    url = database_url(load(installation.config, environ={}))
    async with open_store(url, data_dir=installation.folder / "data", master=master) as store:
        beats = await store.beats()
        for _ in range(75):
            if wanted <= beats.keys():
                break
            await asyncio.sleep(1)
            beats = await store.beats()
    assert wanted <= beats.keys()
    newest = max(beats[each] for each in wanted)
    assert all((newest - beats[each]).total_seconds() < 90 for each in wanted)
    assert await asyncio.to_thread(installation.stop) == 0
