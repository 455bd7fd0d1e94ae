"""How the ORM is told about the two databases: the main one and the keys' own."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from dsarbot.errors import StoreProblem

#: The two apps, which are also the names of their migrations; each has a connection of its own.
APPS = {"dsarbot": "default", "dsarbot_keys": "keys"}
#: Schema of the keys on PostgreSQL.
KEY_SCHEMA = "dsarbot_keys"
_BUSY_MILLISECONDS = "15000"
_MODULES = {
    "dsarbot": (
        "tables", "service_tables", "link_tables", "view_tables", "access_tables", "api_tables",
        "discord_tables", "party_tables",
    ),
    "dsarbot_keys": ("key_tables",),
}  # fmt: skip
_MIGRATIONS = {"dsarbot": "migrations", "dsarbot_keys": "key_migrations"}
#: They print bound values, personal ones too, at DEBUG (security 1).
_TALKATIVE = ("tortoise", "tortoise.db_client", "aiosqlite", "asyncpg")


def quiet_libraries() -> None:
    """Cap the libraries' loggers at INFO whatever the configuration says."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.INFO))


def is_sqlite(url: str) -> bool:
    """Whether the URL names a file."""
    return url.startswith("sqlite:")


def sqlite_file(url: str) -> Path:
    """The file of ``sqlite:///absolute/path``."""
    path = unquote(urlsplit(url).path)
    if not path.startswith("/"):
        raise StoreProblem(f"{url} does not name a file; write sqlite:///absolute/path")
    return Path("/" + path.lstrip("/"))


def key_file(main: Path) -> Path:
    """The keys' own file, beside the main one: dsarbot.db has dsarbot-keys.db."""
    return main.with_name(f"{main.stem}-keys{main.suffix}")


def configuration(url: str, password: str | None = None, *, foreign_keys: bool = True) -> dict[str, Any]:
    """The ORM's configuration. Foreign keys are off for migrations: a table rebuilt would take its children along."""
    if is_sqlite(url):
        main = sqlite_file(url)
        default = _sqlite(main, foreign_keys=foreign_keys)
        keys = _sqlite(key_file(main), foreign_keys=foreign_keys)
        # What is deleted is overwritten with zeros in the file itself (security 2).
        keys["credentials"]["secure_delete"] = "ON"
    else:
        default, keys = _postgresql(url, password), _postgresql(url, password)
        keys["credentials"]["schema"] = KEY_SCHEMA
    apps = {
        app: {
            "models": [f"{__package__}.{module}" for module in _MODULES[app]],
            "default_connection": connection,
            "migrations": f"{__package__}.{_MIGRATIONS[app]}",
        }
        for app, connection in APPS.items()
    }
    return {"connections": {"default": default, "keys": keys}, "apps": apps, "use_tz": True, "timezone": "UTC"}


def _sqlite(path: Path, *, foreign_keys: bool) -> dict[str, Any]:
    credentials = {
        "file_path": str(path),
        "busy_timeout": _BUSY_MILLISECONDS,
        "journal_mode": "WAL",
        # With NORMAL nothing is synced at commit: a mail moved after it can be lost at a power failure (security 4).
        "synchronous": "FULL",
        "foreign_keys": "ON" if foreign_keys else "OFF",
    }
    return {"engine": f"{__package__}.engine_sqlite", "credentials": credentials}


def _postgresql(url: str, password: str | None) -> dict[str, Any]:
    parts = urlsplit(url)
    credentials: dict[str, Any] = {
        "host": parts.hostname or "localhost",
        "port": parts.port or 5432,
        "user": unquote(parts.username or ""),
        "password": password or (unquote(parts.password) if parts.password else None),
        "database": parts.path.lstrip("/"),
        "minsize": 1,
        "maxsize": 5,
        "application_name": "dsarbot",
        "server_settings": {"synchronous_commit": "on", "timezone": "UTC"},
    }
    return {"engine": f"{__package__}.engine_postgresql", "credentials": credentials}
