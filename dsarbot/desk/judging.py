"""The order of checks, to be read aloud: what becomes of one mail for one organisation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dsarbot.core.case import Letter
from dsarbot.desk import verdict
from dsarbot.desk.mailroom import WEB_FORM, MailboxInfo, Read
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.routing import Thread, find_thread, is_party
from dsarbot.desk.verdict import Verdict
from dsarbot.ports import Disposition, Store

_BOUNCES_FOR: Final = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Around:
    """What a check may look at besides the mail. prefixes: of references, by organisation."""

    organisation: Organisation
    box: MailboxInfo
    store: Store
    now: datetime
    new_id: Callable[[], str]
    prefixes: Mapping[str, str]

    def plain(self, read: Read, disposition: Disposition, *, kind: str = "") -> Verdict:
        """Only the row is settled; no case hears of it."""
        return Verdict(
            settled=verdict.settle(read, self.organisation, disposition=disposition, now=self.now, kind=kind)
        )


async def judge(read: Read, around: Around) -> Verdict:
    """The verdict of the first check that knows the mail; what none knows is ordinary."""
    for robot_check in _BEFORE_ITS_CASE:
        if found := await robot_check(read, around):
            return found
    thread = await find_thread(read, around.organisation, around.store, now=around.now, prefixes=around.prefixes)
    for check in _KNOWING_ITS_CASE:
        if known := check(read, around, thread):
            return known
    return around.plain(read, "ordinary")


async def _duplicate(read: Read, around: Around) -> Verdict | None:
    """security 7: Message-ID and content together; linked, never swallowed."""
    original = await around.store.duplicate_of(around.organisation.scope, read.message_id, read.digest)
    return around.plain(read, "duplicate", kind=original) if original else None


async def _our_own(read: Read, around: Around) -> Verdict | None:
    """A letter of ours came back into a watched folder: no loop begins here."""
    if not read.message_id:
        return None
    ours = await around.store.letter_by_message_id(around.organisation.scope, read.message_id)
    return around.plain(read, "own") if ours else None


async def _bounce(read: Read, around: Around) -> Verdict | None:
    """security 11: a report counts only for a letter of ours, sent to that recipient in the last 30 days."""
    if read.delivery.kind != "bounce":
        return None
    scope, letters = around.organisation.scope, []
    for message_id in dict.fromkeys(read.delivery.bounced_message_ids):
        if found := await around.store.letter_by_message_id(scope, message_id):
            case_id, letter_id = found
            letter = (await around.store.case(scope, case_id)).letter(letter_id)
            if _may_have_bounced(letter, read, around.now):
                letters.append(found)
    return verdict.bounced(read, letters, around.organisation, now=around.now)


def _may_have_bounced(letter: Letter, read: Read, now: datetime) -> bool:
    named = {each.lower() for each in read.delivery.bounced_recipients}
    fresh = letter.sent_at is not None and now - letter.sent_at <= _BOUNCES_FOR
    return fresh and (not named or letter.recipient.lower() in named)


async def _web_form(read: Read, around: Around) -> Verdict | None:
    """A form on a web site looks like a robot; the words in it are a person's, whom it does not name."""
    if read.delivery.because != WEB_FORM or not read.invokes_right:
        return None
    return around.plain(read, "held", kind="web-form")


async def _robot(read: Read, around: Around) -> Verdict | None:
    return around.plain(read, "automatic", kind=read.delivery.kind) if read.delivery.kind != "person" else None


def _belongs_to_a_case(read: Read, around: Around, thread: Thread | None) -> Verdict | None:
    """security 7: a stranger who invokes a right, or the person who invokes a new one, gets a case of its own."""
    if thread is None:
        return None
    known = {claim.right for claim in thread.case.claims}
    new_right = read.invokes_right and bool({found.right for found in read.triage.rights} - known)
    if new_right or (read.invokes_right and not is_party(read, thread.case)):
        return None
    return verdict.joining(read, thread, around.organisation, now=around.now)


def _for_a_person(read: Read, around: Around, thread: Thread | None) -> Verdict | None:  # noqa: ARG001
    """Authorities, instructions, notices; and answers or reminders to a case that nobody knows here."""
    unknown_reply = read.triage.kind == "reply" and not read.invokes_right
    if read.triage.kind not in verdict.FOR_A_PERSON and not unknown_reply:
        return None
    return around.plain(read, "held", kind=read.triage.kind)


def _in_another_folder(read: Read, around: Around, thread: Thread | None) -> Verdict | None:  # noqa: ARG001
    """practice 4: Junk and extra folders are only looked at; one act of a person takes the request in."""
    if read.row.folder not in around.box.aside or not (read.invokes_right or read.unread_content):
        return None
    return around.plain(read, "held", kind="in-other-folder")


def _request(read: Read, around: Around, thread: Thread | None) -> Verdict | None:
    if not (read.invokes_right or read.unread_content):
        return None
    links = (thread.case.id,) if thread else ()
    return verdict.opening(read, around.organisation, around.box, case_id=around.new_id(), now=around.now, links=links)


_BEFORE_ITS_CASE: tuple[Callable[[Read, Around], Awaitable[Verdict | None]], ...] = (
    _duplicate,
    _our_own,
    _bounce,
    _web_form,
    _robot,
)
_KNOWING_ITS_CASE: tuple[Callable[[Read, Around, Thread | None], Verdict | None], ...] = (
    _belongs_to_a_case,
    _for_a_person,
    _in_another_folder,
    _request,
)
