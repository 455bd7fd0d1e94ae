"""How often the server is asked: little at a backlog, and nothing in vain before a new mail is read."""

from __future__ import annotations

from dataclasses import replace

from dsarbot.channels.imap_types import Watch
from tests.channels.ledger import Ledger, endpoint_of, mail, watching
from tests.faults.proxy import proxy_to
from tests.servers.base import wait_until
from tests.servers.dovecot import Dovecot


def test_a_backlog_costs_one_command_per_ten_mails_at_most(dovecot: Dovecot) -> None:
    user = "backlog@example.org"
    dovecot.create_user(user)
    with dovecot.login(user) as client:
        client.multiappend("INBOX", [mail(f"mail {number}", 30_000) for number in range(90)])
        client.multiappend("Junk", [mail("spam")])
    ledger = Ledger()
    with proxy_to(dovecot.imap_port) as proxy:
        watch = Watch(
            key="privacy",
            endpoint=replace(endpoint_of(dovecot, user), port=proxy.port),
            extra=("Junk",),
            sent=True,
            after="move",
            move_to="Archive",
            batch_bytes=1_500_000,
        )
        with watching(watch, ledger):
            ledger.await_event("ready")
            during = [each for each in proxy.commands if each in {"FETCH", "STORE", "MOVE"}]
    assert len(ledger.mails) == 91
    assert ledger.batches == [49, 41, 1], "bounded by bytes: 30 kB each"
    # Sizes once per 500 mails; then per batch of bytes fetch, mark and move; and one mail of the Junk folder.
    assert len(during) == 1 + 3 * 2 + 2
    assert len(during) <= 0.1 * len(ledger.mails)
    assert len(dovecot.mails(user, "Archive")) == 90


def test_a_new_mail_is_fetched_by_the_first_command_after_the_notice(dovecot: Dovecot) -> None:
    user = "first-command@example.org"
    dovecot.create_user(user)
    dovecot.append(user, mail("old"))
    ledger = Ledger()
    with proxy_to(dovecot.imap_port) as proxy:
        watch = Watch(
            key="privacy", endpoint=replace(endpoint_of(dovecot, user), port=proxy.port), extra=("Junk",), sent=True
        )
        with watching(watch, ledger):
            ledger.await_event("ready")
            wait_until(lambda: proxy.commands[-1:] == ["IDLE"], seconds=5, what="the first wait")
            for number in range(2):
                before = len(proxy.commands)
                dovecot.append(user, mail(f"new {number}"))
                wait_until(lambda: len(proxy.commands) == before + 5, seconds=5, what="the round")  # noqa: B023
                # Nothing between the notice and the fetch; the look at other folders waits for its turn.
                assert proxy.commands[before:] == ["FETCH", "STORE", "NOOP", "SEARCH", "IDLE"]
    assert ledger.subjects() == ["old", "new 0", "new 1"]


def test_large_news_wait_for_the_way_that_knows_sizes(dovecot: Dovecot) -> None:
    user = "large-news@example.org"
    dovecot.create_user(user)
    ledger = Ledger()
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), batch_bytes=800_000)
    with watching(watch, ledger):
        ledger.await_event("ready")
        dovecot.append(user, raw := mail("large", 300_000))
        ledger.await_that(lambda: bool(ledger.mails))
    [kept] = ledger.mails
    assert kept.raw == raw
    assert kept.complete
