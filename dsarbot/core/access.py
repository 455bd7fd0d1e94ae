"""Who may do what in the console, as one table: a role of the configuration -> what it grants.

design, principle 10: a screen, a command and the API ask the same question. Organisations are a matter of their own:
whoever may do a thing may do it for the organisations that the configuration names for that person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


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
        # An auditor reads dates and states; content is granted by a second role, not by default.
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
