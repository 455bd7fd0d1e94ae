"""The watched folders of scans."""

from __future__ import annotations

from collections.abc import Mapping

from dsarbot.config import Settings
from dsarbot.desk.handle import Desk
from dsarbot.desk.organisation import Organisation
from dsarbot.scans.folder import Folder
from dsarbot.scans.taking import Reader, Taking
from dsarbot.scans.watching import Watched


def watched(
    settings: Settings, organisations: Mapping[str, Organisation], desk: Desk, reader: Reader
) -> tuple[Watched, ...]:
    """One for each organisation that has a folder."""
    return tuple(
        Watched(Folder(each.scan_dir), Taking(desk, organisations[each.key], reader))
        for each in settings.organisations
        if each.scan_dir is not None
    )
