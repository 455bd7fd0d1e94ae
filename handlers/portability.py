"""GDPR 20: data the person provided, processed by automated means on consent or contract, machine-readable.

Where the basis is another one, the letter says so and the request is treated as access.
"""

from __future__ import annotations

from dsarbot.core.rights import AGAINST_ANY, Ground, Right

RIGHT = Right(
    slug="portability",
    article="20",
    names={
        "fr": "droit à la portabilité des données",
        "en": "right to data portability",
        "de": "Recht auf Datenübertragbarkeit",
    },
    goal_days=15,
    rung="R2",
    grounds=(
        *AGAINST_ANY,
        Ground(slug="rights-of-others", article="20(4)"),
        Ground(slug="not-provided-by-person", article="20(1)"),
    ),
    holds=(
        "package",
        "format",
        "transfer",
    ),
)
