"""GDPR 16: inaccurate data is corrected, incomplete data completed.

Whoever received the data is told (Art. 19); while accuracy is disputed, restriction is offered (18(1)(a)).
"""

from __future__ import annotations

from dsarbot.core.letter import Moment
from dsarbot.core.rights import AGAINST_ANY, EVERY, Ground, Implied, Item, Right, Rungs, Step, say
from handlers.common import IDENTITY, RECIPIENTS_TOLD, TELL_RECIPIENTS, WITHHELD

RIGHT = Right(
    slug="rectification",
    article="16",
    names=say(fr="droit de rectification", en="right to rectification", de="Recht auf Berichtigung"),
    goal_days=5,
    rungs=Rungs(low="R0", normal="R1", high="R2"),
    steps=(
        IDENTITY,
        Step("check-facts", "owner", 3, say(fr="Vérifier ce qui est exact ; noter sur quelle base.",
             en="Find out what is accurate; note on what basis.", de="Prüfen, was richtig ist; notieren, woran.")),
        Step("correct", "operator", 4, say(fr="Corriger dans chaque système ; noter l'ancienne et la nouvelle valeur.",
             en="Correct it in every system; note the old and the new value.",
             de="In jedem System berichtigen; alten und neuen Wert notieren.")),
        TELL_RECIPIENTS,
    ),
    holds=(
        Item("old-and-new-values", "16", say(fr="L'ancienne et la nouvelle valeur de chaque donnée.",
             en="The old and the new value of each field.", de="Alter und neuer Wert jedes Feldes.")),
        Item("date", "16", say(fr="La date de la correction.", en="The day of the correction.",
             de="Der Tag der Berichtigung.")),
        Item("systems", "16", say(fr="Les systèmes concernés.", en="The systems concerned.",
             de="Die betroffenen Systeme.")),
        Item("statement", "16", say(fr="La déclaration complémentaire enregistrée, s'il y en a une.",
             en="The supplementary statement that was stored, if there is one.",
             de="Die gespeicherte ergänzende Erklärung, falls es eine gibt."), when="perhaps"),
        RECIPIENTS_TOLD, WITHHELD,
    ),
    grounds=(*AGAINST_ANY, Ground(slug="accurate", article="16", evidence=say(
        fr="Ce qui montre que la donnée est exacte, ou qu'il s'agit d'un avis fidèlement rapporté.",
        en="What shows that the data is accurate, or that it is an opinion faithfully recorded.",
        de="Was zeigt, dass die Angabe richtig ist oder eine Meinung getreu wiedergibt."))),
    letters=(*EVERY, Moment.RECIPIENT_TOLD),
    tell_recipients=True,
    implies=(Implied(right="restriction", article="18(1)(a)"),),
)  # fmt: skip
