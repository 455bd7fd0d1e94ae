"""Hostile words in every field that a stranger fills (stored XSS, template injection): every page that shows any of
them is parsed as a browser parses it, and holds nothing that acts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from dsarbot.core.account import Passkey, with_passkey
from dsarbot.desk.keep import keep
from dsarbot.ports import Arrival
from tests.cli.desk_world import ACCESS
from tests.web.conftest import HERE, NORD, Browser, Desk
from tests.web.routes import everything_on, routes

ROOT = Path(__file__).resolve().parents[3]
HOSTILE = (
    "'\"><script>canary()</script><canary onerror=canary()><img src=x onerror=canary()><svg/onload=canary()>"
    '<a href="javascript:canary()">y</a><iframe src="//evil.example"></iframe><style>@import "//evil.example"</style>'
    "{{7*1919}}{% include 'x' %}${7*1919}#{7*1919}"
)
#: What 7 * 1919 would be if a template were made of it.
COMPUTED = "13433"
_ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href", "background", "ping"}
_NEVER = {"canary", "base", "object", "embed", "applet", "frame", "frameset", "portal"}


@dataclass
class Acting(HTMLParser):
    """What on a page would act, or would go elsewhere. frame: one of ours around a stranger's words."""

    frame: bool = False
    found: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    text: str = ""
    _inside: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        if tag in _NEVER or (tag == "style" and not self.frame) or (tag == "script" and self.frame):
            self.found.append(tag)
        names = dict(attrs)
        if tag == "meta" and "http-equiv" in names:
            self.found.append("meta http-equiv")
        if tag == "iframe" and "sandbox" not in names and not (names.get("src") or "").endswith(".pdf"):
            self.found.append("iframe without sandbox")
        for name, value in attrs:
            if name.startswith("on") or name == "srcdoc" or (name == "style" and not self.frame):
                self.found.append(f"{tag} {name}")
            if name in _ADDRESSES:
                self._address(tag, value or "")

    def _address(self, tag: str, value: str) -> None:
        own = value.startswith(("/", "#", "?")) and not value.startswith(("//", "/\\"))
        picture = tag == "img" and value.startswith("data:image/")
        if not (own or picture or value == "") or (self.frame and not value.startswith("#")):
            self.found.append(f"{tag} to {value[:60]}")
        if tag == "script" and not value.startswith("/static/"):
            self.found.append(f"script from {value[:60]}")
        self.links.append(value)

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._inside == "script" and data.strip():
            self.found.append("script with words in it")


def hostile_mail(number: int) -> bytes:
    """Hostile in its sender, subject, both its texts, its file names and its files."""
    message = EmailMessage()
    message["From"] = f'"{HOSTILE.replace(chr(92), "").replace(chr(34), "")}" <jeanne@example.net>'
    message["To"] = "privacy@nord.example.org"
    message["Subject"] = f"My data {HOSTILE}"
    message["Message-ID"] = f"<script.{number}@example.net>"
    message["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    message.set_content(f"{ACCESS}\n{HOSTILE}\n")
    message.add_alternative(f"<html><body onload=canary()><p>{ACCESS}</p>{HOSTILE}</body></html>", subtype="html")
    for kind in ("html", "plain", "xml"):
        message.add_attachment(f"{ACCESS} {HOSTILE}", subtype=kind, filename=f"{HOSTILE[:80]}.{kind}")
    message.add_attachment(b"<svg onload=canary()>", maintype="image", subtype="svg+xml", filename="../../x.svg")
    return message.as_bytes()


async def arrived(desk: Desk, raw: bytes, mailbox: str = "privacy") -> str:
    desk.uid += 1
    arrival = Arrival(mailbox=mailbox, folder="INBOX", uidvalidity=1, uid=desk.uid, received_at=desk.now, raw=raw)
    scope = desk.app.scope_of_mailbox(mailbox)
    await keep([arrival], store=desk.app.store, vault=desk.app.store.vault, scope=scope, clock=desk.app.clock)
    while await desk.app.intake.process():
        pass
    return (await desk.app.store.rows(NORD))[-1].reference


async def crawled(browser: Browser, starts: list[str]) -> list[str]:
    """Every page that can be reached from there by its links and frames, each looked at once; the paths of those that
    show the words."""
    todo, seen = list(starts), dict.fromkeys(starts, "")
    while todo:
        path = todo.pop(0)
        answer = await browser.client.get(path)
        kind = answer.headers.get("content-type", "")
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.status_code < 500, path
        seen[path] = kind
        if not kind.startswith("text/html"):
            shown = answer.headers.get("content-disposition", "").startswith("attachment")
            safe = kind.startswith(("application/pdf", "image/png", "image/jpeg", "text/css", "text/javascript"))
            assert shown or safe or path.startswith("/static/"), (path, kind)
            continue
        policy = answer.headers["content-security-policy"]
        page = Acting(frame="sandbox" in policy)
        page.feed(answer.text)
        assert page.found == [], path
        assert "script-src 'self'" in policy or "default-src 'none'" in policy
        assert "unsafe-inline" not in policy.replace("style-src 'unsafe-inline'", ""), path
        assert COMPUTED not in answer.text, path
        seen[path] += page.text
        for link in page.links:
            parts = urlsplit(urljoin(path, link))
            to = parts.path + (f"?{parts.query}" if parts.query else "")
            if to and to not in seen and not to.startswith(("/static/", "/logout")):
                seen[to] = ""
                todo.append(to)
    return [path for path, text in seen.items() if "canary()" in text]


async def test_hostile_words_stay_words(desk: Desk) -> None:
    reference = await arrived(everything_on(desk), hostile_mail(1))
    held = hostile_mail(2).replace(ACCESS.encode(), b"hello")
    await arrived(desk, held.replace(b"jeanne@example.net", b"someone@nord.example.org"))
    browser = await desk.logged_in()
    await browser.get(f"/cases/{reference}")
    for path, fields in (
        (f"/cases/{reference}/note", {"text": HOSTILE, "kind": "work"}),
        (
            f"/cases/{reference}/write/answer",
            {"outcome": "granted", "detail": HOSTILE, "evidence": HOSTILE, "claim": "c1"},
        ),
        ("/phone", {"organisation": "nord", "name": HOSTILE, "where": HOSTILE, "words": HOSTILE, "right": "access"}),
        (f"/find?q={reference}", {}),
    ):
        await browser.get(f"/cases/{reference}")
        if fields:
            await browser.post(path, fields)
        assert browser.status < 500, path
    letter = (await desk.case(reference)).letters[-1]
    await browser.get(f"/cases/{reference}")
    sections = {f"section-{each.key}": HOSTILE for each in letter.sections}
    await browser.post(f"/cases/{reference}/edit/{letter.id}", sections | {"subject": HOSTILE[:200]})
    # design, security 10: "A drafted letter is text: it is never rendered again as a template."
    kept = (await desk.case(reference)).letters[-1]
    assert any("{{7*1919}}" in each.text for each in kept.sections)
    starts = [
        each.filled(reference=reference, letter=letter.id)
        for each in routes(desk.web)
        if each.method == "GET" and each.permission is not None
    ]
    found = await crawled(browser, ["/", *starts, f"/find?q={HOSTILE[:60]}"])
    # They were there to be seen: on the case, in the list of letters, in what was typed.
    assert f"/cases/{reference}" in found and len(found) >= 3, found


async def test_hostile_words_at_the_door_stay_words(desk: Desk) -> None:
    browser = everything_on(desk).browser()
    for path in (
        f"/login?to=/{HOSTILE}",
        "/login",
        f"/welcome/{HOSTILE}/x",
        f"/{HOSTILE}",
        "/o/nord",
        "/o/nord/request",
    ):
        answer = await browser.client.get(path)
        page = Acting()
        page.feed(answer.text)
        assert page.found == [] and COMPUTED not in answer.text, path
    answer = await browser.client.post(
        "/login", data={"name": HOSTILE, "password": HOSTILE, "to": f"/{HOSTILE}"}, headers={"Origin": HERE}
    )
    page = Acting()
    page.feed(answer.text)
    assert page.found == [] and answer.status_code in (400, 403)


async def test_a_devices_name_stays_a_name(desk: Desk) -> None:
    await desk.account("anna")
    async with desk.app.store.transaction() as transaction:
        account = await transaction.held_account("anna")
        device = Passkey(id="AAAA", public_key="AAAA", signs=0, name=HOSTILE, added_at=desk.now)
        await transaction.save_account(with_passkey(account, device))
    browser = await desk.logged_in()
    answer = await browser.client.get("/account")
    page = Acting()
    page.feed(answer.text)
    assert page.found == [] and "canary()" in page.text


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates" / "web" / "pages").rglob("*.html")), ids=lambda path: path.name
)
def test_no_page_turns_the_escaping_off(path: Path) -> None:
    """Whatever the source (mail, Discord, a scanned page, the phone): one rule escapes it, no page sets it aside."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"\|\s*(safe|tojson|xmlattr|urlize)\b|autoescape|\bon[a-z]+=|<script(?![^>]* src=\"/static/)", text
    )


#: Where text becomes markup: each writes squares, signs or marks of our own, and escapes what it is given.
MARKUP = {"chain.py", "pictures.py", "screen.py", "timeline.py", "triage_text.py"}


def test_text_becomes_markup_in_few_known_places() -> None:
    found = {path.name for path in (ROOT / "dsarbot" / "web").rglob("*.py") if "Markup(" in path.read_text()}
    assert found <= MARKUP, found - MARKUP
