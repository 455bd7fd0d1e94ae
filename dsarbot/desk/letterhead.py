"""What the letters of one organisation have in common: who writes, how to reach it, to whom one may complain.

A value of its own, so that composing a letter needs neither the configuration nor the profile; the wiring fills it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dsarbot.core.dates import Language
from dsarbot.desk.published import Published

Way = Literal["reply", "post", "phone", "portal", "code"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Letterhead:
    """One organisation as its letters show it. Mappings are by language (``fr``, ``en``, ``de``).

    organisation: legal name. postal: the lines of an envelope. registration: what a company's paper must show of its
    register. contact_title: "data protection officer" or who answers questions. own_domain: right of the @ in
    Message-IDs. court: own sentence on the judicial remedy; where it has none for a language, court_key chooses the
    shipped one (`Jurisdiction.court`). ways: how the person may answer, only those that work. languages: letters are
    available in these; fallback: for everybody else. identity_effect, clarification_effect, identity_source,
    extension_source: `Jurisdiction.effect` and `.source`. file_years: how long the case is kept after it was closed.
    zone: in which days are counted. published: what the policy says of recipients, retention, sources and transfers.
    """

    organisation: str
    contact_title: Mapping[str, str]
    mail_from: str
    mail_from_name: str
    own_domain: str
    authority_name: Mapping[str, str]
    zone: str
    ways: frozenset[Way]
    languages: tuple[Language, ...]
    fallback: Language
    postal: tuple[str, ...] = ()
    registration: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    authority_address: tuple[str, ...] = ()
    authority_url: str = ""
    court: Mapping[str, str] = field(default_factory=dict)
    court_key: str = "court-eu"
    binding_language: Language | Literal[""] = ""
    portal_url: str = ""
    identity_effect: str = "none"
    clarification_effect: str = "none"
    identity_source: Mapping[str, str] = field(default_factory=dict)
    extension_source: Mapping[str, str] = field(default_factory=dict)
    file_years: int = 5
    published: Published = field(default_factory=Published)

    def __post_init__(self) -> None:
        if self.fallback not in self.languages:
            raise ValueError(f"{self.fallback} is no language of these letters")
        # A letter never prints a way that does not work: without the number or address there is no such way.
        missing = {"post": not self.postal, "phone": not self.contact_phone, "portal": not self.portal_url}
        for way in self.ways:
            if missing.get(way):
                raise ValueError(f"the way {way!r} lacks its address")

    def said(self, texts: Mapping[str, str], language: str) -> str:
        """The text in this language, else in the fallback, else the first there is, else ""."""
        return texts.get(language) or texts.get(self.fallback) or next(iter(texts.values()), "")
