"""The roads of letters on paper: watched folders, pictures attached to mails; and who looks for viruses in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from dsarbot.channels.clamd import Clamd
from dsarbot.config import Settings
from dsarbot.desk.attached import Documents
from dsarbot.desk.handle import Desk
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.viruses import Guard
from dsarbot.documents.copier import Copier
from dsarbot.documents.scanner import ScanReader
from dsarbot.scans.attachments import Again, Attachments
from dsarbot.scans.folder import Folder
from dsarbot.scans.papers import ScanPapers
from dsarbot.scans.taking import Reader, Taking
from dsarbot.scans.uploads import Uploads
from dsarbot.scans.watching import Watched


def watched(
    settings: Settings,
    organisations: Mapping[str, Organisation],
    desk: Desk,
    reader: Reader,
    papers: ScanPapers | None = None,
) -> tuple[Watched, ...]:
    """One for each organisation that has a folder."""
    return tuple(
        Watched(
            Folder(each.scan_dir),
            Taking(desk, organisations[each.key], reader, papers),
            keep=timedelta(days=each.scan_keep_days),
            guard=guard(settings),
        )
        for each in settings.organisations
        if each.scan_dir is not None
    )


def attachments(
    settings: Settings,
    organisations: Mapping[str, Organisation],
    desk: Desk,
    intake: Again,
    *,
    documents: Documents,
    reader: ScanReader,
    papers: ScanPapers | None = None,
) -> Attachments:
    """What reads the pictures of letters that are attached to mails."""
    takings = {key: Taking(desk, each, reader, papers) for key, each in organisations.items()}
    return Attachments(desk, intake, documents, reader, takings=takings, guard=guard(settings))


def uploads(
    settings: Settings,
    organisations: Mapping[str, Organisation],
    desk: Desk,
    *,
    reader: Reader,
    cutter: ScanReader,
    copier: Copier,
    papers: ScanPapers | None = None,
) -> Uploads:
    """What reads the scans that people send through the browser."""
    takings = {key: Taking(desk, each, reader, papers) for key, each in organisations.items()}
    return Uploads(desk, takings, cutter, copier, guard(settings))


def guard(settings: Settings) -> Guard | None:
    """Who looks for viruses, where somebody does."""
    return clamd(settings)


def clamd(settings: Settings) -> Clamd | None:
    """ClamAV's daemon where one is configured."""
    found = settings.clamd
    if not found.used:
        return None
    return Clamd(
        socket=found.socket, host=found.host or "localhost", port=found.port, seconds=float(found.timeout_seconds)
    )
