"""The tables about mail: mailboxes that are read, senders through which letters leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from dsarbot.settings.base import EmailAddress, Key, Line, Table
from dsarbot.settings.secrets import SecretSource
from dsarbot.settings.service import at_most_one, exactly_one, secret_source

Security = Literal["tls", "starttls", "plain"]
Port = Annotated[int, Field(ge=1, le=65535)]

# RFC 8314 section 3: implicit TLS on 993 and 465; STARTTLS and plain text on 143 and 587.
_IMAP_PORTS: Mapping[Security, int] = {"tls": 993, "starttls": 143, "plain": 143}
_SMTP_PORTS: Mapping[Security, int] = {"tls": 465, "starttls": 587, "plain": 25}


def is_loopback(host: str) -> bool:
    """Whether this host name or address certainly stays on this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _keyword(value: str) -> str:
    # RFC 9051 section 9: flag-keyword = "$MDNSent" / ... / atom.
    if any(character in '(){%*"\\]' or not 33 <= ord(character) <= 126 for character in value):
        raise ValueError('is no IMAP keyword; use letters and digits such as $Dsarbot, or "" for none')
    return value


class _Server(Table):
    """What a mailbox and a sender have in common: one account on one server."""

    key: Key
    host: Line
    security: Security = "tls"
    ca_file: Path | None = None
    auth: Literal["password", "xoauth2"] = "password"

    @field_validator("security")
    @classmethod
    def _plain_stays_here(cls, security: Security, info: ValidationInfo) -> Security:
        # GDPR Art. 32(1)(a): requests and passwords cross a network only encrypted.
        if security == "plain" and "host" in info.data and not is_loopback(info.data["host"]):
            raise ValueError('"plain" is for this machine only; use "tls" or "starttls"')
        return security


class _PasswordOrToken(_Server):
    """The secret that belongs to ``auth``; declared after everything it is checked against."""

    user: Line | None = None
    password_file: Path | None = None
    password_env: Line | None = None
    token_file: Path | None = None
    token_env: Line | None = None

    @field_validator("password_env", "token_env")
    @classmethod
    def _secret_fits(cls, env: str | None, info: ValidationInfo) -> str | None:
        stem, wanted = ("password", "password") if info.field_name == "password_env" else ("token", "xoauth2")
        if "auth" not in info.data or "user" not in info.data:
            return at_most_one(env, info, stem)
        if info.data["auth"] == wanted and info.data["user"] is not None:
            return exactly_one(env, info, stem)
        if env is not None or info.data.get(f"{stem}_file") is not None:
            raise ValueError(f'a {stem} is set but not used; it needs user and auth = "{wanted}"')
        return env

    def _source(self, table: str) -> SecretSource | None:
        if self.auth == "xoauth2":
            return secret_source(f"{table}[{self.key}].token", self.token_file, self.token_env)
        return secret_source(f"{table}[{self.key}].password", self.password_file, self.password_env)


class MailboxSettings(_PasswordOrToken):
    """[[mailboxes]]: an IMAP account that people write to, with the organisations they may mean."""

    user: Line
    port: Port = Field(default_factory=lambda data: _IMAP_PORTS[data["security"]])
    organisations: tuple[Key, ...]
    addresses: Mapping[EmailAddress, Key] = {}
    folder: Line = "INBOX"
    watch: tuple[Line, ...] = ()
    junk: tuple[Line, ...] = ()
    sent_folder: Line | None = None
    watch_sent: bool = True
    since: date | None = None
    keyword: Annotated[str, AfterValidator(_keyword)] = "$Dsarbot"
    after: Literal["leave", "move"] = "leave"
    move_to: Line | None = None
    authserv_id: Line | None = None
    own_hosts: tuple[Line, ...] = ()
    scan_senders: tuple[EmailAddress, ...] = ()
    poll_seconds: Annotated[int, Field(ge=5, le=3600)] = 60
    batch_bytes: Annotated[int, Field(ge=65_536, le=268_435_456)] = 8_388_608

    @field_validator("organisations")
    @classmethod
    def _serves_somebody(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        if not keys:
            raise ValueError("is empty; name the organisations that people may mean when they write here")
        return keys

    @field_validator("move_to")
    @classmethod
    def _move_has_a_goal(cls, move_to: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("after") == "move" and move_to is None:
            raise ValueError('is missing although after = "move"; name the folder, or set after = "leave"')
        return move_to

    @property
    def credentials(self) -> SecretSource | None:
        """The password or XOAUTH2 token, as ``auth`` says."""
        return self._source("mailboxes")


class SenderSettings(_PasswordOrToken):
    """[[senders]]: an SMTP account through which letters leave."""

    port: Port = Field(default_factory=lambda data: _SMTP_PORTS[data["security"]])

    @property
    def credentials(self) -> SecretSource | None:
        """The password or XOAUTH2 token, as ``auth`` says; None for a relay that asks for none."""
        return self._source("senders")
