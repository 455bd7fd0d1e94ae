"""One error for mail servers that fail us: a stable slug for health and doctor, a sentence with the remedy,
and never a word of what the server said, because servers like to quote addresses."""

from __future__ import annotations

import socket
import ssl

from dsarbot.errors import ChannelDown

REMEDIES = {
    "dns": "The name of the mail server does not resolve; check `host` and the resolver.",
    "unreachable": "Nothing answers there; check `host`, `port` and the firewall.",
    "timeout": "The mail server does not answer in time; it hangs, or a firewall drops the packets.",
    "tls": "The encrypted connection could not be set up; check `port` and `security`.",
    "tls-untrusted": "The certificate is not trusted or is for another name; set `ca_file` or use the name in it.",
    "no-starttls": 'The mail server offers no STARTTLS on this port; use `security = "tls"` and its TLS port.',
    "login-refused": "The mail server refuses the user name or the secret; renew the secret.",
    "unavailable": "The mail server cannot check log-ins at the moment; dsarbot tries again.",
    "greeting-refused": "The mail server refuses to talk to this machine.",
    "folder-missing": "The folder cannot be opened; create it, or correct its name in the configuration.",
    "read-only": "The folder can only be read; give the user the rights to flag and move.",
    "refused": "The mail server refused a command.",
    "no-uidplus": 'The mail server has neither MOVE nor UIDPLUS: mails cannot be moved safely; use `after = "leave"`.',
    "protocol": "The mail server answered something that cannot be understood.",
    "too-large": "The mail server announced more bytes than the configured limit.",
    "lost": "The connection was lost.",
    "stopping": "The service is stopping.",
}


class Down(ChannelDown):
    """A mail server cannot be reached or refuses us; ``slug`` is a key of ``REMEDIES``, ``code`` the server's code."""

    def __init__(self, slug: str, code: str = "") -> None:
        self.slug = slug
        #: Machine-readable code only: an IMAP response code (RFC 5530), an SMTP reply code, an errno name.
        self.code = code
        super().__init__(f"{slug}{f' ({code})' if code else ''}: {REMEDIES[slug]}")


class Refused(Down):
    """The server understood the command and said no; the connection is still good."""

    def __init__(self, code: str = "") -> None:
        super().__init__("refused", code)


def down_from(error: OSError) -> Down:
    """The socket or TLS error as ``Down``; pure."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Down("tls-untrusted", str(error.verify_code))
    # The other side is gone; that it went without TLS's own good-bye says nothing about TLS.
    gone = isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError))
    if isinstance(error, ssl.SSLError) and not gone:
        return Down("tls", error.reason or "")
    plain = ((socket.gaierror, "dns"), (TimeoutError, "timeout"), (ConnectionRefusedError, "unreachable"))
    slug = next((slug for kind, slug in plain if isinstance(error, kind)), "")
    return Down(slug) if slug else Down("lost", type(error).__name__)
