"""`dsarbot init`: from options and by asking; secrets apart, nothing overwritten, no start without a recovery copy."""

from __future__ import annotations

import argparse
import os
import pty
import re
import stat
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dsarbot.cli import init
from dsarbot.cli.init_answers import person_key
from dsarbot.cli.init_questions import QUESTIONS
from dsarbot.cli.init_recovery import copy_text, proof_text, prove, proved_at, shown
from dsarbot.cli.init_server import junk_of, sent_of
from dsarbot.cli.main import main, parser
from dsarbot.config import load
from dsarbot.core.dates import add_months
from dsarbot.errors import TheirInput
from dsarbot.profiles import load_profile, load_profiles
from dsarbot.store.masterkey import new_master_key, parse_master_key, recovery_groups
from tests.cli.init_world import Person, made, options
from tests.servers.dovecot import Dovecot


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever pytest's own standard input is."""
    monkeypatch.setattr("dsarbot.cli.init_talk.terminal", lambda: None)
    for name in [name for name in os.environ if name.startswith("DSARBOT_") and "__" in name]:
        monkeypatch.delenv(name)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def asked(arguments: list[str]) -> argparse.Namespace:
    return parser().parse_args(arguments)


# --- from options --------------------------------------------------------------------------------------------------


def test_options_alone_write_a_configuration_that_loads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = made(tmp_path)
    settings = load(config, environ={})
    assert settings.organisation("acme").profile == "example-lu"
    assert settings.organisation("acme").mail_from == "privacy@example.org"
    assert settings.organisation("acme").mail_from_name == "Wolkebierg Hosting S.A."
    assert settings.organisation("acme").own_domains == ("example.org",)
    assert settings.mailbox("privacy").since == date(2026, 1, 1)
    assert settings.mailbox("privacy").port == 1
    assert settings.person("anna").roles == ("dpo", "admin")
    assert settings.organisation("acme").digest.recipients == ("anna",)
    said = capsys.readouterr().out
    assert f"dsarbot --config {config} doctor" in said and f"dsarbot --config {config} run" in said
    assert "Several organisations" in said


def test_the_watch_is_written_and_waits_for_its_recipients(tmp_path: Path) -> None:
    config = made(tmp_path)
    assert load(config, environ={}).watch is None
    text = config.read_text(encoding="utf-8")
    before, block = text.split("# [watch]\n")
    lines = block.splitlines(keepends=True)
    set_now = "".join(each.removeprefix("# ") for each in lines[:3])
    config.write_text(before + "[watch]\n" + set_now + "".join(lines[3:]))
    watch = load(config, environ={}).watch
    assert watch and (watch.recipients, watch.sender) == (("anna@example.org",), "outgoing")
    assert watch.mail_from == "privacy@example.org"


def test_secrets_are_their_owners_alone_and_never_in_the_configuration(tmp_path: Path) -> None:
    config = made(tmp_path)
    key = (config.parent / "keys" / "master.key").read_text()
    assert len(parse_master_key(key)) == 32
    assert mode(config.parent / "keys") == 0o700
    assert mode(config.parent / "keys" / "master.key") == 0o600
    text = config.read_text()
    assert key.strip() not in text and "correct horse" not in text
    assert str(tmp_path / "the-password") in text


def test_the_recovery_copy_is_the_key_in_numbered_groups(tmp_path: Path) -> None:
    config = made(tmp_path)
    copy = tmp_path / "elsewhere.txt"
    assert mode(copy) == 0o600
    cells = dict(re.findall(r"(\d+)  ([0-9A-Z]{5})", copy.read_text()))
    groups = [cells[str(number)] for number in range(1, 14)]
    key = (config.parent / "keys" / "master.key").read_text().strip()
    assert "-".join(groups) == key
    assert "loses every mail" in copy.read_text()
    proof = proved_at((config.parent / "keys" / "master.key.proof").read_text(), key)
    assert proof is not None and proof[1] == "declared"


def test_everything_missing_is_named_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--folder", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    missing = ("organisation", "profile", "imap-host", "imap-user", "imap-password-file", "since", "smtp-host",
               "mail-from", "owner-name", "owner-email", "recovery-copy")  # fmt: skip
    assert [name for name in missing if f"  --{name} " not in said] == []
    assert "--i-have-stored-the-recovery-copy" in said
    assert list(tmp_path.iterdir()) == []


def test_every_wrong_option_is_named_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = options(
        tmp_path, organisation="Acme!", since="yesterday", imap_port="0", owner_email="anna", prefix="sa",
        profile="jcx", imap_host="imap.example.org", digest_time="7",
    )  # fmt: skip
    assert main(wrong) == 2
    said = capsys.readouterr().err
    for option in ("organisation", "since", "imap-port", "owner-email", "prefix", "profile", "imap-security",
                   "digest-time"):  # fmt: skip
        assert f"--{option} is " in said
    assert not (tmp_path / "service").exists() and not (tmp_path / "elsewhere.txt").exists()


def test_an_own_profile_is_written_and_can_be_used(tmp_path: Path) -> None:
    config = made(
        tmp_path, profile="none", legal_name='Nuage "Exemple" SAS', postal="1, rue d’Exemple; 57000 Metz",
        jurisdiction="FR-57", languages="fr,de", contact_title="Service juridique",
    )  # fmt: skip
    [profile] = load_profiles(load(config, environ={}).organisations).values()
    assert profile.organisation.legal_name == 'Nuage "Exemple" SAS'
    assert profile.postal_lines == ('Nuage "Exemple" SAS', "1, rue d’Exemple", "57000 Metz")
    assert profile.jurisdiction == "FR-AM"
    assert profile.languages == ("fr", "de")
    assert profile.rights_omitted == ()
    assert profile.organisation.contact_title.de == "Service juridique"
    assert "tribunal judiciaire" in profile.court.fr and profile.court.de.startswith("Sie können")


def test_a_profile_of_ones_own_without_address_offers_no_post(tmp_path: Path) -> None:
    config = made(tmp_path, profile="none", legal_name="Acme S.A.", postal="none", jurisdiction="LU")
    profile = load_profile(config.parent / "profiles" / "acme.toml")
    assert profile.postal_lines == () and not profile.offers("post")
    assert "directives" not in profile.rights_listed


def test_all_means_all_mail(tmp_path: Path) -> None:
    since = load(made(tmp_path, since="all"), environ={}).mailbox("privacy").since
    assert since is not None and since < date(1980, 1, 1)


def test_passwords_may_come_from_the_environment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = made(tmp_path, imap_password_file=None, imap_password_env="SOME_PASSWORD", smtp_user="none")
    settings = load(config, environ={"SOME_PASSWORD": "long enough"})
    assert settings.mailbox("privacy").password_env == "SOME_PASSWORD"
    assert settings.sender("outgoing").user is None
    assert "To do before the start" in capsys.readouterr().out


def test_another_account_for_sending_needs_its_own_password(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(options(tmp_path, smtp_user="other@example.org")) == 2
    assert "--smtp-password-file" in capsys.readouterr().err


def test_a_password_that_others_can_read_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = options(tmp_path)
    (tmp_path / "the-password").chmod(0o640)
    assert main(arguments) == 2
    assert "chmod 600" in capsys.readouterr().err


def test_answers_that_do_not_fit_together_write_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(options(tmp_path, watch="Support", junk="Support")) == 2
    assert "one purpose" in capsys.readouterr().err
    assert not (tmp_path / "service").exists() and not (tmp_path / "elsewhere.txt").exists()


def test_a_recovery_copy_beside_the_key_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(options(tmp_path, recovery_copy=str(tmp_path / "service" / "copy.txt"))) == 2
    assert "lies beside the key" in capsys.readouterr().err
    (tmp_path / "there.txt").touch()
    assert main(options(tmp_path, recovery_copy=str(tmp_path / "there.txt"))) == 2
    assert main(options(tmp_path, recovery_copy=str(tmp_path / "nowhere" / "copy.txt"))) == 2


# --- nothing is overwritten ------------------------------------------------------------------------------------------


def test_an_existing_configuration_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = made(tmp_path)
    before = {path: path.read_bytes() for path in config.parent.rglob("*") if path.is_file()}
    (tmp_path / "elsewhere.txt").unlink()
    assert main(options(tmp_path)) == 1
    said = capsys.readouterr().err
    assert "exists already" in said and "--folder" in said
    assert {path: path.read_bytes() for path in config.parent.rglob("*") if path.is_file()} == before
    assert not (tmp_path / "elsewhere.txt").exists()


def test_an_existing_key_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = made(tmp_path)
    config.unlink()
    assert main(options(tmp_path, recovery_copy=str(tmp_path / "second.txt"))) == 1
    assert "sealed with it" in capsys.readouterr().err
    assert not config.exists()


def test_a_failure_half_way_leaves_nothing_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "profiles").write_text("in the way")
    own = {"profile": "none", "legal_name": "Acme S.A.", "postal": "none", "jurisdiction": "LU"}
    assert main(options(tmp_path, **own)) == 1
    assert "nothing was kept" in capsys.readouterr().err
    assert [path for path in (tmp_path / "service").rglob("*") if path.is_file()] == [tmp_path / "service" / "profiles"]
    assert not (tmp_path / "elsewhere.txt").exists()


def test_the_global_option_names_the_file(tmp_path: Path) -> None:
    arguments = ["--config", str(tmp_path / "here" / "other.toml"), *options(tmp_path, folder=None)]
    assert main(arguments) == 0
    assert load(tmp_path / "here" / "other.toml", environ={}).staff[0].key == "anna"


# --- by asking -------------------------------------------------------------------------------------------------------

SCRIPT = {
    "Short name": "acme",
    "Number or name": "0",
    "Legal name": "Acme S.A.",
    "Postal address": "none",
    "Where it is": "LU",
    "IMAP server": "127.0.0.1",
    "Security": "plain",
    "Its port": "1",
    "User name of": "privacy@example.org",
    "password": "swordfish-of-anna",
    "Enter the server": "no",
    "Your name": "Anna Beispill",
    "Your e-mail": "anna@example.org",
    "Name of your deputy": "Bruno Exemple",
    "The deputy's e-mail": "bruno@example.org",
}


def test_a_person_is_asked_for_everything_and_nothing_is_left_open(tmp_path: Path) -> None:
    person = Person(SCRIPT | {"Folder for conf": str(tmp_path)})
    assert init.begin(asked(["init"]), talk=person, choose=lambda _: (3, 9)) == 0
    settings = load(tmp_path / "config.toml", environ={})
    assert (tmp_path / "secrets" / "imap-password").read_text() == "swordfish-of-anna\n"
    assert mode(tmp_path / "secrets" / "imap-password") == 0o600
    assert settings.sender("outgoing").password_file == tmp_path / "secrets" / "imap-password"
    assert settings.organisation("acme").deputy == "bruno"
    assert settings.mailbox("privacy").since == add_months(datetime.now(UTC).astimezone().date(), -3)
    assert person.copied().keys() == set(range(1, 14))
    assert person.asked[-2:] == ["Group 3:", "Group 9:"]
    wiped = person.heard.index("<cleared>")
    assert not any(person.copied()[9] in each for each in person.heard[wiped:])
    proof = (tmp_path / "keys" / "master.key.proof").read_text()
    assert " typed " in proof


def test_a_wrong_answer_is_asked_again(tmp_path: Path) -> None:
    answers = iter(["Not a key", "acme"])

    class Clumsy(Person):
        def ask(self, prompt: str) -> str:
            return next(answers) if "Short name" in prompt else super().ask(prompt)

    person = Clumsy(SCRIPT | {"Folder for conf": str(tmp_path)})
    assert init.begin(asked(["init"]), talk=person, choose=lambda _: (1, 2)) == 0
    assert any("is no key" in each for each in person.heard)


def test_options_given_on_a_terminal_are_not_asked_again(tmp_path: Path) -> None:
    person = Person(SCRIPT)
    arguments = asked(["init", "--folder", str(tmp_path), "--profile", "jcs", "--organisation", "jcs"])
    assert init.begin(arguments, talk=person, choose=lambda _: (1, 2)) == 0
    assert not any(each.startswith(("Folder for conf", "Short name", "Number")) for each in person.asked)
    assert load(tmp_path / "config.toml", environ={}).organisation("jcs").mail_from_name == "JCS s.àr.l."


def test_without_proof_of_the_copy_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    person = Person(SCRIPT | {"Folder for conf": str(tmp_path / "new")}, groups=["AAAAA"] * 6)
    assert init.begin(asked(["init"]), talk=person, choose=lambda _: (3, 9)) == 1
    assert person.asked.count("Group 3:") == 3
    assert "nothing was written" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_one_slip_in_the_proof_is_forgiven(tmp_path: Path) -> None:
    person = Person(SCRIPT | {"Folder for conf": str(tmp_path)}, groups=["AAAAA", "BBBBB"])
    assert init.begin(asked(["init"]), talk=person, choose=lambda _: (3, 9)) == 0
    assert any("group 3 and group 9" in each for each in person.heard)


def test_a_misread_letter_is_no_mistake() -> None:
    key = new_master_key()
    groups = recovery_groups(key)
    forgiving = [each.replace("0", "O").replace("1", "l").lower() for each in groups]
    assert prove(key, Person({}, groups=[forgiving[0], forgiving[12]]), lambda count: (1, count))
    assert not prove(key, Person({}, groups=[groups[1], groups[0]] * 3), lambda _: (1, 2))


def test_a_person_who_leaves_leaves_nothing(tmp_path: Path) -> None:
    class Gone(Person):
        def ask(self, prompt: str) -> str:
            raise EOFError

    with pytest.raises(TheirInput, match="nothing was written"):
        init.begin(asked(["init"]), talk=Gone({}), choose=lambda _: (1, 2))


def test_a_proof_is_for_one_key_only() -> None:
    at = datetime(2026, 1, 5, 10, tzinfo=UTC)
    key = new_master_key()
    assert proved_at(proof_text(key, "typed", at), key) == (at, "typed")
    assert proved_at(proof_text(new_master_key(), "typed", at), key) is None
    assert proved_at("nonsense", key) is None
    assert key not in proof_text(key, "typed", at)
    assert shown(key) in copy_text(key, "acme", at)


def test_two_different_groups_are_chosen() -> None:
    chosen = {init.two_of(13) for _ in range(200)}
    assert all(1 <= first < second <= 13 for first, second in chosen)
    assert len(chosen) > 20


# --- the server is asked ---------------------------------------------------------------------------------------------


def test_the_server_proposes_its_folders_and_counts_old_mail(dovecot: Dovecot, tmp_path: Path) -> None:
    dovecot.create_user("init@example.org")
    for number in range(101):
        dovecot.append("init@example.org", f"Subject: {number}\r\n\r\nold\r\n".encode())
    changes = {"IMAP server": "127.0.0.1", "Its port": str(dovecot.imap_port), "User name of": "init@example.org"}
    script = {"Folder for conf": str(tmp_path), "password": dovecot.password_of("init@example.org")}
    person = Person(SCRIPT | changes | script)
    assert init.begin(asked(["init"]), talk=person, choose=lambda _: (1, 2)) == 0
    box = load(tmp_path / "config.toml", environ={}).mailbox("privacy")
    assert (box.junk, box.sent_folder) == (("Junk",), "Sent")
    said = " ".join(" ".join(person.heard).split())
    assert "INBOX holds 101 mails" in said
    assert "more than 100 old mails is started only with a first day" in said


def test_folders_are_found_by_mark_and_by_name() -> None:
    marked = {"INBOX": frozenset[str](), "Unerwünscht": frozenset({"\\junk"}), "Gesendet": frozenset({"\\sent"})}
    assert (junk_of(marked), sent_of(marked)) == (("Unerwünscht",), "Gesendet")
    named = dict.fromkeys(["INBOX", "INBOX.Spam", "Sent Items", "Sentences"], frozenset[str]())
    assert (junk_of(named), sent_of(named)) == (("INBOX.Spam",), "Sent Items")
    assert (junk_of({}), sent_of({})) == ((), "")


@pytest.mark.parametrize(("name", "key"), [("Éloïse Müller", "eloise"), ("李雷", "owner"), ("42", "owner")])
def test_a_name_becomes_a_key(name: str, key: str) -> None:
    assert person_key(name) == key


def test_every_question_fits_the_terminal() -> None:
    assert {name: len(each.text) for name, each in QUESTIONS.items() if len(each.text) > 75} == {}


class Screen:
    """A process at a terminal of its own."""

    def __init__(self, arguments: list[str], folder: Path) -> None:
        self._ours, theirs = pty.openpty()
        environ = os.environ | {"PYTHONPATH": str(Path(init.__file__).parents[2]), "TERM": "xterm"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dsarbot", *arguments],
            stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, start_new_session=True, env=environ,
        )  # fmt: skip
        os.close(theirs)
        self._unread = ""

    def until(self, pattern: str) -> str:
        """What is shown up to and with the pattern."""
        while not (found := re.search(pattern, self._unread)):
            self._unread += os.read(self._ours, 4096).decode(errors="replace")
        shown_, self._unread = self._unread[: found.end()], self._unread[found.end() :]
        return shown_

    def type(self, line: str) -> None:
        os.write(self._ours, f"{line}\n".encode())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


def test_a_real_terminal_is_asked_and_the_key_wiped_off_it(tmp_path: Path) -> None:
    arguments = options(tmp_path, owner_name=None, recovery_copy=None)
    arguments.remove("--i-have-stored-the-recovery-copy")
    screen = Screen(arguments, tmp_path)
    try:
        questions = (
            "Prefix", "once more", "Other folders", "Folders for unwanted", "copies of sent", "User name there",
            "Its password", "Address that", "Name beside", "own mail domains", "Your name", "Your user", "deputy",
            "daily digest leaves", "Its language",
        )  # fmt: skip
        answers = {"once more": "no", "Your name": "Anna Beispill"}
        for question in questions:
            screen.until(f"{question}[^\n]*: $")
            screen.type(answers.get(question, ""))
        groups = dict(re.findall(r"(\d+)  ([0-9A-Z]{5})", screen.until("Press Enter once[^.]*\\.")))
        screen.type("")
        assert "\x1b[3J" in screen.until("as proof")
        for _ in range(2):
            [number] = re.findall(r"Group (\d+): ", screen.until(r"Group \d+: "))
            screen.type(groups[number])
        screen.until("What to do next")
        assert screen.process.wait(30) == 0
    finally:
        screen.close()
    assert load(tmp_path / "service" / "config.toml", environ={}).staff[0].name == "Anna Beispill"
