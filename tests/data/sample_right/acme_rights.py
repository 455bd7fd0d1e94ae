"""A right that a package of somebody else brings: the information of GDPR 13 and 14, which people often ask for."""

from __future__ import annotations

from dsarbot.core.rights import AGAINST_ANY, Ground, Implied, Item, Right, Rungs, Step, say

RIGHT = Right(
    slug="information",
    article="13, 14",
    names=say(fr="droit à l'information", en="right to be informed", de="Recht auf Information"),
    goal_days=10,
    rungs=Rungs(low="R0", normal="R0", high="R1"),
    steps=(
        Step(
            "notice",
            "owner",
            5,
            say(fr="Choisir la notice.", en="Choose the notice.", de="Den Hinweis auswählen."),
        ),
    ),
    holds=(
        Item("notice", "13", say(fr="La notice.", en="The notice.", de="Der Hinweis.")),
        Item("specifics", "14(2)", say(fr="Ce qui est propre à la personne.", en="What is specific to the person.",
             de="Was für die Person gilt.")),
    ),
    grounds=(
        *AGAINST_ANY,
        Ground(
            slug="has-it-already",
            article="13(4)",
            evidence=say(fr="Quand elle l'a reçue.", en="When it was given.", de="Wann sie sie erhielt."),
            text=say(
                fr="Vous disposez déjà de ces informations ({article}).",
                en="You already have this information ({article}).",
                de="Sie verfügen bereits über diese Informationen ({article}).",
            ),
        ),
    ),
    implies=(Implied(right="access", article="15"),),
)  # fmt: skip

#: What the tests show to be refused: it names no ground of law, and a letter that nobody writes.
BROKEN = Right(
    slug="cake",
    article="",
    names=say(fr="droit au gâteau", en="right to cake", de="Recht auf Kuchen"),
    goal_days=1,
    rungs=Rungs(low="R0", normal="R0", high="R0"),
    steps=(),
    holds=(),
    grounds=(),
    letters=("birthday",),
)
NO_RIGHT = "information"
