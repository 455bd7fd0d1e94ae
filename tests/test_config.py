"""The example documents every option and loads; every mistake is told at once, with its key and a remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from dsarbot import resources
from dsarbot.config import Settings, load, parse
from dsarbot.errors import ConfigError, NotFound
from dsarbot.settings.base import DateRange
from dsarbot.settings.mail import is_loopback
from dsarbot.settings.problems import table_type

EXAMPLE = resources.example_config().read_text(encoding="utf-8")
SECRET_FILES = ("master.key", "imap-password", "smtp-password", "oidc", "discord")

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """A folder with the example configuration and the secret files that it names."""
    (tmp_path / "config.toml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "secrets").mkdir()
    for name in SECRET_FILES:
        path = tmp_path / "secrets" / name
        path.touch(mode=0o600)
        path.write_text(f"s3cr3t-of-{name}\n", encoding="utf-8")
    return tmp_path


def problems(instance: Path, edit: Edit | None = None, **environ: str) -> list[str]:
    """What is wrong with the example after an edit of its tables."""
    written = tomllib.loads(EXAMPLE)
    if edit is not None:
        edit(written)
    with pytest.raises(ConfigError) as caught:
        parse(written, base=instance, environ=environ)
    return list(caught.value.problems)


def settings(instance: Path, edit: Edit | None = None, **environ: str) -> Settings:
    """The example's settings after an edit of its tables."""
    written = tomllib.loads(EXAMPLE)
    if edit is not None:
        edit(written)
    return parse(written, base=instance, environ=environ)


# ---- the example -------------------------------------------------------------------------------------------------


def tables(model: type[BaseModel] = Settings, heading: str = "") -> Iterator[tuple[str, set[str]]]:
    """(heading, names of its options) for every table below ``model``."""
    names = {name for name, field in model.model_fields.items() if table_type(field.annotation) is None}
    if heading:
        yield heading, names
    for name, field in model.model_fields.items():
        if (inner := table_type(field.annotation)) is not None:
            yield from tables(inner, f"{heading}.{name}".lstrip("."))


def documented(heading: str) -> list[tuple[str, str]]:
    """(option, line above it) for each option in the first block of the example under this heading."""
    blocks = re.split(r"^\[+([a-z.]+)\]+$", EXAMPLE, flags=re.MULTILINE)
    first = blocks[blocks.index(heading) + 1].splitlines()
    found = re.compile(r"(?:# )?([a-z_]+) = ")
    return [(match[1], above) for above, line in pairwise(first) if (match := found.match(line))]


@pytest.mark.parametrize(("heading", "names"), list(tables()), ids=lambda value: str(value)[:30])
def test_the_example_shows_every_option_once_with_a_comment(heading: str, names: set[str]) -> None:
    shown = documented(heading)
    assert sorted(name for name, _ in shown) == sorted(names)
    for name, above in shown:
        assert re.match(r"# [^ ]", above), f"{heading}.{name} has no comment above it"
        assert not re.match(r"# [a-z_]+ = ", above), f"{heading}.{name} has no comment of its own"


def test_the_example_loads_once_its_secret_files_exist(instance: Path) -> None:
    loaded = load(instance / "config.toml", environ={})
    assert loaded.warnings == ()
    assert loaded.service.data_dir == instance / "data"
    assert loaded.mailbox("privacy").port == 993
    assert loaded.sender("outgoing").port == 465
    assert loaded.keys.master_key.read({}).get_secret_value() == "s3cr3t-of-master.key"


def test_values_that_stand_commented_in_the_example_are_the_right_shape(instance: Path) -> None:
    def edit(written: dict[str, Any]) -> None:
        written["mailboxes"][0] |= {"since": date(2026, 1, 1), "port": 993, "authserv_id": "mx.example.org"}
        written["organisations"][0] |= {"jurisdiction": "LU", "promise_days": 30, "sent_mailbox": "privacy"}

    assert settings(instance, edit).mailbox("privacy").since == date(2026, 1, 1)


def test_people_closures_and_holidays_have_types(instance: Path) -> None:
    organisation, anna = settings(instance).organisation("example"), settings(instance).person("anna")
    assert organisation.digest.local_time == time(7, 30)
    assert organisation.closures[1] == DateRange(first=date(2026, 5, 15), last=date(2026, 5, 15))
    assert organisation.amendments.added == ((date(2026, 10, 1), "Invented memorial day"),)
    assert organisation.amendments.removed == (date(2026, 10, 2),)
    assert anna.away(date(2026, 8, 21))
    assert not anna.away(date(2026, 8, 22))
    assert organisation.staff_keys == ("anna", "bruno", "bruno", "bruno")
    assert organisation.own_domains == ("example.org",)


def test_settings_do_not_change_after_loading(instance: Path) -> None:
    loaded = settings(instance)
    with pytest.raises(ValidationError, match="frozen"):
        loaded.service.log_level = "DEBUG"
    with pytest.raises(ValidationError, match="frozen"):
        loaded.keys = loaded.keys


def test_unknown_keys_of_entries_are_not_found(instance: Path) -> None:
    with pytest.raises(NotFound, match="no sender 'other'"):
        settings(instance).sender("other")


# ---- where it is looked for --------------------------------------------------------------------------------------


def test_variable_then_working_folder_are_searched(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_variable = load(environ={"DSARBOT_CONFIG": str(instance / "config.toml")})
    monkeypatch.chdir(instance)
    assert load(environ={}) == by_variable


def test_a_missing_file_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("dsarbot.config.DEFAULT_PATHS", (Path("config.toml"),))
    with pytest.raises(ConfigError, match="run dsarbot init"):
        load(environ={})
    with pytest.raises(ConfigError, match="no such configuration file"):
        load(tmp_path / "other.toml", environ={})


@pytest.mark.parametrize("content", [b"[service\n", b"\xff\xfe"])
def test_a_file_that_is_no_toml_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"config\.toml: (is not valid TOML|cannot be read)"):
        load(tmp_path / "config.toml", environ={})


# ---- mistakes ----------------------------------------------------------------------------------------------------


def test_many_mistakes_are_told_at_once_each_with_key_and_remedy(instance: Path) -> None:
    def edit(written: dict[str, Any]) -> None:
        written["service"]["log_level"] = "LOUD"
        del written["keys"]
        written["mailboxes"][0] |= {"hots": "x", "port": "many", "organisations": ["example", "ghost"]}
        del written["mailboxes"][0]["user"]
        written["senders"][0]["security"] = "plain"
        written["organisations"][0] |= {"owner": "ghost", "jurisdiction": "XX", "sender": "ghost"}
        written["extra"] = {}

    lines = problems(instance, edit)
    expected = {
        "service.log_level": "must be",
        "keys": "is missing; add it as config.example.toml shows",
        "mailboxes[privacy].hots": "is no option; did you mean host?",
        "mailboxes[privacy].port": "must be a whole number; write it without quotation marks",
        "mailboxes[privacy].user": "is missing",
        "mailboxes[privacy].organisations": "'ghost' is not defined; add it under [[organisations]]",
        "senders[outgoing].security": '"plain" is for this machine only; use "tls" or "starttls"',
        "organisations[example].owner": "'ghost' is not defined; add it under [[staff]]",
        "organisations[example].jurisdiction": "unknown jurisdiction 'XX'; known are EU, LU, FR",
        "organisations[example].sender": "'ghost' is not defined; add it under [[senders]]",
        "extra": "is no option; remove it",
    }
    assert {line.partition(": ")[0]: line.partition(": ")[2] for line in lines}.keys() == expected.keys()
    for line in lines:
        key, _, message = line.partition(": ")
        assert message.startswith(expected[key])
        assert ";" in message


@pytest.mark.parametrize(
    ("table", "changes", "line"),
    [
        ("mailboxes", {"key": "No Key"}, "mailboxes[No Key].key: is no key; use"),
        ("mailboxes", {"after": "move"}, 'mailboxes[privacy].move_to: is missing although after = "move"'),
        ("mailboxes", {"keyword": "two words"}, "mailboxes[privacy].keyword: is no IMAP keyword"),
        ("mailboxes", {"organisations": []}, "mailboxes[privacy].organisations: is empty; name"),
        ("mailboxes", {"junk": ["inbox"]}, "mailboxes[privacy].junk: the folder is already mailboxes[privacy].folder"),
        ("mailboxes", {"watch": ["Sent"]}, "mailboxes[privacy].sent_folder: the folder is already"),
        ("mailboxes", {"watch": "Support"}, "mailboxes[privacy].watch: must be a list"),
        ("mailboxes", {"poll_seconds": 1}, "mailboxes[privacy].poll_seconds: is too small; use at least 5"),
        ("mailboxes", {"addresses": {"x@example.org": "ghost"}}, "mailboxes[privacy].addresses: 'ghost' is not among"),
        ("mailboxes", {"addresses": {"nobody": "example"}}, "mailboxes[privacy].addresses.nobody.[key]: is no e-mail"),
        ("mailboxes", {"ca_file": "none.pem"}, "mailboxes[privacy].ca_file: there is no file"),
        ("mailboxes", {"auth": "xoauth2"}, "mailboxes[privacy].token_env: no secret is named; set token_file"),
        ("mailboxes", {"token_env": "T"}, "mailboxes[privacy].token_env: a token is set but not used"),
        ("mailboxes", {"password_env": "P"}, "mailboxes[privacy].password_env: is set beside password_file"),
        ("senders", {"host": "a\nb"}, "senders[outgoing].host: must be one line of text"),
        ("organisations", {"mail_from": "a@b@c"}, "organisations[example].mail_from: is no e-mail address"),
        ("organisations", {"domains": ["@x"]}, "organisations[example].domains[#1]: is no domain name"),
        ("organisations", {"reference_prefix": "dsr"}, "organisations[example].reference_prefix: is no prefix"),
        ("organisations", {"reference_prefix": "SA"}, "organisations[example].reference_prefix: SA marks"),
        ("organisations", {"profile": "ghost"}, "organisations[example].profile: there is no such profile"),
        ("organisations", {"profile": "x/y.toml"}, "organisations[example].profile: there is no such profile"),
        ("organisations", {"languages": ["fr"]}, "organisations[example].fallback_language: is not among languages"),
        ("organisations", {"languages": ["it"]}, "organisations[example].languages[#1]: must be 'en', 'fr' or 'de'"),
        ("organisations", {"closures": ["soon"]}, "organisations[example].closures[#1]: is no range of days"),
        ("organisations", {"closures": ["2026-02-02..2026-02-01"]}, "organisations[example].closures[#1]: ends before"),
        ("organisations", {"digest": {"recipients": ["ghost"]}}, "organisations[example].digest.recipients: 'ghost'"),
        ("organisations", {"digest": {"zone": "Mars/One"}}, "organisations[example].digest.zone: is no time zone"),
        ("organisations", {"digest": {"local_time": "07:30Z"}}, "organisations[example].digest.local_time: has an"),
        ("organisations", {"templates_dir": "none"}, "organisations[example].templates_dir: there is no folder"),
        ("organisations", {"sent_mailbox": "none"}, "organisations[example].sent_mailbox: 'none' is not defined"),
        ("organisations", {"contact": "x"}, "organisations[example].contact: must be a table"),
        ("staff", {"roles": []}, "staff[anna].roles: is empty; give at least one"),
        ("staff", {"active": False}, "organisations[example].owner: 'anna' is not active"),
        ("staff", {"email": None}, "organisations[example].digest.recipients: 'anna' has no e-mail address"),
        ("staff", {"organisations": ["ghost"]}, "staff[anna].organisations: 'ghost' is not defined"),
        ("staff", {"organisations": []}, "organisations[example].owner: 'anna' does not work for this organisation"),
    ],
)
def test_each_mistake_has_its_line(instance: Path, table: str, changes: dict[str, Any], line: str) -> None:
    lines = problems(instance, lambda written: written[table][0].update(changes))
    assert any(found.startswith(line) for found in lines), lines


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://host/name", "is no database"),
        ("sqlite://dsarbot.sqlite", "names no file"),
        ("postgres:///name", "names no host or no database"),
        ("postgres://user:hunter2@host/name", "holds a password; remove it there and set password_file"),
    ],
)
def test_database_addresses_are_checked_and_never_shown(instance: Path, url: str, message: str) -> None:
    lines = problems(instance, lambda written: written["database"].update(url=url))
    assert lines[0].startswith(f"database.url: {message}")
    assert "hunter2" not in "\n".join(lines)


def test_doubles_are_refused(instance: Path) -> None:
    def edit(written: dict[str, Any]) -> None:
        for table in ("mailboxes", "senders", "organisations", "staff"):
            written[table].append(dict(written[table][0]))

    lines = "\n".join(problems(instance, edit))
    for key in ("mailboxes[privacy]", "senders[outgoing]", "organisations[example]", "staff[anna]"):
        assert f"{key}.key: is used twice" in lines
    assert "organisations: the reference prefix DSR is used twice" in lines
    assert "staff: two people have the same system_user" in lines
    assert "mailboxes[privacy].folder: the folder is already mailboxes[privacy].folder" in lines


def test_entries_without_a_key_are_counted(instance: Path) -> None:
    lines = problems(instance, lambda written: written["staff"].append({"nmae": "x"}))
    assert "staff[#3].key: is missing; add it as config.example.toml shows" in lines
    assert "staff[#3].nmae: is no option; did you mean name?" in lines


@pytest.mark.parametrize("junk", [3, "x", [1, 2], [[]], {"a": 1}])
@pytest.mark.parametrize("table", ["service", "mailboxes", "organisations", "staff", "senders", "keys"])
def test_any_shape_of_table_becomes_lines_not_a_crash(instance: Path, table: str, junk: object) -> None:
    assert all(": " in line for line in problems(instance, lambda written: written.update({table: junk})))


# ---- secrets -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "name"), [("mailboxes", "password"), ("senders", "token"), ("senders", "secret")])
def test_a_literal_secret_is_refused_and_not_repeated(instance: Path, table: str, name: str) -> None:
    lines = problems(instance, lambda written: written[table][0].update({name: "hunter2"}))
    stem = "password" if name == "secret" else name
    assert any(f".{name}: a secret never stands in the configuration" in line for line in lines)
    assert any(f"{stem}_file" in line and f"{stem}_env" in line for line in lines)
    assert "hunter2" not in "\n".join(lines)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o777])
def test_a_secret_file_open_to_others_is_refused(instance: Path, mode: int) -> None:
    path = instance / "secrets" / "imap-password"
    path.chmod(mode)
    assert problems(instance) == [f"mailboxes[privacy].password_file: may be read by others; run chmod 600 {path}"]
    unchecked = parse(tomllib.loads(EXAMPLE), base=instance, environ={}, check_secrets=False)
    credentials = unchecked.mailbox("privacy").credentials
    assert credentials is not None
    with pytest.raises(ConfigError, match="may be read by others"):
        credentials.read({})


def test_missing_empty_and_strange_secret_files_are_all_named(instance: Path) -> None:
    secrets = instance / "secrets"
    (secrets / "master.key").unlink()
    (secrets / "imap-password").write_text(" \n", encoding="utf-8")
    (secrets / "smtp-password").unlink()
    (secrets / "smtp-password").mkdir()
    found = problems(instance)
    assert [line.partition(";")[0] for line in found if "master" not in line] == [
        "mailboxes[privacy].password_file: the secret is empty or not set",
        "senders[outgoing].password_file: cannot be read (Is a directory)",
    ]
    assert any(line.startswith("keys.master_key_file: there is no file") for line in found)


@pytest.mark.parametrize("secret", ["MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "privacy@example.org"])
def test_a_secret_that_stands_in_the_example_is_refused(instance: Path, secret: str) -> None:
    (instance / "secrets" / "master.key").write_text(secret, encoding="utf-8")
    (line,) = problems(instance)
    assert line.startswith("keys.master_key_file: this secret stands in the example file")
    assert secret not in line


def test_secrets_from_variables(instance: Path) -> None:
    def edit(written: dict[str, Any]) -> None:
        written["keys"] = {"master_key_env": "MASTER"}
        written["mailboxes"][0] |= {"auth": "xoauth2", "token_env": "TOKEN"}
        del written["mailboxes"][0]["password_file"]

    loaded = settings(instance, edit, MASTER="m-value", TOKEN=" t-value\n")
    credentials = loaded.mailbox("privacy").credentials
    assert credentials is not None
    assert credentials.read({"TOKEN": "newer"}).get_secret_value() == "newer"
    assert loaded.keys.master_key.read({"MASTER": "m-value"}).get_secret_value() == "m-value"
    assert "m-value" not in repr(loaded)
    assert problems(instance, edit, MASTER="m-value") == [
        "mailboxes[privacy].token_env: the secret is empty or not set; write it to the place named there"
    ]


def test_a_secret_written_as_the_name_of_a_variable_is_not_repeated(instance: Path) -> None:
    lines = problems(instance, lambda written: written.update(keys={"master_key_env": "hunter 2!"}))
    assert lines == ["keys.master_key_env: is no name of an environment variable; the secret itself never stands here"]


def test_commands_may_load_without_the_right_to_read_secrets(instance: Path) -> None:
    for name in SECRET_FILES:
        (instance / "secrets" / name).unlink()
    loaded = load(instance / "config.toml", environ={}, check_secrets=False)
    with pytest.raises(ConfigError, match=r"keys\.master_key_file: there is no file"):
        loaded.keys.master_key.read({})


def test_a_relay_without_a_user_needs_no_secret(instance: Path) -> None:
    def edit(written: dict[str, Any]) -> None:
        written["senders"][0] = {"key": "outgoing", "host": "127.0.0.1", "security": "plain"}

    sender = settings(instance, edit).sender("outgoing")
    assert sender.credentials is None
    assert sender.port == 25


# ---- environment -------------------------------------------------------------------------------------------------


def test_the_environment_overrides_single_options_and_whole_lists(instance: Path) -> None:
    loaded = settings(
        instance,
        DSARBOT_SERVICE__LOG_LEVEL="DEBUG",
        DSARBOT_SERVICE__DATA_DIR="elsewhere",
        DSARBOT_PLUGINS__ALLOW='["one"]',
        DSARBOT_SERVICE_HOST="10.0.0.1",
        DSARBOT_PORT="tcp://10.0.0.1:80",
    )
    assert loaded.service.log_level == "DEBUG"
    assert loaded.service.language == "en"
    assert loaded.service.data_dir == instance / "elsewhere"
    assert loaded.plugins.allow == ("one",)


def test_the_process_environment_is_not_read_behind_the_argument(
    instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DSARBOT_SERVICE__LOG_LEVEL", "ERROR")
    assert settings(instance).service.log_level == "INFO"


def test_mistakes_in_the_environment_are_named_beside_the_others(instance: Path) -> None:
    lines = problems(
        instance,
        lambda written: written["service"].update(language="it"),
        DSARBOT_SERVCE__LOG_LEVEL="DEBUG",
        DSARBOT_SERVICE__LOGLEVEL="DEBUG",
        DSARBOT_PLUGINS__ALLOW="one",
        DSARBOT_STAFF="none",
    )
    assert {line.partition(": ")[0] for line in lines} >= {
        "DSARBOT_SERVCE__LOG_LEVEL",
        "DSARBOT_PLUGINS__ALLOW",
        "DSARBOT_STAFF",
        "service.loglevel",
        "service.language",
    }


# ---- notes and look-ups ------------------------------------------------------------------------------------------


def test_what_is_allowed_but_doubtful_is_a_warning(instance: Path) -> None:
    def edit(written: dict[str, Any]) -> None:
        written["organisations"][0] |= {"decider": "anna", "deputy": "anna", "domains": ["other.example.org"]}
        del written["organisations"][0]["escalation"]
        written["organisations"][0]["digest"] = {}
        written["mailboxes"] = []

    warnings = settings(instance, edit).warnings
    assert [line.partition(":")[0].removeprefix("organisations[example].") for line in warnings] == [
        "decider",
        "deputy",
        "escalation",
        "digest.recipients",
        "key",
        "mail_from",
    ]
    assert "Art. 38(6) GDPR" in warnings[0]


def test_a_data_protection_officer_who_decides_is_a_warning(instance: Path) -> None:
    def edit(written: dict[str, Any]) -> None:
        decider = written["organisations"][0]["decider"]
        [person] = [each for each in written["staff"] if each["key"] == decider]
        person["roles"] = ["dpo"]

    [told] = [line for line in settings(instance, edit).warnings if ".decider:" in line]
    assert "is a data protection officer; Art. 38(6) GDPR" in told
    assert not [line for line in settings(instance).warnings if ".decider:" in line]


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ({"web": {"portal": True}}, ["web.public_url"]),
        ({"web": {"portal": True, "public_url": "http://desk.example.org"}}, []),
        ({"web": {"portal": False}, "api": {}}, []),
        ({"web": None, "api": {}}, ["api"]),
    ],
)
def test_a_portal_or_an_api_that_nobody_can_reach_is_a_warning(
    instance: Path, tables: dict[str, Any], told: list[str]
) -> None:  # fmt: skip
    def edit(written: dict[str, Any]) -> None:
        written.pop("web", None)
        written.update({name: table for name, table in tables.items() if table is not None})

    warnings = settings(instance, edit).warnings
    assert [line.partition(":")[0] for line in warnings] == told


def test_letters_are_filed_per_organisation(instance: Path) -> None:
    loaded = settings(instance)
    organisation = loaded.organisation("example")
    assert loaded.sent_folder(organisation) == (loaded.mailbox("privacy"), "Sent")
    own = organisation.model_copy(update={"sent_folder": "Sent/Example", "sent_mailbox": "privacy"})
    assert loaded.sent_folder(own) == (loaded.mailbox("privacy"), "Sent/Example")
    assert loaded.sent_folder(organisation.model_copy(update={"key": "other"})) is None


def test_database_paths(instance: Path) -> None:
    database = settings(instance).database
    assert (database.dialect, database.sqlite_path(Path("/data"))) == ("sqlite", Path("/data/dsarbot.sqlite"))
    absolute = database.model_copy(update={"url": "sqlite:////srv/x.sqlite"})
    assert absolute.sqlite_path(Path("/data")) == Path("/srv/x.sqlite")
    elsewhere = database.model_copy(update={"url": "postgres://u@h/n", "password_env": "P"})
    assert (elsewhere.dialect, elsewhere.sqlite_path(Path("/data"))) == ("postgres", None)
    assert elsewhere.password is not None
    assert elsewhere.password.read({"P": "x"}).get_secret_value() == "x"


@pytest.mark.parametrize(
    ("host", "here"),
    [("localhost", True), ("127.8.8.8", True), ("::1", True), ("[::1]", True), ("10.0.0.1", False), ("mail", False)],
)
def test_only_this_machine_counts_as_loopback(host: str, here: bool) -> None:
    assert is_loopback(host) is here


@given(first=st.dates(), length=st.integers(0, 40), probe=st.dates())
def test_ranges_hold_exactly_the_days_they_list(first: date, length: int, probe: date) -> None:
    last = date.fromordinal(min(first.toordinal() + length, date.max.toordinal()))
    days = DateRange(first=first, last=last)
    listed = list(days)
    assert (listed[0], listed[-1]) == (first, last)
    assert (probe in days) is (probe in listed)
