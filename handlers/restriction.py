"""GDPR 18: data is only stored while one of the grounds of 18(1) lasts.

Before it is lifted the person is told (18(3)).
"""

from __future__ import annotations

from dsarbot.core.rights import AGAINST_ANY, Ground, Right

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
        *AGAINST_ANY,
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
