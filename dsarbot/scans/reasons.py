"""Why a scan waits for a person, in words for the file beside it. Pure."""

from __future__ import annotations

from typing import Final

_KEPT: Final = (
    "The file is kept and held, and a period may be running: dsarbot intake --list shows until when.",
    "Le fichier est conservé et en attente ; un délai court peut-être : dsarbot intake --list indique l'échéance.",
    "Die Datei ist aufbewahrt und wartet; vielleicht läuft eine Frist: dsarbot intake --list zeigt, bis wann.",
)
_NOT_KEPT: Final = (
    "Nothing was kept of it: it lies only here. Correct it, and move it back into the folder above.",
    "Rien n'en a été conservé : il ne se trouve qu'ici. Corrigez-le, puis remettez-le dans le dossier parent.",
    "Davon wurde nichts aufbewahrt: Sie liegt nur hier. Bitte korrigieren und in den Ordner darüber zurücklegen.",
)
_WHY: Final[dict[str, tuple[str, str, str]]] = {
    "encrypted": (
        "The file opens only with a password. Please ask the sender for another copy.",
        "Le fichier est protégé par un mot de passe. Veuillez en demander une autre copie à l'expéditeur.",
        "Die Datei ist mit einem Passwort geschützt. Bitte erbitten Sie vom Absender eine andere Kopie.",
    ),
    "no-text": (
        "No text was found in it: it may be a picture of something else, or handwriting.",
        "Aucun texte n'y a été trouvé : il s'agit peut-être d'une autre image, ou d'une écriture manuscrite.",
        "Es wurde kein Text darin gefunden: Vielleicht ist es ein anderes Bild, oder es ist von Hand geschrieben.",
    ),
    "broken": (
        "The file is damaged. Please scan the letter again.",
        "Le fichier est endommagé. Veuillez numériser la lettre à nouveau.",
        "Die Datei ist beschädigt. Bitte scannen Sie den Brief noch einmal.",
    ),
    "too-large": (
        "The file or one of its pages is larger than any letter.",
        "Le fichier ou l'une de ses pages est plus grand que toute lettre.",
        "Die Datei oder eine ihrer Seiten ist größer als jeder Brief.",
    ),
    "too-long": (
        "Reading it took too long. Please scan it again at 200 dpi.",
        "La lecture a pris trop de temps. Veuillez le numériser à nouveau à 200 ppp.",
        "Das Lesen hat zu lange gedauert. Bitte scannen Sie den Brief noch einmal mit 200 dpi.",
    ),
    "too-many-pages": (
        "The file has more pages than are read at once. Please divide it.",
        "Le fichier contient plus de pages qu'il n'en est lu à la fois. Veuillez le diviser.",
        "Die Datei hat mehr Seiten, als auf einmal gelesen werden. Bitte teilen Sie sie auf.",
    ),
    "unsupported": (
        "This is no PDF, TIFF, JPEG, PNG or HEIC file.",
        "Ce fichier n'est ni un PDF, ni un TIFF, ni un JPEG, ni un PNG, ni un HEIC.",
        "Dies ist keine PDF-, TIFF-, JPEG-, PNG- oder HEIC-Datei.",
    ),
    "infected": (
        "ClamAV has found a virus in it. Do not open it; ask the sender for another copy.",
        "ClamAV y a trouvé un virus. Ne l'ouvrez pas et demandez une autre copie à l'expéditeur.",
        "ClamAV hat darin ein Virus gefunden. Bitte nicht öffnen und vom Absender eine andere Kopie erbitten.",
    ),
    "empty": ("The file is empty.", "Le fichier est vide.", "Die Datei ist leer."),
    "said": (
        "What this file says of a scan cannot be used; the scan was taken in without it.",
        "Les indications de ce fichier sont inutilisables ; la lettre numérisée a été traitée sans elles.",
        "Die Angaben in dieser Datei sind unbrauchbar; der Scan wurde ohne sie aufgenommen.",
    ),
}


def words(slug: str, *, kept: bool, more: str = "") -> str:
    """The reason in English, French and German, each with what is to be done. more: in English only."""
    after = ("", "", "") if slug == "said" else _KEPT if kept else _NOT_KEPT
    said = (f"{why} {then}".rstrip() for why, then in zip(_WHY[slug], after, strict=True))
    return "\n".join((*said, *((more,) if more else ())))
