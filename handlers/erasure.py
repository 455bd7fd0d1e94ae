"""GDPR 17: data is erased without undue delay where one of the grounds of 17(1) applies.

Order of limits (practice 20): no ground of 17(1), per category; then 17(3); then identity; then national law.
"""

from __future__ import annotations

from dsarbot.core.letter import Moment
from dsarbot.core.rights import AGAINST_ANY, EVERY, Ground, Item, Right, Rungs, Step, say
from handlers.common import IDENTITY, RECIPIENTS_TOLD, TELL_RECIPIENTS, WITHHELD, legal_claims

RIGHT = Right(
    slug="erasure",
    article="17",
    names=say(fr="droit à l'effacement", en="right to erasure", de="Recht auf Löschung"),
    goal_days=15,
    rungs=Rungs(low="R0", normal="R2", high="R2+R3"),
    steps=(
        IDENTITY,
        Step("sort", "owner", 5, say(
             fr="Par catégorie : motif de l'art. 17(1), obligation de conserver, fin. Aucun service n'est résilié.",
             en="Per category: ground of Art. 17(1), duty to keep, its end. No service is ended by this.",
             de="Je Kategorie: Grund nach Art. 17 Abs. 1, Aufbewahrungspflicht, Ende. Kein Vertrag endet dadurch.")),
        Step("approve", "decider", 8, say(fr="Approuver la liste avant tout effacement.",
             en="Approve the list before anything is erased.", de="Die Liste vor jeder Löschung freigeben.")),
        Step("erase", "operator", 12, say(fr="Effacer ou anonymiser ; noter le système, le nombre et la date.",
             en="Erase or anonymise; note system, count and day.",
             de="Löschen oder anonymisieren; System, Anzahl und Tag notieren.")),
        TELL_RECIPIENTS,
    ),
    holds=(
        Item("erased", "17(1)", say(fr="Par catégorie : ce qui a été effacé ou anonymisé, et quand.",
             en="Per category: what was erased or made anonymous, and when.",
             de="Je Kategorie: was wann gelöscht oder anonymisiert wurde.")),
        Item("kept", "17(3)", say(fr="Ce qui est conservé ou limité : texte de loi, durée, date de fin.",
             en="What is kept or restricted: statute, period, last day.",
             de="Was bleibt oder eingeschränkt wird: Gesetz, Frist, letzter Tag."), when="partly"),
        Item("backups", "17(1)", say(fr="Quand les sauvegardes seront écrasées.", en="When the backups are gone.",
             de="Wann die Sicherungen überschrieben sind.")),
        Item("publishers", "17(2)", say(fr="Données rendues publiques : qui a été averti.",
             en="Data made public: who was told.", de="Veröffentlichte Daten: wer Bescheid weiß."), when="perhaps"),
        RECIPIENTS_TOLD, WITHHELD,
    ),
    grounds=(
        Ground(slug="no-ground-17-1", article="17(1)", evidence=say(
            fr="Par catégorie : à quoi elle sert encore (contrat en cours, facture ouverte).",
            en="Per category: what it is still needed for (running contract, open invoice).",
            de="Je Kategorie: wozu sie noch nötig ist (laufender Vertrag, offene Rechnung).")),
        Ground(slug="expression", article="17(3)(a)", evidence=say(fr="La publication et l'intérêt du public.",
            en="The publication and the public's interest in it.", de="Die Veröffentlichung und das Interesse daran.")),
        Ground(slug="legal-obligation", article="17(3)(b)", evidence=say(
            fr="Le texte de loi, la durée et le dernier jour, par catégorie.",
            en="The statute, the period and the last day, per category.",
            de="Gesetz, Frist und letzter Tag, je Kategorie.")),
        Ground(slug="public-health", article="17(3)(c)", evidence=say(fr="La base de l'art. 9(2)(h)-(i).",
            en="The basis in Art. 9(2)(h)-(i).", de="Die Grundlage in Art. 9 Abs. 2 lit. h, i.")),
        Ground(slug="archives", article="17(3)(d)", evidence=say(fr="La finalité et en quoi l'effacement la compromet.",
            en="The purpose and how erasure would impair it.", de="Der Zweck und wie die Löschung ihn vereitelt.")),
        legal_claims("17(3)(e)"),
        *AGAINST_ANY,
    ),
    letters=(*EVERY, Moment.RECIPIENT_TOLD),
    tell_recipients=True,
    # Once erased, nothing is left to give a copy of.
    after=("access", "portability"),
)  # fmt: skip
