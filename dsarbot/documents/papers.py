"""Whether a page looks like an identity paper: told by its words, its zone and its shape. Pure.

It looks for reasons to set something apart, not for certainty: a suspicion is enough, and a person may take it back.
A letter that merely speaks of a paper is told from one by its length.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from dsarbot.core.identity_copy_row import LABELS, NAME, WORDS, ZONE
from dsarbot.core.mrz import parse

Guess = Literal["", "passport", "identity-card", "permit", "licence", "paper"]

#: What papers call themselves, without accents, in capitals, in the languages of the States around us.
_TITLES: Final[tuple[tuple[Guess, str], ...]] = (
    ("passport", "PASSEPORT|PASSPORT|REISEPASS|PASSAPORTO|PASAPORTE|PASPOORT|PASZPORT|PASSAPORTE"),
    ("identity-card", "CARTE (?:NATIONALE )?D ?IDENTITE|PERSONALAUSWEIS|PERSONENAUSWEIS|IDENTITY CARD|ID CARD"),
    ("identity-card", "CARTA D IDENTITA|IDENTITEITSKAART|IDENTITATSKARTE|IDENTITAETSKARTE|DOWOD OSOBISTY"),
    ("identity-card", "DOCUMENTO NACIONAL DE IDENTIDAD|CARTAO DE CIDADAO"),
    ("permit", "TITRE DE SEJOUR|CARTE DE SEJOUR|AUFENTHALTSTITEL|AUFENTHALTSKARTE|RESIDENCE (?:PERMIT|CARD)"),
    ("permit", "PERMESSO DI SOGGIORNO|VERBLIJFSVERGUNNING|PERMISO DE RESIDENCIA"),
    ("licence", "PERMIS DE CONDUIRE|FUHRERSCHEIN|FUEHRERSCHEIN|DRIVING LICEN[CS]E|PATENTE DI GUIDA|RIJBEWIJS"),
)
#: What stands in letters, forms and invoices, and on no paper: a form asks for the same fields.
_LETTER: Final = re.compile(
    r"\b(?:RGPD|GDPR|DSGVO|ARTICLE 1[5-9]|ART\.? ?1[5-9]|MADAME|MONSIEUR|SEHR GEEHRTE|DEAR (?:SIR|MADAM|MR|MS)"
    r"|FORMULAIRE|FORMULAR|FACTURE|INVOICE|RECHNUNG|OBJET|BETREFF)\b"
)
#: What stands beside the fields of a paper. Each alone stands in many a form.
_LABELS: Final = re.compile(
    r"\b(?:SURNAME|GIVEN NAMES?|FORENAMES?|NOM|PRENOMS?|NAME|VORNAMEN?|COGNOME"
    r"|SEXE?|GESCHLECHT|NATIONALITY|NATIONALITE|STAATSANGEHORIGKEIT|STAATSANGEHOERIGKEIT"
    r"|DATE OF BIRTH|DATE DE NAISS(?:ANCE)?|GEBURTSTAG|GEBURTSDATUM|NE E? ?LE|PLACE OF BIRTH|LIEU DE NAISS(?:ANCE)?"
    r"|GEBURTSORT|DATE OF EXPIRY|DATE D EXPIR(?:ATION)?|GULTIG BIS|GUELTIG BIS|VALABLE JUSQU|EXPIRY"
    r"|DATE OF ISSUE|DATE DE DELIVRANCE|AUSSTELLUNGS?DATUM|AUTHORITY|AUTORITE|BEHORDE|TAILLE|GROSSE|HEIGHT"
    r"|DOCUMENT N[O0]|N[O0] DU DOCUMENT|HOLDER|SIGNATURE|UNTERSCHRIFT|AUGENFARBE)\b"
)
#: How people call the file, and how they speak of it in the mail around it.
_CALLED: Final = re.compile(
    r"(?:^|[^a-z])(?:cni|carte[-_ ]?(?:nationale[-_ ]?)?d?['’]?[-_ ]?identit|piece[-_ ]?d?['’]?[-_ ]?identit|passe?port"
    r"|reisepass|(?:personal|aus)[-_ ]?ausweis|ausweis|perso(?![a-z])|identity[-_ ]?card|id[-_ ]?card|id[-_ ]?copy"
    r"|titre[-_ ]?de[-_ ]?sejour|aufenthaltstitel|permis[-_ ]?de[-_ ]?conduire|fuhrerschein|fuehrerschein"
    r"|driving[-_ ]?licen[cs]e|identiteitskaart)"
)
_SPOKEN: Final = re.compile(
    r"(?:copie|photo(?:copie)?|scan|ci joint\w*|jointe?s?|voici|attach\w*|copy|kopie|anbei|beigefugt|im anhang"
    r"|enclosed)[^.!?\n]{0,80}?(?:carte (?:nationale )?d identite|piece d identite|passe?port|titre de sejour"
    r"|permis de conduire|ausweis|reisepass|fuhrerschein|identity (?:card|document)|id card|driving licen[cs]e)"
    r"|(?:ausweiskopie|kopie (?:meines|des) (?:personal)?ausweis)"
)
#: So many words no paper has, and a letter that says anything has more.
_MOST_WORDS: Final = 150
_SHORT: Final = 60
_MANY_LABELS, _SOME_LABELS = 4, 2
#: ISO/IEC 7810: ID-1 is 85.6 by 54 mm, ID-3 125 by 88 mm; a picture cut around one has that shape.
_SHAPES: Final = (1.30, 1.70)


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What one page, or a whole file, looks like. guess "": no paper; letter: it says so much that it is a letter."""

    guess: Guess = ""
    why: str = ""
    letter: bool = False


def look(text: str, *, width: int, height: int, today: date) -> Look:
    """One page, from what was read on it."""
    flat = folded(text)
    words = len(flat.split())
    none: Guess = ""
    title = next((guess for guess, pattern in _TITLES if re.search(rf"\b(?:{pattern})", flat)), none)
    zone = parse(text, today)
    if zone.format is not None and sum(fits for _, fits in zone.check_digits) * 2 >= len(zone.check_digits):
        return Look(guess=title or _by_code(zone.fields.document_code), why=ZONE)
    if _LETTER.search(flat):
        return Look(letter=True)
    labels = len(set(_LABELS.findall(flat)))
    shaped = _SHAPES[0] <= max(width, height) / max(min(width, height), 1) <= _SHAPES[1]
    if words <= _MOST_WORDS and (
        labels >= _MANY_LABELS
        or (title and labels >= _SOME_LABELS)
        or (title and words <= _SHORT)
        or (shaped and labels > _SOME_LABELS and words <= _SHORT)
    ):
        return Look(guess=title or "paper", why=LABELS)
    return Look(letter=words > _SHORT and labels < _MANY_LABELS)


def hint(name: str, words: str) -> str:
    """What speaks for a paper before anybody has looked at the file: how it is called, what the mail says; "" else."""
    if _CALLED.search(folded(name, signs=True).lower()):
        return NAME
    return WORDS if _SPOKEN.search(folded(words).lower()) else ""


def folded(text: str, *, signs: bool = False) -> str:
    """Capitals without accents; signs: punctuation stays, otherwise it becomes a blank, and lines stay lines."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "SS")).upper()
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    return plain if signs else re.sub(r"[^\w.!?\n]+", " ", plain.replace("<", " "))


def _by_code(code: str) -> Guess:
    """By the first letter of Doc 9303."""
    kinds: dict[str, Guess] = {"P": "passport", "I": "identity-card", "A": "identity-card", "C": "identity-card"}
    return kinds.get(code[:1], "paper")
