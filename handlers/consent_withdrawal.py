"""GDPR 7(3): withdrawing consent is as easy as giving it; what was done before stays lawful.

There is no ground to refuse; without another basis the data is erased (17(1)(b)).
"""

from __future__ import annotations

from dsarbot.core.rights import NOT_IDENTIFIED, Right

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
    grounds=(NOT_IDENTIFIED,),
    holds=(
        "stop-date",
        "lawful-before",
        "consequence",
    ),
)
