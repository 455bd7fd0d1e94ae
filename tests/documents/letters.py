"""Letters on paper, drawn here: a page as a scanner gives it, and as somebody's phone does. All persons are invented.

The fonts are those inside pdfium, so that every machine draws the same letters.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pypdfium2
from PIL import Image

DPI = 200
_A4 = (595, 842)


@dataclass(frozen=True)
class Placed:
    """A line of text. x, y: in points from the left and from the top."""

    x: float
    y: float
    text: str
    size: float = 11
    font: str = "F1"


FRENCH = """\
Camille Lefèvre
12, rue des Érables
54400 Longwy
France
@right Société Exemple S.A.
@right Délégué à la protection des données
@right 7, rue de l'Alzette
@right L-4010 Esch-sur-Alzette

@right Longwy, le 3 février 2026

Objet : demande d'accès à mes données personnelles

Madame, Monsieur,

Conformément à l'article 15 du règlement général sur la protection des
données (RGPD), je vous prie de bien vouloir me communiquer une copie de
l'ensemble des données à caractère personnel que vous détenez à mon sujet,
ainsi que les finalités du traitement, les destinataires et la durée de
conservation prévue.

Je suis cliente de votre société depuis 2019, numéro de client 48 213 907.
Mon adresse électronique est camille.lefevre@example.org. J'ai déjà écrit à
votre service clientèle au mois de décembre, sans recevoir de réponse.

Je vous rappelle que vous disposez d'un délai d'un mois à compter de la
réception de la présente. À défaut, je me verrai contrainte de saisir
l'autorité de contrôle compétente.

Veuillez agréer, Madame, Monsieur, l'expression de mes salutations
distinguées.

Camille Lefèvre"""

GERMAN = """\
Jürgen Weißmüller
Gartenstraße 48
54290 Trier
Deutschland

@left Muster Hosting GmbH
@left Datenschutzbeauftragter
@left Öffentliche Straße 5
@left 66111 Saarbrücken

@right Trier, den 14. Januar 2026

Betreff: Löschung meiner personenbezogenen Daten

Sehr geehrte Damen und Herren,

hiermit verlange ich gemäß Artikel 17 der Datenschutz-Grundverordnung die
unverzügliche Löschung aller personenbezogenen Daten, die Sie über mich
gespeichert haben. Mein Vertrag mit der Nummer 77-20413 wurde bereits im
August des vergangenen Jahres gekündigt, weitere Zwecke für die
Verarbeitung bestehen nicht.

Bitte bestätigen Sie mir die Löschung schriftlich und teilen Sie mir mit,
welche Empfänger Sie darüber unterrichtet haben. Eine etwaige Einwilligung
in die Nutzung meiner Daten für Werbung widerrufe ich hiermit ausdrücklich.

Für Ihre Antwort habe ich mir eine Frist von einem Monat vorgemerkt. Sollten
Sie einzelne Angaben aus gesetzlichen Gründen länger aufbewahren müssen, so
nennen Sie mir bitte die Vorschrift.

Mit freundlichen Grüßen

Jürgen Weißmüller"""

ENGLISH = """\
Rosalind Achterberg
4 Mill Lane
Dublin D04 X2Y8
Ireland

@right 9 March 2026

Example Telecom Ltd.
Data Protection Officer

Subject: request for a copy of my personal data

Dear Sir or Madam,

I am writing to you under article 15 of the General Data Protection
Regulation. Please send me a copy of all personal data that you hold about
me, and tell me to whom it has been disclosed.

Yours faithfully,

Rosalind Achterberg"""


def placed(letter: str, *, size: float = 11, font: str = "F1", leading: float = 15) -> list[Placed]:
    """The lines of a letter; one marked @right stands in the right half."""
    lines, y = [], 60.0
    for line in letter.splitlines():
        y += leading
        at, _, text = line.partition(" ") if line.startswith("@") else ("", "", line)
        if text:
            lines.append(Placed(320 if at == "@right" else 62, y, text, size, font))
    return lines


def words_of(letter: str) -> str:
    """What a reader should find."""
    return "\n".join(line.removeprefix("@right ").removeprefix("@left ") for line in letter.splitlines())


def typed(*pages: Sequence[Placed]) -> bytes:
    """A PDF with a text layer: F1 is a sans serif, F2 a serif, F3 a typewriter."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects += [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()
        for name in ("Helvetica", "Times-Roman", "Courier")
    ]
    fonts = "/F1 3 0 R /F2 4 0 R /F3 5 0 R"
    for number, lines in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_A4[0]} {_A4[1]}] "
            f"/Resources << /Font << {fonts} >> >> /Contents {7 + 2 * number} 0 R >>".encode()
        )
        stream = b"\n".join(_shown(line) for line in lines)
        objects.append(f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream")
    return _file(objects)


def _shown(line: Placed) -> bytes:
    text = line.text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("cp1252")
    return f"BT /{line.font} {line.size} Tf {line.x} {_A4[1] - line.y} Td (".encode() + text + b") Tj ET"


def _file(objects: list[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


def drawn(lines: Sequence[Placed], dpi: int = DPI) -> Image.Image:
    """The page as black on white."""
    return rastered(typed(lines), dpi)


def rastered(file: bytes, dpi: int = DPI) -> Image.Image:
    """The first page of a PDF as it is printed."""
    with pypdfium2.PdfDocument(file) as document:
        bitmap = document[0].render(scale=dpi / 72, grayscale=True)
        return Image.fromarray(np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width))


def scanned(page: Image.Image, *, degrees: float = 0.8, noise: float = 14, seed: int = 1) -> Image.Image:
    """As an office scanner gives it: a little turned, paper not quite white, noise."""
    turned = page.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=255)
    return _noisy(np.asarray(turned, dtype=np.float32) * 0.9 + 16, noise, seed)


def photographed(page: Image.Image, *, noise: float = 16, seed: int = 2) -> Image.Image:
    """As a phone gives it: on a table, from an angle, half in the shadow of whoever holds the phone."""
    width, height = page.size
    paper = np.asarray(page, dtype=np.float32) * 0.85 + 25
    canvas = (int(width * 1.12), int(height * 1.1))
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    corners = [(0.09, 0.05), (1.04, 0.035), (1.075, 1.06), (0.035, 1.07)]
    target = np.array([(width * x, height * y) for x, y in corners], dtype=np.float32)
    seen = cv2.warpPerspective(paper, cv2.getPerspectiveTransform(source, target), canvas, borderValue=70.0)
    x = np.linspace(0, 1, canvas[0], dtype=np.float32)[None, :]
    y = np.linspace(0, 1, canvas[1], dtype=np.float32)[:, None]
    shadow = 1 - 0.45 / (1 + np.exp(-(x + 0.6 * y - 0.75) * 14))
    return _noisy(cv2.GaussianBlur(seen * shadow, (0, 0), 0.7), noise, seed)


def _noisy(pixels: np.ndarray, noise: float, seed: int) -> Image.Image:
    grain = np.random.default_rng(seed).normal(0, noise, pixels.shape)
    return Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))


def saved(pages: Sequence[Image.Image], form: str, **how: Any) -> bytes:
    """The pages as one file: PDF or TIFF of several, JPEG or PNG of one."""
    out = io.BytesIO()
    first, *rest = pages
    if rest:
        how = {"save_all": True, "append_images": rest, **how}
    if form == "PDF":
        how = {"resolution": DPI, **how}
    first.save(out, form, **how)
    return out.getvalue()


def error_rate(wanted: str, found: str) -> float:
    """Characters to be changed, left out or added, as a share of those wanted; any white space is one space."""
    one, two = " ".join(wanted.split()), " ".join(found.split())
    row = list(range(len(two) + 1))
    for number, sign in enumerate(one, start=1):
        left, row[0] = row[0], number
        for place, other in enumerate(two, start=1):
            left, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, left + (sign != other))
    return row[-1] / len(one)
