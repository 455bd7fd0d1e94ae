"""What the socket or TLS raises, in our words."""

from __future__ import annotations

import socket
import ssl

import pytest

from dsarbot.channels.down import down_from


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"), "lost"),
        (ssl.SSLZeroReturnError(6, "TLS/SSL connection has been closed"), "lost"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), "tls"),
        (ssl.SSLCertVerificationError(1, "certificate verify failed"), "tls-untrusted"),
        (socket.gaierror(-2, "Name or service not known"), "dns"),
        (TimeoutError(), "timeout"),
        (ConnectionRefusedError(), "unreachable"),
        (ConnectionResetError(), "lost"),
    ],
)
def test_a_connection_that_ends_is_lost_and_only_trouble_with_tls_is_called_so(error: OSError, kind: str) -> None:
    # What the library sets where it raises these.
    if isinstance(error, ssl.SSLCertVerificationError):
        error.verify_code = 18
    if isinstance(error, ssl.SSLError):
        error.reason = "WRONG_VERSION_NUMBER"
    assert down_from(error).slug == kind
