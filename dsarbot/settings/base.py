"""What all tables of the configuration share: frozen, no unknown keys, and types that explain their refusal.

Every message of a validator reads "what is wrong; what to do" and never repeats the value, which may be a
secret written in the wrong place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

_KEY = re.compile(r"[a-z][a-z0-9-]{0,31}")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_]{2,63}")
_LOCAL_PART = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]{1,64}")


class Table(BaseModel):
    """A table of a TOML file: unknown keys are refused and nothing changes after reading."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True, str_strip_whitespace=True
    )


def _key(value: str) -> str:
    if not _KEY.fullmatch(value):
        raise ValueError("is no key; use up to 32 small letters, digits and hyphens, a letter first")
    return value


def _domain(value: str) -> str:
    if not _DOMAIN.fullmatch(value.lower()):
        raise ValueError("is no domain name; write it as example.org, without @ and without a scheme")
    return value.lower()


def _address(value: str) -> str:
    local, at, domain = value.rpartition("@")
    if not at or not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(domain.lower()):
        raise ValueError("is no e-mail address; write only the address, as privacy@example.org")
    # RFC 5321 2.4: the domain is compared without regard to case, the local part belongs to its host.
    return f"{local}@{domain.lower()}"


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is no time zone; use an IANA name such as Europe/Luxembourg") from None
    return value


def _line(value: str) -> str:
    if not value or any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise ValueError("must be one line of text; remove line breaks and control characters")
    return value


Key = Annotated[str, AfterValidator(_key)]
Domain = Annotated[str, AfterValidator(_domain)]
EmailAddress = Annotated[str, AfterValidator(_address)]
#: One address, or everything in a domain.
AddressOrDomain = Annotated[str, AfterValidator(lambda value: _address(value) if "@" in value else _domain(value))]
ZoneName = Annotated[str, AfterValidator(_zone)]
Line = Annotated[str, AfterValidator(_line)]


@dataclass(frozen=True, kw_only=True, slots=True)
class DateRange:
    """Days from ``first`` to ``last``, both included: a closure of the office, the absence of a person."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("ends before it begins; write the earlier day first")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


def _date_range(value: object) -> DateRange:
    if isinstance(value, DateRange):
        return value
    first, separator, last = str(value).partition("..")
    try:
        return DateRange(first=date.fromisoformat(first), last=date.fromisoformat(last if separator else first))
    except ValueError as error:
        if "begins" in str(error):
            raise
        raise ValueError('is no range of days; write "2026-12-24..2027-01-01", or one day') from None


#: In TOML ``"2026-12-24..2027-01-01"``, ``"2026-12-24"`` or a bare date.
Days = Annotated[DateRange, BeforeValidator(_date_range)]
