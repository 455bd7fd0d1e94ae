"""The order of checks, to be read aloud: what becomes of one mail for one organisation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from dsarbot.core.case import Case
from dsarbot.desk import verdict, written
from dsarbot.desk.chain_mail import from_a_party
from dsarbot.desk.copies import earlier_receipt, first_copy
from dsarbot.desk.handle import Settled
from dsarbot.desk.inner import is_own
from dsarbot.desk.mailroom import MailboxInfo, Read
from dsarbot.desk.ocr import FROM_THE_SCANNER, TO_BE_READ, UNREAD_ATTACHMENT
from dsarbot.desk.ocr_sender import proved
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.routing import Thread, find_thread, is_party
from dsarbot.desk.verdict import Verdict
from dsarbot.ports import Disposition, InboundRow, Store
from dsarbot.reading.authorities import is_authority

_BOUNCES_FOR: Final = timedelta(days=30)
#: Half of certainty, as triage scores what it found.
_MORE_THAN_A_GUESS: Final = 0.5
#: Kind of what was found where the desk only looks.
IN_OTHER_FOLDER: Final = "in-other-folder"
#: Kind of what asks for a right and seems to come from a machine.
WEB_FORM: Final = "web-form"


@dataclass(frozen=True, kw_only=True)
class Around:
    """What a check may look at besides the mail. prefixes: of references, by organisation."""

    organisation: Organisation
    box: MailboxInfo
    store: Store
    now: datetime
    new_id: Callable[[], str]
    prefixes: Mapping[str, str]

    def plain(self, read: Read, disposition: Disposition, *, kind: str = "", problem: str = "") -> Verdict:
        """Only the row is settled; no case hears of it."""
        return Verdict(
            settled=verdict.settle(
                read, self.organisation, disposition=disposition, now=self.now, kind=kind, problem=problem
            )
        )


async def judge(read: Read, around: Around) -> Verdict:
    """The verdict of the first check that knows the mail; what none knows is ordinary."""
    for robot_check in _BEFORE_ITS_CASE:
        if found := await robot_check(read, around):
            return found
    thread = await find_thread(read, around.organisation, around.store, now=around.now, prefixes=around.prefixes)
    if of_the_chain := await from_a_party(read, around, thread):
        return of_the_chain
    for check in _KNOWING_ITS_CASE:
        if known := check(read, around, thread):
            return known
    return around.plain(read, "ordinary")


async def _duplicate(read: Read, around: Around) -> Verdict | None:
    """security 7: Message-ID and content together; linked, never swallowed."""
    original = await first_copy(read, around.organisation.scope, around.store)
    if original is None:
        return None
    if original.state == "held" and _comes_openly(read, original, around):
        return await _rescued(read, original, around)
    found = around.plain(read, "duplicate", kind=original.id)
    return replace(
        found, tasks=await earlier_receipt(read, original, around.organisation, around.store, now=around.now)
    )


def _comes_openly(read: Read, original: InboundRow, around: Around) -> bool:
    """practice 4: moving it out of Junk is one act of a person, too: it is taken in. So is what only a list seemed to
    have sent, once it comes from the person."""
    if original.kind == IN_OTHER_FOLDER:
        return read.row.folder not in around.box.aside
    return original.kind == WEB_FORM and read.delivery.kind == "person"


async def _rescued(read: Read, original: InboundRow, around: Around) -> Verdict:
    """The mail as if it had arrived here at once, with the receipt it had; the item that was held is done."""
    earliest = min(read.received_at, original.received_at)
    found = await judge(replace(read, received_at=earliest, digest="", copy_mark=""), around)
    done = replace(
        original,
        state="settled",
        disposition="duplicate",
        kind=read.row.id,
        safe_due=None,
        settled_at=around.now,
    )
    settled = replace(found.settled, content_digest=read.digest, copy_mark=read.copy_mark)
    return replace(found, settled=settled, further=(Settled(row=done),))


async def _our_own(read: Read, around: Around) -> Verdict | None:
    """A letter of ours came back into a watched folder: no loop begins here."""
    if not read.message_id:
        return None
    ours = await around.store.letter_by_message_id(around.organisation.scope, read.message_id)
    return around.plain(read, "own") if ours else None


async def _from_our_scanner(read: Read, around: Around) -> Verdict | None:
    """What an office scanner sends are letters on paper, which become cases as those in the watched folder do. Whoever
    only writes its address is seen by a person."""
    if read.inner is not None or read.mail.sender.address.lower() not in around.box.scan_senders:
        return None
    sure = proved(read.mail, read.authentication, around.box.own_hosts, around.organisation.own_domains)
    return around.plain(read, "held", kind=FROM_THE_SCANNER, problem="" if sure else "not-proved")


async def _bounce(read: Read, around: Around) -> Verdict | None:
    """security 11: a report counts only for a letter of ours, sent to that recipient in the last 30 days."""
    if read.delivery.kind != "bounce":
        return None
    scope, returned = around.organisation.scope, []
    for message_id in dict.fromkeys(read.delivery.bounced_message_ids):
        if found := await around.store.letter_by_message_id(scope, message_id):
            case_id, letter_id = found
            letter = (await around.store.case(scope, case_id)).letter(letter_id)
            if _may_have_bounced(letter.recipient, letter.sent_at, read, around.now):
                returned.append(verdict.Returned(case=case_id, letter=letter_id))
        else:
            returned += [each async for each in _written_by_hand(message_id, read, around)]
    return verdict.bounced(read, returned, around.organisation, now=around.now)


async def _written_by_hand(message_id: str, read: Read, around: Around) -> AsyncIterator[verdict.Returned]:
    """What staff wrote from the mailbox reached nobody, either; whoever takes it for the answer must know."""
    scope, store = around.organisation.scope, around.store
    for case_id in await store.by_lookup(scope, "message-id", message_id):
        for each in (await store.case(scope, case_id)).inbounds:
            mine = each.recipient and each.message_id.strip("<> ") == message_id.strip("<> ")
            if mine and _may_have_bounced(each.recipient, each.received_at, read, around.now):
                yield verdict.Returned(case=case_id, inbound=each.inbound)


def _may_have_bounced(recipient: str, sent_at: datetime | None, read: Read, now: datetime) -> bool:
    named = {each.lower() for each in read.delivery.bounced_recipients}
    fresh = sent_at is not None and now - sent_at <= _BOUNCES_FOR
    return fresh and (not named or recipient.lower() in named)


async def _web_form(read: Read, around: Around) -> Verdict | None:
    """A form on a web site looks like a robot; the words in it are a person's, whom it does not name."""
    if read.delivery.kind == "person" or read.delivery.certain or not read.invokes_right:
        return None
    return around.plain(read, "held", kind=WEB_FORM)


async def _robot(read: Read, around: Around) -> Verdict | None:
    sure = read.delivery.kind != "person" and read.delivery.certain
    return around.plain(read, "automatic", kind=read.delivery.kind) if sure else None


def _perhaps_a_robot(read: Read, around: Around, thread: Thread | None) -> Verdict | None:
    """Only weak signs of a machine, and no right in its words: seen by a person where a person may have meant more."""
    if read.delivery.kind == "person" or read.triage.kind in verdict.FOR_A_PERSON:
        return None
    if thread and thread.doubt:
        return _from_somebody_known(read, around, thread)
    if read.unread_content and read.delivery.kind in {"auto-reply", "list"}:
        # practice 3: what somebody typed into a form may be in the file beside it.
        return around.plain(read, "held", kind=WEB_FORM)
    return around.plain(read, "automatic", kind=read.delivery.kind)


def _belongs_to_a_case(read: Read, around: Around, thread: Thread | None) -> Verdict | None:
    """security 7: a stranger who invokes a right, or the person who invokes a new one, gets a case of its own."""
    if thread is None or thread.doubt:
        return None
    if written.to_the_person(read, thread.case, around.organisation):
        return written.joins(read, thread, around.organisation, now=around.now)
    if thread.how == "sender" and not _is_only_a_message(read, thread.case):
        return None
    if thread.how == "code":
        # Whoever quotes the code speaks of this case, from whatever address; a person reads what else is asked for.
        return verdict.joining(read, thread, around.organisation, now=around.now)
    new_right = _names_a_new_right(read, thread.case)
    # A colleague who sends our own letter on asks for nothing; who forwards a person's request is not its sender.
    colleague = read.inner is None and is_own(read.mail.sender, around.organisation.own_domains)
    if new_right or (read.invokes_right and not colleague and not is_party(read, thread.case)):
        return None
    return verdict.joining(read, thread, around.organisation, now=around.now)


def _names_a_new_right(read: Read, case: Case) -> bool:
    """Among the words of a conversation a mere guess is none: the message joins, and whoever reads it decides."""
    known = {claim.right for claim in case.claims}
    return read.invokes_right and any(
        found.right not in known and found.score >= _MORE_THAN_A_GUESS for found in read.triage.rights
    )


def _is_only_a_message(read: Read, case: Case) -> bool:
    """practice 2: the sender alone joins no right that is invoked, nor what nobody could read, unless the case asked
    this person for something."""
    asked = any(claim.open_question() for claim in case.active)
    return not read.invokes_right and (asked or not read.unread_content)


def _for_a_person(read: Read, around: Around, thread: Thread | None) -> Verdict | None:
    """Authorities, instructions, notices; and answers or reminders to a case that nobody knows here."""
    # What comes from an address that is known, with a doubt, is looked at below for what it may be.
    doubted = thread is not None and thread.doubt
    unknown_reply = read.triage.kind == "reply" and not read.invokes_right and not doubted
    if is_authority(read.sender):
        # practice 23: what an authority writes is no request of a data subject, whatever its words.
        return around.plain(read, "held", kind="authority")
    if read.triage.kind not in verdict.FOR_A_PERSON and not unknown_reply:
        return None
    return around.plain(read, "held", kind=read.triage.kind)


def _in_another_folder(read: Read, around: Around, thread: Thread | None) -> Verdict | None:
    """practice 4: Junk and extra folders are only looked at; one act of a person takes the request in."""
    if read.row.folder not in around.box.aside or not (read.invokes_right or read.unread_content or thread):
        return None
    return around.plain(read, "held", kind=IN_OTHER_FOLDER)


def _waits_to_be_read(read: Read, around: Around, thread: Thread | None) -> Verdict | None:  # noqa: ARG001
    """practice 3: what only its pictures may say is held until they are read, which takes seconds and no other mail
    waits for. Whose words ask for something themselves is answered at once."""
    if not read.left.waits or read.invokes_right or read.row.folder in around.box.aside:
        return None
    return around.plain(read, "held", kind=TO_BE_READ)


def _request(read: Read, around: Around, thread: Thread | None) -> Verdict | None:
    """A case of its own: also for somebody else who seems to speak from the address of a person we know."""
    # practice 2: "the text names no other person"; in doubt it is seen by a person, with its clock running.
    somebody_else = thread is not None and thread.doubt == "names-another"
    if not (read.invokes_right or read.unread_content or somebody_else):
        return None
    links = (thread.case.id,) if thread else ()
    return verdict.opening(
        read,
        around.organisation,
        around.box,
        case_id=around.new_id(),
        now=around.now,
        links=links,
        certain=not somebody_else,
    )


def _from_somebody_known(read: Read, around: Around, thread: Thread | None) -> Verdict | None:
    """practice 2: it may belong to an open case of theirs, or be a new matter; a person sees it either way."""
    return around.plain(read, "held", kind="known-sender", problem=thread.doubt) if thread and thread.doubt else None


def _unread_attachment(read: Read, around: Around, thread: Thread | None) -> Verdict | None:  # noqa: ARG001
    """practice 3: a picture that nobody here could read may be the letter that the mail only announces."""
    if not read.left.why or read.row.folder in around.box.aside:
        return None
    return around.plain(read, "held", kind=UNREAD_ATTACHMENT, problem=read.left.why)


_BEFORE_ITS_CASE: tuple[Callable[[Read, Around], Awaitable[Verdict | None]], ...] = (
    _duplicate,
    _our_own,
    _from_our_scanner,
    _web_form,
    _bounce,
    _robot,
)
_KNOWING_ITS_CASE: tuple[Callable[[Read, Around, Thread | None], Verdict | None], ...] = (
    _belongs_to_a_case,
    _perhaps_a_robot,
    _for_a_person,
    _in_another_folder,
    _waits_to_be_read,
    _request,
    _from_somebody_known,
    _unread_attachment,
)
