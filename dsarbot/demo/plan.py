"""Who has a mailbox on the demo's servers: the one thing that both sides of the pipe must agree on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

#: The name under which the demo's mail server signs what it receives.
HOSTNAME = "mx.demo.example.org"
#: security 22: nothing of the demo listens anywhere else.
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """accounts: log-in name -> password; routes: recipient address -> log-in name of the mailbox it ends in."""

    accounts: Mapping[str, str]
    routes: Mapping[str, str]

    @classmethod
    def parse(cls, line: str) -> Plan:
        """The plan from its JSON line."""
        written = json.loads(line)
        return cls(accounts=dict(written["accounts"]), routes=dict(written["routes"]))

    def line(self) -> str:
        """The JSON line that `parse` reads."""
        return json.dumps({"accounts": dict(self.accounts), "routes": dict(self.routes)})
