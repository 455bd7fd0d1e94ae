"""Shipped fakes: a store and a vault in memory, and a clock that stands still. They keep the promises of ports.py
(the same contract tests run on them and on the real store), so a test may use them wherever the service uses those.
"""

from dsarbot.testing.clock import FrozenClock
from dsarbot.testing.state import LedgerEntry
from dsarbot.testing.store import MemoryStore
from dsarbot.testing.transaction import MemoryTransaction
from dsarbot.testing.vault import MemoryVault

__all__ = ["FrozenClock", "LedgerEntry", "MemoryStore", "MemoryTransaction", "MemoryVault"]
