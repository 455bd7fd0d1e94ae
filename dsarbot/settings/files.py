"""The tables about files from outside: what may be opened, and who looks for viruses in them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, ValidationInfo, field_validator

from dsarbot.settings.base import Line, Table

FileKind = Literal[
    "pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "rtf", "text", "mail",
    "jpeg", "png", "tiff", "heic", "gif", "webp",
]  # fmt: skip
#: What people send as letters, proofs and pictures. No archives, no programs, no web pages, nothing with macros.
ALLOWED: tuple[FileKind, ...] = get_args(FileKind)


class AttachmentSettings(Table):
    """[attachments]: what a person can open from a case."""

    allow: tuple[FileKind, ...] = ALLOWED
    largest_mb: Annotated[int, Field(ge=1, le=1024)] = 64


class ClamdSettings(Table):
    """[clamd]: the daemon of ClamAV; with neither socket nor host nobody looks for viruses."""

    socket: Path | None = None
    host: Line | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 3310
    timeout_seconds: Annotated[int, Field(ge=1, le=600)] = 60

    @field_validator("socket")
    @classmethod
    def _from_the_root(cls, socket: Path | None) -> Path | None:
        if socket is not None and not socket.is_absolute():
            raise ValueError("is no whole path; write it from the root, such as /run/clamav/clamd.ctl")
        return socket

    @field_validator("host")
    @classmethod
    def _one_way(cls, host: str | None, info: ValidationInfo) -> str | None:
        if host is not None and info.data.get("socket") is not None:
            raise ValueError("is set although socket is; take one of them out")
        return host

    @property
    def used(self) -> bool:
        """Whether somebody looks for viruses."""
        return self.socket is not None or self.host is not None
