"""The table about programs that talk to us, and whom we tell. Without it there is no API."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from dsarbot.settings.base import Table


def _host(value: str) -> str:
    host, _, port = value.lower().partition(":")
    if not host or not all(each.isalnum() or each in "-." for each in host) or (port and not port.isdigit()):
        raise ValueError("is no host; write hooks.example.org, or hooks.example.org:8443 where the port is not 443")
    return f"{host}:{port}" if port not in ("", "443") else host


Host = Annotated[str, AfterValidator(_host)]


class ApiSettings(Table):
    """[api]: /api/v1 beside the console. webhook_hosts: where events may be sent to, and nowhere else (security 18)."""

    requests_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 120
    open_description: bool = False
    webhook_hosts: tuple[Host, ...] = ()
    webhook_private_addresses: bool = False
    webhook_ca_file: Path | None = None
