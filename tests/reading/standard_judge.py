"""What the standard library reads in a well-formed mail (policy compat32): the independent judge of our own reading."""

from __future__ import annotations

import email
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr


@dataclass(frozen=True, kw_only=True)
class Judged:
    """files: name and SHA-256 of the content of each attachment, in order."""

    sender: str
    name: str
    subject: str
    text: str
    files: tuple[tuple[str, str], ...]


def judge(raw: bytes) -> Judged:
    message = email.message_from_bytes(raw)
    name, address = parseaddr(message.get("From", ""))
    leaves = list(_leaves(message))
    return Judged(
        sender=address,
        name=_decoded(name),
        subject=_decoded(" ".join(message.get("Subject", "").split())),
        text="\n".join(_text(leaf) for leaf in leaves if leaf.get_content_disposition() != "attachment"),
        files=tuple(
            (leaf.get_filename() or "", hashlib.sha256(_content(leaf)).hexdigest())
            for leaf in leaves
            if leaf.get_content_disposition() == "attachment"
        ),
    )


def _leaves(message: Message) -> Iterator[Message]:
    """Parts without children; of alternatives only the plain one."""
    children = message.get_payload() if message.is_multipart() else []
    if not isinstance(children, list) or not children:
        yield message
        return
    for child in children:
        assert isinstance(child, Message)
        if message.get_content_type() != "multipart/alternative" or child.get_content_type() != "text/html":
            yield from _leaves(child)


def _text(leaf: Message) -> str:
    return _content(leaf).decode(leaf.get_content_charset("ascii")).replace("\r\n", "\n")


def _content(leaf: Message) -> bytes:
    content = leaf.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def _decoded(value: str) -> str:
    return str(make_header(decode_header(value)))
