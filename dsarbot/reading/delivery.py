"""Is this mail from a person, or from a machine? Asked before triage, answered from standards first, words last.

No robot gets a letter and no bounce becomes a request; but a person's request taken for a robot's would be lost, so
each answer says why (``because``), and text alone decides only where two signs meet.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from dsarbot.reading import robots
from dsarbot.reading.headers import Headers, message_ids, parameters, read_block
from dsarbot.reading.mail import Mail

Kind = Literal["person", "auto-reply", "bounce", "report", "list"]

_TEXT = 20_000
_RECIPIENT = re.compile(r"^[ \t]{0,8}<([^<>\s@]{1,200}@[^<>\s@]{1,255})>:?[ \t]*$", re.MULTILINE)
_BARE_RECIPIENT = re.compile(r"^[ \t]{0,8}([^<>\s@:;,()]{1,200}@[^<>\s@:;,()]{3,255}):?[ \t]*$", re.MULTILINE)
_INLINE_ID = re.compile(r"^[> \t]{0,9}message-id:\s{0,9}(<[^<>\s]{1,995}>)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>;,\"]{1,200}@[^\s<>;,\"]{1,255}")
_COPY_BELOW = re.compile(
    r"^.{0,30}(?:below this line is a copy|this is a copy of|original message headers|-+ ?original|returned message"
    r"|transcript of session|en-têtes du message|ursprüngliche nachrichtenkopf)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """What kind of writer stands behind a mail.

    ``bounced_message_ids`` are all Message-IDs found in the returned part and in References; whether one is *ours* is
    looked up by the caller. ``status`` is an RFC 3463 code. ``delayed``: the mail system still tries.
    """

    kind: Kind
    because: str
    bounced_message_ids: tuple[str, ...] = ()
    bounced_recipients: tuple[str, ...] = ()
    status: str | None = None
    permanent: bool = False
    delayed: bool = False


def classify(mail: Mail, *, own_lists: Collection[str] = ()) -> Delivery:
    """Person or machine. ``own_lists``: domains or list ids of our own groups, through which persons write to us."""
    for check in (_report, _bounce_by_header, _bounce_by_words, _answer):
        found = check(mail)
        if found is not None:
            return found
    return _list(mail, own_lists) or Delivery(kind="person", because="no sign of a machine")


# --- reports of RFC 6522 --------------------------------------------------------------------------------------------


def _report(mail: Mail) -> Delivery | None:
    content_type, params = parameters(mail.headers.get("content-type"))
    parts = {file.content_type: file.content or b"" for file in reversed(mail.files)}
    status = parts.get("message/delivery-status", parts.get("message/global-delivery-status"))
    if status is not None:
        return _delivery_status(mail, status)
    report = params.get("report-type", "").lower() if content_type == "multipart/report" else ""
    # RFC 5965: a complaint about abuse; RFC 8098: a read receipt.
    for part, name, slug in (
        ("message/feedback-report", "feedback-report", "feedback-report"),
        ("message/disposition-notification", "disposition-notification", "disposition-notification"),
        ("application/tlsrpt+gzip", "tlsrpt", "tls-report"),
        ("application/tlsrpt+json", "tlsrpt", "tls-report"),
    ):
        if part in parts or report == name:
            return Delivery(kind="report", because=slug, bounced_message_ids=_returned_ids(mail, parts.get(part, b"")))
    # RFC 7489 section 7.2.1.1: the subject of an aggregate report.
    if re.match(r"report domain: ?\S", mail.subject, re.IGNORECASE) and mail.files:
        return Delivery(kind="report", because="dmarc-report")
    return _delivery_status(mail, b"") if report == "delivery-status" else None


def _delivery_status(mail: Mail, content: bytes) -> Delivery:
    """RFC 3464: one group of fields about the message, then one per recipient, apart by empty lines."""
    groups = [group for group in _groups(content) if "action" in group or "final-recipient" in group]
    actions = {group.get("action").lower().split(" ")[0] for group in groups}
    statuses = [match[1] for group in groups if (match := robots.STATUS.search(group.get("status")))]
    recipients = [
        match[0].lower()
        for group in groups
        for name in ("original-recipient", "final-recipient")
        if (match := _ADDRESS.search(group.get(name).rpartition(";")[2]))
    ]
    # RFC 3464 section 2.3.3: delivered, relayed and expanded are good news.
    if actions and actions <= {"delivered", "relayed", "expanded"}:
        ids = _returned_ids(mail, b"")
        return Delivery(kind="report", because="delivery-status: delivered", bounced_message_ids=ids)
    if not groups:
        return _words_bounce(mail, "multipart/report")
    delayed = actions == {"delayed"}
    status = next((one for one in statuses if one[0] == "5"), next(iter(statuses), None))
    return Delivery(
        kind="bounce",
        because="delivery-status: " + ("delayed" if delayed else "failed"),
        bounced_message_ids=_returned_ids(mail, b""),
        bounced_recipients=tuple(dict.fromkeys(recipients)),
        status=status,
        permanent=not delayed and ("failed" in actions or (status or "").startswith("5")),
        delayed=delayed,
    )


def _groups(content: bytes) -> Iterator[Headers]:
    position = 0
    content = content[:200_000]
    for _ in range(1_000):
        while position < len(content) and content[position] in b"\r\n \t":
            position += 1
        if position >= len(content):
            return
        headers, body, _broken = read_block(content, position, len(content))
        yield headers
        # A line that is no field: go on behind it.
        following = content.find(b"\n", position) + 1 or len(content)
        position = body if body > position else following


# --- bounces without a standard part --------------------------------------------------------------------------------


def _bounce_by_header(mail: Mail) -> Delivery | None:
    if failed := mail.headers.get("x-failed-recipients"):
        found = _words_bounce(mail, "x-failed-recipients")
        return Delivery(
            kind="bounce",
            because=found.because,
            bounced_message_ids=found.bounced_message_ids,
            bounced_recipients=tuple(match.lower() for match in _ADDRESS.findall(failed)[:100]),
            status=found.status,
            permanent=not found.delayed,
            delayed=found.delayed,
        )
    # RFC 5321 section 4.5.5: notifications about delivery have an empty reverse-path.
    if _empty_return_path(mail) and (robots.BOUNCE_SUBJECT.match(mail.subject) or _is_daemon(mail)):
        return _words_bounce(mail, "empty return-path")
    return None


def _bounce_by_words(mail: Mail) -> Delivery | None:
    """Two signs out of three: the sender is a mail daemon, the subject is a bounce's, the text is."""
    daemon = _is_daemon(mail)
    subject = robots.BOUNCE_SUBJECT.match(mail.subject) is not None
    if daemon and subject:
        return _words_bounce(mail, "daemon sender and subject")
    # The text is searched only where one sign stands already: it is the dearest.
    if (daemon or subject) and robots.BOUNCE_TEXT.search(mail.text[:_TEXT]):
        return _words_bounce(mail, "daemon sender and text" if daemon else "bounce subject and text")
    return None


def _words_bounce(mail: Mail, because: str) -> Delivery:
    """What can be told from the text of a bounce."""
    text = mail.text[:_TEXT]
    copy = _COPY_BELOW.search(text)
    report = text[: copy.start()] if copy else text
    match = robots.STATUS.search(report)
    status = match[1] if match else None
    code = robots.SMTP_CODE.search(report)
    delayed = bool(robots.DELAYED_TEXT.search(f"{mail.subject}\n{report}")) and (status or "4")[0] == "4"
    found = _RECIPIENT.findall(report) or _BARE_RECIPIENT.findall(report)
    return Delivery(
        kind="bounce",
        because=because,
        bounced_message_ids=_returned_ids(mail, b""),
        bounced_recipients=tuple(dict.fromkeys(one.lower() for one in found[:100])),
        status=status,
        permanent=not delayed and (status[0] == "5" if status else code is None or code[1] == "5"),
        delayed=delayed,
    )


def _returned_ids(mail: Mail, extra: bytes) -> tuple[str, ...]:
    """Message-IDs of what came back: attached message or headers, copied into the text, or answered to."""
    found: dict[str, None] = {}
    for message in mail.messages:
        found.update(dict.fromkeys((message.message_id,) if message.message_id else ()))
    for group in _groups(extra):
        found.update(dict.fromkeys(message_ids(group.get("original-message-id"))))
    found.update(dict.fromkeys(_INLINE_ID.findall(mail.text)[:100]))
    for file in mail.files:
        if file.content_type in {"text/plain", "text/rfc822"} and file.content:
            text = file.content[:_TEXT].decode("latin-1")
            found.update(dict.fromkeys(_INLINE_ID.findall(text)[:100]))
    found.update(dict.fromkeys((*mail.in_reply_to, *mail.references)[:100]))
    return tuple(found)


def _empty_return_path(mail: Mail) -> bool:
    return any("".join(value.split()) == "<>" for value in mail.headers.all("return-path"))


def _is_daemon(mail: Mail) -> bool:
    local = mail.sender.address.partition("@")[0]
    name = mail.sender.name
    return bool(robots.DAEMONS.match(local)) or bool(robots.DAEMON_NAMES.match(name))


# --- answers and lists ----------------------------------------------------------------------------------------------


def _answer(mail: Mail) -> Delivery | None:
    for header, pattern, slug in robots.AUTO_REPLY_HEADERS:
        for value in mail.headers.all(header):
            if re.match(pattern, value.strip(), re.IGNORECASE):
                return Delivery(kind="auto-reply", because=_because(slug, value), bounced_message_ids=_answered(mail))
    if robots.AUTO_REPLY_SUBJECT.match(mail.subject):
        return Delivery(kind="auto-reply", because="subject", bounced_message_ids=_answered(mail))
    away_subject = mail.subject.lower().startswith(("auto:", "auto :", "absence", "abwesen"))
    if (away_subject or _empty_return_path(mail)) and robots.AWAY_TEXT.search(mail.text[:600]):
        return Delivery(kind="auto-reply", because="text", bounced_message_ids=_answered(mail))
    if _empty_return_path(mail) and mail.in_reply_to:
        return Delivery(kind="auto-reply", because="empty return-path", bounced_message_ids=_answered(mail))
    return None


def _answered(mail: Mail) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*mail.in_reply_to, *mail.references)[:100]))


def _because(slug: str, value: str) -> str:
    word = value.strip().lower().partition(";")[0].partition(" ")[0][:40]
    return f"{slug}: {word}" if slug in {"auto-submitted", "precedence"} and word else slug


def _list(mail: Mail, own_lists: Collection[str]) -> Delivery | None:
    own = tuple(name.lower().strip("<>. ") for name in own_lists if name)
    list_id = mail.headers.get("list-id").lower().rpartition("<")[2].rstrip("> ")
    if own and any(list_id == name or list_id.endswith(f".{name}") for name in own):
        # Our own group forwards what persons write to it: its list headers say nothing about them.
        return None
    for header, pattern, slug in robots.LIST_HEADERS:
        for value in mail.headers.all(header):
            if re.match(pattern, value.strip(), re.IGNORECASE):
                return Delivery(kind="list", because=_because(slug, value))
    return None
