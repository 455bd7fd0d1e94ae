"""The running service when its surroundings fail: it says so, goes on with the rest, and comes back by itself."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import pytest

from tests.channels.scripted_imap import says, scripted
from tests.desk.world import ACCESS, ERASURE, ORDINARY
from tests.faults import maildir
from tests.faults.proxy import proxy_to
from tests.journeys.installation import Installation
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.postgresql import PostgreSQL

#: A second mailbox of the same organisation, on a server of the test's choice.
MAILBOX = """
[[mailboxes]]
key = "second"
host = "{host}"
port = {port}
security = "{security}"
user = "{user}"
password_file = "imap.password"
organisations = ["nuage"]
poll_seconds = 5
"""


def with_second_mailbox(installation: Installation, *, host: str, port: int, security: str, user: str) -> None:
    text = MAILBOX.format(host=host, port=port, security=security, user=user)
    installation.config.write_text(installation.config.read_text() + text)


def spoiled(installation: Installation) -> None:
    """Let the service run in a world that can be spoiled."""
    installation.program = (sys.executable, "-m", "tests.faults.child", str(installation.folder))


def said(installation: Installation, words: str) -> int:
    return sum(words in line for line in installation.lines)


def rights(installation: Installation) -> list[list[str]]:
    return sorted(each["rights"] for each in installation.cases())


def answered(installation: Installation, count: int) -> bool:
    return len(installation.mails(installation.person)) == count


def test_a_refused_login_is_said_and_not_hammered_and_the_right_password_ends_it(installation: Installation) -> None:
    dovecot = installation.dovecot
    dovecot.create_user(installation.privacy, "changed at the server only")
    installation.write(ACCESS)
    installation.start()
    installation.wait(lambda: said(installation, "backing-off"), "the pause")
    dovecot.create_user(installation.privacy, PASSWORD)
    # Half a minute at least lies between the tries: providers lock accounts.
    began = time.monotonic()
    installation.wait(lambda: answered(installation, 1), "acknowledgement", seconds=75)
    assert time.monotonic() - began > 25
    assert said(installation, "login-refused") == 1
    assert installation.stop() == 0


def test_the_mail_server_dies_and_mail_comes_meanwhile(installation: Installation) -> None:
    installation.start()
    installation.write(ACCESS)
    installation.wait(lambda: answered(installation, 1), "first acknowledgement")
    installation.dovecot.kill()
    installation.wait(lambda: said(installation, "backing-off"), "the loss noticed")
    # The relay takes it and delivers it as soon as the mailbox is back.
    installation.write(ERASURE, subject="Effacement")
    installation.dovecot.start()
    installation.wait(lambda: answered(installation, 2), "second acknowledgement", seconds=60)
    assert rights(installation) == [["access"], ["erasure"]]
    assert installation.stop() == 0


def test_an_inbox_with_new_uids_opens_no_case_twice(installation: Installation) -> None:
    config = installation.config.read_text()
    installation.config.write_text(config.replace('after = "move"\nmove_to = "Archive"\n', 'after = "leave"\n'))
    installation.start()
    for text in (ACCESS, ERASURE):
        installation.write(text)
    installation.wait(lambda: answered(installation, 2), "acknowledgements")
    assert installation.stop() == 0
    inbox = maildir.home(installation.dovecot, installation.privacy)
    before = maildir.uidvalidity(inbox)
    installation.wait(lambda: int(time.time()) > before, "another second")
    maildir.forget_uids(inbox)
    installation.start()
    installation.write("Bonjour, je m'oppose à toute prospection de votre part. Jeanne Martin", subject="Opposition")
    installation.wait(lambda: len(installation.cases()) == 3, "the new case")
    assert said(installation, "uidvalidity-changed") == 1
    assert len(installation.mails(installation.person)) <= 3, "nobody is answered twice"
    assert rights(installation)[:1] + rights(installation)[1:2] == [["access"], ["erasure"]]
    assert installation.stop() == 0


def test_a_restored_inbox_gives_an_old_uid_to_another_mail_which_becomes_a_case(
    installation: Installation, tmp_path: Path
) -> None:
    config = installation.config.read_text()
    installation.config.write_text(config.replace('after = "move"\nmove_to = "Archive"\n', 'after = "leave"\n'))
    inbox = maildir.home(installation.dovecot, installation.privacy)
    installation.write(ORDINARY)
    installation.wait(lambda: installation.mails(installation.privacy), "a mail to begin with")
    saved = maildir.save(inbox, tmp_path / "saved")
    installation.write(ACCESS)
    installation.start()
    installation.wait(lambda: answered(installation, 1), "first acknowledgement")
    assert installation.stop() == 0
    validity = maildir.uidvalidity(inbox)
    maildir.restore(inbox, saved)
    installation.write(ERASURE, subject="Effacement")
    installation.wait(lambda: len(installation.mails(installation.privacy)) == 2, "the other mail under UID 2")
    installation.start()
    installation.wait(lambda: answered(installation, 2), "second acknowledgement")
    assert said(installation, "uids-reused") == 1
    assert maildir.uidvalidity(inbox) == validity
    assert rights(installation) == [["access"], ["erasure"]]
    assert "whole" in installation.command("journal", "verify")


def test_a_connection_that_fell_silent_is_noticed_and_made_anew(installation: Installation) -> None:
    with proxy_to(installation.dovecot.imap_port) as proxy:
        config = installation.config.read_text()
        config = config.replace(f"port = {installation.dovecot.imap_port}", f"port = {proxy.port}")
        installation.config.write_text(config.replace('junk = ["Junk"]', 'junk = ["Junk"]\npoll_seconds = 5'))
        installation.start()
        installation.wait(lambda: proxy.commands[-1:] == ["IDLE"], "the wait")
        proxy.fall_silent()
        installation.write(ACCESS)
        # Five seconds of IDLE, then DONE has a quarter of a minute to be answered.
        installation.wait(lambda: said(installation, "timeout"), "the silence noticed")
        proxy.speak_again()
        installation.wait(lambda: answered(installation, 1), "acknowledgement", seconds=60)
        assert installation.stop() == 0


def test_a_name_server_that_hangs_holds_up_neither_the_other_mailbox_nor_the_end(installation: Installation) -> None:
    spoiled(installation)
    with_second_mailbox(installation, host="imap.hanging.example", port=993, security="tls", user="x@example.org")
    installation.start()
    installation.write(ACCESS)
    installation.wait(lambda: answered(installation, 1), "acknowledgement")
    installation.wait(lambda: said(installation, "Mailbox second: dns"), "the hang said")
    installation.write(ERASURE, subject="Effacement")
    installation.wait(lambda: answered(installation, 2), "second acknowledgement")
    began = time.monotonic()
    assert installation.stop() == 0
    assert time.monotonic() - began < 15


def test_a_relay_whose_name_hangs_keeps_no_mail_from_being_read_nor_the_process_from_ending(
    installation: Installation,
) -> None:
    spoiled(installation)
    config = installation.config.read_text()
    relay = f'host = "127.0.0.1"\nport = {installation.postfix.smtp_port}\nsecurity = "plain"'
    assert relay in config
    installation.config.write_text(config.replace(relay, 'host = "smtp.hanging.example"\nport = 465'))
    installation.start()
    for number in range(8):
        installation.write(ACCESS.replace("Jeanne", f"Jeanne{number}"), sender=f"jeanne{number}@example.net")
    installation.wait(lambda: len(installation.cases()) == 8, "all read, although nothing can be sent")
    began = time.monotonic()
    code = installation.stop(seconds=45)
    assert time.monotonic() - began < 40
    assert code in {0, 1}


def test_a_server_that_hangs_in_one_mailbox_leaves_the_other_alone(installation: Installation) -> None:
    with scripted() as server:
        server.answers["UID SEARCH"] = says(b"")
        with_second_mailbox(installation, host="127.0.0.1", port=server.port, security="plain", user="x@example.org")
        installation.start()
        installation.wait(lambda: any("SEARCH" in each for each in server.seen), "the hang")
        installation.write(ACCESS)
        installation.wait(lambda: answered(installation, 1), "acknowledgement")
        began = time.monotonic()
        assert installation.stop() == 0
        assert time.monotonic() - began < 15


def test_a_full_disk_touches_no_mail_and_ends_when_there_is_room_again(installation: Installation) -> None:
    installation.start()
    installation.wait(lambda: said(installation, "privacy: ready"), "ready")
    service = installation.process
    # No file may grow: what a full disk does, with room for the test's own files.
    resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    installation.write(ACCESS)
    installation.wait(lambda: said(installation, "keep-failed"), "the failure said")
    assert len(installation.mails(installation.privacy)) == 1
    assert not installation.mails(installation.privacy, "Archive")
    with installation.dovecot.login(installation.privacy) as client:
        client.select_folder("INBOX", readonly=True)
        flags = client.get_flags(client.search("ALL"))
    assert not any(b"$Dsarbot" in each for each in flags.values())
    assert service.poll() is None, "it goes on"
    resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    installation.wait(lambda: answered(installation, 1), "acknowledgement", seconds=90)
    installation.wait(lambda: installation.mails(installation.privacy, "Archive"), "moved")
    assert rights(installation) == [["access"]]
    assert installation.stop() == 0
    assert "whole" in installation.command("journal", "verify")


def test_the_database_is_killed_and_started_again_under_the_service(
    installation: Installation, database_url: str, request: pytest.FixtureRequest
) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite is no server")
    cluster: PostgreSQL = request.getfixturevalue("postgresql")
    installation.start()
    installation.write(ACCESS)
    installation.wait(lambda: answered(installation, 1), "first acknowledgement")
    cluster.kill()
    installation.write(ERASURE, subject="Effacement")
    installation.wait(lambda: said(installation, "keep-failed"), "the failure said")
    installation.wait(lambda: said(installation, "loop_failed"), "the loops' failure said")
    assert len(installation.mails(installation.privacy)) == 1, "neither marked nor moved"
    cluster.start()
    installation.wait(lambda: answered(installation, 2), "second acknowledgement", seconds=90)
    assert rights(installation) == [["access"], ["erasure"]]
    assert installation.stop() == 0
    assert "whole" in installation.command("journal", "verify")


def test_a_clock_that_jumps_ends_the_service_with_a_code_and_a_reason(installation: Installation) -> None:
    spoiled(installation)
    installation.start()
    installation.wait(lambda: said(installation, "privacy: ready"), "ready")
    (installation.folder / "clock").write_text("-7200")
    installation.write(ACCESS)
    assert installation.process.wait(timeout=90) == 1
    installation.wait(lambda: said(installation, "The clock moved from"), "the reason")
    assert not installation.mails(installation.person), "nothing was sent by a clock that cannot be right"


def test_two_processes_on_one_mailbox_watch_it_by_turns(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> None:
    installation.start()
    installation.wait(lambda: said(installation, "privacy: ready"), "ready")
    second = installation.beside()
    try:
        second.start()
        second.wait(lambda: said(second, "watched by another process; this one waits"), "the second one waits")
        installation.write(ACCESS)
        installation.wait(lambda: answered(installation, 1), "acknowledgement")
        assert not said(second, "privacy: ready")
        installation.kill()
        installation.write(ERASURE, subject="Effacement")
        # A dead process holds its lease for less than a minute.
        second.wait(lambda: answered(installation, 2), "the second one took over", seconds=120)
        assert rights(installation) == [["access"], ["erasure"]]
        assert second.stop() == 0
    finally:
        second.end()


def test_two_installations_on_one_mailbox_are_noticed(installation: Installation, tmp_path: Path) -> None:
    config = installation.config.read_text()
    installation.config.write_text(config.replace('after = "move"\nmove_to = "Archive"\n', 'after = "leave"\n'))
    installation.start()
    installation.write(ACCESS)
    installation.wait(lambda: answered(installation, 1), "acknowledgement")
    assert installation.stop() == 0
    assert not said(installation, "marked-elsewhere")
    # Another database: as if the old one had been lost, or a second server had been set up beside it.
    text = installation.config.read_text()
    (tmp_path / "other").mkdir()
    installation.config.write_text(
        text.replace('data_dir = "data"', 'data_dir = "other"').replace(
            text.partition('[database]\nurl = "')[2].partition('"')[0], f"sqlite:///{tmp_path}/other/other.db"
        )
    )
    installation.start()
    installation.wait(lambda: said(installation, "marked-elsewhere"), "the warning")
    assert said(installation, "stop one of the two") == 1


def test_sigterm_while_the_mail_server_hangs_ends_in_order(installation: Installation) -> None:
    with proxy_to(installation.dovecot.imap_port) as proxy:
        config = installation.config.read_text()
        config = config.replace(f"port = {installation.dovecot.imap_port}", f"port = {proxy.port}")
        installation.config.write_text(config)
        proxy.fall_silent()
        installation.start()
        installation.wait(lambda: proxy.connections, "the connection that gets no greeting")
        began = time.monotonic()
        assert installation.stop() == 0
        assert time.monotonic() - began < 15


def test_a_wrong_password_in_one_mailbox_leaves_the_other_alone(installation: Installation, dovecot: Dovecot) -> None:
    other = installation.privacy.replace("privacy", "second")
    dovecot.create_user(other, "not the one in the file")
    with_second_mailbox(installation, host="127.0.0.1", port=dovecot.imap_port, security="plain", user=other)
    installation.start()
    installation.wait(lambda: said(installation, "Mailbox second: login-refused"), "the refusal")
    installation.write(ACCESS)
    installation.wait(lambda: answered(installation, 1), "acknowledgement")
    assert installation.stop() == 0
