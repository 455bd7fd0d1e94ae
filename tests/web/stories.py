"""Cases at the console under the hand of a test: what a person clicks, and what the service would do."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.desk.handle import Task
from dsarbot.desk.keep import keep
from dsarbot.ports import Arrival
from tests.web.conftest import HERE, NORD, Browser, Desk

_CAUSES = itertools.count()


@dataclass
class Story:
    """One case and somebody who works on it."""

    desk: Desk
    browser: Browser
    reference: str

    async def case(self) -> Case:
        return await self.desk.case(self.reference)

    async def give(self, deed: str, **fields: str | list[str]) -> Case:
        """The form is opened, filled and sent; it must be taken."""
        answer = await self.sent_form(deed, **fields)
        assert answer.status_code == 303, f"{deed}: {answer.status_code}\n{_said(answer.text)}"
        place, _, said = answer.headers["location"].partition("?")
        assert said == f"said={deed}", answer.headers["location"]
        page = await self.browser.get(f"{place}?{said}")
        assert self.browser.status == 200 and 'role="status"' in page
        return await self.case()

    async def refused(self, deed: str, **fields: str | list[str]) -> str:
        """The form again, with what speaks against it."""
        before = await self.case()
        answer = await self.sent_form(deed, **fields)
        assert answer.status_code == 409, f"{deed}: {answer.status_code}"
        assert await self.case() == before
        return answer.text

    async def sent_form(self, deed: str, **fields: str | list[str]) -> httpx.Response:
        """Opened in German, so that no word is missing there either; every field that is sent must stand in it."""
        path = f"/cases/{self.reference}"
        page = await self.browser.get(f"{path}/do/{deed}", **GERMAN)
        assert self.browser.status == 200, f"{deed}: {self.browser.status}"
        assert [name for name in fields if f'name="{name}"' not in page] == [], deed
        return await self.browser.client.post(
            f"{path}/{deed}", data=self.token() | fields, headers=OURS | GERMAN, follow_redirects=False
        )

    def token(self) -> dict[str, Any]:
        return {"form": self.browser.text.split('name="form" value="', 1)[1].split('"', 1)[0]}

    async def order(self, kind: type[o.Order], /, **fields: Any) -> Case:
        """An order that is given elsewhere on the site."""
        order = kind(at=self.desk.now, actor="anna", cause=f"given:{next(_CAUSES)}", **fields)
        return await self.desk.app.desk.order(NORD, (await self.case()).id, order)

    async def learn(self, fact: Fact) -> None:
        """A fact that the service learnt."""
        case = await self.case()
        await self.desk.app.desk.handle([Task(scope=NORD, case=case.id, thing=fact)], together=True)

    async def leaves(self, letter: str = "") -> str:
        """The outbox has handed a letter over, by default the newest; its id."""
        meant = letter or (await self.case()).letters[-1].id
        now = self.desk.now
        await self.learn(f.LetterSent(at=now, actor="service", cause=f"sent:{meant}", letter=meant, sent_at=now))
        return meant


GERMAN = {"Accept-Language": "de"}
OURS = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}


async def story(desk: Desk, text: str | None = None, *, browser: Browser | None = None, **fields: str) -> Story:
    """A mail made a case, and a DPO has logged in."""
    reference = await (desk.opened(text, **fields) if text else desk.opened(**fields))
    return Story(desk=desk, browser=browser or await desk.logged_in(), reference=reference)


async def arrive(desk: Desk, raw: bytes, *, folder: str = "INBOX", channel: str = "mail") -> None:
    """A mail comes into a folder and is read."""
    desk.uid += 1
    desk.now += timedelta(seconds=1)
    arrival = Arrival(
        mailbox="privacy", folder=folder, uidvalidity=1, uid=desk.uid, received_at=desk.now, raw=raw, channel=channel
    )
    store = desk.app.store
    await keep([arrival], store=store, vault=store.vault, scope=NORD, clock=desk.app.clock)
    while await desk.app.intake.process():
        pass


def _said(page: str) -> str:
    return " ".join(each.split("</p>")[0] for each in page.split('class="wrong"')[1:])
