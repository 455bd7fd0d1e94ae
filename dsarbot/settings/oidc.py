"""The table about a log-in service of the company (OpenID Connect)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, ValidationInfo, field_validator

from dsarbot.settings.base import Key, Line, Table
from dsarbot.settings.organisations import Role
from dsarbot.settings.secrets import SecretSource


def _host(value: str) -> str:
    if not value or "/" in value or value != value.strip().lower():
        raise ValueError("is no host name; write it in small letters without a scheme, as login.example.org")
    return value


Host = Annotated[str, AfterValidator(_host)]


class OidcSettings(Table):
    """[web.oidc]: who logs in is asked there. issuer: as the service calls itself; hosts: others of its own that its
    description may name; match: by which claim somebody is found under [[staff]]; subjects: for match = "subject", the
    service's name of a person -> key under [[staff]]; roles: a group there -> a role here, of those under [[staff]];
    only: passwords and passkeys of our own open nothing; private_network: it has an address that only this network
    knows."""

    issuer: Line
    client_id: Line
    client_secret_file: Path
    hosts: tuple[Host, ...] = ()
    private_network: bool = False
    ca_file: Path | None = None
    match: Literal["email", "subject"] = "email"
    subjects: Mapping[str, Key] = {}
    groups_claim: Line = "groups"
    roles: Mapping[str, Role] = {}
    only: bool = False

    @field_validator("issuer")
    @classmethod
    def _encrypted(cls, value: str) -> str:
        parts = urlsplit(value)
        if not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError(
                "is no address of a log-in service; write it as the service does: https://login.example.org"
            )
        if parts.scheme != "https":
            raise ValueError("is not encrypted; begin it with https://")
        return value

    @field_validator("subjects")
    @classmethod
    def _named(cls, value: Mapping[str, Key], info: ValidationInfo) -> Mapping[str, Key]:
        if bool(value) != (info.data.get("match") == "subject"):
            raise ValueError('belongs to match = "subject"; set both or neither')
        return value

    @property
    def client_secret(self) -> SecretSource:
        """Where the secret of this client is kept."""
        return SecretSource(option="web.oidc.client_secret", file=self.client_secret_file)

    @property
    def known_hosts(self) -> frozenset[str]:
        """security 18: hosts come from the configuration, never from a message."""
        return frozenset({urlsplit(self.issuer).netloc, *self.hosts})
