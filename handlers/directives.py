"""French Data Protection Act (LIL) 84-86: directives on what happens to data after death; rights of heirs.

The law sets no period of its own; one month is our choice (law 2).
"""

from __future__ import annotations

from dsarbot.core.rights import NOT_IDENTIFIED, Ground, Right

RIGHT = Right(
    slug="directives",
    article="85 LIL",
    names={
        "fr": "directives relatives au sort des données après la mort",
        "en": "directives on data after death",
        "de": "Weisungen für die Zeit nach dem Tod",
    },
    goal_days=15,
    rung="R2",
    grounds=(
        NOT_IDENTIFIED,
        Ground(slug="rights-of-others", article="85 LIL"),
    ),
    holds=(
        "recorded",
        "version",
        "revocable",
    ),
)
