"""GDPR 15: confirmation whether data is processed, a copy of it, and the information of 15(1)(a)-(h) and 15(2).

No reasons are needed (CJEU C-307/22); recipients are named (C-154/21); 15(4) redacts, it does not refuse.
"""

from __future__ import annotations

from dsarbot.core.rights import AGAINST_ANY, Ground, Right

RIGHT = Right(
    slug="access",
    article="15",
    names={
        "fr": "droit d'accès",
        "en": "right of access",
        "de": "Recht auf Auskunft",
    },
    goal_days=15,
    rung="R2",
    grounds=(
        *AGAINST_ANY,
        # CJEU C-526/24: even a first request, if abusive intent is proven.
        Ground(slug="abuse", article="12(5)(b)", second=True),
        Ground(slug="rights-of-others", article="15(4)"),
    ),
    holds=(
        "confirmation",
        "copy",
        "purposes",
        "categories",
        "recipients",
        "retention",
        "rights",
        "complaint",
        "source",
        "automated-decisions",
        "safeguards",
    ),
)
