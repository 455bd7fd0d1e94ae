"""GDPR 17: data is erased without undue delay where one of the grounds of 17(1) applies.

Order of limits (practice 20): no ground of 17(1), per category; then 17(3); then identity; then national law.
"""

from __future__ import annotations

from dsarbot.core.rights import Ground, Right

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
        Ground(slug="manifestly-unfounded", article="12(5)(b)", second=True),
        Ground(slug="excessive", article="12(5)(b)", second=True),
        Ground(slug="not-identified", article="11(2), 12(2)"),
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
