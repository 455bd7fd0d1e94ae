"""What becomes of one message, form or wish over Discord: the order of checks, as `judging` has it for mails."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from dsarbot.core import orders as o
from dsarbot.core.case import Case, Person, Status
from dsarbot.core.dates import LANGUAGES
from dsarbot.core.discord import Asking
from dsarbot.core.discord_rows import Contact
from dsarbot.core.evolve import replace
from dsarbot.desk import verdict
from dsarbot.desk.discord_guild import DiscordStore, Guild
from dsarbot.desk.discord_keep import CHANNEL
from dsarbot.desk.handle import Desk, Task
from dsarbot.desk.ocr import UNREAD_ATTACHMENT
from dsarbot.desk.routing import going_on
from dsarbot.errors import NotFound
from dsarbot.ports import Disposition, InboundRow
from dsarbot.reading.triage import Triage, triage

#: practice 2: "the last exchange is under 30 days old".
_FRESH: Final = timedelta(days=30)
#: So long the same words of the same account are the same request, sent again because no answer was seen.
_AGAIN: Final = timedelta(days=1)
#: Which messages are private talk with the bot: they are answered there.
_TALKS: Final = frozenset({"form", "dm", "mine", "withdrawal"})
#: What the desk proposes to a person about a message of one who wants to take a request back (security 6).
WITHDRAWAL: Final = "withdrawal"


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What becomes of one contact. case: the one it belongs to; tasks: what the desk is told; says: the answer."""

    contact: Contact
    row: InboundRow
    says: str
    case: str = ""
    tasks: tuple[Task, ...] = ()
    disposition: Disposition = "case"
    kind: str = "request"
    digest: str = ""

    @property
    def opens(self) -> bool:
        """Whether it begins a case of its own."""
        return any(isinstance(task.thing, o.Open) for task in self.tasks)


class Fates:
    """Judges what was kept; writes nothing."""

    def __init__(self, desk: Desk, store: DiscordStore) -> None:
        self._desk = desk
        self._store = store

    async def of(self, contact: Contact, guild: Guild) -> Fate:
        scope, asking = guild.scope, contact.asking
        row, digest = await self._store.inbound(scope, contact.id), _digest(contact)
        known = await self._cases(contact, guild)
        again = await self._again(contact, guild, digest)
        if again is not None:
            return Fate(
                contact=contact, row=row, says="duplicate", case=again.id, disposition="duplicate", kind=again.id,
                digest=digest,
            )  # fmt: skip
        if asking.how == "withdrawal":
            return self._withdrawn(contact, row, guild)
        found = triage(asking.text)
        asking = _in_their_language(asking, found)
        contact = replace(contact, asking=asking)
        if asking.how == "dm" and asking.refused and not asking.text.strip():
            # practice 3: what nobody opened may have been the request; a person sees that it came.
            return Fate(contact=contact, row=row, says="kept", disposition="held", kind=UNREAD_ATTACHMENT)
        if asking.how == "dm" and not known and not asking.files and found.kind != "request" and not found.rights:
            return Fate(contact=contact, row=row, says="ordinary", disposition="ordinary", kind="")
        joined = self._joined(contact, row, guild, known, found)
        return joined or await self._opened(contact, row, guild, found, digest)

    async def _cases(self, contact: Contact, guild: Guild) -> list[Case]:
        """Open cases of the same account, the newest first."""
        found: dict[str, Case] = {}
        for each in await self._store.contacts_of(guild.scope, contact.asking.user):
            if each.case and each.id != contact.id and contact.at - each.at <= _FRESH:
                try:
                    case = await going_on(guild.scope, each.case, self._store)
                except NotFound:
                    continue
                if case.active:
                    found[case.id] = case
        return sorted(found.values(), key=lambda case: case.opened_at, reverse=True)

    async def _again(self, contact: Contact, guild: Guild, digest: str) -> Case | None:
        """security 7: the same words of the same account, sent again within a day, open nothing a second time."""
        first = await self._store.duplicate_of(guild.scope, sender_of(contact), digest)
        before = await self._store.contact(guild.scope, first) if first and first != contact.id else None
        if before is None or not before.case or contact.at - before.at > _AGAIN:
            return None
        return await going_on(guild.scope, before.case, self._store)

    def _withdrawn(self, contact: Contact, row: InboundRow, guild: Guild) -> Fate:
        case = contact.asking.answers
        return Fate(
            contact=contact,
            row=row,
            says="withdrawn",
            case=case,
            tasks=(self._join_task(contact, guild, case, (WITHDRAWAL,)),),
            kind="reply",
        )

    def _joined(
        self, contact: Contact, row: InboundRow, guild: Guild, known: Sequence[Case], found: Triage
    ) -> Fate | None:
        """practice 2: joins an open case of the same account if it invokes no new right. A form behind a hint says that
        the message was a request, and which rights it meant beside those that were guessed."""
        asking = contact.asking
        named = asking.rights or tuple(each.right for each in found.rights)
        hinted = next((case for case in known if any(each.inbound == asking.answers for each in case.inbounds)), None)
        unsure = [claim for claim in hinted.active if claim.status == Status.UNCONFIRMED] if hinted else []
        if hinted and unsure:
            rights = tuple(dict.fromkeys((*(claim.right for claim in unsure), *asking.rights)))
            asked = tuple(_asked(each, guild, certain=True, because="chosen in the form") for each in rights)
            confirm = o.Confirm(
                at=self._desk.clock(), actor="service", cause=f"inbound:{contact.id}:confirm", asked=asked,
                claims=tuple(claim.id for claim in unsure),
            )  # fmt: skip
            task = Task(scope=guild.scope, case=hinted.id, thing=confirm)
            tasks = (self._join_task(contact, guild, hinted.id, ("message",)), task)
            return Fate(contact=contact, row=row, says="received", case=hinted.id, tasks=tasks, kind="reply")
        for case in known:
            if set(named) <= {claim.right for claim in case.claims}:
                task = self._join_task(contact, guild, case.id, verdict.proposals(case))
                return Fate(contact=contact, row=row, says="joined", case=case.id, tasks=(task,), kind="reply")
        return None

    def _join_task(self, contact: Contact, guild: Guild, case: str, proposes: Sequence[str]) -> Task:
        order = o.Join(
            at=self._desk.clock(),
            actor="service",
            cause=f"inbound:{contact.id}",
            inbound=contact.id,
            received_at=contact.at,
            how="discord",
            proposes=tuple(proposes),
        )
        return Task(scope=guild.scope, case=case, thing=order)

    async def _opened(self, contact: Contact, row: InboundRow, guild: Guild, found: Triage, digest: str) -> Fate:
        asking, case_id = contact.asking, self._desk.new_id()
        by_form = bool(asking.rights)
        certain = by_form or (found.certain and asking.how in _TALKS)
        asked = tuple(_asked(each, guild, certain=True, because="chosen in the form") for each in asking.rights) or (
            tuple(
                replace(_asked(each.right, guild, certain=certain, because=""), because=each.because,
                        marketing=each.marketing)
                for each in found.rights
            )
            or (_asked("access", guild, certain=False, because="not read yet"),)
        )  # fmt: skip
        order = o.Open(
            at=self._desk.clock(),
            actor="service",
            cause=f"inbound:{contact.id}",
            case=case_id,
            reference="",
            organisation=guild.organisation.key,
            channel=CHANNEL,
            language=asking.language,
            received_at=contact.at,
            inbound=contact.id,
            person=Person(name=asking.name, address=asking.email),
            asked=asked,
            role_hint=found.role_hint or "",
            urgency=found.urgency,
            triaged=verdict.said(found),
            # An address typed into a form is nobody's until it is proved; receipt is confirmed where it was asked.
            automatic_blocked=CHANNEL,
            acknowledged_by=CHANNEL if certain else "",
        )
        says = ("received" if certain else "received-unsure") if asking.how in _TALKS else ""
        task = Task(scope=guild.scope, case="", thing=order)
        return Fate(contact=contact, row=row, says=says, case=case_id, tasks=(task,), digest=digest)


def _asked(right: str, guild: Guild, *, certain: bool, because: str) -> o.Asked:
    return o.Asked(right=right, party=guild.organisation.key, certain=certain, because=(because,) if because else ())


def sender_of(contact: Contact) -> str:
    """In place of a Message-ID: stored as a keyed hash."""
    return f"discord:{contact.asking.user}"


def _digest(contact: Contact) -> str:
    asking = contact.asking
    said = json.dumps([" ".join(asking.text.split()).casefold(), sorted(asking.rights), asking.email, asking.how])
    return hashlib.sha256(said.encode()).hexdigest() if asking.text or asking.rights else ""


def _in_their_language(asking: Asking, found: Triage) -> Asking:
    """A form comes with the language of whoever filled it in; a message shows its own."""
    if asking.how not in ("message", "dm", "mine", "theirs"):
        return asking
    return replace(asking, language=next((each for each in LANGUAGES if each == found.language), asking.language))
