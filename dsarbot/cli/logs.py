"""Log lines of the service: a sentence and a slug, as JSON, without personal data."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

_FIELDS = ("action", "job", "mailbox", "case")
#: They print bound values and whole mails at DEBUG (security 1).
_QUIET = ("tortoise", "aiosqlite", "asyncpg", "imapclient", "aiosmtplib", "asyncio")


class JsonLines(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            # The text of an exception may quote a person; its type and place do not.
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def start_logging(level: str) -> None:
    """To stderr; libraries that would print values are held at INFO."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLogger().level))
