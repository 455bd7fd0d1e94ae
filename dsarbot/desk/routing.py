"""For which organisations a mail is, and to which case it belongs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from dsarbot.core.case import Case
from dsarbot.core.guarding import correspondents
from dsarbot.core.reference import is_valid
from dsarbot.desk.addressed import organisation_of, recipients
from dsarbot.desk.identity_codes import case_by_code, was_written_to
from dsarbot.desk.inner import is_own
from dsarbot.desk.mailroom import MailboxInfo, Read
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import NotFound
from dsarbot.ports import Scope, Store
from dsarbot.reading.others import names_another
from dsarbot.reading.replies import find_references

#: practice 2: an old exchange is over; whoever writes again begins anew.
_FRESH: Final = timedelta(days=30)

#: Why a mail of somebody we know joins no case by itself.
Doubt = Literal["", "names-another", "shared-address", "several-cases", "long-ago"]


@dataclass(frozen=True, kw_only=True)
class Thread:
    """The case a mail belongs to, and how that is known. doubt: why it only may belong there; a person decides."""

    case: Case
    how: str
    doubt: Doubt = ""


def organisations_for(read: Read, box: MailboxInfo) -> tuple[str, ...]:
    """Keys of the organisations addressed: the only candidate, or those to whose addresses the mail was sent."""
    if len(box.organisations) == 1:
        return box.organisations
    named = [organisation_of(each, box.addresses) for each in recipients(read.mail, box.own_hosts)]
    return tuple(dict.fromkeys(key for key in named if key in box.organisations))


async def find_thread(
    read: Read, organisation: Organisation, store: Store, *, now: datetime, prefixes: Mapping[str, str]
) -> Thread | None:
    """By a code of ours, by our Message-IDs, by the person's own, by reference, by sender: from sure to likely."""
    scope = organisation.scope
    if case_id := await case_by_code(read, scope, store):
        return Thread(case=await going_on(scope, case_id, store), how="code")
    inner_mails = read.inner.mails if read.inner else ()
    own_ids = [each.message_id for each in inner_mails if each.message_id]
    if found := await by_message_ids((*read.answers, *own_ids), scope, store):
        return found
    texts = (read.mail.subject, read.mail.text, *(f"{each.subject}\n{each.text}" for each in inner_mails))
    if found := await by_reference("\n".join(texts), scope, store, prefixes.values()):
        return found
    return await _by_sender(read, organisation, store, now=now)


async def by_message_ids(ids: Sequence[str], scope: Scope, store: Store) -> Thread | None:
    """The case of the first of these messages that is known: a letter of ours, or a mail of the case."""
    for message_id in ids:
        if letter := await store.letter_by_message_id(scope, message_id):
            return Thread(case=await going_on(scope, letter[0], store), how="reply")
        if cases := await store.by_lookup(scope, "message-id", message_id):
            return Thread(case=await going_on(scope, cases[0], store), how="thread")
    return None


async def by_reference(text: str, scope: Scope, store: Store, prefixes: Collection[str]) -> Thread | None:
    """security 7: looked up only within the organisation; it grants nothing."""
    for reference in find_references(text, prefixes=set(prefixes), check=is_valid):
        if case_id := await store.by_reference(scope, reference):
            return Thread(case=await going_on(scope, case_id, store), how="reference")
    return None


async def going_on(scope: Scope, case_id: str, store: Store) -> Case:
    """The case, or where it goes on since it was merged: nobody looks into a case that was merged away."""
    case = await store.case(scope, case_id)
    seen = {case.id}
    while case.merged_into and case.merged_into not in seen:
        try:
            case = await store.case(scope, case.merged_into)
        except NotFound:
            break
        seen.add(case.id)
    return case


async def _by_sender(read: Read, organisation: Organisation, store: Store, *, now: datetime) -> Thread | None:
    """practice 2: only the person of a single open case, who speaks for nobody else and invokes no new right, within
    30 days; never for own domains and staff. What fails one of these is not swallowed: a person looks at it."""
    writer = read.inner.sender if read.inner else read.mail.sender
    scope, address = organisation.scope, writer.address.lower()
    if not address or is_own(writer, organisation.own_domains) or address in organisation.staff:
        return None
    known = [await store.case(scope, each) for each in await store.by_lookup(scope, "address", address)]
    mine = [case for case in known if case.active and is_party(read, case)]
    if not mine:
        return None
    newest = max(mine, key=_last_exchange)
    people = {frozenset(each.person.name.casefold().split()) for each in known}
    acts = newest.representative is not None and newest.representative.person.address.lower() == address
    if organisation.is_intermediary(address) or acts or len(people) > 1:
        return Thread(case=newest, how="sender", doubt="shared-address")
    return Thread(case=newest, how="sender", doubt=_doubt(read, newest, mine, now))


def _doubt(read: Read, case: Case, mine: Sequence[Case], now: datetime) -> Doubt:
    if names_another(f"{read.subject}\n{read.text}", case.person.name):
        return "names-another"
    if len(mine) > 1:
        return "several-cases"
    return "" if now - _last_exchange(case) <= _FRESH else "long-ago"


def _last_exchange(case: Case) -> datetime:
    """When something was last said, by either side."""
    sent = (letter.sent_at for letter in case.letters if letter.sent_at)
    return max((case.opened_at, *(joined.received_at for joined in case.inbounds), *sent))


def is_party(read: Read, case: Case) -> bool:
    """security 7: whether the sender is somebody of that case: the person, or who writes for them (practice 33)."""
    return read.sender.lower() in correspondents(case) or was_written_to(read, case)
