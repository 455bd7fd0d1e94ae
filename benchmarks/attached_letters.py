"""How many requests whose only content is a picture attached to a mail are taken for ordinary mail (practice 3).

    python3 dev.py bench attached_letters [--mails N]

Letters of invented persons in three languages, drawn and then scanned, faxed or photographed in ways and qualities that
differ, go through intake and the process that reads scans. "asked" is the share in which the right was read as well.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image

from dsarbot.documents.scanner import ScanReader
from dsarbot.scans.attachments import Attachments
from dsarbot.scans.taking import Taking
from tests.desk.world import ReadHere, World
from tests.documents.letters import ENGLISH, FRENCH, GERMAN, drawn, photographed, placed, saved, scanned
from tests.scans.office_mail import with_files

#: At most this share may be taken for ordinary mail.
MOST_LOST = 0.02
LETTERS = {"access-fr": FRENCH, "erasure-de": GERMAN, "access-en": ENGLISH}
COVERS = (
    "", "PJ", "Voir pièce jointe.", "Anbei mein Schreiben.", "Please see attached.", "Sent from my phone",
    "Bonjour, vous trouverez ci-joint un courrier que je vous adresse. Avec mes salutations distinguées",
    "Sehr geehrte Damen und Herren, anbei übersende ich Ihnen mein Schreiben. Mit freundlichen Grüßen",
    "Dear Sir or Madam, please find attached a letter to your company. I look forward to your reply.",
)  # fmt: skip


def picture(letter: str, dice: random.Random) -> tuple[str, bytes]:
    """The letter as somebody sends it, and how that was."""
    size, font = dice.choice((10, 11, 12)), dice.choice(("F1", "F2", "F3"))
    page, seed = drawn(placed(letter, size=size if font != "F3" else 9, font=font)), dice.randrange(1000)
    how = dice.choice(("clean", "scan", "scan-pdf", "fax", "photo", "small-photo", "sideways", "head-down"))
    if how == "clean":
        return how, saved([page], "PNG")
    if how.startswith("scan"):
        made = scanned(page, degrees=dice.uniform(-2.5, 2.5), noise=dice.uniform(6, 25), seed=seed)
        return how, saved([made], "PDF" if how == "scan-pdf" else "JPEG")
    if how == "fax":
        return how, saved([scanned(page, degrees=dice.uniform(-1, 1), seed=seed).convert("1")], "TIFF")
    photo = photographed(page, noise=dice.uniform(5, 20), seed=seed)
    if how == "small-photo":
        photo = photo.resize((photo.width * 3 // 5, photo.height * 3 // 5), Image.Resampling.LANCZOS)
    turns = {"sideways": 90, "head-down": 180}
    return how, saved([photo.rotate(turns.get(how, 0), expand=True)], "JPEG", quality=dice.choice((50, 75, 90)))


async def measured(count: int) -> float:
    """The share that was lost."""
    dice, world = random.Random(7), World()
    ended, asked, lost = Counter[str](), 0, list[str]()
    spent = 0.0
    async with ScanReader() as reader:
        takings = {key: Taking(world.desk, each, reader) for key, each in world.organisations.items()}
        reads = Attachments(world.desk, world.intake, ReadHere(), reader, takings=takings)
        for number in range(count):
            kind = dice.choice(list(LETTERS))
            how, data = picture(LETTERS[kind], dice)
            raw = with_files(
                [data], text=dice.choice(COVERS), sender=f"p{number}@example.org", inline=dice.random() < 0.3
            )
            (row,) = await world.receive(raw)
            begun = time.perf_counter()
            await reads.read_waiting()
            spent += time.perf_counter() - begun
            row = await world.row(row.id)
            ended[row.disposition] += 1
            if row.disposition == "ordinary":
                lost.append(f"{kind} {how}")
            elif row.case:
                case = await world.store.case(row.scope, row.case)
                asked += kind.partition("-")[0] in {claim.right for claim in case.claims}
    print(f"{count} mails: {dict(ended)}; asked {asked / count:.1%}; lost {lost}")
    print(f"{spent / count:.1f} s a page")
    return len(lost) / count


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--mails", type=int, default=60)
    share = asyncio.run(measured(parser.parse_args().mails))
    sys.exit(share > MOST_LOST)
