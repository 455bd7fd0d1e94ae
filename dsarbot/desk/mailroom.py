"""What one mail is, as far as it can be read from the mail alone: the values intake decides on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dsarbot.desk.organisation import Organisation
from dsarbot.ports import InboundRow
from dsarbot.reading import authentication, delivery, replies
from dsarbot.reading.forwards import Forwarded, forwarded
from dsarbot.reading.mail import Mail, content_digest
from dsarbot.reading.receipt import received_at
from dsarbot.reading.triage import Triage, triage

#: RFC 3834 5.1: generated, but not in reply to anything. Web sites send what people typed into a form like this.
WEB_FORM = "auto-submitted: auto-generated"
#: What proves a signature is no content.
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_TEXT = ("text/plain", "text/csv", "text/markdown")
#: So few letters of a person's own are no message: what they meant is in the attachment (practice 3).
_FEW_LETTERS = 40


@dataclass(frozen=True, kw_only=True)
class MailboxInfo:
    """addresses: which organisation an address of this mailbox (in small letters) belongs to; aside: folders that are
    only looked at."""

    key: str
    organisations: tuple[str, ...]
    addresses: Mapping[str, str] = field(default_factory=dict)
    authserv_id: str | None = None
    own_hosts: tuple[str, ...] = ()
    aside: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Read:
    """One mail, read. inner: the request a colleague forwarded; text: what is new in it."""

    row: InboundRow
    mail: Mail
    digest: str
    delivery: delivery.Delivery
    authentication: authentication.Authentication
    triage: Triage
    text: str
    inner: Forwarded | None
    received_at: datetime
    unread_content: bool

    @property
    def message_id(self) -> str:
        return self.mail.message_id or ""

    @property
    def sender(self) -> str:
        return self.inner.sender.address if self.inner else self.mail.sender.address

    @property
    def sender_name(self) -> str:
        return self.inner.sender.name if self.inner else self.mail.sender.name

    @property
    def invokes_right(self) -> bool:
        """A right is asked for, be it in a first letter or in a reply that quotes a reference."""
        return self.triage.kind == "request" or (self.triage.kind == "reply" and bool(self.triage.rights))

    @property
    def domain(self) -> str:
        return self.mail.sender.address.rpartition("@")[2].lower()


def look(row: InboundRow, mail: Mail, box: MailboxInfo, own_domains: frozenset[str]) -> Read:
    """Everything the mail itself tells. Robots never reach the rules of triage; a forward is its inner message."""
    kind = delivery.classify(mail)
    inner = _inner(mail, own_domains)
    text = inner.text if inner else _new_text(mail)
    robot = kind.kind != "person" and kind.because != WEB_FORM
    subject = inner.subject if inner else mail.subject
    found = triage("" if robot else text, subject="" if robot else subject, attachments=_attached_texts(mail, inner))
    at, _ = received_at(row.received_at, mail.received, box.own_hosts)
    if inner:
        # practice 1: the earliest receipt that can be shown; a quoted date is only a proposal and not taken here.
        at, _ = received_at(at, inner.received, box.own_hosts)
    return Read(
        row=row,
        mail=mail,
        digest=content_digest(mail),
        delivery=kind,
        authentication=authentication.authenticate(mail, box.authserv_id),
        triage=found,
        text=text,
        inner=inner,
        received_at=at,
        unread_content=_unread(mail, text),
    )


def _new_text(mail: Mail) -> str:
    """What was written now. A mail that is all quotation and answers nothing is somebody's own letter, sent again."""
    new = replies.split(mail.text).new_text
    return new or ("" if mail.in_reply_to or mail.references else mail.text)


def _inner(mail: Mail, own_domains: frozenset[str]) -> Forwarded | None:
    if mail.sender.address.rpartition("@")[2].lower() not in own_domains:
        return None
    strangers = (each for each in forwarded(mail) if each.sender.address.rpartition("@")[2].lower() not in own_domains)
    return next(strangers, None)


def _attached_texts(mail: Mail, inner: Forwarded | None) -> list[str]:
    texts = [
        file.content.decode("utf-8", "replace")
        for file in mail.files
        if file.content and file.content_type in _TEXT and not file.inline
    ]
    return texts if inner else texts + [f"{each.subject}\n{each.text}" for each in mail.messages]


def _unread(mail: Mail, text: str) -> bool:
    """practice 3: a mail whose only content is something we cannot read is never ordinary."""
    if mail.encrypted:
        return True
    closed = [file for file in mail.files if file.content_type not in (*_TEXT, *_SIGNATURES) and not file.inline]
    return bool(closed) and sum(character.isalpha() for character in text) < _FEW_LETTERS


_BLOCKS: tuple[tuple[str, Callable[[Read, MailboxInfo, Organisation], bool]], ...] = (
    ("internal-forward", lambda read, box, org: read.inner is not None),
    ("no-sender", lambda read, box, org: not read.mail.senders_count),
    ("several-senders", lambda read, box, org: read.mail.senders_count > 1),
    ("own-domain", lambda read, box, org: read.domain in org.own_domains),
    ("dmarc-failed", lambda read, box, org: read.authentication.failed),
    ("other-folder", lambda read, box, org: read.row.folder in box.aside),
)


def blocked_because(read: Read, box: MailboxInfo, organisation: Organisation) -> str:
    """Why nothing may go to the sender by itself, "" when it may (security 13)."""
    return next((why for why, applies in _BLOCKS if applies(read, box, organisation)), "")
