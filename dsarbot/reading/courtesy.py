"""Where a mail begins and ends to say something: behind its greeting, before its closing, name and small print.

"Dear Mrs Weber," and "Kind regards, Zoé Müller" ask for nothing, and whoever learns from letters must learn nothing
from names. Only what is plainly courtesy is left out: a line of names, not "delete it all" below "Thanks".
"""

from __future__ import annotations

import re

#: A closing stands in the last characters of a text, and a greeting in the first.
LAST, FIRST = 1_500, 120
#: Nothing this short has small print.
SHORT = 150
#: So many lines of names, places and numbers below a closing.
_MOST_LINES = 12

_GREETING = re.compile(
    r"\s*(?i:(?:dear|hi|hello|hey|hiya|good (?:morning|afternoon|evening|day)|to whom it may concern|greetings"
    r"|bonjour|bonsoir|salut|coucou|chers?|chères?|madame|messieurs|mesdames|monsieur|mademoiselle"
    r"|(?:sehr )?geehrte[rs]?|liebe[rs]?|hallo|guten (?:tag|morgen|abend)|moin|servus|grüezi|grüß (?:gott|euch"
    r"|dich)|hoi"
    r"|geachte|beste|goede(?:n?dag|morgen|middag|navond|middag)|dag|moien|gudde (?:moien|mëtteg|owend)|léif|här"
    r"|buongiorno|buonasera|salve|ciao|gentil[ei]|spett(?:abile|\.le)|hola|buenos días|buenas|estimad[oa]s?"
    r"|olá|bom dia|boa tarde|exm[oa]s?\.?|car[oa]s?|dzień dobry|witam|szanown\w+|cześć|dobrý (?:den|deň)|ahoj|vážen\w+"
    r"|jó napot|tisztelt|szia\w*|здравейте|добър ден|уважаем\w+|dobar dan|poštovan\w+|pozdravljeni|spoštovan\w+|tere"
    r"|lugupeetud|labdien|sveiki|cienījam\w+|laba diena|gerb\w+|hei|hyvä\w*|arvoisa\w*|hej|god (?:dag|morgon)|kære"
    r"|bună (?:ziua|seara)|stimat\w+|γεια\w*|καλημέρα|αξιότιμ\w+|αγαπητ\w+|a chara|dia dhuit|għażiż\w*|bonġu)\b)"
    # Behind it names and titles: capitals, and the small words between them.
    r"(?:,?[ ]+(?:[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я][\w.'’-]*|(?i:sir|madam|or|and|all|there|team|everyone|folks|support|à"
    r"|tou(?:s|te)|l'équipe|monsieur|madame|messieurs|et"
    r"|zusammen|und|leute|ihr|an|alle|allemaal|heer|mevrouw|alleguer|dammen|de|van|von|der|a|tutti|todos)\b)){0,6}"
    r"\s*(?:[,!:;]|\n|$)"
)
#: Behind what a closing stands.
_BEFORE = re.compile(r"\n|[.!?)] ")
_CLOSING = re.compile(
    r"[^\S\n]*(?:"
    r"(?:thanks and )?(?:kind|best|warm|many)? ?(?:regards|wishes|greetings)|yours(?: \w+)?"
    r"|sincerely(?: yours)?|cheers|thanks?(?: you)?(?: and \w+ \w+"
    r"| in advance| a lot| so much| very much)?|many thanks(?: in advance)?|ta|cordialement|(?:bien"
    r"|très) (?:cordialement|à vous"
    r"|respectueusement)|(?:meilleures|sincères|cordiales) salutations|salutations(?: \w+)?|merci(?: d'avance"
    r"| beaucoup| bien"
    r"| et bonne \w+)?|bonne (?:journée|soirée)|bon week-end|cdt|bàv|mit (?:freundlich\w+|best\w+"
    r"|herzlich\w+) gr(?:ü|ue)(?:ß|ss)en?"
    r"|(?:viele|beste|liebe|schöne|freundliche|herzliche) gr(?:ü|ue)(?:ß|ss)e|gr(?:u|ü|ue)(?:ß|ss)e?|lg|vg|mfg"
    r"|hochachtungsvoll"
    r"|(?:vielen )?dank(?: im voraus)?|danke(?: schön| im voraus| und \w+)?|met (?:vriendelijke|hartelijke) groet\w*"
    r"|(?:vriendelijke |hartelijke )?groet\w*|mvg|alvast bedankt|(?:hartelijk )?(?:bedankt|dank)|hoogachtend"
    r"|(?:mat )?(?:bescht\w*|frëndlech\w*|léiw\w*) gréiss|villmools merci|merci am viraus|äddi(?: a merci)?"
    r"|(?:cordiali|distinti) saluti|grazie(?: mille)?|(?:un (?:cordial )?)?saludos?|atentamente"
    r"|gracias(?: de antemano)?"
    r"|cumprimentos|atenciosamente|obrigad[oa](?: desde já)?|pozdrawiam|z poważaniem|z góry dziękuję|dziękuję"
    r"|s pozdrav\w+"
    r"|děkuji|ďakujem|üdvözlettel|tisztelettel|köszönöm|поздрави|с уважение|благодаря|lijep pozdrav|hvala|lep pozdrav"
    r"|lugupidamisega|tervitades|aitäh|ar cieņu|paldies|pagarbiai|ačiū|ystävällisin terveisin|terveisin|kiitos"
    r"|(?:med )?vänliga? hälsning\w*|mvh|tack(?: på förhand)?|(?:med )?venlig hilsen|tak(?: på forhånd)?|mulțumesc"
    r"|cu (?:stimă|respect)|με εκτίμηση|ευχαριστώ|le meas|go raibh maith agat|tislijiet|grazzi"
    r")(?=[\s,.!;–-]|$)[^\S\n]*[,.!;–-]*",
    re.IGNORECASE,
)
#: A line of a signature: names, places, numbers and addresses, and the small words between them.
_SIGNED = re.compile(
    r"[^\S\n]*(?:(?:[^\W\d_][.]|[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я\d+(\W][^\s]*|de|du|la|le|van|von|der|den|zu|und|et|and|aus"
    r"|from|di|da|dos|rue|avenue|route|place|am"
    r"|y|e|i)(?:[^\S\n]+|$)){1,7}"
)
_SMALL_PRINT = re.compile(
    r"intended recipient|received this (?:e-?mail|message) in error|confidentiality notice"
    r"|destinataire(?:s)? (?:prévu|de ce|désigné)"
    r"|reçu ce (?:message|mail|courriel) par erreur|nicht der (?:richtige|beabsichtigte|vorgesehene)"
    r"|irrtümlich erhalten"
    r"|niet voor u bestemd|niet de (?:bedoelde|beoogde)|per errore|por error|por engano|omyłkowo|adressat",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"[^\S\n]*(?:p\.? ?s\b|nb\b|np\b)", re.IGNORECASE)


def bounds(text: str) -> tuple[int, int]:
    """[first, behind) of what the mail says, in characters; all, if nothing is left. Linear; never raises."""
    greeting = _GREETING.match(text, 0, FIRST)
    first = greeting.end() if greeting else 0
    behind = _end(text, first)
    return (first, behind) if text[first:behind].strip() else (0, len(text))


def _end(text: str, first: int) -> int:
    begin = max(first, len(text) - LAST)
    behind = len(text)
    if behind > SHORT and (small := _SMALL_PRINT.search(text, begin)):
        # The paragraph that says so, and all below it.
        paragraph = text.rfind("\n", begin, small.start())
        behind = paragraph if paragraph > first else behind
    for place in _BEFORE.finditer(text, begin, behind):
        closing = _CLOSING.match(text, place.end(), behind)
        if closing and _only_names(text[closing.end() : behind]):
            return place.end()
    return behind


def _only_names(rest: str) -> bool:
    lines = [line for line in rest.splitlines() if line.strip()]
    if len(lines) > _MOST_LINES or any(_POSTSCRIPT.match(line) for line in lines):
        return False
    return all(_SIGNED.fullmatch(line) for line in lines)
