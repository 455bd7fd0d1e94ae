"""Mails as persons, robots and colleagues send them."""

from __future__ import annotations

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

ACCESS = (
    "Bonjour,\nEn application de l'article 15 du RGPD, je souhaite obtenir une copie de toutes les données "
    "personnelles que vous détenez sur moi.\n{}\n"
)
ERASURE = (
    "Bonjour,\nConformément à l'article 17 du RGPD, je vous demande d'effacer toutes mes données personnelles.\n{}\n"
)
ORDINARY = "Bonjour,\nMon site est lent depuis hier, pouvez-vous regarder le serveur ?\n{}\nMerci"


def mail(
    text: str,
    *,
    name: str = "Jeanne Martin",
    address: str = "jeanne@person.example",
    to: str = "dpo@nord.example.org",
    subject: str = "Mes données",
    message_id: str = "",
    html: str = "",
    files: tuple[tuple[str, str, bytes], ...] = (),
    **headers: str,
) -> bytes:
    """One mail. files: (name, type/subtype, content); headers: `In_Reply_To` and the like."""
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(display_name=name, addr_spec=address)
    made["To"], made["Subject"] = to, subject
    known = hashlib.sha256(f"{text}{address}{subject}".encode()).hexdigest()[:16]
    made["Message-ID"] = message_id or f"<{known}@person.example>"
    for key, value in headers.items():
        made[key.replace("_", "-")] = value
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    for file, kind, content in files:
        main, _, sub = kind.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=file)
    return made.as_bytes()


def bounce(message_id: str, recipient: str, *, told: str, status: str = "5.1.1", headers: str = "") -> bytes:
    """A delivery report (RFC 3464) about a mail of that Message-ID."""
    own = hashlib.sha256(message_id.encode()).hexdigest()[:16]
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r\nTo: dpo@nord.example.org\r\n"
        f"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <{own}@mx.example.org>\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\n{told}\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {told}\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\n{headers}\r\n\r\n--b--\r\n"
    ).encode()
