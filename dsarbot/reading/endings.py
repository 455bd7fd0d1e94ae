"""What stands below (or around) a person's words without being theirs: signatures, devices' lines, legal notices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

#: Lines below "--" (without its blank) that still pass for a signature.
SIGNATURE_LINES = 12
_DEVICE = re.compile(
    r"\s*(?:sent (?:from (?:my|outlook|mail|yahoo|samsung|the|proton)|via |with |using )|get outlook for|get bluemail"
    r"|envoyé (?:de|depuis|à partir de|avec|via|par) |télécharge[rz] outlook pour|obtenir outlook pour"
    r"|obtenez outlook pour|provenance : courrier"
    r"|von (?:meinem|samsung|outlook|yahoo) .{0,40}gesendet|gesendet (?:von|mit|aus|über) |diese nachricht wurde von me"
    r"|diese e-?mail wurde (?:von|mit) (?:meinem|der|outlook)|outlook für .{1,20} (?:beziehen|herunterladen)"
    r"|holen sie sich outlook|laden sie outlook|(?:verzonden|verstuurd) (?:vanaf|via|met|vanuit) "
    r"|inviato (?:da|dal|con|tramite) |scarica outlook|enviado (?:desde|do|de|con|com) |obtener outlook|obter o outlook"
    r"|skickat från |sendt fra |lähetetty |wysłane z |wysłano z )",
    re.IGNORECASE,
)
#: Paragraphs that mail systems and firms put below every mail. They speak of deleting and of data, and ask nothing.
_NOTICE = re.compile(
    r"[\s*_\-\[(#!]{0,12}(?:(?:caution|warning|attention|achtung|avertissement|external|externe|extern)\b.{0,40}"
    r"(?:external|outside|externe|außerhalb|extérieur|extern)"
    r"|(?:confidentiality|privacy|legal|e-?mail) (?:notice|disclaimer|note)|disclaimer\b"
    r"|confidential(?:ity|ité)?\s*[:.\-]"
    r"|this (?:e-?mail|message|communication|transmission)(?: message)?(?:,| and any| and its| \(including"
    r"| is (?:intended|confidential|private|for the)| contains| may contain)"
    r"|the (?:information|content[s]?)(?: contained)? (?:in|of) this (?:e-?mail|message|communication)"
    r"|if you (?:are not the intended|have received this|received this)"
    r"|please consider the environment|save paper|before printing|think before you print"
    r"|ce (?:message|courriel|mail|e-?mail)(?:,| et (?:toutes? |tous |ses |les |l)|.{0,20} (?:est|sont) (?:strictement "
    r")?(?:confidentiel|destiné|établi|exclusivement)|.{0,12} peut contenir|.{0,12} contient)"
    r"|(?:les|l['’]) ?informations? (?:contenues?|figurant) dans ce (?:message|courriel|mail|e-?mail)"
    r"|si vous (?:n['’]êtes pas (?:le|la|l)|avez reçu ce|recevez ce)|avis de confidentialité|mention légale"
    r"|(?:pensez|merci de penser) à l['’]environnement|avant d['’]imprimer|n['’]imprimez ce"
    r"|diese (?:e-?mail|nachricht)(?:,| und (?:alle|etwaige|ihre)| (?:ist|kann|enthält|könnte)(?: möglicherweise)?"
    r"(?: streng)? ?(?:vertraul|nur für|ausschließlich|rechtlich|allein|bestimmt|informationen))"
    r"|der inhalt dieser (?:e-?mail|nachricht)|die in dieser (?:e-?mail|nachricht)|die information(?:en)? in dieser"
    r"|(?:wenn|falls|sollten|sofern) sie (?:nicht der|diese (?:e-?mail|nachricht) irrtümlich|nicht der richtige)"
    r"|vertraulichkeitshinweis|haftungsausschluss|bitte (?:denken sie an die umwelt|prüfen sie,? ob)"
    r"|dit (?:bericht|e-?mailbericht)(?: is|,| kan)|deze e-?mail (?:is|en|kan|bevat)|indien u niet de"
    r"|(?:questo|il presente) (?:messaggio|e-?mail)(?:,| e | è| può| contiene)|le informazioni contenute in quest"
    r"|este (?:mensaje|correo|e-?mail)(?:,| y | es | puede| contiene| e )|la información contenida en este"
    r"|esta mensagem(?:,| e | é | pode))",
    re.IGNORECASE,
)


_LEGAL = re.compile(
    r"confiden|privileged|intended|recipient|vertraul|empfänger|adressat|bestimmt|destinat|geadresseerde|vertrouwelijk"
    r"|riservat|print|imprim|drucken|paper|papier|outside|external|extérieur|externe|extern|außerhalb|disclaimer|liabil"
    r"|haftung|responsabilité",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"\b(?:i|i'm|my|mine|me|je|j['’]|mon|ma|mes|moi|ich|mir|mich|mein\w{0,2}|ik|mijn|mio|mia|miei|mie|yo|mis)\b",
    re.IGNORECASE,
)


def signature_start(lines: Sequence[str]) -> int:
    """The index of the line that begins a signature, or ``len(lines)``."""
    filled = 0
    start = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        filled += bool(line.strip())
        if line == "-- " or (line.rstrip() in {"--", "\u2014", "___"} and len(lines) - index <= SIGNATURE_LINES):
            # RFC 3676 section 4.3: "-- " alone on a line begins the signature.
            start = index
        elif filled <= 2 and _DEVICE.match(line[:200]):
            start = index
    return start


def notices(lines: Sequence[str]) -> list[int]:
    """Indexes of the lines of paragraphs that are no words of the writer: confidentiality, banners, "save paper".

    Only beside other text, and never where somebody says "I" or "my": a hidden request would be a missed one.
    """
    found: list[int] = []
    rest = 0
    for begin, end in _paragraphs(lines):
        text = " ".join(lines[begin:end])[:2_000]
        if _NOTICE.match(text) and _LEGAL.search(text) and not _SELF.search(text):
            found += range(begin, end)
        else:
            rest += 1
    return found if rest else []


def _paragraphs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    begin = 0
    for index in range(len(lines) + 1):
        if index == len(lines) or not lines[index].strip():
            if index > begin:
                yield begin, index
            begin = index + 1
