"""What one mail is, as far as it can be read from the mail alone: the values intake decides on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from dsarbot.desk.attached import NO_TEXTS, Texts, said_in, unread
from dsarbot.desk.inner import Inner, is_own, people_in
from dsarbot.desk.ocr import NOTHING_LEFT, Left, Pictures, all_texts, left
from dsarbot.desk.organisation import Organisation
from dsarbot.ports import InboundRow
from dsarbot.reading import authentication, delivery, replies
from dsarbot.reading.authorities import is_authority
from dsarbot.reading.copies import copy_mark
from dsarbot.reading.forwards import forwarded
from dsarbot.reading.mail import Mail, content_digest
from dsarbot.reading.receipt import received_at
from dsarbot.reading.triage import Triage, triage


@dataclass(frozen=True, kw_only=True)
class MailboxInfo:
    """addresses: which organisation an address of this mailbox (in small letters) belongs to; aside: folders that are
    only looked at; scan_senders: addresses (in small letters) of scanners that send letters on paper."""

    key: str
    organisations: tuple[str, ...]
    addresses: Mapping[str, str] = field(default_factory=dict)
    authserv_id: str | None = None
    own_hosts: tuple[str, ...] = ()
    aside: frozenset[str] = frozenset()
    scan_senders: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Read:
    """One mail, read. inner: what a person wrote and a colleague forwarded; others: the same mail, read as what further
    persons wrote that were forwarded with it; copy_mark: what a copy of it has under any Message-ID ("": a forward,
    whose persons are told apart by theirs); text: what is new in it; left: what its pictures keep to themselves."""

    row: InboundRow
    mail: Mail
    digest: str
    copy_mark: str
    delivery: delivery.Delivery
    authentication: authentication.Authentication
    triage: Triage
    text: str
    inner: Inner | None
    received_at: datetime
    unread_content: bool
    left: Left = NOTHING_LEFT
    others: tuple[Read, ...] = ()

    @property
    def message_id(self) -> str:
        """Of what the person wrote; of the forward only where the forward does not tell it."""
        return (self.inner.message_id if self.inner else "") or self.mail.message_id or ""

    @property
    def answers(self) -> tuple[str, ...]:
        """Message-IDs that this mail answers, the nearest first."""
        mails = (*(self.inner.mails if self.inner else ()), self.mail)
        return tuple(dict.fromkeys(each for one in mails for each in (*one.in_reply_to, *reversed(one.references))))

    @property
    def sender(self) -> str:
        return self.inner.sender.address if self.inner else self.mail.sender.address

    @property
    def sender_name(self) -> str:
        return self.inner.sender.name if self.inner else self.mail.sender.name

    @property
    def subject(self) -> str:
        return self.inner.subject if self.inner else self.mail.subject

    @property
    def invokes_right(self) -> bool:
        """A right is asked for, be it in a first letter or in a reply that quotes a reference."""
        return self.triage.kind == "request" or (self.triage.kind == "reply" and bool(self.triage.rights))


def look(  # noqa: PLR0917, in the order in which they are known
    row: InboundRow,
    mail: Mail,
    box: MailboxInfo,
    own_domains: frozenset[str],
    texts: Texts = NO_TEXTS,
    seen: Pictures | None = None,
) -> Read:
    """Everything the mail itself tells. Robots never reach the rules of triage; a forward is its inner message.

    texts: of the attached documents that could be read (`attached.texts_in`); seen: what was read in pictures."""
    persons = people_in(mail, own_domains)
    # Our own groups pass on what persons write to them.
    kind = delivery.classify(mail, own_lists=own_domains)
    words = all_texts(texts, seen)
    reads = [_look(row, mail, box, kind=kind, inner=inner, texts=words) for inner in persons or (None,)]
    if len(reads) == 1:
        return replace(reads[0], left=left(_carriers(mail, reads[0].inner), texts, seen))
    # Of several persons forwarded together, whoever confirms what they want looks at their pictures.
    found = (left(_carriers(mail, each.inner), texts, seen) for each in reads)
    first, *others = [
        replace(each, left=Left(why="several-persons" if one.waits else one.why))
        for each, one in zip(reads, found, strict=True)
    ]
    return replace(first, others=tuple(others))


def _carriers(mail: Mail, inner: Inner | None) -> tuple[Mail, ...]:
    """The mails whose attachments a person has sent."""
    return inner.mails if inner and inner.mails else (mail,)


def _look(
    row: InboundRow, mail: Mail, box: MailboxInfo, *, kind: delivery.Delivery, inner: Inner | None, texts: Texts
) -> Read:
    text = (replies.split(inner.text).new_text or inner.text) if inner else _new_text(mail)
    subject = inner.subject if inner else mail.subject
    robot = kind.kind != "person" and kind.certain
    carriers = _carriers(mail, inner)
    attached = said_in(carriers, texts)
    returned = kind.kind in {"bounce", "report"}
    spoken = attached if inner or returned else attached + _passed_on(mail)
    found = triage("" if robot else text, subject="" if robot else subject, attachments=() if robot else spoken)
    if kind.kind != "person" and found.kind == "request" and not found.rights:
        # "I will reply as soon as possible": a tone of asking is nothing where a machine seems to speak.
        found = replace(found, kind="ordinary", certain=False)
    digest = content_digest(mail)
    return Read(
        row=row,
        mail=mail,
        digest=digest,
        copy_mark="" if inner else copy_mark(mail, digest),
        delivery=_writer(kind, found),
        authentication=authentication.authenticate(mail, box.authserv_id),
        triage=found,
        text=text,
        inner=inner,
        received_at=_earliest_receipt(row, mail, box, inner),
        unread_content=unread(carriers, text, texts),
    )


def _writer(kind: delivery.Delivery, found: Triage) -> delivery.Delivery:
    """No absence note asks for a right in so many words: who does is a person, whatever else stands beside it
    ("my old log-in no longer works, please contact me by mail")."""
    if kind.because == delivery.AWAY and found.kind == "request" and found.certain:
        return replace(kind, kind="person", because="asks for a right")
    return kind


def _passed_on(mail: Mail) -> list[str]:
    """What an outsider, such as a reseller, sends on asks for what it asks for. Below an answer it was asked before."""
    if mail.in_reply_to or mail.references:
        return [f"{each.subject}\n{each.text}" for each in mail.messages]
    return [f"{each.subject}\n{each.text}" for each in forwarded(mail)]


def _new_text(mail: Mail) -> str:
    """What was written now. A mail that is all quotation and answers nothing is somebody's own letter, sent again."""
    new = replies.split(mail.text).new_text
    return new or ("" if mail.in_reply_to or mail.references else mail.text)


def _earliest_receipt(row: InboundRow, mail: Mail, box: MailboxInfo, inner: Inner | None) -> datetime:
    """practice 1: the earliest receipt that can be shown, also of what a colleague forwarded; a quoted date is only
    a proposal and not taken here."""
    at, _ = received_at(row.received_at, mail.received, box.own_hosts)
    for each in inner.mails if inner else ():
        at = min(at, received_at(at, each.received, box.own_hosts)[0])
    return at


_BLOCKS: tuple[tuple[str, Callable[[Read, MailboxInfo, Organisation], bool]], ...] = (
    ("internal-forward", lambda read, box, org: read.inner is not None),
    ("no-sender", lambda read, box, org: not read.mail.senders_count),
    ("several-senders", lambda read, box, org: read.mail.senders_count > 1),
    ("own-domain", lambda read, box, org: is_own(read.mail.sender, org.own_domains)),
    ("staff", lambda read, box, org: read.mail.sender.address.lower() in org.staff),
    ("intermediary", lambda read, box, org: org.is_intermediary(read.mail.sender.address)),
    ("authority", lambda read, box, org: is_authority(read.mail.sender.address)),
    ("dmarc-failed", lambda read, box, org: read.authentication.failed),
    ("other-folder", lambda read, box, org: read.row.folder in box.aside),
)


def blocked_because(read: Read, box: MailboxInfo, organisation: Organisation) -> str:
    """Why nothing may go to the sender by itself, "" when it may (security 13)."""
    return next((why for why, applies in _BLOCKS if applies(read, box, organisation)), "")
