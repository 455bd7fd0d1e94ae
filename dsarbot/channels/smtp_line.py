"""One SMTP connection: opening it, and the hand-over of a letter with the one fact that matters after a failure:
had the final dot gone out?"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from typing import Any

import aiosmtplib
from aiosmtplib.protocol import SMTPProtocol

from dsarbot.channels.down import Down, down_from
from dsarbot.channels.endpoint import tls_context
from dsarbot.channels.smtp_types import Commands, Outcome, Relay, outcome_of, sender_refused

_DOT_AT_LINE_START = re.compile(rb"(?m)^\.")
#: Above this a body is pushed out of our buffers before the dot; below, one packet carries both.
SMALL = 32 * 1024
_SLUGS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "timeout"),
    (aiosmtplib.SMTPServerDisconnected, "lost"),
    (aiosmtplib.SMTPConnectError, "unreachable"),
)


class DotSent:
    """True from the moment at which the relay may have the whole letter (security: an end without a reply
    after the final dot is ambiguous)."""

    def __init__(self) -> None:
        self.value = False


async def connect(relay: Relay) -> aiosmtplib.SMTP:
    """Connect, EHLO, STARTTLS, log in. Raises ``Down``."""
    client = aiosmtplib.SMTP(
        hostname=relay.host,
        port=relay.port,
        local_hostname=relay.helo,
        timeout=relay.timeout,
        use_tls=relay.security == "tls",
        start_tls=relay.security == "starttls",
        tls_context=None if relay.security == "plain" else tls_context(relay.ca_file),
    )
    try:
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            await client.ehlo()
        if relay.user is not None and relay.secret is not None:
            log_in = client.auth_xoauth2 if relay.auth == "xoauth2" else client.login
            await log_in(relay.user, relay.secret())
    except (aiosmtplib.SMTPException, OSError) as error:
        client.close()
        raise _down(relay, error) from None
    except BaseException:
        client.close()
        raise
    return client


def _down(relay: Relay, error: aiosmtplib.SMTPException | OSError) -> Down:
    cause = error.__cause__
    if isinstance(cause, (socket.gaierror, ssl.SSLError, ConnectionRefusedError)):
        return down_from(cause)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        if not isinstance(error, aiosmtplib.SMTPAuthenticationError):
            return Down("greeting-refused", str(error.code))
        # RFC 4954 6: 454 is a temporary failure of the server, not of the password.
        return Down("unavailable" if error.code < 500 else "login-refused", str(error.code))
    for kind, slug in _SLUGS:
        if isinstance(error, kind):
            return Down(slug)
    if isinstance(error, OSError):
        return down_from(error)
    # What is left are the library's own complaints about a missing extension.
    return Down("no-starttls" if relay.security == "starttls" and relay.user is None else "login-refused")


async def hand_over(client: aiosmtplib.SMTP, say: Commands, message: bytes, dot: DotSent) -> Outcome:
    """One MAIL, RCPT, DATA. Raises what aiosmtplib raises when the connection fails; then look at ``dot``."""
    try:
        await client.mail(say.sender, options=say.mail, encoding=say.encoding)
    except aiosmtplib.SMTPSenderRefused as no:
        return sender_refused(no.code, no.message)
    try:
        await client.rcpt(say.recipient, options=say.rcpt, encoding=say.encoding)
    except aiosmtplib.SMTPRecipientRefused as no:
        return outcome_of(no.code, no.message)
    begin = await client.execute_command(b"DATA")
    if begin.code != 354:
        # RFC 5321 4.3.2: a 2xx here would be nonsense, and nothing was sent yet.
        return outcome_of(begin.code if begin.code >= 400 else 451, begin.message)
    return await _body(client, message, dot)


async def _body(client: aiosmtplib.SMTP, message: bytes, dot: DotSent) -> Outcome:
    protocol, transport = client.protocol, client.transport
    if protocol is None or not isinstance(transport, asyncio.WriteTransport):
        raise aiosmtplib.SMTPServerDisconnected("Connection lost")
    body = _DOT_AT_LINE_START.sub(b"..", message)
    reply = asyncio.ensure_future(protocol.read_response())
    try:
        # The reader must stand ready before the first byte leaves, or an early reply is thrown away.
        await asyncio.sleep(0)
        if len(body) > SMALL:
            transport.set_write_buffer_limits(high=0)
            # Piece by piece: under TLS a single large write would be taken whole into a buffer that nobody watches.
            for start in range(0, len(body), SMALL):
                protocol.write(body[start : start + SMALL])
                if transport.get_write_buffer_size():
                    await _drained(protocol, reply)
                if reply.done():
                    break
            body = b""
        if not reply.done():
            # Raises if the connection is known to be gone, and then the dot never left.
            protocol.write(body + b".\r\n")
            dot.value = True
        answer = await reply
    finally:
        # A failure that was not waited for has been told by another exception; asyncio would log it once more.
        if not reply.cancel() and not reply.cancelled():
            reply.exception()
    if not dot.value:
        # An answer in the middle of the letter: the relay has had enough, the connection is out of step.
        client.close()
        return outcome_of(answer.code if answer.code >= 400 else 451, answer.message)
    return outcome_of(answer.code, answer.message)


async def _drained(protocol: SMTPProtocol, reply: asyncio.Future[aiosmtplib.SMTPResponse]) -> None:
    """Until nearly all is with the kernel, or the relay has answered early."""
    drained = asyncio.ensure_future(protocol._drain_helper())
    either: set[asyncio.Future[Any]] = {drained, reply}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if drained.done():
            drained.result()
    finally:
        drained.cancel()
