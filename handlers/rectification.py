"""GDPR 16: inaccurate data is corrected, incomplete data completed.

Whoever received the data is told (Art. 19); while accuracy is disputed, restriction is offered (18(1)(a)).
"""

from __future__ import annotations

from dsarbot.core.rights import AGAINST_ANY, Ground, Right

RIGHT = Right(
    slug="rectification",
    article="16",
    names={
        "fr": "droit de rectification",
        "en": "right to rectification",
        "de": "Recht auf Berichtigung",
    },
    goal_days=5,
    rung="R1",
    grounds=(
        *AGAINST_ANY,
        Ground(slug="accurate", article="16"),
    ),
    holds=(
        "old-and-new-values",
        "date",
        "systems",
    ),
    tell_recipients=True,
)
