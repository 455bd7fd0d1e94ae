"""GDPR 17: data is erased without undue delay where one of the grounds of 17(1) applies.

Order of limits (practice 20): no ground of 17(1), per category; then 17(3); then identity; then national law.
"""

from __future__ import annotations

from dsarbot.core.rights import AGAINST_ANY, Ground, Right

RIGHT = Right(
    slug="erasure",
    article="17",
    names={
        "fr": "droit à l'effacement",
        "en": "right to erasure",
        "de": "Recht auf Löschung",
    },
    goal_days=15,
    rung="R2",
    grounds=(
        *AGAINST_ANY,
        Ground(slug="no-ground-17-1", article="17(1)"),
        Ground(slug="expression", article="17(3)(a)"),
        Ground(slug="legal-obligation", article="17(3)(b)"),
        Ground(slug="public-health", article="17(3)(c)"),
        Ground(slug="archives", article="17(3)(d)"),
        Ground(slug="legal-claims", article="17(3)(e)"),
    ),
    holds=(
        "erased",
        "kept",
        "backups",
        "recipients",
    ),
    tell_recipients=True,
)
