"""On which day somebody looked at a source."""

from __future__ import annotations

from datetime import date

from dsarbot.errors import TheirInput
from dsarbot.ports import Scope
from dsarbot.web.site import Site


def looked_on(site: Site, scope: Scope, written: str) -> tuple[date, date]:
    """That day, or today; and today. TheirInput for what is no day, or has not come."""
    today = site.app.organisations[scope].rules.jurisdiction.local_date(site.app.clock())
    try:
        day = date.fromisoformat(written) if written else today
    except ValueError:
        raise TheirInput("That is no day; write it like 2026-03-05. Nothing was changed.") from None
    if day > today:
        raise TheirInput(f"{day} has not come yet; nothing was changed.")
    return day, today
