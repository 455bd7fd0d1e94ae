"""To whom a held item can be handed over: as the ledger names them, and where the mail goes. Pure."""

from __future__ import annotations

from typing import Final

from dsarbot.config import Settings
from dsarbot.errors import NotAllowed, NotFound
from dsarbot.settings.organisations import StaffSettings

#: The abuse desk, by its address in the configuration; the data protection officer, who is the owner.
ABUSE: Final = "abuse"
DPO: Final = "dpo"


def colleague(settings: Settings, key: str, organisation: str) -> StaffSettings:
    """An active member of staff of that organisation; NotFound with their names otherwise."""
    there = [each for each in settings.staff if each.active and organisation in each.organisations]
    for each in there:
        if each.key == key:
            return each
    known = ", ".join(each.key for each in there)
    raise NotFound(f"Nobody called {key} works for {organisation}; there: {known}. Nothing was changed.")


def receiver(settings: Settings, organisation: str, who: str) -> tuple[str, str]:
    """NotAllowed for whoever has no address."""
    own = settings.organisation(organisation)
    if who == ABUSE:
        if own.abuse is None:
            raise NotAllowed("no-abuse-desk", f"No abuse desk is configured; set abuse of organisation {own.key}.")
        return who, own.abuse
    person = colleague(settings, own.owner if who == DPO else who, organisation)
    if person.email is None:
        raise NotAllowed("no-address", f"{person.key} has no e-mail address; add email under [[staff]].")
    return person.key, person.email
