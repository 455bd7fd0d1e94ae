"""GDPR 21: objection on grounds of the particular situation (21(1)), or to direct marketing (21(2)-(3)).

Against marketing there is nothing to weigh: no ground, no question about identity, a stop within a working day.
"""

from __future__ import annotations

from dsarbot.core.rights import AGAINST_ANY, ANY_CASE, Ground, Implied, Item, Right, Rungs, Step, say
from handlers.common import IDENTITY, WITHHELD, legal_claims

NAMES = say(fr="droit d'opposition", en="right to object", de="Widerspruchsrecht")

MARKETING = Right(
    slug="objection",
    article="21(2)",
    names=NAMES,
    goal_days=1,
    rungs=Rungs(low="R0", normal="R0", high="R0"),
    steps=(
        Step("stop", "operator", 1, say(fr="Arrêter la prospection sur tous les canaux ; noter lesquels et quand.",
             en="Stop direct marketing on every channel; note which and when.",
             de="Direktwerbung auf allen Wegen einstellen; notieren, welche und wann.")),
        Step("suppress", "operator", 1, say(fr="Inscrire l'adresse sur la liste d'opposition, avant tout import.",
             en="Put the address on the suppression list, before the next import.",
             de="Die Adresse in die Sperrliste aufnehmen, vor dem nächsten Import.")),
    ),
    holds=(
        Item("stop-date", "21(3)", say(fr="Depuis quand tout est arrêté, envois déjà partis compris.",
             en="Since when it has stopped, and what may still arrive.",
             de="Seit wann eingestellt ist und was noch eintreffen kann.")),
        Item("channels", "21(3)", say(fr="Les canaux concernés.", en="Which channels.", de="Welche Wege.")),
        Item("suppression", "21(3)", say(fr="Que l'adresse reste, seule, sur une liste d'opposition.",
             en="That the address, and no more, stays on a suppression list.",
             de="Dass allein die Adresse in einer Sperrliste bleibt."), sections=("notes",)),
    ),
    grounds=(),
    letters=ANY_CASE,
    fees=(),
)  # fmt: skip

RIGHT = Right(
    slug="objection",
    article="21",
    names=NAMES,
    goal_days=2,
    rungs=Rungs(low="R0", normal="R1", high="R2"),
    steps=(
        Step("weigh", "decider", 2, say(fr="Décider : nos motifs impérieux, démontrés, ou l'arrêt du traitement visé.",
             en="Decide: compelling grounds that we can demonstrate, or stop the processing contested.",
             de="Entscheiden: nachweisbare zwingende Gründe oder Ende der beanstandeten Verarbeitung.")),
        IDENTITY,
        Step("stop", "operator", 3, say(fr="Arrêter le traitement visé ; noter quand.",
             en="Stop the processing contested; note when.", de="Die Verarbeitung beenden; notieren, wann.")),
    ),
    holds=(
        Item("decision", "21(1)", say(fr="La décision.", en="The decision.", de="Die Entscheidung."),
             sections=("outcome",)),
        Item("balancing-or-stop", "21(1)", say(fr="Ce qui est arrêté, ou la mise en balance.",
             en="What has stopped, or how the interests were weighed.",
             de="Was beendet ist oder wie abgewogen wurde.")),
        Item("date", "21(1)", say(fr="Depuis quand.", en="Since when.", de="Seit wann.")),
        WITHHELD,
    ),
    grounds=(*AGAINST_ANY, Ground(slug="compelling-grounds", article="21(1)", demonstrate=True, evidence=say(
        fr="La mise en balance écrite : nos motifs impérieux, la situation de la personne, le résultat.",
        en="The written balancing: our compelling grounds, the person's situation, the result.",
        de="Die schriftliche Abwägung: zwingende Gründe, Lage der Person, Ergebnis.")), legal_claims("21(1)")),
    # practice 21: only of the purpose contested; security, fraud prevention and claims stay possible (18(2)).
    implies=(Implied(right="restriction", article="18(1)(d)", at_once=True),),
    marketing=MARKETING,
)  # fmt: skip
