"""Whether a text speaks for, or is signed by, somebody else than the person we think wrote it.

Asked before a mail joins a case only because of its sender (practice 2): a family, an office or an agent shares one
address. A false alarm costs a person a look; a miss hides one person's words in another's case.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from dsarbot.reading.replies import split

#: Only this much is looked at, in characters.
_MOST: Final = 20_000

_KIN: Final = (
    r"(?:wife|husband|partner|spouse|son|daughter|child(?:ren)?|mother|father|mum|mom|dad|brother|sister|grand\w{1,9}"
    r"|parents?|client|customer|employee|colleague|boss|neighbou?r|friend|aunt|uncle|nephew|niece|cousin"
    r"|femme|épouse|mari|époux|conjointe?|compagn(?:e|on)|fils|fille|enfants?|mère|père|frère|sœur|soeur|grand-\w{1,9}"
    r"|cliente?|salariée?|employée?|collègue|patron(?:ne)?|voisine?|amie?|tante|oncle|neveu|nièce"
    r"|frau|ehefrau|mann|ehemann|gatt(?:e|in)|partnerin|lebensgefährt(?:e|in)|sohn(?:es)?|tochter|kind(?:er|es)?"
    r"|mutter|vater|bruder|schwester|großmutter|großvater|eltern|mandant(?:in|en)?|kund(?:e|in|en)"
    r"|mitarbeiter(?:in|s)?|kolleg(?:e|in|en)|chef(?:in)?|nachbar(?:in)?|freund(?:in)?)"
)
_SPEAKS_FOR: Final = re.compile(
    r"\b(?:in the name of|on behalf of|in behalf of|acting for|writing for|power of attorney|letter of authority"
    r"|au nom de|au nom et pour le compte|pour le compte de|de la part de|agissant pour|en qualité de (?:mandataire"
    r"|représentant|conseil|tuteur|tutrice)|par procuration|procuration ci-jointe|mandat ci-joint"
    r"|im namen (?:von|des|der|meine[rs]|unsere[rs])|in vertretung|im auftrag (?:von|des|der|meine[rs]|unsere[rs])"
    r"|namens und (?:in vollmacht|im auftrag)|bevollmächtigt|vollmacht (?:liegt|anbei|beigefügt)"
    r"|gesetzliche[rn]? vertreter|namens|uit naam van|in nome (?:di|e per conto)|en nombre de)\b"
    rf"|\b(?:my|our|his|her|mon|ma|mes|notre|nos|son|sa|mein(?:e[mnrs]?)?|unser(?:e[mnrs]?)?)\s{{1,3}}{_KIN}\b",
    re.IGNORECASE,
)
_CLOSING: Final = re.compile(
    r"\s*(?:(?:kind|best|warm)? ?(?:regards|wishes)|(?:yours )?(?:sincerely|faithfully|truly)|many thanks"
    r"|thanks?(?: you)?|cheers"
    r"|(?:bien )?cordialement|(?:sincères|meilleures) salutations|salutations(?: distinguées)?|bien à vous|merci"
    r"(?: d['’]avance)?|respectueusement|(?:mit )?(?:freundlichen?|besten?|herzlichen?|viele[nr]?|liebe[nr]?"
    r"|schöne[nr]?) (?:grü(?:ß|ss)en?|dank)|hochachtungsvoll|mfg|lg|vg|danke(?: im voraus)?|gruß|grüße)[ ,.!]*\Z",
    re.IGNORECASE,
)
_NAME_WORD: Final = re.compile(r"[^\W\d_]{2,}(?:[-'’][^\W\d_]+)*\Z")
_TITLES: Final = frozenset({"dr", "prof", "me", "maître", "mr", "mrs", "ms", "m", "mme", "mlle", "herr", "frau", "ing"})


def names_another(text: str, name: str) -> str:
    """The words that show somebody else, "" when there are none. *name*: of the person it is thought to come from."""
    text = text[:_MOST]
    parts = split(text)
    if match := _SPEAKS_FOR.search(parts.new_text):
        return " ".join(match[0].split())
    signed = _signed(f"{parts.new_text}\n{parts.signature}")
    known = _words(name)
    return signed if signed and known and not _same_person(_words(signed), known) else ""


def _signed(text: str) -> str:
    """The name below the closing words, "" when none stands there. A last line that is only a name counts, too."""
    lines = [line.strip(" \t,.-–—") for line in text.splitlines()]
    lines = [line for line in lines if line]
    for number in range(len(lines) - 2, -1, -1):
        if _CLOSING.match(lines[number]):
            return lines[number + 1] if _is_name(lines[number + 1], least=1) else ""
    return lines[-1] if lines and len(lines) > 1 and _is_name(lines[-1], least=2) else ""


def _is_name(line: str, *, least: int) -> bool:
    words = [word for word in line.replace(".", " ").split() if word.lower() not in _TITLES]
    return least <= len(words) <= 4 and all(_NAME_WORD.match(word) and word[0].isupper() for word in words)


def _words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(sign if sign.isalpha() else " " for sign in plain if not unicodedata.combining(sign))
    return frozenset(word for word in letters.split() if word not in _TITLES)


def _same_person(signed: frozenset[str], known: frozenset[str]) -> bool:
    """A family shares one name and not the other: "Paul Martin" is not "Jeanne Martin"; with a second surname, or
    with half of the name, she is still the same. Short forms begin alike: Kathi and Katharina, Jo and Johanna."""
    alike = sum(any(_alike(word, each) for each in known) for word in signed)
    return alike == len(signed) or alike >= min(2, len(known))


def _alike(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return long.startswith(short[:3] if len(short) > 3 else short)
