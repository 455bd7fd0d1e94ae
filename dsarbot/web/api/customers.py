"""What the customer area says of its customer, laid beside what stands on file: whom a log-in proves, and whom not."""

from __future__ import annotations

from dataclasses import dataclass

from dsarbot.core import directory as d
from dsarbot.core import logins
from dsarbot.core.api_keys import ApiScope
from dsarbot.core.case import Person
from dsarbot.core.directory import Entry
from dsarbot.core.logins import AssertedLogin
from dsarbot.errors import NotAllowed
from dsarbot.web.api import models as m
from dsarbot.web.api.callers import Caller
from dsarbot.web.api.problems import ApiProblem
from dsarbot.web.site import Site


@dataclass(frozen=True, kw_only=True)
class Known:
    """login: as far as it counts; doubt: why it does not, for the colleagues; entry: who is on file."""

    person: Person
    login: AssertedLogin | None = None
    doubt: str = ""
    entry: Entry | None = None


async def known(site: Site, caller: Caller, sent: m.NewRequest) -> Known:
    """Who asks. ApiProblem for a log-in that this key may not assert, or that can be none."""
    given = Person(name=sent.contact.name, address=sent.contact.email, postal=tuple(filter(None, sent.contact.postal)))
    if sent.asserted_login is None:
        return Known(person=given)
    login = checked(site, caller, sent.asserted_login, sent.customer_number)
    entry = await on_file(site, caller, sent.customer_number)
    if entry is None:
        return Known(person=given, doubt="the customer number is not on file")
    person = await _completed(site, caller, given, entry)
    if not person.address or not entry.holds(d.MAIL, person.address):
        # security 9: a new contact carries no rung; whoever has stolen a session would write one there.
        return Known(person=person, doubt="the mail address is not on file for that customer number", entry=entry)
    return Known(person=person, login=login, entry=entry)


def checked(site: Site, caller: Caller, sent: m.AssertedLogin, number: str) -> AssertedLogin:
    """The log-in, if it may be asserted and can be one."""
    caller.demand(ApiScope.LOGINS_ASSERT)
    if not number:
        raise ApiProblem(422, "login-of-whom", "A log-in counts for a customer_number only.")
    login = AssertedLogin(at=sent.at, method=sent.method)
    try:
        logins.rung_of(login, site.app.clock())
    except NotAllowed as why:
        raise ApiProblem(422, "login", str(why), rule=why.rule) from None
    return login


async def on_file(site: Site, caller: Caller, number: str) -> Entry | None:
    """The one person with that customer number; None for nobody, or for several."""
    found = await site.app.store.directory.find(caller.scope, d.CUSTOMER, number)
    return found[0] if len(found) == 1 else None


async def _completed(site: Site, caller: Caller, given: Person, entry: Entry) -> Person:
    """What the form leaves out, from the file."""
    address = given.address
    if not address:
        shared = await site.app.store.directory.shared(caller.scope, entry)
        today = caller.organisation.rules.jurisdiction.local_date(site.app.clock())
        best = d.best_mail(entry, shared, today)
        address = best.text if best else ""
    return Person(name=given.name or entry.first(d.NAME), address=address, postal=given.postal)
