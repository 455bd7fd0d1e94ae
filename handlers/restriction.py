"""GDPR 18: data is only stored while one of the grounds of 18(1) lasts.

Before it is lifted the person is told (18(3)).
"""

from __future__ import annotations

from dsarbot.core.rights import Ground, Right

RIGHT = Right(
    slug="restriction",
    article="18",
    names={
        "fr": "droit à la limitation du traitement",
        "en": "right to restriction of processing",
        "de": "Recht auf Einschränkung der Verarbeitung",
    },
    goal_days=1,
    rung="R1",
    grounds=(
        Ground(slug="manifestly-unfounded", article="12(5)(b)", second=True),
        Ground(slug="excessive", article="12(5)(b)", second=True),
        Ground(slug="not-identified", article="11(2), 12(2)"),
        Ground(slug="no-ground-18-1", article="18(1)"),
    ),
    holds=(
        "start",
        "frozen",
        "allowed",
        "notice-before-lifting",
    ),
    tell_recipients=True,
)
