"""Who is asking, looked up for one case: its first message, the directory, and what a person adds. For every door."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from dsarbot.core import directory as d
from dsarbot.core.case import Case
from dsarbot.core.directory import Entry
from dsarbot.core.identity_table import Record, Role
from dsarbot.core.questions import FACTS_NEEDED
from dsarbot.core.rules import Rules
from dsarbot.desk.batches import pieces
from dsarbot.desk.discord_keep import CHANNEL as DISCORD
from dsarbot.desk.discord_keep import account_in
from dsarbot.desk.identity import Asking, Hint, Wrote, asking
from dsarbot.errors import NotAllowed, NotFound, TheirInput
from dsarbot.ports import Scope, Store, Vault
from dsarbot.reading.authentication import authenticate
from dsarbot.reading.mail import parse
from dsarbot.reading.skeleton import join

_PAPERS = ("R5", "R6")


class OnFile(Protocol):
    """The customer directory (store.directory)."""

    async def meant(self, scope: Scope, *, name: str, keys: Sequence[tuple[str, str]]) -> tuple[Entry, ...]: ...
    async def ids(self, scope: Scope, beginning: str) -> tuple[str, ...]: ...
    async def entry(self, scope: Scope, person: str) -> Entry: ...
    async def shared(self, scope: Scope, entry: Entry) -> frozenset[str]: ...


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a person adds to what case and directory say. person: the beginning of an id there."""

    person: str = ""
    customer_number: str = ""
    role: Role | None = None
    record: Record | None = None
    doubt: str = ""


@dataclass(frozen=True, kw_only=True)
class Desks:
    """Where to look. authserv: mailbox -> whose word about a sender counts there."""

    store: Store
    vault: Vault
    directory: OnFile
    authserv: Callable[[str], str | None]


async def asking_of(
    desks: Desks, scope: Scope, case: Case, *, rules: Rules, today: date, told: Told
) -> Asking:  # fmt: skip
    """Everything that is known about who is asking in this case. NotFound when a person was named who is not there."""
    wrote = await _wrote(desks, scope, case)
    entries, shared = await _on_file(desks.directory, scope, case, wrote, told)
    hint = Hint(
        person=entries[0].id if told.person else "", role=told.role, record=told.record, doubt=told.doubt
    )  # fmt: skip
    return asking(case, rules, wrote=wrote, found=entries, shared=shared, today=today, hint=hint)


async def _wrote(desks: Desks, scope: Scope, case: Case) -> Wrote:
    """How the request came: of a mail what our own server found out about its sender."""
    known = Wrote(address=case.person.address, postal=case.person.postal)
    if case.representative is not None or not case.inbounds:
        return known
    try:
        row = await desks.store.inbound(scope, case.inbounds[0].inbound)
    except NotFound:
        return known
    if row.channel == "post" or not (row.mailbox or row.channel == DISCORD):
        return known
    parts = await pieces(row, desks.vault)
    if not parts or parts[0] is None or row.channel == DISCORD:
        # Discord itself says whose account it was; only we write that line, and only into our own.
        return replace(known, discord=account_in(parts[0])) if parts and parts[0] else known
    mail = parse(join(parts[0], parts[1:]))
    if d.comparable(d.MAIL, mail.sender.address) != d.comparable(d.MAIL, case.person.address):
        # A colleague sent it on: what the server says is about the colleague.
        return known
    return Wrote(
        address=case.person.address,
        reply_to=mail.reply_to[0].address if mail.reply_to else "",
        postal=case.person.postal,
        authentication=authenticate(mail, desks.authserv(row.mailbox)),
    )


async def _on_file(
    directory: OnFile, scope: Scope, case: Case, wrote: Wrote, told: Told
) -> tuple[tuple[Entry, ...], Mapping[str, frozenset[str]]]:
    keys = ((d.CUSTOMER, told.customer_number), (d.DISCORD, wrote.discord), (d.MAIL, wrote.address))
    entries = await directory.meant(scope, name=case.person.name, keys=keys)
    if told.person:
        ids = await directory.ids(scope, told.person)
        if len(ids) != 1:
            raise NotFound(f"{len(ids)} people have an id that begins with {told.person}. Nothing was changed.")
        named = await directory.entry(scope, ids[0])
        # Whoever is one of several stays one of several; the one that is meant comes first.
        others = tuple(each for each in entries if each != named)
        entries = (named, *others) if named in entries else (named,)
    return entries, {each.id: await directory.shared(scope, each) for each in entries}


# --- what follows ------------------------------------------------------------------------------------------------


def paper(now: Asking) -> bool:
    """Whether the lowest way shows a paper."""
    return bool(now.ladder.ask) and any(rung in _PAPERS for rung in now.ladder.ask[0].rungs)


def proposed(now: Asking, look: str) -> str:
    """The ladder's proposal; NotAllowed where there is none, or where a person must decide on a paper. look: where to
    read why."""
    if now.ladder.enough or now.ladder.refer:
        raise NotAllowed("identity-enough", f"Nothing is asked of the person here. {look}")
    if not now.proposal:
        raise NotAllowed("identity-nothing", f"No proof can be proposed as things stand; say one with --rung. {look}")
    if paper(now):
        raise NotAllowed(
            "identity-paper",
            f"Only a paper would be left. Say first what stands on file (dsarbot cases on-file), or name the rung "
            f"yourself: --rung {now.proposal}. {look}",
        )
    return now.proposal


def asked_for(now: Asking) -> tuple[str, ...]:
    """Claims for which the way of writing is not enough: the others go on without a pause. None named: all."""
    return tuple(each for each in now.harms if each not in now.free) if now.free else ()


def contact_for(now: Asking, rung: str) -> str:
    """The address on file that a code goes to, "" where none does."""
    return now.contact.address if now.contact and "R2" in rung.split("+") else ""


def demand_fact(kind: str) -> None:
    """TheirInput for a kind that proves nobody."""
    if not d.is_kind(kind) or kind in (d.NAME, d.MAIL, d.PROFESSIONAL):
        known = ", ".join((d.CUSTOMER, d.BIRTH, d.POSTAL, d.PHONE, d.DISCORD, f"{d.FACT}NAME"))
        raise TheirInput(f"{kind!r} is no fact that proves somebody; use {known}. Nothing was changed.")


def compared(now: Asking, named: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which kinds of facts are right, and which are not. Both values are forgotten when it returns."""
    if now.meant is None:
        raise NotFound("Say who is meant with --person; nobody, or more than one, fits in the directory.")
    if lacking := [kind for kind in named if not now.meant.of(kind)]:
        raise NotFound(f"Not on file: {', '.join(lacking)}; on file are: {', '.join(now.meant.facts)}.")
    matched = tuple(kind for kind, value in named.items() if now.meant.holds(kind, value))
    missed = tuple(kind for kind in named if kind not in matched)
    if not missed and len(matched) < FACTS_NEEDED:
        raise TheirInput("One fact proves nobody; name two with --fact. Nothing was changed.")
    return matched, missed
