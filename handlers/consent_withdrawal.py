"""GDPR 7(3): withdrawing consent is as easy as giving it; what was done before stays lawful.

There is no ground to refuse; without another basis the data is erased (17(1)(b)).
"""

from __future__ import annotations

from dsarbot.core.letter import Moment
from dsarbot.core.rights import ANY_CASE, NOT_IDENTIFIED, Implied, Item, Right, Rungs, Step, say

RIGHT = Right(
    slug="consent-withdrawal",
    article="7(3)",
    names=say(fr="retrait du consentement", en="withdrawal of consent", de="Widerruf der Einwilligung"),
    goal_days=1,
    rungs=Rungs(low="R0", normal="R0", high="R1"),
    steps=(
        Step("stop", "operator", 1, say(fr="Arrêter ce qui reposait sur le consentement ; noter quoi et quand.",
             en="Stop what rested on the consent; note what and when.",
             de="Beenden, was auf der Einwilligung beruhte; notieren, was und wann.")),
        Step("other-basis", "owner", 5, say(fr="Par catégorie : autre base, sinon effacer (art. 17(1)(b)).",
             en="Per category: another basis, or else erase (Art. 17(1)(b)).",
             de="Je Kategorie: andere Grundlage, sonst löschen (Art. 17 Abs. 1 lit. b).")),
    ),
    holds=(
        Item("stop-date", "7(3)", say(fr="Depuis quand.", en="Since when.", de="Seit wann.")),
        Item("lawful-before", "7(3)", say(fr="Que le passé reste licite.", en="That what was done before stays lawful.",
             de="Dass das Frühere rechtmäßig bleibt."), sections=("notes",)),
        Item("consequence", "7(3)", say(fr="Ce qui change pour la personne, et ce que deviennent les données.",
             en="What changes for the person, and what becomes of the data.",
             de="Was sich für die Person ändert und was mit den Daten geschieht.")),
    ),
    grounds=(NOT_IDENTIFIED,),
    letters=(*ANY_CASE, Moment.IDENTITY_ASKED, Moment.REFUSED),
    implies=(Implied(right="erasure", article="17(1)(b)"),),
    fees=(),
)  # fmt: skip
