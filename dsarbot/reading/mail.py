"""A raw mail becomes one frozen value. Pure; any bytes give a ``Mail``, and what was wrong with them stands in it.

Mail decides legal dates and who gets letters: it is never refused for being broken, and never read by guesswork that
leaves no trace. ``problems`` holds slugs:

empty, no-from, several-from, no-subject, bad-headers, bad-mime, too-many-parts, too-deep, text-too-long,
unknown-charset, wrong-charset, too-large (a file listed without content), destroyed-leaf.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from dsarbot.reading.addresses import Address, parse_addresses
from dsarbot.reading.bodies import MAX_CONTENT, collect
from dsarbot.reading.headers import Headers, message_ids, parse_date
from dsarbot.reading.parts import Part, Tree, read
from dsarbot.reading.skeleton import DESTROYED, leaf_spans

__all__ = ["Address", "File", "Headers", "Mail", "content_digest", "parse"]

_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_PGP = "-----BEGIN PGP MESSAGE-----"
MAX_ADDRESSES = 1_000
_NOT_LOOKED_AT = frozenset({"too-many-parts", "too-deep"})


@dataclass(frozen=True, kw_only=True)
class File:
    """Something attached; ``leaf`` is its index in ``skeleton.cut`` of this mail.

    ``inline``: shown in the text, or read into it. ``readable``: False when it was destroyed or is too large to be
    read at once.
    """

    name: str
    content_type: str
    inline: bool
    leaf: int | None
    readable: bool
    part: Part = field(repr=False, compare=False)

    @property
    def content(self) -> bytes | None:
        """Decoded each time it is asked for, so that a batch of mails holds no copies; None when not readable."""
        content = self.part.decoded() if self.readable else None
        if content is not None and "_measured" not in self.__dict__:
            # Every digest is wanted sooner or later; so nothing is decoded a second time for it.
            self.__dict__["_measured"] = (len(content), hashlib.sha256(content).digest())
        return content

    def head(self, most: int) -> bytes:
        """The first bytes of the content, decoded from at most so many encoded ones; b"" when not readable."""
        return self.part.head(most) if self.readable else b""

    @property
    def size(self) -> int:
        """Decoded bytes; estimated when it is too large, 0 when it was destroyed."""
        return self._measured[0]

    @property
    def digest(self) -> bytes:
        """SHA-256 of the content, of the size where there is none."""
        return self._measured[1]

    @cached_property
    def _measured(self) -> tuple[int, bytes]:
        if self.content is not None:
            measured: tuple[int, bytes] = self.__dict__["_measured"]
            return measured
        size = 0 if _is_destroyed(self.part) else _estimate(self.part)
        return size, hashlib.sha256(b"%d" % size).digest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """One message. ``sender`` is the first From address (else Sender, Reply-To, Return-Path, with problem "no-from").

    ``senders_count`` counts different From addresses: automatic letters need exactly one. ``received`` and
    ``authentication_results`` are unfolded values, topmost first. ``date`` is the sender's own claim, in UTC.
    """

    sender: Address
    senders_count: int
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: datetime | None
    received: tuple[str, ...]
    authentication_results: tuple[str, ...]
    headers: Headers = field(repr=False)
    content_type: str
    text: str = field(repr=False)
    html_only: bool
    files: tuple[File, ...]
    messages: tuple[Mail, ...]
    encrypted: bool
    problems: tuple[str, ...]

    @property
    def cut_short(self) -> bool:
        """Parts of it were not looked at: no mail of a person has so many, or so deep ones."""
        return not _NOT_LOOKED_AT.isdisjoint(self.problems)


@dataclass(kw_only=True, slots=True)
class _Budget:
    content: int
    leaves: Mapping[tuple[int, int], int]


def parse(raw: bytes) -> Mail:
    """The mail in ``raw``, bounded in parts (500), depth (20), text (1 MB) and file bytes (60 MB). Never raises."""
    tree: Tree = read(raw)
    leaves = {span: index for index, span in enumerate(leaf_spans(tree))}
    return _message(tree.root, tree.root.data, _Budget(content=MAX_CONTENT, leaves=leaves), tree.problems)


def content_digest(mail: Mail) -> str:
    """Hex SHA-256 over sender, subject, text (blanks folded), files and messages: same mail twice, same digest."""
    digest = hashlib.sha256()
    for text in (mail.sender.address or mail.sender.name, mail.subject, mail.text):
        digest.update(hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).digest())
    for file in mail.files:
        digest.update(file.digest)
    for message in mail.messages:
        digest.update(content_digest(message).encode())
    return digest.hexdigest()


def _message(part: Part, buffer: bytes, budget: _Budget, problems: tuple[str, ...]) -> Mail:
    headers = part.headers
    found = collect(part)
    messages = tuple(_message(one.message, buffer, budget, ()) for one in found.messages if one.message is not None)
    opened = {id(one) for one in found.opened}
    files = tuple(_file(one, buffer, budget, found.problems, opened=id(one) in opened) for one in found.files)
    text = found.text()
    senders, sender = _sender(headers)
    subject = headers.get("subject")
    slugs = dict.fromkeys((*problems, *found.problems))
    slugs.update(dict.fromkeys(("no-from",) if not senders else ("several-from",) if len(senders) > 1 else ()))
    slugs.update(dict.fromkeys(slug for message in messages for slug in message.problems if slug in _INNER))
    if "subject" not in headers:
        slugs["no-subject"] = None
    return Mail(
        sender=sender,
        senders_count=len(senders),
        reply_to=_addresses(headers, "reply-to"),
        to=_addresses(headers, "to"),
        cc=_addresses(headers, "cc"),
        subject=subject,
        message_id=next(iter(message_ids(headers.get("message-id"))), None),
        in_reply_to=message_ids(headers.get("in-reply-to")),
        references=message_ids(headers.get("references")),
        date=parse_date(headers.get("date")),
        received=headers.all("received"),
        authentication_results=headers.all("authentication-results"),
        headers=headers,
        content_type=part.content_type,
        text=text,
        html_only=found.html_only,
        files=files,
        messages=messages,
        encrypted=_encrypted(part, found.files, text),
        problems=tuple(slugs),
    )


#: Problems of an attached message that are problems of the mail: something in it was not read.
_INNER = frozenset({"text-too-long", "too-large", "destroyed-leaf", "unknown-charset"})


def _addresses(headers: Headers, name: str) -> tuple[Address, ...]:
    found = (one for value in headers.raw(name) for one in parse_addresses(value, headers.hint))
    return tuple(one for _, one in zip(range(MAX_ADDRESSES), found, strict=False))


def _sender(headers: Headers) -> tuple[frozenset[str], Address]:
    """The different From addresses and the sender that a person would name.

    RFC 5322 section 3.6.2 allows several authors; a From without any address leaves the next best header.
    """
    claimed = _addresses(headers, "from")
    senders = frozenset(one.address.lower() for one in claimed if one.address)
    first = next((one for one in claimed if one.address), None)
    if first is not None:
        return senders, first
    name = next((one.name for one in claimed if one.name), "")
    for header in ("sender", "reply-to", "return-path"):
        for one in _addresses(headers, header):
            if one.address:
                return senders, Address(name=one.name or name, address=one.address)
    return senders, Address(name=name)


def _file(part: Part, buffer: bytes, budget: _Budget, problems: dict[str, None], *, opened: bool) -> File:
    readable = True
    if _is_destroyed(part):
        readable = False
        problems.setdefault("destroyed-leaf")
    elif _estimate(part) > budget.content:
        readable = False
        problems.setdefault("too-large")
    else:
        budget.content -= _estimate(part)
    return File(
        name=" ".join(part.filename.replace("\\", "/").rpartition("/")[2].split())[:255],
        content_type=part.content_type,
        inline=opened
        or part.disposition == "inline"
        or (part.disposition != "attachment" and "content-id" in part.headers),
        leaf=budget.leaves.get((part.start, part.end)) if part.data is buffer else None,
        readable=readable,
        part=part,
    )


def _is_destroyed(part: Part) -> bool:
    return part.end - part.start <= 100 and part.data[part.start : part.end].strip() == DESTROYED


def _estimate(part: Part) -> int:
    """Decoded bytes at most, without decoding."""
    return (part.end - part.start) * 3 // 4 if part.encoding == "base64" else part.end - part.start


def _encrypted(part: Part, files: list[Part], text: str) -> bool:
    """Content that only a key opens: PGP/MIME (RFC 3156), inline PGP, enveloped S/MIME (RFC 8551 section 3.2.2)."""
    if part.content_type == "multipart/encrypted" or text.startswith(_PGP) or f"\n{_PGP}" in text:
        return True
    return any(
        _is_smime(one) and one.parameters.get("smime-type", "enveloped-data").lower() != "signed-data"
        for one in (part, *files)
    )


def _is_smime(part: Part) -> bool:
    """RFC 8551 section 3.2.1: gateways forget the type, so the name counts as well."""
    return part.content_type in _SMIME or (
        part.content_type == "application/octet-stream" and part.filename.lower().endswith(".p7m")
    )
