"""What the rules of triage said of a message, in codes: kept where a case begins, so that a person's word can be laid
beside it later (`corrections`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Triaged:
    """rights: slugs, with "!" for an objection to advertising; empty where none was found. rules: which rules said so
    (`reading.edition`)."""

    kind: str
    certain: bool
    rights: tuple[str, ...] = ()
    rules: str = ""
