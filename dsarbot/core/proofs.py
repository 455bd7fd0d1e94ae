"""What a case knows about who is asking: contacts seen on file, codes sent, proofs shown, harm as a person sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from dsarbot.core.codes import Code
from dsarbot.core.identity import Contact
from dsarbot.core.identity_table import Harm

#: How a rung was reached: what is kept instead of the thing itself (practice 31: "the verdict is kept").
Means = Literal[
    "", "code", "facts", "login", "account", "live", "copy", "letter", "mandate", "personnel-office", "other"
]
MEANS: Final[tuple[Means, ...]] = (
    "code", "facts", "login", "account", "live", "copy", "letter", "mandate", "personnel-office", "other",
)  # fmt: skip
ContactKind = Literal["mail", "postal", "phone"]


@dataclass(frozen=True, kw_only=True)
class OnFile:
    """A contact of the person that somebody has seen in a system (practice 29). since: in use there as theirs."""

    kind: ContactKind
    value: str
    system: str
    seen: date
    since: date | None = None
    by: str = ""

    @property
    def contact(self) -> Contact:
        """As the ladder weighs it: without a word on its age it counts as new."""
        return Contact(since=self.since or self.seen, seen=self.seen, by_person=True)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A rung that was reached. facts: their kinds, never their values."""

    rung: str
    means: Means
    at: datetime
    by: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HarmSeen:
    """What a mix-up would do, as a person sees it for one claim."""

    claim: str
    harm: Harm
    reason: str


@dataclass(frozen=True, kw_only=True)
class Proofs:
    """changes_contact: the request wants a contact changed, which is high harm (security 9)."""

    on_file: tuple[OnFile, ...] = ()
    codes: tuple[Code, ...] = ()
    shown: tuple[Proof, ...] = ()
    failed: tuple[str, ...] = ()
    harms: tuple[HarmSeen, ...] = ()
    changes_contact: bool = False


@dataclass(frozen=True, kw_only=True)
class IdentityRules:
    """How an organisation goes about it. demanded: its published policy wants a copy from everybody (practice 32);
    portal: papers can be uploaded there."""

    code_days: int = 14
    verify_by_code: bool = False
    demanded: bool = False
    portal: bool = False
