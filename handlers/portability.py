"""GDPR 20: data the person provided, processed by automated means on consent or contract, machine-readable.

Where the basis is another one, the letter says so and the request is treated as access.
"""

from __future__ import annotations

from dsarbot.core.rights import AGAINST_ANY, Ground, Item, Right, Rungs, Step, say
from handlers.common import IDENTITY, THIRD_PARTIES, WITHHELD, others

RIGHT = Right(
    slug="portability",
    article="20",
    names=say(
        fr="droit à la portabilité des données",
        en="right to data portability",
        de="Recht auf Datenübertragbarkeit",
    ),
    goal_days=15,
    rungs=Rungs(low="R0", normal="R2", high="R2+R3"),
    steps=(
        IDENTITY,
        Step("scope", "owner", 5, say(fr="Trier : fourni par la personne, automatisé, sur consentement ou contrat.",
             en="Sort: provided by the person, automated, on consent or contract.",
             de="Sortieren: von der Person, automatisiert, auf Einwilligung oder Vertrag.")),
        Step("export", "operator", 10, say(fr="Exporter (JSON, CSV, description) avec empreintes SHA-256.",
             en="Export (JSON, CSV, a description) with SHA-256 sums.",
             de="Exportieren (JSON, CSV, Beschreibung) mit SHA-256-Summen.")),
        THIRD_PARTIES,
    ),
    holds=(
        Item("package", "20(1)", say(fr="Les données et leur liste.", en="The data and a list of it.",
             de="Die Daten und eine Liste davon.")),
        Item("format", "20(1)", say(fr="Le format et comment le lire.", en="The format and how to read it.",
             de="Das Format und wie es zu lesen ist.")),
        Item("transfer", "20(2)", say(fr="Le résultat de la transmission directe, si elle est demandée.",
             en="The result of the direct transfer, if one was asked for.",
             de="Das Ergebnis der direkten Übermittlung, falls verlangt."), when="perhaps"),
        WITHHELD,
    ),
    grounds=(*AGAINST_ANY, others("20(4)"), Ground(slug="not-provided-by-person", article="20(1)", evidence=say(
        fr="L'origine et la base des données ; elles sont alors données au titre de l'accès.",
        en="Where the data comes from and its basis; it is then given as access.",
        de="Herkunft und Grundlage der Daten; sie werden dann als Auskunft gegeben."))),
)  # fmt: skip
