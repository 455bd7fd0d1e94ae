"""What is said about one mail or text: the very reading of the service, without its store."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from dsarbot.cli.triage_sources import Item
from dsarbot.desk.attached import Documents, Texts, said_in, texts_in
from dsarbot.desk.mailroom import MailboxInfo, Read, look
from dsarbot.errors import TheirInput
from dsarbot.ports import InboundRow, Scope
from dsarbot.reading.authorities import is_authority
from dsarbot.reading.charsets import decode
from dsarbot.reading.mail import parse
from dsarbot.reading.triage import Triage, references, triage

_NOBODY: Final = Scope("")
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
_ROW: Final = InboundRow(
    id="", scope=_NOBODY, channel="mail", received_at=_LONG_AGO, kept_at=_LONG_AGO, objects=(), size=0
)
#: What a reader may raise on input it was not made for; the service holds such a mail.
_UNREADABLE: Final = (TheirInput, ValueError, LookupError, RecursionError)
_RETURNED: Final = ("bounce", "report")


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """One right asked for. because: the phrases, as they stand in the text."""

    right: str
    score: float
    because: tuple[str, ...]
    marketing: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What is printed about one item: the keys of the JSON line, in its order."""

    source: str
    kind: str
    certain: bool
    rights: tuple[Right, ...] = ()
    mentioned: tuple[str, ...] = ()
    language: str = "und"
    confidence: float = 0.0
    reference: str | None = None
    sender: str = ""
    subject: str = ""
    authenticated: bool | None = None
    attachments: tuple[str, ...] = ()
    role_hint: str | None = None
    problems: tuple[str, ...] = ()
    urgency: tuple[str, ...] = ()
    topic: str = ""
    because: tuple[str, ...] = ()

    @property
    def slugs(self) -> str:
        """The rights in one word: ``access+erasure``."""
        return "+".join(right.right for right in self.rights)

    @property
    def asks(self) -> bool:
        """A case would be opened, or a person asked: a request, also in an answer that quotes a reference."""
        return self.kind == "request" or (self.kind == "reply" and bool(self.rights))


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """words: everything that was read for it, for whoever shows the phrases where they stand."""

    line: Line
    words: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Eyes:
    """authserv_id: the server whose Authentication-Results are trusted; own: domains of the house; documents: reads
    what is attached, as the service does."""

    documents: Documents
    authserv_id: str | None = None
    own: frozenset[str] = frozenset()

    async def look(self, item: Item) -> Looked:
        """Everything that is said about one item; never raises for what is in it."""
        try:
            return await self._looked(item)
        except _UNREADABLE as why:
            return _unreadable(item, type(why).__name__)

    async def _looked(self, item: Item) -> Looked:
        if item.form == "unreadable":
            return _unreadable(item, item.problem)
        if item.form == "mail":
            return await self._mail(item)
        if item.form == "text":
            return _text(item, decode(item.raw)[0])
        (found,) = await self.documents.texts([item.raw])
        return _text(item, found.text) if found.text else _unreadable(item, "unread-document")

    async def _mail(self, item: Item) -> Looked:
        mail = parse(item.raw)
        texts = await texts_in(mail, self.documents)
        box = MailboxInfo(key="", organisations=(), authserv_id=self.authserv_id)
        read = look(_ROW, mail, box, self.own, texts)
        return Looked(line=of_mail(item.source, read), words=_words(read, texts))


def _unreadable(item: Item, why: str) -> Looked:
    return Looked(line=Line(source=item.source, kind="unreadable", certain=False, problems=(why,)))


def _text(item: Item, text: str) -> Looked:
    line = replace(_line(item.source, triage(text)), reference=next(iter(references(text)), None))
    return Looked(line=line, words=(text,))


def _words(read: Read, texts: Texts) -> tuple[str, ...]:
    mails = read.inner.mails if read.inner and read.inner.mails else (read.mail,)
    return (read.text, read.subject, *said_in(mails, texts), read.mail.text)


def of_mail(source: str, read: Read) -> Line:
    """The checks of the service, as far as they need no store."""
    mail, known, machine = read.mail, read.authentication, read.delivery.kind
    about = replace(
        _line(source, read.triage),
        reference=next(iter(references(f"{mail.subject}\n{mail.text}")), None),
        sender=mail.sender.address,
        subject=mail.subject,
        authenticated=known.aligned if known.trusted else None,
        attachments=tuple(file.name for file in mail.files),
        problems=mail.problems,
    )
    if machine != "person" and read.delivery.certain:
        # A robot's text never reaches the rules: a bounce may quote "erase my data".
        return replace(_bare(about), kind=machine, certain=True)
    if machine in _RETURNED and not about.rights:
        return replace(_bare(about), kind=machine, certain=False)
    if is_authority(read.sender):
        # practice 23: what an authority writes is no request of a data subject, whatever its words.
        return replace(about, kind="authority", certain=True)
    persons = (read, *read.others)
    if read.others:
        # practice 1: two persons forwarded are two cases.
        about = _together(about, persons)
    if about.kind == "ordinary" and any(each.unread_content for each in persons):
        # practice 3: a mail whose only content is an unread attachment is never ordinary.
        return replace(about, kind="request", certain=False, problems=(*about.problems, "unread-attachment"))
    return _less_certain(about, read, machine)


def _less_certain(line: Line, read: Read, machine: str) -> Line:
    """A machine's mail by weak signs: what its words ask for is shown, for a person to confirm; so is a forward."""
    if machine != "person":
        asks = line.rights or line.kind not in {"ordinary", "reply"}
        return replace(line, kind=line.kind if asks else machine, certain=False)
    return replace(line, certain=False) if read.inner and line.asks else line


def _together(line: Line, persons: tuple[Read, ...]) -> Line:
    asking = next((each for each in persons if each.invokes_right), persons[0])
    rights = {right.right: right for each in persons for right in _line("", each.triage).rights}
    return replace(
        line,
        kind=asking.triage.kind,
        certain=False,
        rights=tuple(rights.values()),
        because=asking.triage.because,
        problems=(*line.problems, "several-persons"),
    )


def _bare(line: Line) -> Line:
    return replace(line, rights=(), mentioned=(), role_hint=None, urgency=(), topic="", because=())


def _line(source: str, found: Triage) -> Line:
    return Line(
        source=source,
        kind=found.kind,
        certain=found.certain,
        rights=tuple(
            Right(right=one.right, score=one.score, because=one.because, marketing=one.marketing)
            for one in found.rights
        ),
        mentioned=found.mentioned,
        language=found.language,
        confidence=found.confidence,
        role_hint=found.role_hint,
        urgency=found.urgency,
        topic=found.topic,
        because=found.because,
    )
