"""Destroys attachments as a retention rule would, in a process that may be killed in the midst of it.

    python -m tests.kill.destroyer CONFIG ORGANISATION COUNT
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from dsarbot.app import opened
from dsarbot.config import load
from dsarbot.ports import Scope


async def main(config: Path, organisation: str, count: int) -> None:
    scope = Scope(organisation)
    async with opened(load(config, environ=os.environ), environ=os.environ) as app:
        rows = await app.store.inbounds(scope, disposition="case", limit=10_000)
        leaves = [name for row in sorted(rows, key=lambda row: row.id) for name in row.objects[1:]]
        await app.store.vault.destroy(scope, leaves[:count], rule="test-rule", actor="service")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
