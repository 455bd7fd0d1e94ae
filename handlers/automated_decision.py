"""GDPR 22: a human looks again at a decision that a machine took alone.

Even where 22(2) permits the decision, human intervention stays owed (22(3)).
"""

from __future__ import annotations

from dsarbot.core.rights import AGAINST_ANY, Ground, Right

RIGHT = Right(
    slug="automated-decision",
    article="22",
    names={
        "fr": "droit de ne pas faire l'objet d'une décision automatisée",
        "en": "right not to be subject to an automated decision",
        "de": "Recht, keiner automatisierten Entscheidung unterworfen zu werden",
    },
    goal_days=10,
    rung="R2",
    grounds=(
        *AGAINST_ANY,
        Ground(slug="not-automated", article="22(1)"),
        Ground(slug="permitted-22-2", article="22(2)"),
    ),
    holds=(
        "reviewer",
        "view-heard",
        "outcome",
        "reasons",
    ),
)
