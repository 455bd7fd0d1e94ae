"""To which of the house's addresses a mail was sent: also when only the envelope tells (practice 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from dsarbot.reading.addresses import parse_addresses
from dsarbot.reading.mail import Mail
from dsarbot.reading.receipt import written_by

#: What servers write when they know the envelope's recipient; Bcc where a program has left it in.
_ENVELOPE: Final = (
    "bcc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to",
    "x-forwarded-to", "resent-to", "resent-cc",
)  # fmt: skip
#: RFC 5321 section 4.4: "for" names the recipient, where a mail had only one.
_FOR: Final = re.compile(r"\bfor\s{1,9}<?([^\s<>;()]{1,200}@[^\s<>;()]{1,255})>?", re.IGNORECASE)
#: A mail that was sent round in circles has many; no honest one has more.
_MOST: Final = 50


def recipients(mail: Mail, own_hosts: tuple[str, ...] = ()) -> Iterator[str]:
    """Every address it was sent to, in small letters: those that a reader sees first."""
    yield from (each.address.lower() for each in (*mail.to, *mail.cc))
    for name in _ENVELOPE:
        for value in mail.headers.raw(name)[:_MOST]:
            yield from (each.address.lower() for each in parse_addresses(value))
    own = {host.strip().lower().rstrip(".") for host in own_hosts}
    for line in mail.received[:_MOST]:
        # What another server wrote may be the sender's invention.
        if written_by(line) in own and (match := _FOR.search(line.rpartition(";")[0])):
            yield match[1].lower()


def organisation_of(address: str, addresses: Mapping[str, str]) -> str | None:
    """Whose address it is; ``dpo+summer@`` is ``dpo@`` (RFC 5233), unless it is listed itself."""
    # RFC 5321 2.4 lets a local part depend on case; nobody's mail server does, and people write DPO@ and dpo@.
    address = address.lower()
    local, _, domain = address.rpartition("@")
    return addresses.get(address) or addresses.get(f"{local.partition('+')[0]}@{domain}")
