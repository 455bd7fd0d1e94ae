"""From the configuration to the servers that are talked to: database, mailboxes, relays. Pure, and light to load: the
watch needs it without everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dsarbot.channels.endpoint import Endpoint
from dsarbot.channels.smtp_types import Relay
from dsarbot.config import Settings
from dsarbot.settings.mail import MailboxSettings, SenderSettings
from dsarbot.settings.secrets import SecretSource


def database_url(settings: Settings) -> str:
    """The URL with an absolute path; a relative one lies in the data folder."""
    path = settings.database.sqlite_path(settings.service.data_dir)
    return settings.database.url if path is None else f"sqlite:///{path.resolve()}"


def database_password(settings: Settings, environ: Mapping[str, str]) -> str | None:
    """The password of a PostgreSQL user, if there is one."""
    source = settings.database.password
    return source.read(environ).get_secret_value() if source else None


def relay_of(settings: SenderSettings, environ: Mapping[str, str], *, timeout: float) -> Relay:
    """The relay as the channel wants it; its secret is read at each log-in. timeout: seconds for one whole letter."""
    return Relay(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        user=settings.user,
        secret=_secret(settings.credentials, environ) if settings.user else None,
        ca_file=settings.ca_file,
        auth=settings.auth,
        timeout=timeout,
    )


def endpoint_of(settings: MailboxSettings, environ: Mapping[str, str]) -> Endpoint:
    """The mailbox's server as the channel wants it; its secret is read at each log-in."""
    return Endpoint(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        user=settings.user,
        secret=_secret(settings.credentials, environ),
        ca_file=settings.ca_file,
        auth=settings.auth,
    )


def _secret(source: SecretSource | None, environ: Mapping[str, str]) -> Callable[[], str]:
    return lambda: source.read(environ).get_secret_value() if source else ""
