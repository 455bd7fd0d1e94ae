"""GDPR 21: objection on grounds of the particular situation (21(1)), or to direct marketing (21(2)-(3)).

Against marketing there is nothing to weigh: the core refuses a refusal of such a claim.
"""

from __future__ import annotations

from dsarbot.core.rights import AGAINST_ANY, Ground, Right

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
        *AGAINST_ANY,
        Ground(slug="compelling-grounds", article="21(1)"),
        Ground(slug="legal-claims", article="21(1)"),
    ),
    holds=(
        "decision",
        "balancing-or-stop",
        "date",
    ),
)
