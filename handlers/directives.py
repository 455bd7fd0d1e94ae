"""French Data Protection Act (LIL) 84-86: directives on what happens to data after death; rights of heirs.

The law sets no period of its own; one month is our choice (law 2).
"""

from __future__ import annotations

from dsarbot.core.letter import Moment
from dsarbot.core.rights import ANY_CASE, NOT_IDENTIFIED, Item, Right, Rungs, Step, say
from handlers.common import IDENTITY, WITHHELD, others

RIGHT = Right(
    slug="directives",
    article="85 LIL",
    names=say(
        fr="directives relatives au sort des données après la mort",
        en="directives on data after death",
        de="Weisungen für die Zeit nach dem Tod",
    ),
    goal_days=15,
    rungs=Rungs(low="R0", normal="R2", high="R2+R3"),
    steps=(
        IDENTITY,
        Step("consent", "owner", 5, say(fr="Directives particulières : recueillir le consentement spécifique.",
             en="Specific directives: obtain the specific consent.",
             de="Besondere Weisungen: die ausdrückliche Zustimmung einholen.")),
        Step("record", "owner", 5, say(fr="Enregistrer la version ; nommer l'exécuteur s'il y en a un.",
             en="Record the version; name the executor if there is one.",
             de="Die Fassung speichern; den Vollstrecker nennen, falls es einen gibt.")),
        Step("heir", "owner", 5, say(fr="Héritiers : acte de notoriété, livret de famille ; secret des lettres.",
             en="Heirs: certificate of inheritance or family record book; secrecy of correspondence.",
             de="Erben: Erbnachweis oder Familienbuch; Briefgeheimnis.")),
    ),
    holds=(
        Item("recorded", "85 LIL", say(fr="Ce qui est enregistré ou exécuté.", en="What was recorded or carried out.",
             de="Was gespeichert oder ausgeführt wurde."), sections=("outcome",)),
        Item("version", "85 LIL", say(fr="Version et date.", en="Version and day.", de="Fassung und Tag.")),
        Item("revocable", "85 LIL", say(fr="Modifiable et révocable à tout moment.",
             en="Can be changed or revoked at any time.", de="Jederzeit änderbar und widerruflich."),
             sections=("notes",)),
        Item("executor", "85 LIL", say(fr="L'exécuteur désigné.", en="The executor named.", de="Der Vollstrecker."),
             when="perhaps"),
        WITHHELD,
    ),
    grounds=(NOT_IDENTIFIED, others("85 LIL")),
    letters=(*ANY_CASE, Moment.IDENTITY_ASKED, Moment.REFUSED, Moment.DIRECTIVES_REVOKED),
    fees=(),
)  # fmt: skip
