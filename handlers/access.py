"""GDPR 15: confirmation whether data is processed, a copy of it, and the information of 15(1)(a)-(h) and 15(2).

No reasons are needed (CJEU C-307/22); recipients are named (C-154/21); 15(4) redacts, it does not refuse.
"""

from __future__ import annotations

from dsarbot.core.rights import AGAINST_ANY, Ground, Item, Right, Rungs, Step, say
from handlers.common import IDENTITY, SEARCH, THIRD_PARTIES, WITHHELD, others

RIGHT = Right(
    slug="access",
    article="15",
    names=say(fr="droit d'accès", en="right of access", de="Recht auf Auskunft"),
    goal_days=15,
    rungs=Rungs(low="R0", normal="R2", high="R2+R3"),
    steps=(IDENTITY, SEARCH, THIRD_PARTIES, Step("assemble", "owner", 13, say(
        fr="Réunir la copie et les informations de l'art. 15(1) et (2), propres à cette personne.",
        en="Put together the copy and the information of Art. 15(1) and (2), as it is for this person.",
        de="Kopie und Angaben nach Art. 15 Abs. 1 und 2 zusammenstellen, wie sie für diese Person zutreffen."))),
    holds=(
        Item("confirmation", "15(1)", say(fr="Si des données de la personne sont traitées, oui ou non.",
             en="Whether data of the person is processed, yes or no.", de="Ob Daten der Person verarbeitet werden."),
             when="always", sections=("outcome",)),
        # CJEU C-487/21: a faithful and intelligible reproduction, with extracts or documents where needed.
        Item("copy", "15(3)", say(fr="La copie fidèle et compréhensible de toutes les données.",
             en="A faithful, intelligible copy of all data.", de="Eine getreue Kopie aller Daten, verständlich.")),
        Item("purposes", "15(1)(a)", say(fr="Les finalités.", en="The purposes.", de="Die Zwecke.")),
        Item("categories", "15(1)(b)", say(fr="Les catégories de données.", en="The categories of data.",
             de="Die Kategorien von Daten.")),
        Item("recipients", "15(1)(c)", say(fr="Les destinataires nommés ; des catégories seulement si impossible.",
             en="The recipients by name; categories only if that is impossible.",
             de="Die Empfänger mit Namen; Kategorien nur, wenn das unmöglich ist.")),
        Item("retention", "15(1)(d)", say(fr="La durée de conservation ou ses critères.",
             en="How long the data is kept, or the criteria.", de="Die Speicherdauer oder ihre Kriterien.")),
        Item("rights", "15(1)(e)", say(fr="Les droits de rectification, d'effacement, de limitation, d'opposition.",
             en="The rights to rectification, erasure, restriction and to object.",
             de="Die Rechte auf Berichtigung, Löschung, Einschränkung und Widerspruch."), sections=("notes",)),
        Item("complaint", "15(1)(f)", say(fr="Le droit de réclamation.", en="The right to complain.",
             de="Das Beschwerderecht."), when="always", sections=("complaint",)),
        Item("source", "15(1)(g)", say(fr="La source, si ce n'est pas la personne.",
             en="The source, where it is not the person.", de="Die Herkunft, wenn nicht von der Person.")),
        Item("automated-decisions", "15(1)(h)", say(fr="Décisions automatisées, logique et effets, ou aucune.",
             en="Automated decisions, their logic and effects, or that there are none.",
             de="Automatisierte Entscheidungen, ihre Logik und Folgen, oder dass es keine gibt.")),
        Item("safeguards", "15(2)", say(fr="En cas de transfert hors UE : les garanties.",
             en="For transfers to third countries: the safeguards.",
             de="Bei Übermittlung in Drittländer: die Garantien."), when="perhaps"),
        WITHHELD,
    ),
    grounds=(*AGAINST_ANY, others("15(4)"),
        # CJEU C-526/24: even a first request, if abusive intent is proven.
        Ground(slug="abuse", article="12(5)(b)", second=True, demonstrate=True, evidence=say(
            fr="Les faits qui prouvent l'intention abusive ; un soupçon ou un mobile ne suffit pas.",
            en="The facts that prove the abusive intent; a suspicion or a motive is not enough.",
            de="Die Tatsachen, die die Missbrauchsabsicht beweisen; Verdacht oder Motiv genügen nicht."))),
    fees=("excessive", "further-copies"),
)  # fmt: skip
