"""What a profile says: the published facts of one controller, as data. Read by ``dsarbot.profiles``.

Only facts of companies: who may be reached how, what the policy promises, demands, keeps, lists and forgets.
Names of private persons never stand in a profile; addresses that a policy leaves out come from configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.settings.base import Domain, EmailAddress, Line, Table
from dsarbot.settings.organisations import JurisdictionCode

Channel = Literal["email", "post", "portal", "phone", "client-area", "support"]
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
#: From which day a retention period counts.
RetentionStart = Literal[
    "contract-end", "recorded", "registered", "cancelled", "closed", "inactive", "archived", "last-login"
]
Topic = Literal[
    "automation",
    "children",
    "complaint",
    "consequences",
    "deletion",
    "end-users",
    "law-cited",
    "marketing",
    "people-covered",
    "policy-changes",
    "retention",
    "sources",
    "sub-processors",
    "transfers",
]


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


class ChannelRow(Table):
    """[[channels]]: a way to make a request that the policy offers, in its words."""

    kind: Channel
    published: Line


class Authority(Table):
    """[authority]: how the policy names the supervisory authority, and what replaces the jurisdiction's."""

    published: Line | None = None
    name: Line | None = None
    postal_address: tuple[Line, ...] = ()
    website: Line | None = None


class Promise(Table):
    """[promise]: a published period that differs from the law. One that merely repeats the month is none."""

    days: Annotated[int, Field(ge=1, le=90)]
    extension_months: Annotated[int, Field(ge=1, le=3)] | None = None
    published: Line


class IdentityDemand(Table):
    """[identity_demand]: what the policy asks from people to prove who they are, in its words.

    ``from_everybody``: the demand is made whatever the doubt, contrary to Art. 12(6) GDPR. Such a demand is
    shown as policy text; it starts no pause and the desk does not make it.
    """

    published: Line
    from_everybody: bool


class RetentionRow(Table):
    """[[retention]]: how long one kind of data is kept; without ``months`` and ``days`` the text is a criterion."""

    data: Line
    published: Line
    months: Annotated[int, Field(ge=1)] | None = None
    days: Annotated[int, Field(ge=1)] | None = None
    start: RetentionStart | None = None
    then: Literal["delete", "archive", "on-request"] = "delete"
    basis: Line | None = None

    @field_validator("days")
    @classmethod
    def _one_unit(cls, days: int | None, info: ValidationInfo) -> int | None:
        if days is not None and info.data.get("months") is not None:
            raise ValueError("is set beside months; keep one of the two")
        return days

    @field_validator("start")
    @classmethod
    def _period_has_a_start(cls, start: str | None, info: ValidationInfo) -> str | None:
        counted = info.data.get("months") is not None or info.data.get("days") is not None
        if counted and start is None:
            raise ValueError("is missing; say from which day the period counts")
        return start


class Statement(Table):
    """[[statements]]: a sentence of the policy that the desk must know when it answers."""

    topic: Topic
    published: Line


class Policy(Table):
    """[policy]: which text these facts were taken from."""

    version: Line | None = None
    dated: date | None = None
    language: Language
    source: Line


class Profile(Table):
    """The published facts of one controller."""

    name: Line
    jurisdiction: JurisdictionCode
    languages: tuple[Language, ...] = LANGUAGES
    binding_language: Language | None = None
    rights_listed: tuple[RightSlug, ...]
    rights_narrowed: Mapping[RightSlug, Line] = {}
    complaint_mentioned: bool = True
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
    statements: tuple[Statement, ...] = ()

    @field_validator("rights_narrowed")
    @classmethod
    def _narrowed_is_listed(cls, narrowed: Mapping[RightSlug, str], info: ValidationInfo) -> Mapping[RightSlug, str]:
        if "rights_listed" in info.data and not narrowed.keys() <= set(info.data["rights_listed"]):
            raise ValueError("names a right that rights_listed lacks; add it there")
        return narrowed

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
