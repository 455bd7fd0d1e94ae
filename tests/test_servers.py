"""The throw-away servers do what the journeys rely on: each promise of tests/servers/ is kept by the real thing."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import imaplib
import select
import smtplib
import ssl
from email.message import EmailMessage

import asyncpg
import imapclient
import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.servers.postgresql import PostgreSQL


def mail(*, to: str, subject: str = "Demande d'accès", sender: str = "marie@example.org") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = "<one@example.org>"
    message.set_content("Bonjour, quelles données avez-vous sur moi ?")
    return message.as_bytes(policy=email.policy.SMTP)


def test_mail_sent_by_smtp_arrives_in_the_mailbox(dovecot: Dovecot, postfix: Postfix) -> None:
    dovecot.create_user("privacy@example.com")
    postfix.send("marie@example.org", ["privacy@example.com"], mail(to="privacy@example.com"))
    (raw,) = dovecot.wait_for_mails("privacy@example.com")
    arrived = email.message_from_bytes(raw, policy=email.policy.default)
    assert arrived["Subject"] == "Demande d'accès"
    assert "by mx.example.org (Postfix)" in str(arrived.get_all("Received"))


def test_detail_addresses_reach_the_account(dovecot: Dovecot, postfix: Postfix) -> None:
    dovecot.create_user("dpo@example.fr")
    postfix.send("marie@example.org", ["dpo+token@example.fr"], mail(to="dpo+token@example.fr"))
    (raw,) = dovecot.wait_for_mails("dpo@example.fr")
    assert b"Delivered-To: dpo+token@example.fr" in raw


def test_unknown_recipient_comes_back_as_a_bounce(dovecot: Dovecot, postfix: Postfix) -> None:
    dovecot.create_user("sender@example.net")
    postfix.send("sender@example.net", ["nobody@example.de"], mail(to="nobody@example.de", sender="sender@example.net"))
    (raw,) = dovecot.wait_for_mails("sender@example.net")
    bounce = email.message_from_bytes(raw, policy=email.policy.default)
    assert bounce.get_content_type() == "multipart/report"
    assert b"Status: 5.1.1" in raw
    assert b"Final-Recipient: rfc822; nobody@example.de" in raw
    assert "status=bounced" in postfix.log_text()


def test_mail_to_a_real_domain_never_leaves(postfix: Postfix) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        postfix.send("dpo@example.lu", ["someone@not-reserved.invalid"], mail(to="someone@not-reserved.invalid"))
    ((code, answer),) = refused.value.recipients.values()
    assert code == 550
    assert b"no mail leaves the tests" in answer


def test_postfix_offers_starttls_and_dsn(postfix: Postfix) -> None:
    with smtplib.SMTP(postfix.host, postfix.smtp_port) as smtp:
        smtp.starttls(context=postfix.certificate.client_context())
        smtp.ehlo()
        assert smtp.has_extn("dsn")
        assert not smtp.has_extn("auth")


def test_submission_wants_a_login_after_starttls(dovecot: Dovecot, postfix: Postfix) -> None:
    dovecot.create_user("submit@example.org", "a password")
    raw = mail(to="submit@example.org")
    with smtplib.SMTP(postfix.host, postfix.submission_port) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("auth")
        smtp.starttls(context=postfix.certificate.client_context())
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            smtp.sendmail("submit@example.org", ["submit@example.org"], raw)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login("submit@example.org", "not this one")
        smtp.login("submit@example.org", "a password")
        smtp.sendmail("submit@example.org", ["submit@example.org"], raw)
    dovecot.wait_for_mails("submit@example.org")


def test_the_certificate_is_refused_without_our_authority(dovecot: Dovecot, postfix: Postfix) -> None:
    with smtplib.SMTP(postfix.host, postfix.smtp_port) as smtp, pytest.raises(ssl.SSLCertVerificationError):
        smtp.starttls(context=ssl.create_default_context())
    with pytest.raises(ssl.SSLCertVerificationError):
        imaplib.IMAP4_SSL(dovecot.host, dovecot.imaps_port, ssl_context=ssl.create_default_context())


def test_imaps_and_starttls_let_a_trusting_client_in(dovecot: Dovecot) -> None:
    dovecot.create_user("tls@example.org", "a password")
    context = dovecot.certificate.client_context()
    with imaplib.IMAP4_SSL(dovecot.host, dovecot.imaps_port, ssl_context=context) as client:
        assert client.login("tls@example.org", "a password")[0] == "OK"
    with imaplib.IMAP4(dovecot.host, dovecot.imap_port) as client:
        client.starttls(context)
        assert client.login("tls@example.org", "a password")[0] == "OK"


def test_append_keeps_the_internal_date(dovecot: Dovecot) -> None:
    dovecot.create_user("late@example.org")
    at = dt.datetime(2026, 1, 31, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    dovecot.append("late@example.org", mail(to="late@example.org"), at=at)
    with dovecot.login("late@example.org") as client:
        client.select_folder("INBOX", readonly=True)
        (found,) = client.fetch(client.search("ALL"), ["INTERNALDATE"]).values()
    assert found[b"INTERNALDATE"] == at


def test_idle_notices_a_delivery(dovecot: Dovecot) -> None:
    dovecot.create_user("watched@example.org")
    with dovecot.login("watched@example.org") as client:
        client.select_folder("INBOX")
        client.idle()
        dovecot.deliver("watched@example.org", mail(to="watched@example.org"))
        readable, _, _ = select.select([client.socket()], [], [], 10)
        assert readable
        _text, notices = client.idle_done()
        assert (1, b"EXISTS") in notices


def test_folders_keywords_and_move(dovecot: Dovecot) -> None:
    dovecot.create_user("tidy@example.org")
    dovecot.append("tidy@example.org", mail(to="tidy@example.org"))
    with dovecot.login("tidy@example.org") as client:
        special = {name: flags for flags, _separator, name in client.list_folders()}
        assert b"\\Junk" in special["Junk"]
        assert b"\\Sent" in special["Sent"]
        assert {b"MOVE", b"UIDPLUS", b"IDLE", b"CONDSTORE"} <= set(client.capabilities())
        client.select_folder("INBOX")
        client.add_flags([1], [b"$Dsarbot"])
        assert b"$Dsarbot" in client.get_flags([1])[1]
        client.move([1], "Archive")
    assert dovecot.mails("tidy@example.org") == []
    assert len(dovecot.mails("tidy@example.org", "Archive")) == 1


def test_a_changed_password_counts_at_once(dovecot: Dovecot) -> None:
    dovecot.create_user("changed@example.org", "old")
    dovecot.create_user("changed@example.org", "new")
    with (
        pytest.raises(imapclient.exceptions.LoginError),
        dovecot.login("changed@example.org", "old"),
    ):
        pass


def test_empty_removes_every_mail(dovecot: Dovecot) -> None:
    dovecot.create_user("full@example.org")
    for folder in ("INBOX", "Sent"):
        dovecot.append("full@example.org", mail(to="full@example.org"), folder=folder)
    dovecot.empty("full@example.org")
    assert dovecot.mails("full@example.org") + dovecot.mails("full@example.org", "Sent") == []


def test_kick_ends_a_connection(dovecot: Dovecot) -> None:
    dovecot.create_user("kicked@example.org")
    with dovecot.login("kicked@example.org") as client:
        client.select_folder("INBOX")
        dovecot.kick("kicked@example.org")
        with pytest.raises((OSError, imapclient.exceptions.IMAPClientError)):
            client.noop()


def test_mail_waits_in_the_queue_while_dovecot_is_dead(dovecot: Dovecot, postfix: Postfix) -> None:
    dovecot.create_user("patient@example.org")
    dovecot.kill()
    try:
        postfix.send("marie@example.org", ["patient@example.org"], mail(to="patient@example.org"))
        assert [one.recipients for one in postfix.queue()] == [("patient@example.org",)]
    finally:
        dovecot.start()
    dovecot.wait_for_mails("patient@example.org")
    postfix.wait_until_empty()


def test_dovecot_and_postfix_restart_with_their_mail(dovecot: Dovecot, postfix: Postfix) -> None:
    dovecot.create_user("kept@example.org")
    dovecot.append("kept@example.org", mail(to="kept@example.org"))
    dovecot.restart()
    assert len(dovecot.mails("kept@example.org")) == 1
    postfix.stop()
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP(postfix.host, postfix.smtp_port)
    postfix.start()
    postfix.send("marie@example.org", ["kept@example.org"], mail(to="kept@example.org"))
    dovecot.wait_for_mails("kept@example.org", 2)


async def select_one(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT 1"))
    finally:
        await connection.close()


async def test_postgresql_answers_and_survives_a_restart(postgresql: PostgreSQL) -> None:
    url = postgresql.create_database()
    assert await select_one(url) == 1
    postgresql.restart()
    assert await select_one(url) == 1
    postgresql.kill()
    postgresql.start()
    assert await select_one(url) == 1
    postgresql.drop_database(url)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await select_one(url)


async def test_each_test_gets_a_database_of_the_kind_of_this_run(database_url: str) -> None:
    if database_url.startswith("sqlite:"):
        assert database_url.startswith("sqlite:///")
        assert database_url.endswith("/dsarbot.db")
    else:
        assert await select_one(database_url) == 1
