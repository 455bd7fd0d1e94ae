"""GDPR 21: objection on grounds of the particular situation (21(1)), or to direct marketing (21(2)-(3)).

Against marketing there is nothing to weigh: the core refuses a refusal of such a claim.
"""

from __future__ import annotations

from dsarbot.core.rights import Ground, Right

RIGHT = Right(
    slug="objection",
    article="21",
    names={
        "fr": "droit d'opposition",
        "en": "right to object",
        "de": "Widerspruchsrecht",
    },
    goal_days=2,
    rung="R0",
    grounds=(
        Ground(slug="manifestly-unfounded", article="12(5)(b)", second=True),
        Ground(slug="excessive", article="12(5)(b)", second=True),
        Ground(slug="not-identified", article="11(2), 12(2)"),
        Ground(slug="compelling-grounds", article="21(1)"),
        Ground(slug="legal-claims", article="21(1)"),
    ),
    holds=(
        "decision",
        "balancing-or-stop",
        "date",
    ),
)
