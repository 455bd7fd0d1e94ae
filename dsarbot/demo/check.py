"""Compares what was found with what stands beside the mails in `world.py`: one row each, expected and found."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dsarbot.demo import world
from dsarbot.demo.evidence import CaseFound, Evidence
from dsarbot.demo.office import COMPANIES, DPO
from dsarbot.demo.post_office import Found

#: The article of the GDPR that an acknowledgement names when it repeats what was understood.
_ARTICLES = {
    "access": 15,
    "rectification": 16,
    "erasure": 17,
    "restriction": 18,
    "portability": 20,
    "objection": 21,
}
_ARTICLE = re.compile(r"\b(?:art\.|article)\s+(\d+)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of the table. holds: whether what was found is what was expected."""

    what: str
    expected: str
    found: str
    holds: bool


def check(evidence: Evidence, routes: Mapping[str, str]) -> tuple[Row, ...]:
    """Every expectation, in the order of the mails; totals last."""
    judge = _Judge(evidence, routes)
    rows = [judge.mail(each) for each in world.MAILS]
    return (*rows, *judge.totals())


class _Judge:
    def __init__(self, evidence: Evidence, routes: Mapping[str, str]) -> None:
        self._seen = evidence
        self._routes = routes
        self._cases = {each.id: each for each in evidence.cases}
        self._by_mail = {each.message_id: each for each in evidence.inbounds}

    def mail(self, mail: world.Mail) -> Row:
        """What became of one mail."""
        inbound = self._by_mail.get(_message_id(mail))
        if inbound is None:
            return Row(what=mail.file, expected=mail.disposition, found="never read", holds=False)
        wanted = [mail.disposition]
        found, right = [inbound.disposition], inbound.disposition == mail.disposition
        if mail.after and mail.disposition != "automatic":
            other = next(each for each in world.MAILS if each.file == mail.after)
            theirs = self._by_mail.get(_message_id(other))
            same = theirs is not None and theirs.case == inbound.case
            wanted.append(f"the case of {mail.after}")
            found.append(f"the case of {mail.after}" if same else "another case, or none")
            right = right and same
        if mail.cases:
            cases = self._cases_of(inbound.case, mail)
            wanted += [_wanted(each) for each in mail.cases]
            found += [self._shown(case, each) for case, each in zip(cases, mail.cases, strict=False)]
            right = right and len(cases) == len(mail.cases)
            right = right and all(self._fits(a, b) for a, b in zip(cases, mail.cases, strict=True))
        letter = self._acknowledgement(mail, self._cases.get(inbound.case))
        if not mail.after:
            wanted.append(f"letter: {mail.acknowledged or 'none'}")
            found.append(f"letter: {letter or 'none'}")
            right = right and letter == mail.acknowledged
        return Row(what=mail.file, expected="; ".join(wanted), found="; ".join(found), holds=right)

    def _cases_of(self, first: str, mail: world.Mail) -> list[CaseFound]:
        """The case of the inbound, then its siblings: cases that no inbound names."""
        cases = [self._cases[first]] if first in self._cases else []
        named = {each.case for each in self._seen.inbounds}
        free = [each for each in self._seen.cases if each.id not in named]
        return cases + (free if len(mail.cases) > 1 else [])

    def _shown(self, case: CaseFound, expected: world.Expected) -> str:
        when = str(case.target)
        if expected.target is None and case.target is not None:
            when = f"in {(case.target - self._seen.today).days} days"
        return _text(case.company, case.rights, case.language, case.status, when)

    def _fits(self, case: CaseFound, expected: world.Expected) -> bool:
        if case.target is None:
            return False
        left = (case.target - self._seen.today).days
        in_time = expected.left[0] <= left <= expected.left[1] if expected.target is None else True
        return (
            (case.company, case.language, case.status) == (expected.company, expected.language, expected.status)
            and sorted(case.rights) == sorted(expected.rights)
            and case.target == (expected.target or case.target)
            and in_time
        )

    def _acknowledgement(self, mail: world.Mail, case: CaseFound | None) -> str:
        """What kind of letter its sender got; anything unlawful about it is named."""
        account = self._routes.get(mail.sender, "")
        if not account:
            return "refused" if mail.sender and case is not None else ""
        arrived = self._seen.mailboxes[account]
        if not arrived:
            return ""
        letter, faults = arrived[0], list(_faults(arrived, mail, case))
        if faults:
            return ", ".join(faults)
        named = {int(number) for number in _ARTICLE.findall(letter.text)}
        rights = {_ARTICLES[right] for expected in mail.cases for right in expected.rights}
        if rights <= named:
            return "dated"
        return "some rights only" if rights & named else "neutral"

    def totals(self) -> Iterator[Row]:
        """What is true of the whole: references, silence towards machines, digests, copies, journal."""
        for company in COMPANIES:
            given = {each.reference for each in self._seen.cases if each.company == company.key}
            yield _count(f"references of {company.name}", world.REFERENCES[company.key], len(given))
            ours = [each for each in self._seen.mailboxes[DPO] if company.address in str(each.mail["From"])]
            digests = sum(not each.is_notice for each in ours)
            yield _count(f"digests of {company.name}", 1, digests)
        written = sum(len(self._seen.mailboxes[self._routes[each]]) for each in world.NEVER_WRITTEN_TO)
        yield _count("mails to machines and colleagues", 0, written)
        yield _count("mails read", len(world.MAILS), len(self._seen.inbounds))
        yield _count("letters waiting or under way", 0, self._seen.unsent)
        letters = {each.message_id for account in self._people() for each in self._seen.mailboxes[account]}
        copies = {each.message_id for each in self._seen.sent}
        yield _count("letters with a copy in a Sent folder", _ACCEPTED, len(letters & copies))
        unmarked = [each for each in (*self._seen.sent, *self._seen.mailboxes[DPO]) if not _is_marked(each)]
        yield _count("mails of the desk not marked DEMO", 0, len(unmarked))
        texts = "".join(each.text for each in self._seen.mailboxes[DPO])
        yield _count("addresses of people in digests", 0, sum(each in texts for each in world.PEOPLE))
        found = self._seen.journal
        yield Row(what="journal", expected="verified", found=found, holds=found == "verified")

    def _people(self) -> list[str]:
        return sorted({self._routes[each] for each in (*world.PEOPLE, *world.ELSEWHERE)})


#: Acknowledgements that a mail server took: one for each mail that must get one, but the refused one.
_ACCEPTED = sum(each.acknowledged in ("dated", "neutral") for each in world.MAILS)


def _faults(arrived: Sequence[Found], mail: world.Mail, case: CaseFound | None) -> Iterator[str]:
    letter = arrived[0].mail
    if len(arrived) > 1:
        yield f"{len(arrived)} letters"
    # RFC 3834 section 5.1.7 and 3.1.5: an automatic response says that it is one, and what it answers.
    if str(letter["Auto-Submitted"] or "").strip() != "auto-replied":
        yield "not Auto-Submitted"
    if str(letter["In-Reply-To"] or "").strip() != _message_id(mail):
        yield "not In-Reply-To"
    if case is None or case.reference not in str(letter["Subject"]) + arrived[0].text:
        yield "without its reference"


def _is_marked(found: Found) -> bool:
    return "DEMO" in str(found.mail["From"]) + str(found.mail["Subject"])


def _message_id(mail: world.Mail) -> str:
    return str(email.message_from_bytes(mail.raw)["Message-ID"])


def _wanted(expected: world.Expected) -> str:
    when = str(expected.target) if expected.target else f"in {expected.left[0]} to {expected.left[1]} days"
    return _text(expected.company, expected.rights, expected.language, expected.status, when)


def _text(company: str, rights: Sequence[str], language: str, status: str, when: str) -> str:
    return f"{company} {'+'.join(sorted(rights))} {language} {status} {when}"


def _count(what: str, expected: int, found: int) -> Row:
    return Row(what=what, expected=str(expected), found=str(found), holds=expected == found)
