"""Lays a tray out and is killed when the bytes are in the vault and the file is not yet there.

python -m tests.paper.killed CONFIG ORGANISATION
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from dsarbot.app import opened
from dsarbot.config import load
from dsarbot.paper.folder import Folder


def die(folder: Folder, name: str, data: bytes) -> None:
    assert data.startswith(b"%PDF")
    os.kill(os.getpid(), signal.SIGKILL)


async def main(config: Path, organisation: str) -> None:
    setattr(Folder, "put", die)  # noqa: B010  # no other way to be killed at that very instant
    async with opened(load(config, environ={}), environ={}) as app:
        await app.trays[organisation].look()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
