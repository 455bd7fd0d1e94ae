"""A service that only watches a folder of scans: `python -m tests.scans.watcher CONFIG`. It ends when that is empty.

It is killed by tests/scans/test_kill.py, again and again.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from dsarbot.app import opened
from dsarbot.config import load


async def main(config: Path) -> None:
    settings = load(config, environ={})
    async with opened(settings, environ={}) as app:
        (folder,) = app.scan_folders
        while True:
            looked = await folder.look()
            if looked == type(looked)():
                return


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
