"""The invented mails, and beside each what must become of it.

The expectations are literals: worked out by hand from the law and the texts in `mails/`, never by the code that they
check. Dates of the three old mails are whole worked examples; where the day of the demo decides, the target is given
as a range of days from today (one month, and at most a long weekend with public holidays).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo

Acknowledged = Literal["", "dated", "neutral", "refused"]

#: From today, for a mail of today: the statutory month (28 to 31 days and up to five days off in a row; one less
#: when the demo runs over midnight) ...
_MONTH = (27, 36)
#: ... and a published promise of 30 days, which moves to the working day before.
_PROMISE = (24, 30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """One case that must exist. target: the literal date; left: else first and last possible day, from today."""

    company: str
    rights: tuple[str, ...]
    language: str
    status: str = "open"
    target: date | None = None
    left: tuple[int, int] = _MONTH


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """One invented mail. file: in `mails/`; sender: the envelope's ("" for robots); to: recipients.

    received: when it lies in the mailbox already (an instant, or so many days ago); None: it comes by SMTP.
    after: the mail whose acknowledgement it answers. disposition, kind: what the service must make of it.
    acknowledged: what its sender must get: nothing, a letter with rights and date, one without, or a refusal by the
    mail server because there is no such mailbox.
    """

    file: str
    sender: str
    to: tuple[str, ...]
    shown: str
    received: datetime | timedelta | None = None
    after: str = ""
    disposition: str = "case"
    cases: tuple[Expected, ...] = ()
    acknowledged: Acknowledged = ""

    @property
    def raw(self) -> bytes:
        """The mail as it stands in the package, with the line ends of the internet."""
        content = (files("dsarbot.demo") / "mails" / f"{self.file}.eml").read_bytes()
        return b"\r\n".join(content.splitlines()) + b"\r\n"


LU, DE, FR = "privacy@wolkebierg.example.org", "privacy@beispielwolke.example.net", "privacy@nuage.example.com"
_HERE = ZoneInfo("Europe/Luxembourg")

MAILS: tuple[Mail, ...] = (
    # --- in the mailbox before the service starts -------------------------------------------------------------------
    Mail(
        file="winter-fr",
        sender="camille@courriel.example.org",
        to=(LU,),
        shown="old mail: rectification, received 30 January 2026",
        received=datetime(2026, 1, 30, 10, 0, tzinfo=_HERE),
        acknowledged="dated",
        # 30 January + 1 month: 28 February, a Saturday; so Monday 2 March.
        cases=(Expected(company="wolkebierg", rights=("rectification",), language="fr", target=date(2026, 3, 2)),),
    ),
    Mail(
        file="easter-de",
        sender="otto@post.example.net",
        to=(DE,),
        shown="old mail: access, received 3 March 2026",
        received=datetime(2026, 3, 3, 16, 30, tzinfo=_HERE),
        acknowledged="dated",
        # 3 April 2026 is Good Friday, no working day in Germany; then the weekend and Easter Monday.
        cases=(Expected(company="beispielwolke", rights=("access",), language="de", target=date(2026, 4, 7)),),
    ),
    Mail(
        file="promise-fr",
        sender="elise@boite.example.net",
        to=(FR,),
        shown="old mail: erasure, received 5 March 2026, 30 days promised",
        received=datetime(2026, 3, 5, 9, 15, tzinfo=_HERE),
        acknowledged="dated",
        # By law Tuesday 7 April, after Easter. The policy promises 30 days: Saturday 4 April, so Friday the 3rd.
        cases=(Expected(company="nuage", rights=("erasure",), language="fr", target=date(2026, 4, 3)),),
    ),
    Mail(
        file="overdue-en",
        sender="chris@inbox.example.com",
        to=(LU,),
        shown="old mail: access, received 40 days ago",
        received=timedelta(days=40),
        acknowledged="dated",
        cases=(Expected(company="wolkebierg", rights=("access",), language="en", left=(-13, -4)),),
    ),
    Mail(
        file="almost-due-de",
        sender="lena@post.example.net",
        to=(DE,),
        shown="old mail: erasure, received 25 days ago",
        received=timedelta(days=25),
        acknowledged="dated",
        cases=(Expected(company="beispielwolke", rights=("erasure",), language="de", left=(2, 11)),),
    ),
    # --- by SMTP, while the service runs ----------------------------------------------------------------------------
    Mail(
        file="access-fr",
        sender="claire@courriel.example.org",
        to=(FR,),
        shown="access to her data",
        acknowledged="dated",
        cases=(Expected(company="nuage", rights=("access",), language="fr", left=_PROMISE),),
    ),
    Mail(
        file="erasure-en",
        sender="jordan@mail.example.com",
        to=(LU,),
        shown="erasure",
        acknowledged="dated",
        cases=(Expected(company="wolkebierg", rights=("erasure",), language="en"),),
    ),
    Mail(
        file="two-rights-de",
        sender="jonas@post.example.net",
        to=(DE,),
        shown="two rights in one mail",
        acknowledged="dated",
        cases=(Expected(company="beispielwolke", rights=("access", "erasure"), language="de"),),
    ),
    Mail(
        file="marketing-fr",
        sender="hugo@courriel.example.org",
        to=(FR,),
        shown="no more advertising",
        acknowledged="dated",
        cases=(Expected(company="nuage", rights=("objection",), language="fr", left=_PROMISE),),
    ),
    Mail(
        file="informal-fr",
        sender="lou@boite.example.net",
        to=(FR,),
        shown="two informal lines",
        acknowledged="dated",
        cases=(Expected(company="nuage", rights=("access",), language="fr", left=_PROMISE),),
    ),
    Mail(
        file="attachment-de",
        sender="mia@post.example.net",
        to=(DE,),
        shown="rectification, with a PDF",
        acknowledged="dated",
        cases=(Expected(company="beispielwolke", rights=("rectification",), language="de"),),
    ),
    Mail(
        file="wrong-charset-de",
        sender="juergen@post.example.net",
        to=(DE,),
        shown="restriction, in a wrong character set",
        acknowledged="dated",
        cases=(Expected(company="beispielwolke", rights=("restriction",), language="de"),),
    ),
    Mail(
        file="end-user-en",
        sender="alex@inbox.example.com",
        to=(LU,),
        shown="an end user of a professional customer",
        acknowledged="neutral",
        cases=(Expected(company="wolkebierg", rights=("access",), language="en"),),
    ),
    Mail(
        file="two-companies-en",
        sender="taylor@inbox.example.com",
        to=(LU, DE),
        shown="one mail to two companies",
        acknowledged="dated",
        cases=(
            Expected(company="wolkebierg", rights=("portability",), language="en"),
            Expected(company="beispielwolke", rights=("portability",), language="en"),
        ),
    ),
    Mail(
        file="forward-en",
        sender="support@wolkebierg.example.org",
        to=(LU,),
        shown="forwarded by the support desk",
        cases=(Expected(company="wolkebierg", rights=("access",), language="en", status="unconfirmed"),),
    ),
    Mail(
        file="gone-en",
        sender="pat@gone.example.com",
        to=(LU,),
        shown="from a mailbox that does not exist",
        acknowledged="refused",
        cases=(Expected(company="wolkebierg", rights=("access",), language="en"),),
    ),
    Mail(
        file="disclosure-fr",
        sender="cabinet@cabinet.example.org",
        to=(FR,),
        shown="who owns this site?",
        disposition="held",
    ),
    Mail(
        file="support-en",
        sender="sam@mail.example.com",
        to=(LU,),
        shown="an ordinary support question",
        disposition="ordinary",
    ),
    Mail(
        file="newsletter-en",
        sender="news@lists.example.net",
        to=(LU,),
        shown="a newsletter",
        disposition="automatic",
    ),
    # --- answers to acknowledgements that arrived -------------------------------------------------------------------
    Mail(
        file="reply-fr",
        sender="claire@courriel.example.org",
        to=(FR,),
        shown="reply to the acknowledgement",
        after="access-fr",
    ),
    Mail(
        file="out-of-office-de",
        sender="",
        to=(DE,),
        shown="out of office",
        after="two-rights-de",
        disposition="automatic",
    ),
    Mail(
        file="bounce-en",
        sender="",
        to=(LU,),
        shown="our letter came back",
        after="erasure-en",
        disposition="bounce",
    ),
)

#: How many references each company has given out in the end.
REFERENCES = {"wolkebierg": 7, "beispielwolke": 6, "nuage": 4}
#: Whose mailbox must stay empty: machines, and a colleague who forwarded something.
NEVER_WRITTEN_TO = ("news@lists.example.net", "mailer-daemon@mail.example.com", "support@wolkebierg.example.org")
#: Who has a mailbox on the demo's servers beside the desk; pat@gone.example.com has none.
PEOPLE = (
    "camille@courriel.example.org",
    "otto@post.example.net",
    "elise@boite.example.net",
    "chris@inbox.example.com",
    "lena@post.example.net",
    "claire@courriel.example.org",
    "queue@mail.example.com",
    "jonas@post.example.net",
    "hugo@courriel.example.org",
    "lou@boite.example.net",
    "mia@post.example.net",
    "juergen@post.example.net",
    "alex@inbox.example.com",
    "taylor@inbox.example.com",
    "robin@mail.example.com",
    "cabinet@cabinet.example.org",
    "sam@mail.example.com",
    *NEVER_WRITTEN_TO,
)
#: Whose mail system takes our letter first and then sends it back: address -> the account that is its queue.
ELSEWHERE = {"jordan@mail.example.com": "queue@mail.example.com"}
#: Mails of senders without a mailbox here are handed in through this account.
OUTSIDE = "outside@demo.example.org"


def mails(*, received: bool, answers: bool = False) -> Iterator[Mail]:
    """Those that lie there already, those that come by SMTP, or those that answer an acknowledgement."""
    return (each for each in MAILS if (each.received is not None) is received and bool(each.after) is answers)
