"""What a profile says: the published facts of one controller, as data. Read by ``dsarbot.profiles``.

Only facts of companies: who may be reached how, what the policy promises, demands, keeps, lists and forgets.
Names of private persons never stand in a profile; addresses that a policy leaves out come from configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import ValidationInfo, field_validator

from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.settings.base import Domain, EmailAddress, Line, Table
from dsarbot.settings.organisations import JurisdictionCode
from dsarbot.settings.published import (
    Authority,
    Channel,
    ChannelRow,
    IdentityDemand,
    Policy,
    Promise,
    Provider,
    RetentionRow,
    Statement,
)

RightSlug = Literal[
    "access",
    "rectification",
    "erasure",
    "restriction",
    "portability",
    "objection",
    "automated-decision",
    "consent-withdrawal",
    "directives",
]
RIGHTS: tuple[RightSlug, ...] = (
    "access",
    "rectification",
    "erasure",
    "restriction",
    "portability",
    "objection",
    "automated-decision",
    "consent-withdrawal",
    "directives",
)


class Texts(Table):
    """The same text in every language that letters are written in."""

    fr: Line
    en: Line
    de: Line

    def get(self, language: Language) -> str:
        """The text in this language."""
        return {"fr": self.fr, "en": self.en, "de": self.de}[language]


class ProfileOrganisation(Table):
    """[organisation]: the controller as its policy names it."""

    legal_name: Line
    other_names: tuple[Line, ...] = ()
    registration: Line | None = None
    attention: Line | None = None
    postal_address: tuple[Line, ...] = ()
    contact_title: Texts
    email: EmailAddress | None = None
    phone: Line | None = None
    fax: Line | None = None
    websites: tuple[Domain, ...] = ()
    roles: tuple[Literal["controller", "joint-controller", "processor", "sub-processor"], ...]
    #: What brings duties of its own: hosting providers must keep certain data for a while.
    activities: tuple[Literal["hosting"], ...] = ()


class Profile(Table):
    """The published facts of one controller."""

    name: Line
    jurisdiction: JurisdictionCode
    languages: tuple[Language, ...] = LANGUAGES
    binding_language: Language | None = None
    rights_listed: tuple[RightSlug, ...]
    #: The sentence of the policy that lists them.
    rights_published: Line | None = None
    rights_narrowed: Mapping[RightSlug, Line] = {}
    complaint_mentioned: bool = True
    dpo_mentioned: bool = True
    deadline_published: Line | None = None
    recipients: tuple[Line, ...] = ()
    exports: tuple[Line, ...] = ()
    policy: Policy
    organisation: ProfileOrganisation
    channels: tuple[ChannelRow, ...]
    authority: Authority = Authority()
    court: Texts
    promise: Promise | None = None
    identity_demand: IdentityDemand | None = None
    retention: tuple[RetentionRow, ...] = ()
    providers: tuple[Provider, ...] = ()
    statements: tuple[Statement, ...] = ()

    @field_validator("rights_narrowed")
    @classmethod
    def _narrowed_is_listed(cls, narrowed: Mapping[RightSlug, str], info: ValidationInfo) -> Mapping[RightSlug, str]:
        if "rights_listed" in info.data and not narrowed.keys() <= set(info.data["rights_listed"]):
            raise ValueError("names a right that rights_listed lacks; add it there")
        return narrowed

    @field_validator("binding_language")
    @classmethod
    def _binding_can_be_written(cls, binding: Language | None, info: ValidationInfo) -> Language | None:
        if binding is not None and binding not in info.data.get("languages", LANGUAGES):
            raise ValueError("is not among languages; add it there")
        return binding

    @field_validator("rights_listed")
    @classmethod
    def _listed_once(cls, listed: tuple[RightSlug, ...]) -> tuple[RightSlug, ...]:
        if len(listed) != len(set(listed)):
            raise ValueError("names a right twice; keep it once")
        return listed

    @field_validator("authority")
    @classmethod
    def _authority_only_with_complaint(cls, authority: Authority, info: ValidationInfo) -> Authority:
        if authority.published and info.data.get("complaint_mentioned") is False:
            raise ValueError("is quoted though complaint_mentioned is false; correct one of the two")
        return authority

    @field_validator("statements")
    @classmethod
    def _providers_fit(cls, statements: tuple[Statement, ...], info: ValidationInfo) -> tuple[Statement, ...]:
        nobody = any(each.says == "none-declared" for each in statements)
        if nobody and any(each.declared for each in info.data.get("providers", ())):
            raise ValueError(
                "say that no processor is declared, yet providers has a declared one; correct one of the two"
            )
        return statements

    @property
    def rights_omitted(self) -> tuple[RightSlug, ...]:
        """Rights that exist although the policy forgets them; directives (LIL Art. 85) exist in France only."""
        french = self.jurisdiction.startswith("FR")
        existing = (right for right in RIGHTS if right != "directives" or french)
        return tuple(right for right in existing if right not in self.rights_listed)

    @property
    def postal_lines(self) -> tuple[str, ...]:
        """Name and postal address as an envelope shows them; empty when the policy gives no address."""
        us = self.organisation
        attention = () if us.attention is None else (us.attention,)
        return (us.legal_name, *attention, *us.postal_address) if us.postal_address else ()

    def offers(self, channel: Channel) -> bool:
        """Whether the policy offers this way of making a request."""
        return any(row.kind == channel for row in self.channels)
