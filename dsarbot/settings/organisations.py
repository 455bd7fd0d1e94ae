"""The tables about organisations that the service answers for, and about the people who do it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from dsarbot.core.calendars import Amendments
from dsarbot.core.dates import Language
from dsarbot.core.jurisdictions import UnknownJurisdiction
from dsarbot.core.jurisdictions import jurisdiction as jurisdiction_of
from dsarbot.settings.base import AddressOrDomain, Days, Domain, EmailAddress, Key, Line, Table, ZoneName
from dsarbot.settings.secrets import SecretSource

Role = Literal["dpo", "agent", "auditor", "admin", "support"]

_PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,7}")


def _prefix(value: str) -> str:
    if not _PREFIX.fullmatch(value):
        raise ValueError("is no prefix; use 2 to 8 capital letters and digits, a letter first, such as DSR")
    if value == "SA":
        raise ValueError("SA marks inquiries of a supervisory authority; choose another prefix")
    return value


def jurisdiction_code(value: str) -> str:
    """The code that the clock uses for this code or alias; ValueError with the known codes otherwise."""
    try:
        return jurisdiction_of(value).code
    except UnknownJurisdiction as error:
        raise ValueError(str(error)) from None


JurisdictionCode = Annotated[str, AfterValidator(jurisdiction_code)]


class ContactSettings(Table):
    """[organisations.contact]: what the published policy leaves out, or what has changed since."""

    email: EmailAddress | None = None
    phone: Line | None = None
    postal: tuple[Line, ...] = ()


class AcknowledgementSettings(Table):
    """[organisations.acknowledgement]: the one letter that may leave by itself."""

    automatic: bool = True
    delay_minutes: Annotated[int, Field(ge=0, le=1440)] = 10
    per_address_per_day: Annotated[int, Field(ge=1, le=1000)] = 3
    per_domain_per_hour: Annotated[int, Field(ge=1, le=10_000)] = 20


class IdentitySettings(Table):
    """[organisations.identity]: codes to the contact on file. send_code: they leave by themselves once the question has
    left; verify_by_code: whoever writes the code into an answer is verified without a person's look."""

    code_days: Annotated[int, Field(ge=1, le=60)] = 14
    send_code: bool = True
    verify_by_code: bool = False


class DigestSettings(Table):
    """[organisations.digest]: the daily mail to the people at the desk."""

    recipients: tuple[Key, ...] = ()
    local_time: time = time(7, 30)
    zone: ZoneName | None = None
    language: Language | None = None
    names_in_digest: bool = False

    @field_validator("local_time")
    @classmethod
    def _is_local(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("has an offset; write the local time such as 07:30:00 and name the zone in zone")
        return value.replace(second=0, microsecond=0)


class OrganisationSettings(Table):
    """[[organisations]]: one controller, as this instance serves it. portal: where the site has one, this one is on
    it."""

    key: Key
    profile: Line
    reference_prefix: Annotated[str, AfterValidator(_prefix)] = "DSR"
    sender: Key
    mail_from: EmailAddress
    mail_from_name: Line
    sent_mailbox: Key | None = None
    sent_folder: Line | None = None
    domains: tuple[Domain, ...] = ()
    intermediaries: tuple[AddressOrDomain, ...] = ()
    owner: Key
    deputy: Key | None = None
    escalation: Key | None = None
    decider: Key | None = None
    decides: tuple[Key, ...] = ("refusal", "fee")
    abuse: EmailAddress | None = None
    languages: tuple[Language, ...] = ()
    fallback_language: Language | None = None
    jurisdiction: JurisdictionCode | None = None
    promise_days: Annotated[int, Field(ge=1, le=90)] | None = None
    closures: tuple[Days, ...] = ()
    extra_holidays: Mapping[date, Line] = {}
    removed_holidays: tuple[date, ...] = ()
    window: Literal["german", "french"] | None = None
    tray_dir: Path | None = None
    scan_dir: Path | None = None
    scan_keep_days: Annotated[int, Field(ge=1, le=3650)] = 7
    templates_dir: Path | None = None
    profiles_dir: Path | None = None
    portal: bool = True
    contact: ContactSettings = ContactSettings()
    acknowledgement: AcknowledgementSettings = AcknowledgementSettings()
    identity: IdentitySettings = IdentitySettings()
    digest: DigestSettings = DigestSettings()

    @field_validator("fallback_language")
    @classmethod
    def _fallback_is_written(cls, value: Language | None, info: ValidationInfo) -> Language | None:
        languages = info.data.get("languages")
        if value is not None and languages and value not in languages:
            raise ValueError("is not among languages; add it there or choose one of them")
        return value

    @property
    def staff_keys(self) -> tuple[str, ...]:
        """Everybody named here by role, in the order owner, deputy, escalation, decider."""
        named = (self.owner, self.deputy, self.escalation, self.decider)
        return tuple(key for key in named if key is not None)

    @property
    def amendments(self) -> Amendments:
        """What this organisation changes in the public holidays of its jurisdiction."""
        return Amendments(added=tuple(sorted(self.extra_holidays.items())), removed=self.removed_holidays)

    @property
    def own_domains(self) -> tuple[str, ...]:
        """The configured domains and the one letters are sent from."""
        return tuple(dict.fromkeys((*self.domains, self.mail_from.rpartition("@")[2])))


class StaffSettings(Table):
    """[[staff]]: a person who works at the desk."""

    key: Key
    name: Line
    email: EmailAddress | None = None
    roles: tuple[Role, ...]
    organisations: tuple[Key, ...]
    system_user: Line | None = None
    token_hash_file: Path | None = None
    absences: tuple[Days, ...] = ()
    active: bool = True

    @field_validator("roles")
    @classmethod
    def _has_a_role(cls, roles: tuple[Role, ...]) -> tuple[Role, ...]:
        if not roles:
            raise ValueError(
                "is empty; give at least one of dpo, agent, auditor, admin, support, or set active = false"
            )
        return roles

    @property
    def token_hash(self) -> SecretSource | None:
        """Where the hash of this person's token for commands is kept; None without one."""
        if self.token_hash_file is None:
            return None
        return SecretSource(option=f"staff[{self.key}].token_hash", file=self.token_hash_file)

    def away(self, day: date) -> bool:
        """Whether this person is absent on that day."""
        return any(day in absence for absence in self.absences)
