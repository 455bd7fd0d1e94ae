"""The draft of a letter that asks for another copy of what could not be opened, in French, English and German. Pure.

It is a draft: a person looks at it, and sends it. It asks for nothing but the letter, and stops no period.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from dsarbot.core.dates import Language, long_date

#: Reasons for which another copy helps.
HELPS: Final = ("encrypted", "broken", "infected", "too-large", "hardly-legible", "no-text", "too-many-pages")

_WHY: Final[dict[Language, dict[str, str]]] = {
    "fr": {
        "encrypted": "il est protégé par un mot de passe",
        "broken": "il est endommagé",
        "infected": "notre antivirus l’a bloqué",
        "": "nous ne parvenons pas à le lire",
    },
    "en": {
        "encrypted": "it is protected by a password",
        "broken": "it is damaged",
        "infected": "our virus scanner has blocked it",
        "": "we cannot read it",
    },
    "de": {
        "encrypted": "sie mit einem Passwort geschützt ist",
        "broken": "sie beschädigt ist",
        "infected": "unser Virenscanner sie gesperrt hat",
        "": "wir sie nicht lesen können",
    },
}
_LETTER: Final[dict[Language, tuple[str, tuple[str, ...]]]] = {
    "fr": (
        "Votre document reçu le {day}",
        (
            "Madame, Monsieur,",
            (
                "Nous avons bien reçu votre envoi le {day}. Nous n’avons toutefois pas pu ouvrir le document qu’il "
                "contient : {why}."
            ),
            (
                "Nous vous prions de bien vouloir nous l’envoyer à nouveau, sans mot de passe, par exemple en PDF ou "
                "sous forme de photographie nette ; vous pouvez aussi nous écrire votre demande directement dans un "
                "message. N’y joignez pas de copie de pièce d’identité."
            ),
            "La date de réception de votre premier envoi reste celle que nous retenons.",
            "Veuillez agréer, Madame, Monsieur, l’expression de nos salutations distinguées.",
            "{organisation}",
        ),
    ),
    "en": (
        "Your document received on {day}",
        (
            "Dear Sir or Madam,",
            "We received your message on {day}. However, we could not open the document in it: {why}.",
            (
                "Please send it to us again without a password, for example as a PDF or as a sharp photograph; you "
                "may also simply write your request in a message. Please do not enclose a copy of an identity "
                "document."
            ),
            "The date on which we received your first message remains the one that counts.",
            "Yours faithfully,",
            "{organisation}",
        ),
    ),
    "de": (
        "Ihr Dokument, eingegangen am {day}",
        (
            "Sehr geehrte Damen und Herren,",
            "Ihre Sendung haben wir am {day} erhalten. Die Datei darin konnten wir jedoch nicht öffnen, da {why}.",
            (
                "Bitte senden Sie sie uns noch einmal ohne Passwort, zum Beispiel als PDF oder als scharfes Foto; Sie"
                " können uns Ihr Anliegen auch einfach in einer Nachricht schreiben. Bitte legen Sie keine "
                "Ausweiskopie bei."
            ),
            "Maßgeblich bleibt der Tag, an dem Ihre erste Sendung eingegangen ist.",
            "Mit freundlichen Grüßen",
            "{organisation}",
        ),
    ),
}
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en", "de")


def draft(language: Language, problem: str, *, received: date, organisation: str) -> str:
    """The letter with its subject on top."""
    subject, text = _LETTER[language]
    known = _WHY[language]
    # Without the day of the week, which in German would need an article of its own.
    day, why = long_date(received, language).partition(" ")[2], known.get(problem, known[""])
    written = (each.format(day=day, why=why, organisation=organisation) for each in (subject, *text))
    return "\n\n".join(written) + "\n"


def drafts(problem: str, *, received: date, organisation: str) -> str:
    """In all three languages, below each other."""
    each = (draft(language, problem, received=received, organisation=organisation) for language in LANGUAGES)
    return "\n----\n\n".join(each)
