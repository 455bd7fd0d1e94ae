"""`dsarbot watch`: told once, by its own hand-over, without a key; what cannot be seen is said too."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from dsarbot.cli.doctor_watch import loop_findings, watch_finding
from dsarbot.cli.main import main
from dsarbot.cli.watch_run import Seen, look
from dsarbot.cli.watch_state import NAME, read_state, write_state
from dsarbot.config import Settings, load
from dsarbot.core.watch import Told, Trouble
from dsarbot.store.database import open_store
from tests.channels.scripted_smtp import ScriptedSmtp, scripted_smtp
from tests.servers.blank import sqlite_url
from tests.store.samples import MASTER

#: A Tuesday, 11:00 in Paris.
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

CONFIG = """
[service]
data_dir = "data"
[database]
url = "{database}"
[keys]
master_key_file = "nobody/can/read/this.key"
[[mailboxes]]
key = "privacy"
host = "127.0.0.1"
security = "plain"
user = "privacy@nord.example.org"
password_file = "nobody/can/read/this.password"
organisations = ["nord"]
[[senders]]
key = "down"
host = "127.0.0.1"
port = 9
security = "plain"
[[senders]]
key = "other"
host = "127.0.0.1"
port = {port}
security = "plain"
[[organisations]]
key = "nord"
profile = "example-fr"
sender = "down"
mail_from = "privacy@nord.example.org"
mail_from_name = "Nord"
owner = "anna"
[organisations.digest]
recipients = ["anna"]
local_time = 07:30:00
[[staff]]
key = "anna"
name = "Anna Beispill"
email = "anna@nord.example.org"
roles = ["dpo"]
organisations = ["nord"]
"""
WATCH = """
[watch]
recipients = ["operator@example.net", "second@example.net"]
sender = "other"
mail_from = "watch@example.net"
again_hours = 6
"""
BEATS = ("service", "intake", "outbox", "wake", "digest", "alarms", "mailbox:privacy", "digest:nord:anna")


@dataclass
class Post:
    """The other relay and the instance that is watched."""

    smtp: ScriptedSmtp
    folder: Path
    database: str

    def settings(self, watch: str = WATCH) -> Settings:
        return self.loaded(CONFIG + watch)

    def loaded(self, text: str) -> Settings:
        path = self.folder / "config.toml"
        path.write_text(text.format(database=self.database, port=self.smtp.port), encoding="utf-8")
        return load(path, environ={}, check_secrets=False)

    async def look(self, now: datetime, *, mail: bool = True, watch: str = WATCH) -> Seen:
        return await look(self.settings(watch), {}, now=now, mail=mail)

    async def lives(self, now: datetime, *but: str) -> None:
        """The service gave every sign of life at that moment, but for some."""
        async with open_store(self.database, data_dir=self.folder / "data", master=MASTER) as store:
            for name in BEATS:
                if name not in but:
                    await store.beat("run", name, now)

    @property
    def subjects(self) -> list[tuple[str, str]]:
        mails = [message_from_bytes(raw, policy=policy.default) for raw in self.smtp.letters]
        return [(mail["To"].strip("<>"), mail["Subject"]) for mail in mails]


@pytest.fixture
async def post(tmp_path: Path, database_url: str) -> AsyncIterator[Post]:
    (tmp_path / "data").mkdir()
    async with scripted_smtp() as smtp:
        yield Post(smtp, tmp_path, database_url)


def found(seen: Seen) -> list[tuple[str, str]]:
    return [(each.kind, each.subject) for each in seen.found]


async def test_a_service_that_lives_is_no_mail_and_exit_zero(post: Post) -> None:
    await post.lives(NOW)
    seen = await post.look(NOW + MINUTE)
    assert (seen.code, list(seen.lines()), post.smtp.letters) == (0, ["Everything gives signs of life."], [])


async def test_a_silent_service_is_told_once_then_after_hours_and_when_it_is_back(post: Post) -> None:
    await post.lives(NOW)
    silent = await post.look(NOW + 11 * MINUTE)
    assert (silent.code, found(silent), len(silent.written)) == (1, [("service", "")], 2)
    for minutes in (16, 60, 300):
        assert (await post.look(NOW + minutes * MINUTE)).written == ()
    assert (await post.look(NOW + 6 * HOUR + 11 * MINUTE)).written != ()
    await post.lives(NOW + 7 * HOUR)
    back = await post.look(NOW + 7 * HOUR)
    assert (back.code, next(iter(back.lines()))) == (0, "OVER service")
    assert (await post.look(NOW + 7 * HOUR + MINUTE)).written == ()
    assert [subject for to, subject in post.subjects if to == "operator@example.net"] == [
        "dsarbot watch: 1 new trouble",
        "dsarbot watch: 1 lasting",
        "dsarbot watch: 1 over",
    ]
    assert [to for to, _ in post.subjects].count("second@example.net") == 3


async def test_one_mailbox_one_loop_and_the_digest_are_told_by_name(post: Post) -> None:
    await post.lives(NOW - 3 * HOUR)
    await post.lives(NOW, "mailbox:privacy", "outbox", "digest:nord:anna")
    seen = await post.look(NOW)
    assert found(seen) == [("loop", "outbox"), ("mailbox", "privacy")], "this morning's digest has left"
    await post.lives(NOW + 24 * HOUR, "digest:nord:anna")
    assert found(await post.look(NOW + 24 * HOUR)) == [("digest", "nord/anna")]


async def test_the_print_tray_and_the_scans_are_told_when_they_stand_still(post: Post) -> None:
    async with open_store(post.database, data_dir=post.folder / "data", master=MASTER) as store:
        for name in ("tray", "scans", "attachments"):
            await store.beat("run", name, NOW - HOUR)
    await post.lives(NOW)
    (post.folder / "scans").mkdir()
    scanning = CONFIG.replace('owner = "anna"', 'owner = "anna"\nscan_dir = "scans"')
    seen = await look(post.loaded(scanning + WATCH), {}, now=NOW, mail=True)
    assert found(seen) == [("loop", "tray"), ("loop", "scans"), ("loop", "attachments")]
    told = message_from_bytes(post.smtp.letters[0], policy=policy.default).get_body(("plain",))
    assert told and "the print tray" in told.get_content()
    # Where no folder is watched any more, its last sign of life means nothing.
    assert found(await post.look(NOW)) == [("loop", "tray"), ("loop", "attachments")]


async def test_before_its_limit_todays_digest_is_not_missed(post: Post) -> None:
    early = NOW + 24 * HOUR - 2 * HOUR
    await post.lives(NOW)
    await post.lives(early, "digest:nord:anna")
    assert found(await post.look(early)) == [], "09:00 in Paris: two hours after half past seven have not passed"


async def test_a_database_that_cannot_be_read_is_told_and_exit_two(post: Post) -> None:
    post.database = sqlite_url(post.folder / "gone.db")
    seen = await post.look(NOW)
    assert (seen.code, found(seen), len(seen.written)) == (2, [("database", "")], 2)
    assert (await post.look(NOW + MINUTE)).written == (), "remembered without the database"
    assert not (post.folder / "gone.db").exists()


async def test_what_nobody_could_be_told_is_tried_again(post: Post) -> None:
    await post.lives(NOW)
    post.smtp.answers["RCPT"] = b"451 4.3.0 later\r\n"
    seen = await post.look(NOW + HOUR)
    assert (seen.code, seen.written) == (1, ())
    assert seen.failed[0].startswith("operator@example.net: deferred 451")
    assert "NOT WRITTEN: operator@example.net: deferred 451" in list(seen.lines())
    del post.smtp.answers["RCPT"]
    assert len((await post.look(NOW + HOUR + MINUTE)).written) == 2


async def test_one_recipient_who_is_refused_keeps_no_other_from_hearing(post: Post) -> None:
    await post.lives(NOW)
    post.smtp.once["RCPT"] = b"550 5.1.1 unknown\r\n"
    seen = await post.look(NOW + HOUR)
    assert (seen.written, len(seen.failed)) == (("second@example.net",), 1)


async def test_a_secret_of_its_own_that_cannot_be_read_is_said(post: Post) -> None:
    await post.lives(NOW)
    sender = 'key = "other"\nuser = "watch"\npassword_env = "DSARBOT_NOT_SET"'
    seen = await look(post.loaded(CONFIG.replace('key = "other"', sender) + WATCH), {}, now=NOW + HOUR, mail=True)
    assert "senders[other].password_env" in seen.failed[0]
    assert seen.code == 1


async def test_where_nothing_is_configured_it_only_prints(post: Post) -> None:
    await post.lives(NOW)
    seen = await post.look(NOW + HOUR, watch="")
    assert (seen.code, seen.written, post.smtp.letters) == (1, (), [])
    assert list(seen.lines()) == [f"TROUBLE service (last {NOW.isoformat()})"]
    assert not (post.folder / "data" / NAME).exists()


async def test_the_mail_is_text_and_html_and_says_that_a_program_sent_it(post: Post) -> None:
    await post.lives(NOW)
    await post.look(NOW + HOUR)
    mail = message_from_bytes(post.smtp.letters[0], policy=policy.default)
    assert (mail["From"], mail["Auto-Submitted"]) == ("dsarbot watch <watch@example.net>", "auto-generated")
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    for part in (plain, html):
        assert "It gives no sign of life." in part.get_content()
    assert mail["Message-ID"].endswith("@example.net>")


# --- the command -----------------------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    (tmp_path / "config.toml").write_text(CONFIG.format(database="sqlite:///none.db", port=9) + WATCH)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["--config", str(tmp_path / "config.toml"), "watch", *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_its_exit_code_and_json_are_for_a_monitoring_program(command: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = command("--json", "--no-mail")
    assert code == 2
    assert json.loads(out) == {
        "ok": False, "readable": False, "troubles": [{"kind": "database", "subject": "", "since": None}], "over": [],
        "written": 0, "failed": [],
    }  # fmt: skip
    code, out, err = command("--once", "--no-mail")
    assert (code, out, err) == (2, "", "TROUBLE database\n")


@pytest.mark.parametrize("seconds", ["0", "-5", "soon", "1.5"])
def test_a_pause_that_is_none_is_refused(seconds: str, command: Callable[..., tuple[int, str, str]]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command("--every", seconds)


# --- what it remembers -----------------------------------------------------------------------------------------


def test_what_was_told_reads_back_equal(tmp_path: Path) -> None:
    known = (
        Told(trouble=Trouble(kind="mailbox", subject="privacy", since=NOW), found_at=NOW, told_at=NOW + HOUR),
        Told(trouble=Trouble(kind="database"), found_at=NOW, told_at=NOW),
    )
    write_state(tmp_path, known)
    assert read_state(tmp_path) == known
    write_state(tmp_path, ())
    assert read_state(tmp_path) == ()
    assert [each.name for each in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize(
    "text",
    [
        "", "nothing", "[]", "{}", '{"told": 3}', '{"told": [{}]}', '{"told": ["x"]}', "\udcff",
        '{"told": [{"kind": "a", "subject": "", "since": "", "found_at": "2026-01-01", "told_at": "2026-01-01"}]}',
    ],
)  # fmt: skip
def test_a_file_that_makes_no_sense_tells_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert read_state(tmp_path) == ()


async def test_a_folder_that_cannot_be_written_is_said_and_silences_nothing(post: Post) -> None:
    await post.lives(NOW)
    (post.folder / "data" / NAME).mkdir()
    seen = await post.look(NOW + HOUR)
    assert len(seen.written) == 2
    assert "cannot be remembered" in seen.failed[-1]


# --- doctor ----------------------------------------------------------------------------------------------------


async def test_doctor_says_whether_somebody_watches(post: Post) -> None:
    settings = post.settings()
    assert watch_finding(post.settings(""), NOW, NOW).level == "note"
    assert watch_finding(settings, None, NOW).text == "it is configured and has never run"
    assert watch_finding(settings, NOW - 3 * HOUR, NOW).level == "fault"
    assert watch_finding(settings, NOW - HOUR, NOW).text == "it looks, and writes to 2 addresses"


async def test_doctor_names_the_part_that_stands_still_while_the_service_runs(post: Post) -> None:
    beats = {"service": NOW - MINUTE, "tray": NOW - 16 * MINUTE, "wake": NOW - MINUTE, "scans": NOW - HOUR}
    (finding,) = loop_findings(post.settings(), beats, NOW)
    assert (finding.level, finding.check) == ("fault", "service")
    assert finding.text.startswith("the print tray stands still since 2026-11-24")
    assert list(loop_findings(post.settings(), {**beats, "service": NOW - 11 * MINUTE}, NOW)) == []
    slow = WATCH + "loops_minutes = 20\n"
    assert list(loop_findings(post.settings(slow), beats, NOW)) == []
