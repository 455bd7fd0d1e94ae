"""GDPR 7(3): withdrawing consent is as easy as giving it; what was done before stays lawful.

There is no ground to refuse; without another basis the data is erased (17(1)(b)).
"""

from __future__ import annotations

from dsarbot.core.rights import Ground, Right

RIGHT = Right(
    slug="consent-withdrawal",
    article="7(3)",
    names={
        "fr": "retrait du consentement",
        "en": "withdrawal of consent",
        "de": "Widerruf der Einwilligung",
    },
    goal_days=1,
    rung="R0",
    grounds=(Ground(slug="not-identified", article="11(2), 12(2)"),),
    holds=(
        "stop-date",
        "lawful-before",
        "consequence",
    ),
)
