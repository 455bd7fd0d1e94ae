"""Reports in the forms of RFC 6522 and its kin: deliveries, receipts, complaints, DMARC, TLS, answers to invitations.

Standards first; programs that write such reports in plain words come last.
"""

from __future__ import annotations

import re

from dsarbot.reading.bounces import told
from dsarbot.reading.delivery_value import Delivery
from dsarbot.reading.headers import parameters
from dsarbot.reading.mail import Mail
from dsarbot.reading.returned import ADDRESS, STATUS, groups, returned_ids
from dsarbot.reading.robots import words
from dsarbot.reading.signs import Signs

#: RFC 5965: a complaint about abuse; RFC 8098: a receipt; RFC 8460: how TLS went.
_PARTS = (
    ("message/feedback-report", "feedback-report", "feedback-report"),
    ("message/disposition-notification", "disposition-notification", "disposition-notification"),
    ("application/tlsrpt+gzip", "tlsrpt", "tls-report"),
    ("application/tlsrpt+json", "tlsrpt", "tls-report"),
)
# RFC 7489 section 7.2.1.1: the subject and the file name of an aggregate report.
_DMARC = re.compile(r"(?:\[?preview\]?:? ?)?report domain ?: ?\S|.{0,40}\bdmarc\b.{0,40}\breport\b")
_DMARC_FILE = re.compile(r"[\w.-]{1,200}![\w.-]{1,200}!\d{9,11}!\d{9,11}\b.{0,80}\.(?:xml|zip|gz)", re.IGNORECASE)
# RFC 5546 section 1.4: what a calendar sends back when somebody presses a button.
_CALENDAR = re.compile(rb"^METHOD:(?:REPLY|COUNTER|DECLINECOUNTER|REFRESH)\b", re.IGNORECASE | re.MULTILINE)
#: With fewer letters a receipt says nothing but its subject.
_FEW = 120


def standard(signs: Signs) -> Delivery | None:
    """Reports by their parts."""
    mail = signs.mail
    content_type, params = parameters(mail.headers.get("content-type"))
    # Other files are not decoded for this.
    told_in = (
        file for file in reversed(mail.files) if file.content_type.startswith(("message/", "application/tlsrpt"))
    )
    parts = {file.content_type: file.content or b"" for file in told_in}
    status = parts.get("message/delivery-status", parts.get("message/global-delivery-status"))
    whole = content_type == "multipart/report"
    if status is not None and (whole or not signs.forwards):
        # A person who forwards a report may carry its parts along in a mail of another type.
        sure = whole or signs.daemon > 0 or signs.empty_path or signs.bounce_subject
        return _delivery_status(mail, status, certain=sure)
    report = params.get("report-type", "").lower() if whole else ""
    for part, name, slug in _PARTS:
        if report == name or (part in parts and not signs.forwards):
            ids = returned_ids(mail, parts.get(part, b""))
            return Delivery(kind="report", because=slug, bounced_message_ids=ids)
    if mail.files and (_DMARC.match(signs.subject) or any(_DMARC_FILE.fullmatch(file.name) for file in mail.files)):
        return Delivery(kind="report", because="dmarc-report")
    if any(file.content_type == "text/calendar" and _CALENDAR.search(file.content or b"") for file in mail.files):
        return Delivery(kind="report", because="calendar-reply", certain=False)
    return told(mail, "multipart/report") if whole else None


def in_words(signs: Signs) -> Delivery | None:
    """Receipts and complaints that say in plain words what they are."""
    if signs.answers or signs.forwards:
        return None
    known = words()
    if signs.subject.startswith(known.receipt_starts):
        said = bool(signs.says(known.receipt_texts))
        if said or sum(letter.isalpha() for letter in signs.mail.text[:1_000]) < _FEW:
            ids = returned_ids(signs.mail)
            return Delivery(kind="report", because="receipt", certain=said, bounced_message_ids=ids)
    if signs.subject.startswith(known.complaint_starts) and (signs.returns or signs.says(known.complaint_texts)):
        ids = returned_ids(signs.mail)
        return Delivery(kind="report", because="complaint", certain=signs.returns, bounced_message_ids=ids)
    return None


def _delivery_status(mail: Mail, content: bytes, *, certain: bool) -> Delivery:
    """RFC 3464: one group of fields about the message, then one per recipient, apart by empty lines."""
    about = [group for group in groups(content) if "action" in group or "final-recipient" in group]
    actions = {group.get("action").lower().split(" ")[0] for group in about}
    statuses = [match[1] for group in about if (match := STATUS.search(group.get("status")))]
    named = [
        match[0].lower()
        for group in about
        for name in ("original-recipient", "final-recipient")
        if (match := ADDRESS.search(group.get(name).rpartition(";")[2]))
    ]
    # RFC 3464 section 2.3.3: delivered, relayed and expanded are good news.
    if actions and actions <= {"delivered", "relayed", "expanded"}:
        because = "delivery-status: delivered"
        return Delivery(kind="report", because=because, certain=certain, bounced_message_ids=returned_ids(mail))
    if not about:
        return told(mail, "multipart/report", certain=certain)
    delayed = actions == {"delayed"}
    status = next((one for one in statuses if one[0] == "5"), next(iter(statuses), None))
    return Delivery(
        kind="bounce",
        because="delivery-status: " + ("delayed" if delayed else "failed"),
        certain=certain,
        bounced_message_ids=returned_ids(mail),
        bounced_recipients=tuple(dict.fromkeys(named)),
        status=status,
        permanent=not delayed and ("failed" in actions or (status or "").startswith("5")),
        delayed=delayed,
    )
