"""The application: everything wired once, opened and closed as one. Commands and the service begin here."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dsarbot.config import Settings
from dsarbot.desk.handle import Desk
from dsarbot.desk.id_copies import Arrivals
from dsarbot.desk.organisation import Organisation
from dsarbot.documents.copier import Copier
from dsarbot.documents.paper_reader import PaperReader
from dsarbot.documents.reader import DocumentReader
from dsarbot.documents.scanner import ScanReader
from dsarbot.ports import Scope, mailbox_scope
from dsarbot.profiles import load_profiles
from dsarbot.settings.profile import Profile
from dsarbot.store.database import open_store
from dsarbot.store.masterkey import parse_master_key
from dsarbot.store.store import TortoiseStore
from dsarbot.wiring import organisations as wiring
from dsarbot.wiring.rights import rights
from dsarbot.wiring.servers import database_password, database_url

if TYPE_CHECKING:
    from dsarbot.desk.id_copies_apart import Bench
    from dsarbot.desk.intake import Intake
    from dsarbot.paper.tray import Tray
    from dsarbot.scans.attachments import Attachments
    from dsarbot.scans.papers import ScanPapers
    from dsarbot.scans.uploads import Uploads
    from dsarbot.scans.watching import Watched
    from dsarbot.wiring.hooks import Telling


def utc_now() -> datetime:
    """The system clock, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class App:
    """What a command or the service works with while it is open. scanner: reads; cutter: parts scans meanwhile; copier:
    makes pictures and copies of files."""

    settings: Settings
    environ: Mapping[str, str]
    profiles: Mapping[str, Profile]
    organisations: Mapping[str, Organisation]
    store: TortoiseStore
    desk: Desk
    documents: DocumentReader
    scanner: ScanReader
    cutter: ScanReader
    copier: Copier
    papers: PaperReader
    clock: Callable[[], datetime]

    @cached_property
    def intake(self) -> Intake:
        """Reads what arrives. Made when first used: most commands read no mail and need none of its libraries."""
        from dsarbot.desk.intake import Intake
        from dsarbot.wiring.mailboxes import mailbox_info

        boxes = {each.key: mailbox_info(each) for each in self.settings.mailboxes}
        return Intake(
            self.desk,
            boxes,
            year=lambda at, key: _local_year(at, self.organisations[key]),
            documents=self.documents,
        )

    @cached_property
    def telling(self) -> Telling | None:
        """How other systems are told; None where no host may be. Made when first used: HTTP is loaded for it alone."""
        if self.settings.api is None or not self.settings.api.webhook_hosts:
            return None
        from dsarbot.wiring.hooks import Telling

        return Telling(self.settings.api, self.store.api, self.clock)

    @cached_property
    def trays(self) -> Mapping[str, Tray]:
        """The print tray of each organisation by its key; made when first used, as most commands print nothing."""
        from dsarbot.wiring.paper import trays

        return trays(self.settings, self.profiles, self.organisations, self.store)

    @cached_property
    def scan_folders(self) -> tuple[Watched, ...]:
        """The watched folders of scans; made when first used."""
        from dsarbot.wiring.scans import watched

        return watched(self.settings, self.organisations, self.desk, self.scanner, self.scan_papers)

    @cached_property
    def attachments(self) -> Attachments:
        """Reads the pictures of letters that came attached to mails; made when first used."""
        from dsarbot.wiring.scans import attachments

        return attachments(
            self.settings,
            self.organisations,
            self.desk,
            self.intake,
            documents=self.documents,
            reader=self.scanner,
            papers=self.scan_papers,
        )

    @cached_property
    def uploads(self) -> Uploads:
        """Scans that people send through the browser; made when first used."""
        from dsarbot.wiring.scans import uploads

        return uploads(
            self.settings,
            self.organisations,
            self.desk,
            reader=self.scanner,
            cutter=self.cutter,
            copier=self.copier,
            papers=self.scan_papers,
        )

    @cached_property
    def scan_papers(self) -> ScanPapers:
        """Keeps identity papers among scanned pages apart; made when first used."""
        from dsarbot.scans.papers import ScanPapers

        return ScanPapers(self.store.id_copies, self.store.vault, self.papers, self.scanner)

    @cached_property
    def copies(self) -> Bench:
        """What works on copies of identity papers; made when first used."""
        from dsarbot.desk.id_copies_apart import Bench
        from dsarbot.documents.papers import hint

        return Bench(desk=self.desk, rows=self.store.id_copies, papers=self.papers, hint=hint)

    def scope_of_mailbox(self, key: str) -> Scope:
        """Where the mail of a mailbox lies until it is read: with its only organisation, else in its own scope."""
        organisations = self.settings.mailbox(key).organisations
        return Scope(organisations[0]) if len(organisations) == 1 else mailbox_scope(key)


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    environ: Mapping[str, str],
    clock: Callable[[], datetime] = utc_now,
    changed: Callable[[], None] = lambda: None,
) -> AsyncIterator[App]:
    """The application on its database, created when empty. No network yet.

    ConfigError, KeyProblem or StoreProblem, with the remedy, before anything is touched."""
    profiles = load_profiles(settings.organisations, settings.service.profiles_dir)
    organisations = wired(settings, profiles)
    master = parse_master_key(settings.keys.master_key.read(environ).get_secret_value())
    async with (
        DocumentReader() as documents,
        ScanReader() as scanner,
        ScanReader() as cutter,
        Copier() as copier,
        PaperReader() as papers,
        open_store(
            database_url(settings),
            data_dir=settings.service.data_dir,
            master=master,
            password=database_password(settings, environ),
            clock=clock,
        ) as store,
    ):
        desk = Desk(
            store,
            store.vault,
            organisations,
            clock=clock,
            new_id=lambda: secrets.token_hex(16),
            changed=changed,
        )
        desk.before_settling(Arrivals(store.id_copies))
        yield App(
            settings=settings,
            environ=environ,
            profiles=profiles,
            organisations=organisations,
            store=store,
            desk=desk,
            documents=documents,
            scanner=scanner,
            cutter=cutter,
            copier=copier,
            papers=papers,
            clock=clock,
        )


def wired(settings: Settings, profiles: Mapping[str, Profile]) -> dict[str, Organisation]:
    """The organisations by their key. ConfigError when letters or profiles have mistakes."""
    known = rights(settings.plugins.allow)
    templates = settings.service.templates_dir
    return {
        each.key: wiring.organisation(
            each, profiles[each.key], rights=known, staff=settings.staff, instance_templates=templates,
            portal=settings.web.portal_of(each.key) if settings.web and each.portal else "",
            site=settings.web.url if settings.web else "",
        )
        for each in settings.organisations
    }


def _local_year(at: datetime, organisation: Organisation) -> int:
    return at.astimezone(ZoneInfo(organisation.rules.jurisdiction.zone)).year
