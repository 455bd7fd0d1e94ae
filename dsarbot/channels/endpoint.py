"""Where a mail server is and how we prove who we are: the same few facts for IMAP and SMTP."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Security = Literal["tls", "starttls", "plain"]
Auth = Literal["password", "xoauth2"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """One user's access to one IMAP server. ``secret`` gives the password, or the access token for ``xoauth2``;
    it is asked at each log-in, so that a renewed secret is taken without a restart."""

    host: str
    port: int
    security: Security
    user: str
    secret: Callable[[], str]
    ca_file: Path | None = None
    auth: Auth = "password"

    def __post_init__(self) -> None:
        refuse_plain_outside(self.host, self.security)


def refuse_plain_outside(host: str, security: Security) -> None:
    """Raises ValueError for an unencrypted connection that would leave this machine."""
    if security == "plain" and not is_loopback(host):
        raise ValueError('security = "plain" is allowed on the loopback interface only')


def is_loopback(host: str) -> bool:
    """True for ``localhost`` and literal loopback addresses; other names are not resolved."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """A verifying context; with ``ca_file`` only that authority is trusted, else those of the system."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
