"""What happened to copies of identity papers. Nothing that stands on a paper is in any of these facts (law 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dsarbot.core.fact import Fact, public
from dsarbot.core.identity_copy import Match


@dataclass(frozen=True, kw_only=True)
class IdCopyArrived(Fact):
    """Something that looks like a paper came and is set apart. why: code of the suspicion, "by-hand" for a person's;
    asked: a copy had been asked for."""

    copy: str = public()
    inbound: str = public()
    arrived_at: datetime = public()
    guess: str = public()
    why: str = public()
    asked: bool = public()


@dataclass(frozen=True, kw_only=True)
class IdCopyChecked(Fact):
    """What the machine saw. doc_type names the State, which is personal; checks: ``name:result:code``."""

    copy: str = public()
    proposal: Match = public()
    checks: tuple[str, ...] = public()
    doc_type: str = ""


@dataclass(frozen=True, kw_only=True)
class IdCopyReleased(Fact):
    """A person says that it is no identity paper: it is a file like any other again."""

    copy: str = public()
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class IdCopyExtended(Fact):
    copy: str = public()
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class IdCopyJudged(Fact):
    """The verdict, which is kept instead of the picture (practice 31). signature: it was compared as well."""

    copy: str = public()
    match: Match = public()
    signature: bool = public(default=False)
    doc_type: str = ""


@dataclass(frozen=True, kw_only=True)
class IdCopyDestroyed(Fact):
    """Its key and its bytes are gone from the vault. rule: "verdict" or "seven-days"."""

    copy: str = public()
    rule: str = public()


@dataclass(frozen=True, kw_only=True)
class IdCopyLingers(Fact):
    """It is still somewhere. place: a code; why: what keeps it there; where: the place in words."""

    copy: str = public()
    place: str = public()
    why: str = public()
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class IdCopyGone(Fact):
    """It is not there any more: removed, or a person says so, whose key then is the actor."""

    copy: str = public()
    place: str = public()
