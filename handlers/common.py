"""What several rights share: the first steps of every checklist, and items that more than one answer holds."""

from __future__ import annotations

from dsarbot.core.rights import Ground, Item, Step, say

IDENTITY = Step("identity", "owner", 3, say(
    fr="Vérifier qui demande ; n'interroger qu'en cas de doute raisonnable, noté au dossier (art. 12(6)).",
    en="See who is asking; ask only where there is a reasonable doubt, and record it (Art. 12(6)).",
    de="Prüfen, wer fragt; nur bei begründetem und vermerktem Zweifel nachfragen (Art. 12 Abs. 6)."))  # fmt: skip
SEARCH = Step("search", "operator", 8, say(
    fr="Chercher dans tous les systèmes, archives et sous-traitants compris ; noter ce qui a été cherché et où.",
    en="Search every system, archives and processors included; note what was searched and where.",
    de="In allen Systemen suchen, auch in Archiven und bei Auftragsverarbeitern; notieren, was wo."))  # fmt: skip
THIRD_PARTIES = Step("third-parties", "owner", 12, say(
    fr="Occulter ce qui concerne d'autres personnes ou des secrets d'affaires ; ne pas refuser le reste.",
    en="Redact what concerns other people or business secrets; do not refuse the rest.",
    de="Schwärzen, was andere Personen oder Geschäftsgeheimnisse betrifft; das Übrige nicht verweigern."))  # fmt: skip
#: GDPR 19: "shall communicate any rectification or erasure ... or restriction ... to each recipient".
TELL_RECIPIENTS = Step("tell-recipients", "owner", 15, say(
    fr="Informer chaque destinataire ; noter lesquels et quand, ou pourquoi c'est impossible (art. 19).",
    en="Tell every recipient; note whom and when, or why that is impossible (Art. 19).",
    de="Alle Empfänger unterrichten; notieren, wen und wann, oder warum es unmöglich ist (Art. 19)."))  # fmt: skip

RECIPIENTS_TOLD = Item("recipients", "19", say(
    fr="Quels destinataires ont été informés, ou pourquoi ce n'est pas possible.",
    en="Which recipients were told, or why that is not possible.",
    de="Welche Empfänger unterrichtet wurden oder warum das nicht möglich ist."))  # fmt: skip
WITHHELD = Item("withheld", "12(4)", say(
    fr="Ce qui n'a pas été donné ou fait, élément par élément, avec motif et base légale.",
    en="What was not given or done, item by item, with the reason and the ground in law.",
    de="Was nicht gegeben oder getan wurde, Punkt für Punkt, mit Grund und Rechtsgrundlage."),
    when="partly", sections=("withheld",))  # fmt: skip


def others(article: str) -> Ground:
    """The rights of others: they redact, they rarely refuse."""
    return Ground(slug="rights-of-others", article=article, evidence=say(
        fr="Qui serait atteint et comment, et pourquoi une occultation ne suffit pas.",
        en="Who would be affected and how, and why redacting is not enough.",
        de="Wer wie betroffen wäre und warum eine Schwärzung nicht genügt."))  # fmt: skip


def legal_claims(article: str) -> Ground:
    """Claims that exist or are to be expected, not any that one could think of."""
    return Ground(slug="legal-claims", article=article, evidence=say(
        fr="Le litige en cours ou attendu, les données nécessaires et jusqu'à quand (prescription).",
        en="The dispute under way or expected, the data needed for it, and until when (limitation).",
        de="Der laufende oder erwartete Streit, die dafür nötigen Daten und bis wann (Verjährung)."))  # fmt: skip
