"""Whether a mail that says to be from the office scanner is. Pure: our own servers' words alone count."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from dsarbot.reading.authentication import Authentication
from dsarbot.reading.mail import Mail
from dsarbot.reading.receipt import written_by

#: Addresses that no machine on the internet has (RFC 1918, RFC 4193, RFC 3927, RFC 4291).
_INSIDE: Final = (
    *map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16")),
    *map(ip_network, ("fc00::/7", "fe80::/10", "::1/128")),
)
#: RFC 5321 section 4.4: the address of who handed it over stands in brackets; some servers write parentheses alone.
_ADDRESS: Final = re.compile(r"[\[(](?:IPv6:)?([0-9A-Fa-f.:]{3,45})[\])]")
_FROM: Final = re.compile(r"\s*from\s+(\S{1,255})(.{0,1000}?)(?=\sby\s|\Z)", re.IGNORECASE | re.DOTALL)


def proved(
    mail: Mail, authentication: Authentication, own_hosts: Collection[str], own_domains: Collection[str]
) -> bool:
    """Either our server vouches for the address, or it is one of ours and the mail never was outside of our network."""
    if mail.senders_count != 1 or authentication.failed:
        return False
    if authentication.aligned:
        return True
    domain = mail.sender.address.rpartition("@")[2].lower()
    return domain in own_domains and _stayed_inside(mail.received, own_hosts)


def _stayed_inside(received: Sequence[str], own_hosts: Collection[str]) -> bool:
    """Whether each server on the way is ours, and took it from a machine inside. A line of somebody else below them may
    be invented, and a gateway inside passes on what comes from outside: both leave it unproved."""
    own = {each.strip().lower().rstrip(".") for each in own_hosts}
    if not received or not _ADDRESS.search(received[-1]):
        # Without an address nobody knows where it came in.
        return False
    return all(written_by(line) in own and _handed_over(line, own) for line in received)


def _handed_over(line: str, own: Collection[str]) -> bool:
    found = _FROM.match(line)
    if found is None:
        return False
    addresses = [_parsed(each) for each in _ADDRESS.findall(f"{found[1]} {found[2]}")]
    if not addresses:
        # One server of ours to the other, by a socket on the same machine.
        return found[1].lower().rstrip(".") in own
    return all(each is not None and any(each in network for network in _INSIDE) for each in addresses)


def _parsed(written: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(written)
    except ValueError:
        return None
