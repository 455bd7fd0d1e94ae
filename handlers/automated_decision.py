"""GDPR 22: a human looks again at a decision that a machine took alone.

Even where 22(2) permits the decision, human intervention stays owed (22(3)).
"""

from __future__ import annotations

from dsarbot.core.rights import AGAINST_ANY, Ground, Item, Right, Rungs, Step, say
from handlers.common import IDENTITY

RIGHT = Right(
    slug="automated-decision",
    article="22",
    names=say(
        fr="droit de ne pas faire l'objet d'une décision automatisée",
        en="right not to be subject to an automated decision",
        de="Recht, keiner automatisierten Entscheidung unterworfen zu werden",
    ),
    goal_days=10,
    rungs=Rungs(low="R0", normal="R2", high="R2+R3"),
    steps=(
        IDENTITY,
        Step("reviewer", "decider", 2, say(fr="Nommer qui réexamine, avec le pouvoir de changer la décision.",
             en="Name who reviews it, somebody with the power to change the decision.",
             de="Benennen, wer überprüft und die Entscheidung ändern darf."), gate=True),
        Step("view", "owner", 7, say(fr="Entendre et noter le point de vue de la personne, ou qu'il n'y en a pas.",
             en="Hear the person's view and note it, or that none was given.",
             de="Den Standpunkt der Person hören und notieren, oder dass keiner kam."), gate=True),
        Step("review", "decider", 9, say(fr="Réexaminer la décision ; noter les motifs.",
             en="Review the decision; note the reasons.", de="Die Entscheidung überprüfen; Gründe notieren.")),
    ),
    holds=(
        Item("reviewer", "22(3)", say(fr="Qui a réexaminé.", en="Who reviewed it.", de="Wer überprüft hat.")),
        Item("view-heard", "22(3)", say(fr="Que le point de vue a été entendu.", en="That the person's view was heard.",
             de="Dass der Standpunkt gehört wurde.")),
        Item("result", "22(3)", say(fr="Le résultat.", en="The result.", de="Das Ergebnis."), sections=("outcome",)),
        Item("reasons", "22(3)", say(fr="Les motifs.", en="The reasons.", de="Die Gründe.")),
    ),
    grounds=(
        *AGAINST_ANY,
        Ground(slug="not-automated", article="22(1)", evidence=say(
            fr="Qui a décidé, ou pourquoi l'effet n'est ni juridique ni comparable.",
            en="Who decided, or why the effect is neither legal nor similar.",
            de="Wer entschieden hat oder warum die Wirkung weder rechtlich noch ähnlich ist.")),
        Ground(slug="permitted-22-2", article="22(2)", evidence=say(
            fr="Contrat, loi ou consentement explicite ; le réexamen humain reste dû.",
            en="Contract, law or explicit consent; the human review stays owed.",
            de="Vertrag, Gesetz oder ausdrückliche Einwilligung; die Überprüfung bleibt geschuldet.")),
    ),
)  # fmt: skip
