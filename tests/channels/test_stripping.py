"""A mail loses a file where it lies: same headers, flags and date, nothing else is touched, and a crash between the two
steps neither loses nor doubles it."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Mapping, Set
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from dsarbot.channels.imap_session import Session
from dsarbot.channels.imap_types import Fetched
from dsarbot.channels.stripping import Calls, Sought, Swept, sweep
from dsarbot.reading.mail import parse
from tests.channels.ledger import endpoint_of
from tests.servers.dovecot import Dovecot

PICTURE = b"\xff\xd8\xff" + random.Random(3).randbytes(20_000)
DIGEST = hashlib.sha256(PICTURE).digest()
AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SOUGHT = Sought(size=len(PICTURE), since=date(2026, 3, 3))
_numbers = itertools.count()


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    address = f"stripped{next(_numbers)}@example.org"
    dovecot.create_user(address)
    return address


def mail(number: int, *, picture: bytes = PICTURE) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = "jeanne@example.org", "Ma carte"
    message["Message-ID"] = f"<m{number}@example.org>"
    message.set_content("Bonjour")
    message.add_attachment(picture, maintype="image", subtype="jpeg", filename="carte.jpg")
    return message.as_bytes()


class Told:
    """The other side."""

    def __init__(self) -> None:
        self.removed: list[tuple[str, int]] = []
        self.calls = Calls(wanted=self.wanted, removing=self.removing)

    def wanted(self, found: Set[bytes]) -> Mapping[bytes, bytes | None]:
        return {each: None for each in found if each == DIGEST}

    def removing(self, folder: str, mail: Fetched, without: bytes) -> None:
        assert PICTURE not in without
        self.removed.append((folder, mail.uid))


def swept(dovecot: Dovecot, user: str, told: Told, *folders: str, sent: bool = False) -> dict[str, Swept]:
    found = sweep(endpoint_of(dovecot, user), folders or ("INBOX",), SOUGHT, told.calls, sent=sent)
    return {each.folder: each for each in found}


def put(dovecot: Dovecot, user: str, raw: bytes, folder: str = "INBOX", *flags: str) -> None:
    with dovecot.login(user) as client:
        client.append(folder, raw, flags, AT)


def test_same_headers_flags_and_date_and_no_other_mail_is_touched(dovecot: Dovecot, user: str) -> None:
    put(dovecot, user, mail(1), "INBOX", "\\Seen", "\\Flagged", "$Dsarbot")
    put(dovecot, user, mail(2, picture=PICTURE[::-1]), "INBOX", "\\Deleted")
    put(dovecot, user, mail(3), "Junk")
    put(dovecot, user, mail(4), "Sent")
    told = Told()
    found = swept(dovecot, user, told, "INBOX", "Junk", sent=True)
    assert {name: each.state for name, each in found.items()} == dict.fromkeys(found, "clean")
    assert [folder for folder, _ in told.removed] == ["INBOX", "Junk", "Sent"]
    with dovecot.login(user) as client:
        client.select_folder("INBOX", readonly=True)
        both = client.fetch(client.search("ALL"), ["FLAGS", "INTERNALDATE", "BODY.PEEK[]"])
    other, stripped = (both[uid] for uid in sorted(both))
    # What somebody has marked as deleted was not expunged with it.
    assert parse(other[b"BODY[]"]).message_id == "<m2@example.org>"
    after = parse(stripped[b"BODY[]"])
    assert after.message_id == "<m1@example.org>"
    assert {b"\\Seen", b"\\Flagged", b"$Dsarbot"} <= set(stripped[b"FLAGS"])
    assert stripped[b"INTERNALDATE"] == AT
    assert [each.name for each in after.files] == ["removed.txt"]
    again = Told()
    assert swept(dovecot, user, again, "INBOX", "Junk", sent=True)["INBOX"].state == "clean"
    assert again.removed == []


def test_a_crash_between_the_two_steps(dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put(dovecot, user, mail(1))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Session, "remove", die)
        with pytest.raises(KeyboardInterrupt):
            swept(dovecot, user, Told())
    assert len(dovecot.mails(user)) == 2
    swept(dovecot, user, Told())
    [raw] = dovecot.mails(user)
    assert [each.name for each in parse(raw).files] == ["removed.txt"]


def test_where_it_cannot_be_removed_it_stays_and_is_told(
    dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(dovecot, user, mail(1))
    put(dovecot, user, mail(1), "Trash")
    told = Told()
    real = Session.supports
    with monkeypatch.context() as patch:
        patch.setattr(Session, "supports", lambda self, name: name != "UIDPLUS" and real(self, name))
        found = swept(dovecot, user, told)
    assert (found["INBOX"].state, found["INBOX"].why) == ("stuck", "no-uidplus")
    # A folder that nobody gave us is looked into and left alone.
    assert (found["Trash"].state, found["Trash"].why) == ("stuck", "not-watched")
    assert (found["Junk"].state, found["Junk"].why) == ("clean", "")
    assert told.removed == []
    assert len(dovecot.mails(user)) == len(dovecot.mails(user, "Trash")) == 1
    select = Session.select
    with monkeypatch.context() as patch:
        patch.setattr(Session, "select", lambda self, name, **_: select(self, name, readonly=True))
        assert swept(dovecot, user, told)["INBOX"].why == "read-only"
    assert told.removed == []


def test_a_folder_that_is_configured_and_not_there_holds_nothing(dovecot: Dovecot, user: str) -> None:
    assert "Nowhere" not in swept(dovecot, user, Told(), "INBOX", "Nowhere")
