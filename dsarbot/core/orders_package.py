"""Orders about the files that go to the person with an answer."""

from __future__ import annotations

from dataclasses import dataclass

from dsarbot.core.orders import Order


@dataclass(frozen=True, kw_only=True)
class Pack(Order):
    """Put a file beside the case, for the next answer. title: what it holds, as the letter will call it."""

    file: str
    kind: str
    size: int
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Unpack(Order):
    file: str


@dataclass(frozen=True, kw_only=True)
class Download(Order):
    """The person wants it. shown: what they have shown in this visit; address: at which they read."""

    file: str
    shown: str
    address: str


@dataclass(frozen=True, kw_only=True)
class EndDownload(Order):
    """Its last byte has left."""

    file: str
