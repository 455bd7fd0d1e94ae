"""What was kept of Discord becomes a case, joins one, or is listed as what it is: the road of every channel.

A crash at any point leaves the contact as waiting, and the next look takes it up again under the same ids.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast

from dsarbot.core import orders as o
from dsarbot.core import reference
from dsarbot.core.case import Case, Person, Status
from dsarbot.core.dates import LANGUAGES
from dsarbot.core.discord import Asking
from dsarbot.core.discord_rows import Contact, Post
from dsarbot.core.evolve import replace
from dsarbot.desk import verdict
from dsarbot.desk.discord_guild import DiscordStore, DiscordTransaction, Guild
from dsarbot.desk.discord_jobs import job, reply
from dsarbot.desk.discord_keep import CHANNEL
from dsarbot.desk.handle import Desk, Settled, Task
from dsarbot.desk.routing import going_on
from dsarbot.errors import NotAllowed, NotFound
from dsarbot.ports import Disposition, InboundRow, Transaction
from dsarbot.reading.triage import Triage, triage

#: practice 2: "the last exchange is under 30 days old".
_FRESH: Final = timedelta(days=30)
#: So long the same words of the same account are the same request, sent again because no answer was seen.
_AGAIN: Final = timedelta(days=1)
_BATCH: Final = 50
#: Which messages are private talk with the bot: they are answered there.
_TALKS: Final = frozenset({"form", "dm", "mine", "withdrawal"})
#: What the desk proposes to a person about a message of one who wants to take a request back (security 6).
WITHDRAWAL: Final = "withdrawal"


@dataclass(frozen=True, kw_only=True)
class _Fate:
    """What becomes of one contact. case: the one it belongs to; tasks: what the desk is told; says: the answer."""

    contact: Contact
    row: InboundRow
    says: str
    case: str = ""
    tasks: tuple[Task, ...] = ()
    disposition: Disposition = "case"
    kind: str = "request"
    digest: str = ""


class DiscordIntake:
    """Reads what was kept. One per process."""

    def __init__(
        self, desk: Desk, store: DiscordStore, guilds: Sequence[Guild], *, waits: Callable[[str], bool]
    ) -> None:
        """waits: whether somebody was not told yet that it arrived."""
        self._desk = desk
        self._waits = waits
        self._store = store
        self._guilds = {each.id: each for each in guilds}
        self._scopes = tuple(dict.fromkeys(each.scope for each in guilds))

    async def process(self) -> int:
        """How many were settled."""
        settled = 0
        for scope in self._scopes:
            waiting = await self._store.waiting_contacts(scope, _BATCH)
            # Of two by one account the second may belong to what the first opens.
            first = {each.asking.user: each for each in reversed(waiting)}
            mine = [each for each in waiting if each is first[each.asking.user] and self._may(each)]
            fates = [await self._fate(each, self._guilds[each.guild]) for each in mine]
            await self._open([each for each in fates if _opens(each)])
            for fate in fates:
                if not _opens(fate):
                    await self._join(fate)
            settled += len(fates)
        return settled

    def _may(self, contact: Contact) -> bool:
        return contact.guild in self._guilds and not self._waits(contact.id)

    # --- what becomes of it ---------------------------------------------------------------------------------------

    async def _fate(self, contact: Contact, guild: Guild) -> _Fate:
        scope, asking = guild.scope, contact.asking
        row, digest = await self._store.inbound(scope, contact.id), _digest(contact)
        known = await self._cases(contact, guild)
        again = await self._again(contact, guild, digest)
        if again is not None:
            return _Fate(
                contact=contact, row=row, says="duplicate", case=again.id, disposition="duplicate", kind=again.id,
                digest=digest,
            )  # fmt: skip
        if asking.how == "withdrawal":
            return self._withdrawn(contact, row, guild)
        found = triage(asking.text)
        asking = _in_their_language(asking, found)
        contact = replace(contact, asking=asking)
        if asking.how == "dm" and not known and not asking.files and found.kind != "request" and not found.rights:
            return _Fate(contact=contact, row=row, says="ordinary", disposition="ordinary", kind="")
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
        first = await self._store.duplicate_of(guild.scope, _sender(contact), digest)
        before = await self._store.contact(guild.scope, first) if first and first != contact.id else None
        if before is None or not before.case or contact.at - before.at > _AGAIN:
            return None
        return await going_on(guild.scope, before.case, self._store)

    def _withdrawn(self, contact: Contact, row: InboundRow, guild: Guild) -> _Fate:
        case = contact.asking.answers
        return _Fate(
            contact=contact,
            row=row,
            says="withdrawn",
            case=case,
            tasks=(self._join_task(contact, guild, case, (WITHDRAWAL,)),),
            kind="reply",
        )

    def _joined(
        self, contact: Contact, row: InboundRow, guild: Guild, known: Sequence[Case], found: Triage
    ) -> _Fate | None:
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
            return _Fate(contact=contact, row=row, says="received", case=hinted.id, tasks=tasks, kind="reply")
        for case in known:
            if set(named) <= {claim.right for claim in case.claims}:
                task = self._join_task(contact, guild, case.id, verdict.proposals(case))
                return _Fate(contact=contact, row=row, says="joined", case=case.id, tasks=(task,), kind="reply")
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

    async def _opened(self, contact: Contact, row: InboundRow, guild: Guild, found: Triage, digest: str) -> _Fate:
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
        return _Fate(contact=contact, row=row, says=says, case=case_id, tasks=(task,), digest=digest)

    # --- written --------------------------------------------------------------------------------------------------

    async def _open(self, fates: Sequence[_Fate]) -> None:
        """New cases, with their references, in one transaction for each organisation that is looked at."""
        if not fates:
            return
        numbered = await self._numbered(fates)
        tasks = [task for fate in numbered for task in fate.tasks]
        settled = [self._settled(fate) for fate in numbered]

        async def also(transaction: Transaction) -> None:
            for fate in numbered:
                await self._done(cast("DiscordTransaction", transaction), fate)

        await self._desk.handle(tasks, settled, together=True, also=also)

    async def _numbered(self, fates: Sequence[_Fate]) -> list[_Fate]:
        organisation, now = self._guilds[fates[0].contact.guild].organisation, self._desk.clock()
        year = organisation.rules.jurisdiction.local_date(now).year
        async with self._store.transaction() as transaction:
            first = await transaction.next_number(organisation.scope, year, count=len(fates))
        found = []
        for number, fate in enumerate(fates, start=first):
            (task,) = fate.tasks
            order = cast("o.Open", task.thing)
            named = replace(order, reference=reference.make(organisation.prefix, year, number))
            found.append(replace(fate, tasks=(replace(task, thing=named),)))
        return found

    async def _join(self, fate: _Fate) -> None:
        try:
            await self._write(fate)
        except (NotAllowed, NotFound):
            # The case has moved on in between: a person reads it, with its clock running; nothing is dropped.
            await self._write(replace(fate, tasks=(), case="", disposition="held", kind="known-sender", says="kept"))

    async def _write(self, fate: _Fate) -> None:
        async def also(transaction: Transaction) -> None:
            await self._done(cast("DiscordTransaction", transaction), fate)

        await self._desk.handle(fate.tasks, [self._settled(fate)], together=True, also=also)

    def _settled(self, fate: _Fate) -> Settled:
        held = fate.disposition == "held"
        row = replace(
            fate.row,
            state="held" if held else "settled",
            disposition=fate.disposition,
            kind=fate.kind,
            case=fate.case if fate.disposition == "case" else "",
            safe_due=fate.row.safe_due if held else None,
            settled_at=self._desk.clock(),
        )
        return Settled(row=row, message_id=_sender(fate.contact), content_digest=fate.digest)

    async def _done(self, transaction: DiscordTransaction, fate: _Fate) -> None:
        """The contact is settled, and what must be said of it is put into the outbox, in the same transaction."""
        guild, now, asking = self._guilds[fate.contact.guild], self._desk.clock(), fate.contact.asking
        # What was typed lies in the vault; here it is needed no more.
        spare = replace(asking, text="", rights=(), email="", files=())
        await transaction.save_contact(replace(fate.contact, case=fate.case, done=True, asking=spare))
        if fate.says:
            await transaction.enqueue(reply(guild, fate.contact.id, fate.says, now, case=fate.case))
        if asking.how in ("message", "theirs") and _opens(fate):
            hint = Post(
                id=guild.post_id("hint", fate.contact.id), organisation=guild.scope, guild=guild.id, kind="hint",
                at=now, case=fate.case, contact=fate.contact.id, channel=asking.channel, delete_at=now + guild.hint,
            )  # fmt: skip
            told = replace(
                hint, id=guild.post_id("found", fate.contact.id), kind="alarm", channel=guild.staff_channel,
                subject=str(asking.channel), delete_at=now + guild.keep,
            )  # fmt: skip
            for each in (hint, told):
                await transaction.save_post(each)
                await transaction.enqueue(job(guild, "post", each.id, now, case=fate.case))


def _opens(fate: _Fate) -> bool:
    return any(isinstance(task.thing, o.Open) for task in fate.tasks)


def _asked(right: str, guild: Guild, *, certain: bool, because: str) -> o.Asked:
    return o.Asked(right=right, party=guild.organisation.key, certain=certain, because=(because,) if because else ())


def _sender(contact: Contact) -> str:
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
