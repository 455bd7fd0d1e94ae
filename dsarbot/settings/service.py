"""The tables about the service itself: where it keeps its data, its database, its key, its plugins."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, ValidationInfo, field_validator

from dsarbot.core.dates import Language
from dsarbot.settings.base import Line, Table
from dsarbot.settings.secrets import SecretSource

_SCHEMES = ("sqlite", "postgres", "postgresql")


class ServiceSettings(Table):
    """[service]"""

    data_dir: Path = Path("data")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    language: Language = "en"
    profiles_dir: Path | None = None
    templates_dir: Path | None = None


def _database_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES:
        raise ValueError("is no database; write sqlite:///dsarbot.sqlite or postgres://user@host/name")
    if parts.password is not None:
        raise ValueError("holds a password; remove it there and set password_file or password_env")
    if parts.scheme == "sqlite" and (parts.netloc or len(parts.path) < 2):
        raise ValueError("names no file; write three slashes, as sqlite:///dsarbot.sqlite")
    if parts.scheme != "sqlite" and (not parts.hostname or len(parts.path) < 2):
        raise ValueError("names no host or no database; write postgres://user@host:5432/name")
    return url


class DatabaseSettings(Table):
    """[database]"""

    url: Annotated[str, AfterValidator(_database_url)] = "sqlite:///dsarbot.sqlite"
    password_file: Path | None = None
    password_env: Line | None = None

    @field_validator("password_env")
    @classmethod
    def _one_secret(cls, env: str | None, info: ValidationInfo) -> str | None:
        return at_most_one(env, info, "password")

    @property
    def dialect(self) -> Literal["sqlite", "postgres"]:
        """Which of the two kinds of database this is."""
        return "sqlite" if self.url.startswith("sqlite") else "postgres"

    def sqlite_path(self, data_dir: Path) -> Path | None:
        """The database file; relative paths lie in the data folder. None for PostgreSQL."""
        if self.dialect != "sqlite":
            return None
        # sqlite:///name is relative, sqlite:////var/lib/name is absolute: an absolute right side wins.
        return data_dir / urlsplit(self.url).path[1:]

    @property
    def password(self) -> SecretSource | None:
        """Where PostgreSQL's password comes from; None when the server asks for none."""
        return secret_source("database.password", self.password_file, self.password_env)


class KeySettings(Table):
    """[keys]"""

    master_key_file: Path | None = None
    master_key_env: Line | None = None

    @field_validator("master_key_env")
    @classmethod
    def _one_secret(cls, env: str | None, info: ValidationInfo) -> str | None:
        return exactly_one(env, info, "master_key")

    @property
    def master_key(self) -> SecretSource:
        """Where the master key comes from."""
        return SecretSource(option="keys.master_key", file=self.master_key_file, env=self.master_key_env)


class PluginSettings(Table):
    """[plugins]"""

    allow: tuple[Line, ...] = ()


def secret_source(option: str, file: Path | None, env: str | None) -> SecretSource | None:
    """The source that one of the two options names; None when neither is set."""
    return None if file is None and env is None else SecretSource(option=option, file=file, env=env)


def at_most_one(env: str | None, info: ValidationInfo, stem: str) -> str | None:
    """Validator of ``<stem>_env``, which stands after ``<stem>_file`` in its table: not both."""
    if env is not None and info.data.get(f"{stem}_file") is not None:
        raise ValueError(f"is set beside {stem}_file; keep one of the two")
    return env


def exactly_one(env: str | None, info: ValidationInfo, stem: str) -> str | None:
    """As ``at_most_one``, and one of the two must be there."""
    # A file option that was itself refused is absent from info.data: one mistake, one line.
    if env is None and f"{stem}_file" in info.data and info.data[f"{stem}_file"] is None:
        raise ValueError(f"no secret is named; set {stem}_file (a file with chmod 600) or {stem}_env")
    return at_most_one(env, info, stem)
