"""What a machine's mail gives back of a letter: its Message-IDs, the addresses it speaks of, and why it came back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dsarbot.reading.headers import Headers, message_ids, read_block
from dsarbot.reading.mail import Mail
from dsarbot.reading.robots import folded, plain, words

TEXT = 20_000
ADDRESS = re.compile(r"[^\s<>;,:()\[\]\"']{1,200}@[^\s<>;,:()\[\]\"']{1,255}")
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])([45])\d\d[ -](?!\d{1,3}\.\d)")
_INLINE_ID = re.compile(r"^[> \t]{0,9}message-id:\s{0,9}(<[^<>\s]{1,995}>)", re.IGNORECASE | re.MULTILINE)
_BARE = r"[^\s<>;,:()\"']{1,200}@[^\s<>;,:()\"']{2,255}[^\s<>;,:.()\"']"
_GAP = r"[ \t:]{0,3}\n{0,2}[ \t]{0,8}[<\"'(]{0,2}"
_FORMS = (
    # "<gone@example.org>:" of qmail and Postfix, then an address alone on its line.
    rf"^[ \t*]{{0,8}}<({_BARE})>",
    rf"^[ \t]{{0,8}}(?:[*-]{{1,2}}[ \t]{{1,4}})?({_BARE}):?[ \t]*$",
    rf"(?:final-recipient|original-recipient)[ \t]{{0,9}}:[ \t]{{0,9}}(?:[a-z0-9-]{{1,20}};)?[ \t]{{0,9}}<?({_BARE})",
    rf"(?:rcpt to|failed recipient|intended recipient|undeliverable address|error-for)[ \t]*:[ \t]*<?({_BARE})",
    # "... delivered to gone@example.org because", "an gone@example.org konnte nicht", "à 'gone@example.org'".
    rf"\b(?:to|for|an|für|à|a|aan|address|adresse|recipients?|empfänger|destinataires?|mailto){_GAP}({_BARE})",
)
_LINES = tuple(re.compile(form, re.IGNORECASE | re.MULTILINE) for form in _FORMS)


def groups(content: bytes) -> Iterator[Headers]:
    """Blocks of header fields, apart by empty lines, as in the parts of RFC 3464 and RFC 8098."""
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


def returned_ids(mail: Mail, extra: bytes = b"") -> tuple[str, ...]:
    """Message-IDs of what came back: attached message or headers, copied into the text, or answered to."""
    found: dict[str, None] = {}
    for message in mail.messages:
        found.update(dict.fromkeys((message.message_id,) if message.message_id else ()))
    for group in groups(extra):
        found.update(dict.fromkeys(message_ids(group.get("original-message-id"))))
    found.update(dict.fromkeys(_INLINE_ID.findall(mail.text)[:100]))
    for file in mail.files:
        if file.content_type.startswith(("text/", "application/octet-stream")) and file.content:
            text = file.content[:TEXT].decode("latin-1")
            found.update(dict.fromkeys(_INLINE_ID.findall(text)[:100]))
    found.update(dict.fromkeys(answered_ids(mail)))
    return tuple(found)


def answered_ids(mail: Mail) -> tuple[str, ...]:
    """Message-IDs that the mail answers."""
    return tuple(dict.fromkeys((*mail.in_reply_to, *mail.references)[:100]))


def above_copy(text: str) -> str:
    """The report itself: what stands below its announcement of a copy is the mail that came back."""
    text = text[:TEXT]
    begun = 0
    for line in text.splitlines(keepends=True):
        begun += len(line)
        if ":" in line or "--" in line or len(line) > 12:
            start = folded(line[:200])
            if any(phrase in start[: 40 + len(phrase)] for phrase in words().copies) and begun > len(line):
                return text[: begun - len(line)]
    return text


def recipients(report: str) -> tuple[str, ...]:
    """Addresses that a report in words says it could not reach, then whatever others stand in it; () if none is said.

    One too many raises no alarm (the letter's own Message-ID must be there too), one too few hides one.
    """
    report = _INLINE_ID.sub("", report)
    found = dict.fromkeys(one.lower() for form in _LINES for one in form.findall(report)[:100])
    if found:
        found.update(dict.fromkeys(one.strip(".").lower() for one in ADDRESS.findall(report)[:100]))
    return tuple(found)


def status(report: str) -> str | None:
    """The RFC 3463 code that stands in a report, else the one its words mean, else the class of its SMTP reply."""
    if match := STATUS.search(report):
        return match[1]
    said = plain(report[:8_000])
    for code, phrases in words().status:
        if phrases.first(said):
            return code
    reply = _CODE.search(report)
    return f"{reply[1]}.0.0" if reply else None
