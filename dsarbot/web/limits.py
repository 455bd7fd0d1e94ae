"""How often somebody may ask: buckets of tokens, in memory, never more of them than a fixed number.

They slow down whoever guesses passwords, codes and links; what an account or a code itself allows is counted in the
database, as a restart must not give new tries. A page takes a token before it does any work:

    site.limits.take(LOG_IN, client_of(request), site.app.clock())
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address
from math import ceil
from typing import Final

from fastapi import Request

from dsarbot.errors import DsarbotError

#: So many buckets are remembered; the one that was used longest ago is forgotten first.
MOST_BUCKETS: Final = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """name: of what, so that two rates never share a bucket; burst: so many at once; every: one more after so long."""

    name: str
    burst: int
    every: timedelta


#: A whole office may stand behind one address.
LOG_IN: Final = Rate(name="log-in", burst=30, every=timedelta(seconds=10))
#: Whoever tries one name from many addresses. Five wrong tries close an account anyway (core/account.py).
LOG_IN_NAME: Final = Rate(name="log-in-name", burst=10, every=timedelta(seconds=30))


class TooOften(DsarbotError):
    """Asked again too soon. after: seconds until it is worth another try."""

    def __init__(self, after: int) -> None:
        super().__init__(f"Too many requests; try again in {after} seconds.")
        self.after: Final = after


class Limits:
    """The buckets of one process. Keys are compared and never shown; nothing is written down."""

    def __init__(self, most: int = MOST_BUCKETS) -> None:
        self._most: Final = most
        self._buckets: Final[OrderedDict[tuple[str, str], tuple[float, datetime]]] = OrderedDict()

    def take(self, rate: Rate, who: str, now: datetime) -> None:
        """One token for *who*; TooOften when there is none left. Asking in vain costs nothing more."""
        key = (rate.name, who)
        left, since = self._buckets.pop(key, (float(rate.burst), now))
        # A clock that is set back gives nothing and takes nothing.
        grown = max(timedelta(), now - since) / rate.every
        left = min(float(rate.burst), left + grown)
        self._buckets[key] = (left - 1 if left >= 1 else left, max(now, since))
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        if left < 1:
            raise TooOften(ceil((1 - left) * rate.every.total_seconds()))

    def __len__(self) -> int:
        return len(self._buckets)


def client_of(request: Request) -> str:
    """Who asks, as far as the network says: an address, or the /64 that one connection usually owns (RFC 6177).

    Behind a trusted proxy the server has put the client's own address there already."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped or IPv6Network((address, 64), strict=False))
