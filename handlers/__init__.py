"""One small pure module per right, all of the same shape: what the law asks for it, nothing about channels or storage.

The nine built-ins are this explicit tuple; strangers add theirs by the entry point group ``dsarbot.rights``.
"""

from __future__ import annotations

from collections.abc import Mapping

from dsarbot.core.rights import Right
from handlers import (
    access,
    automated_decision,
    consent_withdrawal,
    directives,
    erasure,
    objection,
    portability,
    rectification,
    restriction,
)

BUILT_IN: tuple[Right, ...] = (
    access.RIGHT,
    rectification.RIGHT,
    erasure.RIGHT,
    restriction.RIGHT,
    portability.RIGHT,
    objection.RIGHT,
    automated_decision.RIGHT,
    consent_withdrawal.RIGHT,
    directives.RIGHT,
)


def by_slug() -> Mapping[str, Right]:
    """The built-in rights by their slug."""
    return {right.slug: right for right in BUILT_IN}
