"""What a privacy policy publishes, row by row, in its own words: the parts of a profile.

``published`` is always the policy's own sentence; every other option is what that sentence amounts to, read by a
person and chosen from a closed list, so that the policy check can compare it with the law.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from dsarbot.core.dates import Language
from dsarbot.settings.base import Line, Table

Channel = Literal["email", "post", "portal", "phone", "client-area", "support"]
#: From which day a retention period counts.
RetentionStart = Literal[
    "contract-end", "recorded", "registered", "cancelled", "closed", "inactive", "archived", "last-login"
]
#: Whose period a retention row gives. identity: name and addresses; logs: who was connected from where.
DataKind = Literal[
    "everything", "identity", "account", "payment", "invoices", "orders", "tickets", "logs", "prospects", "applicants"
]
Topic = Literal[
    "automation",
    "children",
    "companies",
    "complaint",
    "consequences",
    "deletion",
    "end-users",
    "form",
    "language",
    "law-cited",
    "marketing",
    "people-covered",
    "policy-changes",
    "purposes",
    "recipients",
    "retention",
    "sources",
    "sub-processors",
    "transfers",
]
#: What a sentence amounts to. The first two are facts that other checks use; the rest are findings by themselves.
Says = Literal[
    "rests-on-consent",
    "none-declared",
    "automated-decisions-untold",
    "company-unexplained",
    "end-users-sent-away",
    "form-demanded",
    "information-delegated",
    "joint-arrangement-untold",
    "legal-basis-untold",
    "marketing-objection-untold",
    "recipient-unexplained",
    "retention-without-term",
    "rights-discouraged",
    "self-service-refused",
    "sources-unnamed",
    "transfers-approval-promised",
    "transfers-unspecific",
]


class ChannelRow(Table):
    """[[channels]]: a way to make a request that the policy offers, in its words.

    ``reach``: blank where no address can be read in the policy, customers-only where it stands on the invoice.
    """

    kind: Channel
    published: Line
    reach: Literal["public", "blank", "customers-only"] = "public"


class Authority(Table):
    """[authority]: how the policy names the supervisory authority, and what replaces the jurisdiction's.

    ``named``: the sentence says which authority it is, not merely that there is one.
    """

    published: Line | None = None
    named: bool = True
    name: Line | None = None
    postal_address: tuple[Line, ...] = ()
    website: Line | None = None


class Promise(Table):
    """[promise]: a published period that differs from the law. One that merely repeats the month is none.

    ``at_most_a_month``: the policy adds that it is never later than the statutory month. ``extension_notice``: whether
    it says that an extension is told within a month of receipt, with reasons.
    """

    days: Annotated[int, Field(ge=1, le=90)]
    at_most_a_month: bool = False
    extension_months: Annotated[int, Field(ge=1, le=3)] | None = None
    extension_notice: Literal["complete", "incomplete"] = "complete"
    published: Line

    @field_validator("extension_notice")
    @classmethod
    def _notice_of_an_extension(cls, notice: str, info: ValidationInfo) -> str:
        if notice == "incomplete" and info.data.get("extension_months") is None:
            raise ValueError("speaks of an extension, but extension_months is missing; add it or take this out")
        return notice


class IdentityDemand(Table):
    """[identity_demand]: what the policy asks from people to prove who they are, in its words.

    ``from_everybody``: the demand is made whatever the doubt, contrary to Art. 12(6) GDPR. Such a demand is
    shown as policy text; it starts no pause and the desk does not make it. ``open_ended``: the policy announces a check
    without saying what is asked.
    """

    published: Line
    from_everybody: bool
    open_ended: bool = False


class RetentionRow(Table):
    """[[retention]]: how long one kind of data is kept; without ``months`` and ``days`` the text is a criterion.

    ``clarity``: clear where a person can work out the day, vague where nobody can, none where no period is given.
    ``unless``: kinds of data that the policy itself takes out of this row, so that the other row wins.
    """

    data: Line
    published: Line
    kinds: tuple[DataKind, ...] = ()
    unless: tuple[DataKind, ...] = ()
    clarity: Literal["clear", "vague", "none"] = "clear"
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
        if counted and info.data.get("clarity", "clear") != "clear":
            raise ValueError("belongs to a period, but clarity says there is none; keep one of the two")
        return start

    @field_validator("unless")
    @classmethod
    def _exceptions_of_something(cls, unless: tuple[DataKind, ...], info: ValidationInfo) -> tuple[DataKind, ...]:
        if unless and "everything" not in info.data.get("kinds", ()):
            raise ValueError("takes kinds out of a row about everything; add everything to kinds")
        return unless

    @property
    def counted_days(self) -> int | None:
        """The period in days, a month as thirty: enough to say which of two periods is longer."""
        return self.months * 30 if self.months is not None else self.days


class Provider(Table):
    """[[providers]]: somebody who works for the controller and whom the policy names; declared: as a recipient."""

    name: Line
    published: Line
    declared: bool


class Statement(Table):
    """[[statements]]: a sentence of the policy that the desk must know when it answers.

    ``says``: what it amounts to, where the policy check is to know. ``language``: of the sentence, where it is not
    that of the policy.
    """

    topic: Topic
    published: Line
    says: Says | None = None
    language: Language | None = None


class Policy(Table):
    """[policy]: which text these facts were taken from. published: its own words about its date."""

    version: Line | None = None
    dated: date | None = None
    published: Line | None = None
    language: Language
    source: Line
