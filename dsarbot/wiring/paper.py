"""The print trays: what letters by post look like, and where each organisation's are laid out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dsarbot.config import Settings
from dsarbot.desk.organisation import Organisation
from dsarbot.paper.folder import Folder
from dsarbot.paper.press import Press
from dsarbot.paper.stationery import stationery
from dsarbot.paper.tray import Tray
from dsarbot.ports import Scope
from dsarbot.settings.organisations import OrganisationSettings
from dsarbot.settings.profile import Profile
from dsarbot.store.store import TortoiseStore
from dsarbot.wiring.organisations import letterhead

_FONTS = "paper/fonts"


def trays(
    settings: Settings,
    profiles: Mapping[str, Profile],
    organisations: Mapping[str, Organisation],
    store: TortoiseStore,
) -> Mapping[str, Tray]:
    """Every organisation's tray by its key."""
    return {
        each.key: Tray(
            scope=Scope(each.key),
            store=store,
            vault=store.vault,
            press=_press(settings, each, profiles[each.key], organisations[each.key]),
            folder=Folder(tray_folder(settings, each)),
        )
        for each in settings.organisations
    }


def tray_folder(settings: Settings, own: OrganisationSettings) -> Path:
    """Where the organisation's letters are laid out."""
    return own.tray_dir or settings.service.data_dir / "tray" / own.key


def _press(settings: Settings, own: OrganisationSettings, profile: Profile, organisation: Organisation) -> Press:
    place = organisation.rules.jurisdiction
    folders = (own.templates_dir, settings.service.templates_dir)
    return Press(
        stationery(letterhead(own, profile, place), jurisdiction=place.code, window=own.window or ""),
        fonts=[fonts for each in folders if each is not None and (fonts := each / _FONTS).is_dir()],
    )
