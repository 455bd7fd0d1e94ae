"""The table about the pages in the browser. Without it there are none."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from dsarbot.settings.base import Table
from dsarbot.settings.oidc import OidcSettings
from dsarbot.settings.secrets import SecretSource


def _address(value: str) -> str:
    try:
        return str(ip_address(value))
    except ValueError:
        raise ValueError("is no address; write numbers such as 127.0.0.1 or ::1") from None


Address = Annotated[str, AfterValidator(_address)]


class WebSettings(Table):
    """[web]: the console. portal: people may ask and follow their case there, too. public_url: as people type it;
    everything else is refused as another host."""

    address: Address = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8470
    trusted_proxies: tuple[Address, ...] = ()
    tls_certificate_file: Path | None = None
    tls_key_file: Path | None = None
    public_url: str = ""
    portal: bool = False
    oidc: OidcSettings | None = None
    metrics_token_file: Path | None = None

    @field_validator("tls_key_file")
    @classmethod
    def _both_files(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if (value is None) != (info.data.get("tls_certificate_file") is None):
            raise ValueError("belongs to tls_certificate_file; set both or neither")
        return value

    @field_validator("public_url")
    @classmethod
    def _reachable(cls, value: str, info: ValidationInfo) -> str:
        local = ip_address(info.data.get("address", "127.0.0.1")).is_loopback
        guarded = bool(info.data.get("trusted_proxies")) or info.data.get("tls_key_file") is not None
        # A password that travels in the clear is everybody's.
        if not local and not guarded:
            raise ValueError(
                "stands beside an address that others reach without encryption; set tls_certificate_file and"
                " tls_key_file, or trusted_proxies, or keep address = 127.0.0.1"
            )
        if not value:
            if guarded:
                raise ValueError("is missing; write how people reach the console, as https://desk.example.org")
            return value
        parts = urlsplit(value)
        if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
            raise ValueError("is no address of a site; write it as https://desk.example.org, without a path")
        if parts.scheme != "https" and not (parts.scheme == "http" and local and not guarded):
            raise ValueError("is not encrypted; begin it with https://")
        return value.rstrip("/").lower()

    @property
    def metrics_token(self) -> SecretSource | None:
        """What a program from elsewhere shows that reads /metrics; None: nobody from elsewhere does."""
        file = self.metrics_token_file
        return SecretSource(option="web.metrics_token", file=file) if file else None

    @property
    def encrypted(self) -> bool:
        """Whether a browser speaks to it by https."""
        return self.public_url.startswith("https://")

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a request may call us."""
        if self.public_url:
            return (urlsplit(self.public_url).netloc,)
        bracketed = f"[{self.address}]" if ":" in self.address else self.address
        return tuple(f"{each}:{self.port}" for each in (bracketed, "localhost"))

    def portal_of(self, organisation: str) -> str:
        """Where people find the portal of that organisation, "" when there is none."""
        return f"{self.url}/o/{organisation}" if self.portal else ""

    @property
    def url(self) -> str:
        """Where people find it."""
        return self.public_url or f"http://{self.hosts[0]}"
