"""imapclient tamed: connecting, the settings that cost time or truth when forgotten, IDLE, and its errors as ours.

imapclient and imaplib are touched in this module and in ``imap_session`` only.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from imapclient import IMAPClient, SocketTimeout, imap4, tls
from imapclient.exceptions import LoginError

from dsarbot.channels.bell import wait_readable
from dsarbot.channels.down import Down, Refused, down_from
from dsarbot.channels.endpoint import Endpoint, tls_context
from dsarbot.channels.lookup import connect

#: RFC 2177 asks for a new IDLE every 29 minutes at least. A connection that died without a word, behind a proxy that
#: keeps its own side open, is noticed at the next command only: so much sooner is asked.
IDLE_MAX = 5 * 60.0
CONNECT_TIMEOUT = 10.0
#: A server that is still there needs no longer to acknowledge the end of IDLE; this is how one that is not is noticed.
DONE_TIMEOUT = 15.0
#: RFC 5530 response codes that say "not now" rather than "not you".
_TEMPORARY = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CONTACTADMIN"})
_CODE = re.compile(r"\[([A-Z][A-Z0-9-]*)[\] ]")


# The library has no types: to mypy its classes are Any.
class _Plain(imap4.IMAP4WithTimeout):  # type: ignore[misc]
    """Connects by our own look-up, which does not hang with the resolver."""

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return connect(self.host, self.port, seconds=timeout or CONNECT_TIMEOUT)


class _Tls(tls.IMAP4_TLS):  # type: ignore[misc]
    """The same under TLS from the first byte."""

    def _create_socket(self, timeout: float | None = None) -> ssl.SSLSocket:
        sock = connect(self.host, self.port, seconds=timeout or CONNECT_TIMEOUT)
        try:
            return self.ssl_context.wrap_socket(sock, server_hostname=self.host)  # type: ignore[no-any-return]
        except BaseException:
            sock.close()
            raise


class _Client(IMAPClient):  # type: ignore[misc]
    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802, the library's name
        if self.ssl:
            return _Tls(self.host, self.port, self.ssl_context, CONNECT_TIMEOUT)
        return _Plain(self.host, self.port, CONNECT_TIMEOUT)


def dial(endpoint: Endpoint, *, read_timeout: float, largest: int) -> IMAPClient:
    """Connect and log in; a literal above ``largest`` bytes ends the connection. Raises ``Down``."""
    with guard():
        context = None if endpoint.security == "plain" else tls_context(endpoint.ca_file)
        client = _Client(
            endpoint.host,
            endpoint.port,
            ssl=endpoint.security == "tls",
            ssl_context=context,
            timeout=SocketTimeout(CONNECT_TIMEOUT, read_timeout),
        )
    try:
        with guard():
            _settle(client, largest)
            if endpoint.security == "starttls":
                _starttls(client, context)
            _login(client, endpoint)
    except BaseException:
        hang_up(client)
        raise
    return client


def _settle(client: IMAPClient, largest: int) -> None:
    """Everything about the library that must not be forgotten."""
    # imapclient sets imaplib's debug to 5, which formats repr() of every literal: 4 to 8 times slower fetches.
    client._imap.debug = 0
    # True gives naive times of this machine's zone; a receipt needs the instant.
    client.normalise_times = False
    client._imap.read = Literals(client._imap.read, largest)
    sock = client.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    # A peer that vanished without a word is noticed after two minutes, not after two hours.
    for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, option):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


class Literals:
    """Reads literals, bounded in sum for one command: a server may state sizes that are not true."""

    def __init__(self, read: Callable[[int], bytes], most: int) -> None:
        self._read = read
        self._most = most
        self._taken = 0

    def __call__(self, size: int) -> bytes:
        self._taken += size
        if self._taken > self._most:
            raise Down("too-large")
        return self._read(size)

    def begin(self) -> None:
        """A new command: nothing is taken yet."""
        self._taken = 0


def _starttls(client: IMAPClient, context: ssl.SSLContext | None) -> None:
    if not client.has_capability("STARTTLS"):
        raise Down("no-starttls")
    client.starttls(context)


def _login(client: IMAPClient, endpoint: Endpoint) -> None:
    secret = endpoint.secret()
    if endpoint.auth == "xoauth2":
        client.oauth2_login(endpoint.user, secret)
    elif (endpoint.user + secret).isascii() or not client.has_capability("AUTH=PLAIN"):
        client.login(endpoint.user, secret)
    else:
        # LOGIN is ASCII in imaplib; SASL PLAIN is UTF-8 (RFC 4616).
        client.plain_login(endpoint.user, secret)


def hang_up(client: IMAPClient) -> None:
    """Close the connection without a word; harmless on a broken one."""
    try:
        client.shutdown()
    except (OSError, imaplib.IMAP4.error):
        return


@contextmanager
def guard() -> Iterator[None]:
    """Whatever imaplib, TLS or the socket raise becomes ``Refused`` (connection still good) or another ``Down``."""
    try:
        yield
    except Down:
        raise
    except imaplib.IMAP4.error as error:
        raise _down_from_imap(error) from None
    except OSError as error:
        raise down_from(error) from None
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        # What the library's parsers raise at answers outside the grammar.
        raise Down("protocol", type(error).__name__) from None


def response_code(text: str) -> str:
    """The RFC 5530 code in a server's words, "" when there is none."""
    found = _CODE.search(text)
    return found[1] if found else ""


def _down_from_imap(error: imaplib.IMAP4.error) -> Down:
    text = str(error)
    code = response_code(text)
    if isinstance(error, LoginError) and not isinstance(error.__context__, imaplib.IMAP4.abort):
        return Down("unavailable" if code in _TEMPORARY else "login-refused", code)
    if isinstance(error, imaplib.IMAP4.readonly):
        return Down("read-only")
    if isinstance(error, (imaplib.IMAP4.abort, LoginError)):
        return Down("lost")
    # imapclient: "fetch failed: ..." is a tagged NO; imaplib: "command error: BAD". The rest left us out of step.
    if " failed: " in text or "error: BAD" in text:
        return Refused(code)
    return Down("protocol")


def idle(client: IMAPClient, *, seconds: float, wake: int, read_timeout: float) -> bool:
    """Wait in IDLE until the server tells of new mail (True), or ``wake`` becomes readable or time is up (False).

    Not ``idle_check``: it reads without blocking and breaks on a line that comes in two packets.
    """
    # Asked here, because idle_done asks too, and a CAPABILITY sent in the middle of IDLE ends the connection.
    if not client.has_capability("IDLE"):
        raise Refused("IDLE")
    until = time.monotonic() + min(seconds, IDLE_MAX)
    while True:
        heard = _idle_once(client, until - time.monotonic(), wake, read_timeout)
        if heard or wait_readable(wake, seconds=0) or time.monotonic() >= until:
            return heard


def _idle_once(client: IMAPClient, seconds: float, wake: int, read_timeout: float) -> bool:
    imap = client._imap
    # imaplib keeps unsolicited lines for ever: a connection that idles for weeks would grow.
    imap.untagged_responses.clear()
    client._idle_tag = tag = imap._command("IDLE")
    heard = False
    # RFC 3501 7: "the client MUST be prepared to accept any response at all times", also before the "+".
    while (line := imap._get_response()) is not None:
        if imap.tagged_commands[tag] is not None:
            raise Refused("IDLE")
        heard = heard or b"EXISTS" in line
    if not heard and not _already_read(client, read_timeout):
        wait_readable(client.socket().fileno(), wake, seconds=seconds)
    client.socket().settimeout(min(DONE_TIMEOUT, read_timeout))
    _, lines = client.idle_done()
    client.socket().settimeout(read_timeout)
    return heard or any(b"EXISTS" in line for line in lines)


def _already_read(client: IMAPClient, read_timeout: float) -> bool:
    """True if bytes came with the "+" and wait in a buffer of ours, where ``poll`` cannot see them."""
    sock = client.socket()
    sock.setblocking(False)
    try:
        return bool(client._imap.file.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        sock.settimeout(read_timeout)
