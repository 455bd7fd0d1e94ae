"""What goes to the mail relay and what comes back, and how a reply is read. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from dsarbot.channels.endpoint import Auth, Security, refuse_plain_outside

Kind = Literal["accepted", "refused", "deferred", "ambiguous"]
_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\S)")
_NOT_XTEXT = re.compile(r"[^!-*,-<>-~]")
_MOST_TEXT = 200
# Narrower than RFC 5321 on purpose: the library "repairs" other spellings, and might so write to somebody else.
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+@[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Relay:
    """The server that takes our mail. ``timeout`` bounds one whole ``send`` in seconds, waiting included; it must be
    under half of the outbox's lease. ``secret`` gives the password or, for ``xoauth2``, the access token."""

    host: str
    port: int
    security: Security
    user: str | None = None
    secret: Callable[[], str] | None = None
    ca_file: Path | None = None
    auth: Auth = "password"
    timeout: float = 60.0
    #: Name said in EHLO; the machine's full name by default.
    helo: str | None = None

    def __post_init__(self) -> None:
        refuse_plain_outside(self.host, self.security)
        if (self.user is None) != (self.secret is None):
            raise ValueError("a user needs a secret, and a secret a user")


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """One letter to one recipient. ``message`` goes out byte for byte, so its lines must end with CR LF;
    an empty ``sender`` is the null sender. ``ask_dsn`` asks for delivery reports where the relay offers them."""

    sender: str
    recipient: str
    message: bytes = field(repr=False)
    message_id: str
    ask_dsn: bool = False

    def __post_init__(self) -> None:
        ends = self.message.count(b"\r\n")
        if not self.message.endswith(b"\r\n") or self.message.count(b"\r") != ends or self.message.count(b"\n") != ends:
            raise ValueError("every line of a message must end with CR LF")


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How one hand-over ended. ``refused`` is final, ``deferred`` is tried again, ``ambiguous`` too: the letter was
    sent whole and the answer never came. ``slug`` says what failed on our side of the relay, if anything did."""

    kind: Kind
    code: int | None = None
    #: RFC 3463 code such as 5.1.1.
    enhanced: str | None = None
    #: The server's words on one line; may quote addresses, so it is sealed when stored and never logged.
    text: str = field(default="", repr=False)
    slug: str = ""


def outcome_of(code: int, text: str) -> Outcome:
    """The server's last word about the recipient or the letter (RFC 5321 4.2.1)."""
    kind: Kind = "deferred"
    if 200 <= code < 300:
        kind = "accepted"
    elif 500 <= code < 600:
        kind = "refused"
    return _worded(kind, code, text, "")


def sender_refused(code: int, text: str) -> Outcome:
    """A refusal of MAIL FROM speaks of our account, not of the recipient: put right by the operator, then it goes.
    Only a letter that is too large (RFC 1870: 552) will never go."""
    return _worded("refused" if code == 552 else "deferred", code, text, "" if code == 552 else "sender-refused")


def deferred(slug: str, code: int | None = None, text: str = "") -> Outcome:
    """The relay could not be used; nothing was sent."""
    return _worded("deferred", code, text, slug)


def _worded(kind: Kind, code: int | None, text: str, slug: str) -> Outcome:
    found = _ENHANCED.match(text)
    line = "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
    return Outcome(kind=kind, code=code, enhanced=found[1] if found else None, text=line[:_MOST_TEXT], slug=slug)


def xtext(value: str) -> str:
    """RFC 3461 4: everything but printable ASCII, and "+" and "=", as +HH of its UTF-8 bytes."""
    return _NOT_XTEXT.sub(lambda found: "".join(f"+{byte:02X}" for byte in found[0].encode()), value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Commands:
    """Addresses and parameters of MAIL and RCPT for one envelope."""

    sender: str
    recipient: str
    mail: tuple[str, ...]
    rcpt: tuple[str, ...]
    encoding: Literal["ascii", "utf-8"]


def commands(envelope: Envelope, offers: Callable[[str], bool]) -> Commands | str:
    """How to say it to a relay that ``offers`` these extensions, or the slug of what it lacks."""
    head = envelope.message.partition(b"\r\n\r\n")[0]
    sender, recipient = envelope.sender, envelope.recipient
    if not _ADDRESS.fullmatch(recipient) or not (sender == "" or _ADDRESS.fullmatch(sender)):
        return "bad-address"
    if not offers("smtputf8"):
        try:
            sender, recipient = _ascii_domain(sender), _ascii_domain(recipient)
        except UnicodeError:
            return "bad-address"
    utf8 = not (sender.isascii() and recipient.isascii() and head.isascii())
    eight = not envelope.message.isascii()
    if utf8 and not offers("smtputf8"):
        return "smtputf8-missing"
    if eight and not offers("8bitmime"):
        return "8bitmime-missing"
    mail = [f"SIZE={len(envelope.message)}"] if offers("size") else []
    mail += ["BODY=8BITMIME"] if eight else []
    mail += ["SMTPUTF8"] if utf8 else []
    dsn = envelope.ask_dsn and offers("dsn")
    if dsn:
        # RFC 3461 4.3: headers are enough, a returned letter would carry personal data through more hands.
        mail += ["RET=HDRS", f"ENVID={xtext(envelope.message_id)}"]
    return Commands(
        sender=sender,
        recipient=recipient,
        mail=tuple(mail),
        rcpt=("NOTIFY=SUCCESS,FAILURE,DELAY",) if dsn else (),
        encoding="utf-8" if utf8 else "ascii",
    )


def _ascii_domain(address: str) -> str:
    """The domain in its ASCII form (IDNA), the local part as it is."""
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    return f"{local}{at}{domain.encode('idna').decode('ascii')}"
