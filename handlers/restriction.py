"""GDPR 18: data is only stored while one of the grounds of 18(1) lasts.

Before it is lifted the person is told (18(3)).
"""

from __future__ import annotations

from dsarbot.core.letter import Moment
from dsarbot.core.rights import AGAINST_ANY, EVERY, Ground, Item, Right, Rungs, Step, say
from handlers.common import IDENTITY, RECIPIENTS_TOLD, TELL_RECIPIENTS, WITHHELD

RIGHT = Right(
    slug="restriction",
    article="18",
    names=say(
        fr="droit à la limitation du traitement",
        en="right to restriction of processing",
        de="Recht auf Einschränkung der Verarbeitung",
    ),
    goal_days=1,
    rungs=Rungs(low="R0", normal="R1", high="R2"),
    steps=(
        Step("freeze", "operator", 1, say(fr="Geler les données visées ; noter où et comment.",
             en="Freeze the data concerned; note where and how.", de="Die Daten sperren; notieren, wo und wie.")),
        IDENTITY,
        Step("ground", "owner", 3, say(fr="Noter le motif de l'art. 18(1) et quand il prendra fin.",
             en="Note the ground of Art. 18(1) and when it will end.",
             de="Grund nach Art. 18 Abs. 1 notieren und wann er entfällt.")),
        TELL_RECIPIENTS,
    ),
    holds=(
        Item("start", "18(1)", say(fr="Depuis quand.", en="Since when.", de="Seit wann.")),
        Item("frozen", "18(1)", say(fr="Ce qui est gelé.", en="What is frozen.", de="Was eingeschränkt ist.")),
        Item("allowed", "18(2)", say(fr="Ce qui reste permis.", en="What remains allowed.", de="Was erlaubt bleibt."),
             sections=("notes",)),
        Item("notice-before-lifting", "18(3)", say(fr="Que la personne sera informée avant la levée.",
             en="That the person will be told before it is lifted.",
             de="Dass die Person vor der Aufhebung unterrichtet wird."), sections=("notes",)),
        RECIPIENTS_TOLD, WITHHELD,
    ),
    grounds=(*AGAINST_ANY, Ground(slug="no-ground-18-1", article="18(1)", evidence=say(
        fr="Pourquoi aucun des quatre cas de l'art. 18(1) n'est donné.",
        en="Why none of the four cases of Art. 18(1) is given.",
        de="Warum keiner der vier Fälle des Art. 18 Abs. 1 vorliegt."))),
    letters=(*EVERY, Moment.LIFTING, Moment.RECIPIENT_TOLD),
    tell_recipients=True,
)  # fmt: skip
