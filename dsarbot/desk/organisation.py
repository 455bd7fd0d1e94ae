"""Everything the desk needs to know of one organisation, wired once by `app`: its rules, its letters, its manners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from dsarbot.core.case import Case, Letter
from dsarbot.core.presend import Finding
from dsarbot.core.rules import Draft, Rules
from dsarbot.ports import Scope

#: (case, what to draft, id of the new letter, now) -> the drafted letter
Compose = Callable[[Case, Draft, str, datetime], Letter]
#: (case, letter, its Message-ID, now) -> the finished message, byte for byte as it will leave
Render = Callable[[Case, Letter, str, datetime], bytes]


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """name: as letters call it; check: the pre-send check at that instant; digest: what an approval binds;
    prefix: of references; envelope_sender: where bounces go; own_domains: nobody there ever gets an automatic letter;
    owner: key of the colleague who answers for it; colleagues: keys of those who work for it; staff: addresses of all
    who work at the desk; intermediaries: addresses and domains that write for others (practice 2);
    portal: where its pages for people are ("": it has none); caps: automatic letters per address and day, and per
    domain and hour (security 13)."""

    key: str
    name: str
    rules: Rules
    compose: Compose
    render: Render
    check: Callable[[Case, Letter, datetime], tuple[Finding, ...]]
    digest: Callable[[Letter], str]
    new_message_id: Callable[[], str]
    prefix: str
    envelope_sender: str
    own_domains: frozenset[str] = frozenset()
    owner: str = ""
    colleagues: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()
    intermediaries: frozenset[str] = frozenset()
    portal: str = ""
    cap_per_address_day: int = 3
    cap_per_domain_hour: int = 30

    def is_intermediary(self, address: str) -> bool:
        """Whether whoever writes from there writes for others: an agent, a lawyer, a contact of a partner."""
        address = address.lower()
        return not self.intermediaries.isdisjoint({address, address.rpartition("@")[2]})

    @property
    def scope(self) -> Scope:
        return Scope(self.key)
