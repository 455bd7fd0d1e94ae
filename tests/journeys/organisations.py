"""The five organisations whose policies are shipped, and what a person at the desk does and sees there."""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2

from dsarbot.core.dates import long_date
from tests.journeys.installation import Company, Installation

JCS = Company(key="jcs", profile="jcs", prefix="JCS", name="JCS")
J2S = Company(key="j2s", profile="j2s", prefix="JDS", name="J2S")
LUXCLOUD = Company(key="luxcloud", profile="luxcloud", prefix="LUX", name="LuxCloud", local="support")
JSBCLOUD = Company(key="jsbcloud", profile="jsbcloud", prefix="JSB", name="JSBCloud")
RCARRE = Company(key="rcarre", profile="rcarre", prefix="RCA", name="Rcarré", local="dpo-rcarre")
RCUBE = Company(key="rcube", profile="rcube", prefix="RCU", name="Rcube", local="dpo-rcube")

LUXEMBOURG, PARIS = "Europe/Luxembourg", "Europe/Paris"

#: What stands in a draft for a person to fill in or to confirm.
_GAP = re.compile(r"\[(?P<text>[^\[\]]*)\]")
_CONFIRM = re.compile(r"(?:to be checked for this person|à vérifier pour cette personne)\s*:\s*(?P<text>.*)", re.DOTALL)


def flat(text: str) -> str:
    """On one line, so that it can be searched whatever the width of page or mail."""
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def words(mail: EmailMessage) -> str:
    """What somebody reads in the mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return flat(str(body.get_content()))


def printed_words(path: Path) -> str:
    """What somebody reads on the pages of a letter by post."""
    with pypdfium2.PdfDocument(path) as document:
        return flat(" ".join(page.get_textpage().get_text_range() for page in document).replace("\u200b", ""))


class Desk:
    """Whoever works there. The service is a process of its own; their orders run in this one, which is quicker."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation

    def order(self, *words: str) -> str:
        return flat(self.installation.ask("cases", *words))

    def refused(self, *words: str) -> str:
        """An order that is not carried out; why."""
        return flat(self.installation.command("cases", *words, code=1))

    def references(self, organisation: str) -> list[str]:
        """Oldest first."""
        return sorted(each["reference"] for each in self.installation.cases() if each["organisation"] == organisation)

    def opened(self, organisation: str, number: int = 1) -> str:
        """The reference of the newest case, as soon as there are so many."""
        self.installation.wait(lambda: len(self.references(organisation)) >= number, f"case {number}")
        return self.references(organisation)[number - 1]

    def case(self, reference: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.installation.ask("cases", "show", reference, "--json"))
        return found

    def page(self, reference: str) -> str:
        return flat(self.installation.ask("cases", "show", reference))

    def draft(self, *words: str) -> str:
        """An order that drafts a letter; the id of it."""
        (letter,) = re.findall(r"Letter (l\d+) drafted", self.order(*words))
        return str(letter)

    def shown(self, reference: str, letter: str) -> str:
        return flat(self.installation.ask("cases", "show", reference, "--letter", letter))

    def fill(self, reference: str, letter: str, texts: Mapping[str, str]) -> None:
        """What the draft leaves to a person, by the end of the section's name; what is only to be confirmed is."""
        source = self.source(reference, letter)
        parts = re.split(r"^(=== \S+ ===)$", source, flags=re.MULTILINE)
        for number in range(1, len(parts), 2):
            section = parts[number].split()[1]
            text = next((text for name, text in texts.items() if section.endswith(name)), "")
            parts[number + 1] = _filled(parts[number + 1], text)
        self.rewrite(reference, letter, "".join(parts))

    def source(self, reference: str, letter: str) -> str:
        return self.installation.ask("cases", "show", reference, "--letter", letter, "--source")

    def rewrite(self, reference: str, letter: str, source: str) -> None:
        path = self.installation.folder / "letter.md"
        path.write_text(source)
        assert f"Letter {letter}" in self.order("edit", reference, letter, "--file", str(path))

    def send(self, reference: str, letter: str, to: str = "") -> str:
        """Approve it, and wait until the person has it; what they read."""
        to = to or self.installation.person
        before = len(self.installation.mails(to))
        self.order("approve", reference, letter, "--yes")
        mails = self.installation.wait(lambda: self.installation.mails(to)[before:], f"letter {letter}")
        self.installation.wait(
            lambda: next(each for each in self.case(reference)["letters"] if each["id"] == letter)["sent_at"],
            f"letter {letter} known as sent",
        )
        (mail,) = mails
        assert reference in mail["Subject"]
        return words(mail)

    def printed(self, organisation: str, reference: str, letter: str) -> Path:
        """Approve a letter by post and wait until it lies in the tray."""
        path = self.installation.folder / "data" / "tray" / organisation / f"{reference}-{letter}.pdf"
        self.order("approve", reference, letter, "--yes")
        self.installation.wait(path.exists, "the letter in the tray")
        return path

    def due(self, reference: str, zone: str) -> date:
        """By when it is answered: a month from receipt, shown with its steps on the page."""
        case, page = self.case(reference), self.page(reference)
        target = date.fromisoformat(case["target"])
        received = datetime.fromisoformat(case["inbounds"][0]["received_at"]).astimezone(ZoneInfo(zone)).date()
        month = month_after(received)
        assert f"ANSWER BY {long_date(target)}" in page
        assert f"Received on {long_date(received)}" in page
        assert f"1 month after receipt: {long_date(month)}" in page
        safe = {date.fromisoformat(claim["dates"]["safe_due"]) for claim in case["claims"]}
        # A day off moves it to the next working day; the longest row of days off in both countries is five.
        assert all(month <= each <= month + timedelta(days=5) and each.weekday() < 5 for each in safe)
        promised = {each["dates"]["promise_due"] for each in case["claims"]} - {None}
        assert target == min(safe | {date.fromisoformat(each) for each in promised})
        return target

    def ends(self, *, with_mail_to_person: bool = True) -> None:
        """Nobody but the person and the colleague was written to, the journal is whole, and the service stops."""
        installation = self.installation
        person = {installation.person} if with_mail_to_person else set()
        # The digest may not have left yet.
        assert reached(installation) - {installation.dpo} == person
        assert "whole" in installation.command("journal", "verify")
        assert installation.stop() == 0


def _filled(section: str, text: str) -> str:
    """Below its title, the text of somebody who knows; without one, what the draft asks to confirm."""
    if not _GAP.search(section):
        return section
    if not text:
        return _GAP.sub(_confirmed, section)
    title, *_ = section.strip().split("\n\n")
    kept = "" if _GAP.search(title) else f"{title}\n\n"
    return f"\n{kept}{text}\n\n"


def _confirmed(gap: re.Match[str]) -> str:
    found = _CONFIRM.fullmatch(gap["text"].strip())
    assert found, f"nothing to fill in for {gap[0]}"
    return found["text"]


def reached(installation: Installation) -> set[str]:
    """Whom the organisations' mails went to, by the mail server's own log."""
    log = installation.postfix.log.read_text()
    ours = "|".join(map(re.escape, installation.addresses.values()))
    sent = set(re.findall(rf" ([0-9A-F]+): from=<(?:{ours})>", log))
    return {to for number, to in re.findall(r" ([0-9A-F]+): to=<([^>]*)>", log) if number in sent}


def month_after(day: date) -> date:
    """The same day of the next month, or its last one (Reg. 1182/71 Art. 3(2)(c))."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))
