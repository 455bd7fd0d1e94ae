"""One SMTP connection: opening it, and the hand-over of a letter with the one fact that matters after a failure:
had the final dot gone out?"""

from __future__ import annotations

import asyncio
import socket
import ssl

import aiosmtplib

from dsarbot.channels.down import Down, down_from
from dsarbot.channels.endpoint import tls_context
from dsarbot.channels.lookup import look_up
from dsarbot.channels.smtp_types import Commands, Outcome, Relay, outcome_of, sender_refused
from dsarbot.channels.smtp_wire import Lost, Reply, Wire

#: Above this a body is pushed out of our buffers before the dot; below, one packet carries both.
SMALL = 32 * 1024
#: Seconds for the name of the relay.
_NAME_SECONDS = 10.0
#: RFC 5321 4.2.3: "Start mail input".
_GO_ON = 354
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


async def connect(relay: Relay) -> Wire:
    """Connect, EHLO, STARTTLS, log in. Raises ``Down``."""
    name = relay.helo or await asyncio.to_thread(socket.getfqdn)
    sock = await _dial(relay)
    client = aiosmtplib.SMTP(
        hostname=relay.host,
        sock=sock,
        local_hostname=name,
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
        return Wire(client)
    except (aiosmtplib.SMTPException, OSError) as error:
        client.close()
        raise _down(relay, error) from None
    except BaseException:
        client.close()
        raise


async def _dial(relay: Relay) -> socket.socket:
    """A connected socket: the first address that answers. A resolver that hangs is not waited for (``lookup``)."""
    found = await asyncio.to_thread(look_up, relay.host, relay.port, seconds=min(relay.timeout, _NAME_SECONDS))
    last: OSError = ConnectionRefusedError()
    for family, kind, protocol, _, address in found:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, address)
        except OSError as error:
            sock.close()
            last = error
            continue
        except BaseException:
            sock.close()
            raise
        return sock
    raise down_from(last)


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


async def hand_over(wire: Wire, say: Commands, message: bytes, dot: DotSent) -> Outcome:
    """One MAIL, RCPT, DATA: at once where the relay takes them so. Raises ``Lost`` when the connection fails; then
    look at ``dot``. ValueError when an address cannot be written in the encoding that the relay understands."""
    mail, rcpt = _command("MAIL FROM", say.sender, say.mail, say), _command("RCPT TO", say.recipient, say.rcpt, say)
    steps = _pipelined(wire, mail, rcpt) if wire.offers("pipelining") else _one_by_one(wire, mail, rcpt)
    refusal = await steps
    if refusal is not None:
        return refusal
    return await _body(wire, message, dot)


def _command(verb: str, address: str, options: tuple[str, ...], say: Commands) -> bytes:
    return " ".join((f"{verb}:<{address}>", *options)).encode(say.encoding)


async def _one_by_one(wire: Wire, mail: bytes, rcpt: bytes) -> Outcome | None:
    """None when the letter may follow."""
    if not (answer := await wire.ask(mail)).good:
        return sender_refused(*_refusal(answer))
    if not (answer := await wire.ask(rcpt)).good:
        return outcome_of(*_refusal(answer))
    answer = await wire.ask(b"DATA")
    return None if answer.code == _GO_ON else outcome_of(*_refusal(answer))


async def _pipelined(wire: Wire, mail: bytes, rcpt: bytes) -> Outcome | None:
    """RFC 2920: the same commands in one packet, and every reply is read before the letter is sent."""
    wire.write(b"%b\r\n%b\r\nDATA\r\n" % (mail, rcpt))
    answer = await wire.reply()
    refusal = None if answer.good else sender_refused(*_refusal(answer))
    try:
        answer = await wire.reply()
        if refusal is None and not answer.good:
            refusal = outcome_of(*_refusal(answer))
        answer = await wire.reply()
    except Lost:
        if refusal is None:
            raise
        # 421 and the end: the first refusal was the word that counts.
        return refusal
    if refusal is None:
        return None if answer.code == _GO_ON else outcome_of(*_refusal(answer))
    if answer.code == _GO_ON:
        # RFC 2920 3.1: such a relay waits for a letter without a recipient; it gets none, not even an empty one.
        wire.close()
    return refusal


def _refusal(answer: Reply) -> tuple[int, str]:
    """RFC 5321 4.3.2: a 2xx or 3xx in the wrong place would be nonsense; nothing was sent, so it is tried again."""
    return (answer.code if answer.code >= 400 else 451), answer.text


async def _body(wire: Wire, message: bytes, dot: DotSent) -> Outcome:
    # RFC 5321 4.5.2: a line that begins with a dot gets another one; every line end here has its LF (`Envelope`).
    body = message.replace(b"\n.", b"\n..")
    body = b"." + body if body.startswith(b".") else body
    if len(body) > SMALL:
        wire.push_everything()
        # Piece by piece: under TLS a single large write would be taken whole into a buffer that nobody watches.
        for start in range(0, len(body), SMALL):
            wire.write(body[start : start + SMALL])
            await wire.drained()
            if wire.answered:
                return await _answered_early(wire)
        body = b""
    # Raises if the connection is known to be gone, and then the dot never left.
    wire.write(body + b".\r\n")
    dot.value = True
    answer = await wire.reply()
    return outcome_of(answer.code, answer.text)


async def _answered_early(wire: Wire) -> Outcome:
    """In the middle of the letter: the relay has had enough, the connection is out of step."""
    answer = await wire.reply()
    wire.close()
    return outcome_of(*_refusal(answer))
