"""Who may do what in the console, as one table: a role of the configuration -> what it grants.

design, principle 10: a screen, a command and the API ask the same question. Organisations are a matter of their own:
whoever may do a thing may do it for the organisations that the configuration names for that person.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dsarbot.errors import NotAllowed


class Permission(StrEnum):
    """phone: write down what somebody said; lists: references, rights, dates, initials; content: who somebody is,
    messages, letters; orders: whatever moves a case or lets a letter leave; accounts: who may log in."""

    PHONE = "phone"
    LISTS = "lists"
    CONTENT = "content"
    ORDERS = "orders"
    ACCOUNTS = "accounts"


GRANTS: Final[Mapping[str, frozenset[Permission]]] = MappingProxyType(
    {
        "dpo": frozenset(Permission),
        "agent": frozenset(Permission) - {Permission.ACCOUNTS},
        # An auditor reads dates and states; content only by a grant with a reason and an end (below).
        "auditor": frozenset({Permission.LISTS}),
        # Settings, no cases.
        "admin": frozenset({Permission.ACCOUNTS}),
        # practice 9: whoever takes the calls of a support line notes them, and sees nothing else.
        "support": frozenset({Permission.PHONE}),
    }
)


def may(roles: Iterable[str], permission: Permission) -> bool:
    """Whether one of the roles grants it. A role that the table does not know grants nothing."""
    return any(permission in GRANTS.get(role, frozenset()) for role in roles)


#: An audit that lasts longer is granted again.
LONGEST_GRANT: Final = timedelta(days=92)
#: It stands in the clear and in the journal, so it is a code such as audit-2026-q1 and names nobody.
_REASON: Final = re.compile(r"[a-z0-9][a-z0-9-]{2,39}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """An auditor may read content of one organisation for a while. by: who allowed it."""

    id: str
    organisation: str
    staff: str
    reason: str
    given_at: datetime
    until: datetime
    by: str


def granted(
    grant: Grant, *, roles: Collection[str], organisations: Collection[str], by_roles: Collection[str],
    by_organisations: Collection[str],
) -> Grant:  # fmt: skip
    """The grant, if it may be given: roles and organisations are those of the auditor, by_ those of the giver.

    NotAllowed otherwise. Nobody gives what they do not have, and nobody gives it to themselves."""
    if not (may(by_roles, Permission.ACCOUNTS) and may(by_roles, Permission.CONTENT)):
        raise NotAllowed("grant-role", f"Your role is {', '.join(by_roles)}: a dpo grants content.")
    if grant.by == grant.staff:
        raise NotAllowed("grant-self", "Nobody grants content to themselves; ask a colleague.")
    if "auditor" not in roles:
        raise NotAllowed("grant-auditor", f"{grant.staff} is no auditor; content is granted to auditors only.")
    if grant.organisation not in organisations or grant.organisation not in by_organisations:
        raise NotAllowed("grant-organisation", f"{grant.organisation} is not an organisation of both of you.")
    if not _REASON.fullmatch(grant.reason):
        raise NotAllowed(
            "grant-reason", "The reason is a code of 3 to 40 small letters, digits and hyphens, such as audit-2026-q1."
        )
    if not grant.given_at < grant.until <= grant.given_at + LONGEST_GRANT:
        raise NotAllowed("grant-until", f"The end lies ahead, at most {LONGEST_GRANT.days} days from now.")
    return grant


def within(
    roles: Collection[str], permission: Permission, organisations: Iterable[str], granted_for: Collection[str]
) -> tuple[str, ...]:
    """Those organisations in which somebody may do it: all of theirs by a role, else those that were granted."""
    if may(roles, permission):
        return tuple(organisations)
    if permission is Permission.CONTENT and "auditor" in roles:
        return tuple(each for each in organisations if each in granted_for)
    return ()
