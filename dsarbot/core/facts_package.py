"""What happened to the files that go to the person with an answer. Their names are made from the reference."""

from __future__ import annotations

from dataclasses import dataclass

from dsarbot.core.fact import Fact, public


@dataclass(frozen=True, kw_only=True)
class FilePacked(Fact):
    """A file lies ready for the next answer. file: its row among what was kept; title: what it holds, in our words."""

    file: str = public()
    kind: str = public()
    size: int = public()
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class FileUnpacked(Fact):
    """It goes to nobody any more, and its bytes are destroyed."""

    file: str = public()


@dataclass(frozen=True, kw_only=True)
class DownloadBegun(Fact):
    """The person asked for it, behind a code. shown: what they had shown (`links.Shown`)."""

    file: str = public()
    shown: str = public()


@dataclass(frozen=True, kw_only=True)
class DownloadCompleted(Fact):
    """Its last byte has left. The first time is the one that counts."""

    file: str = public()
