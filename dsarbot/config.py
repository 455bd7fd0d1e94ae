"""config.toml becomes frozen settings here, or one ConfigError that names every mistake at once.

Order of precedence: environment (``DSARBOT_SERVICE__LOG_LEVEL=DEBUG``), then the file, then the defaults.
Paths in the file are relative to the folder of the file. Loading this module takes a while (pydantic);
commands that need no configuration do not import it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from dsarbot import resources
from dsarbot.errors import ConfigError, NotFound
from dsarbot.settings.api import ApiSettings
from dsarbot.settings.checks import cross_problems
from dsarbot.settings.discord import DiscordSettings
from dsarbot.settings.files import AttachmentSettings, ClamdSettings
from dsarbot.settings.mail import MailboxSettings, SenderSettings
from dsarbot.settings.notes import notes
from dsarbot.settings.organisations import OrganisationSettings, StaffSettings
from dsarbot.settings.problems import problem_lines
from dsarbot.settings.secrets import example_words, secret_problems
from dsarbot.settings.service import DatabaseSettings, KeySettings, PluginSettings, ServiceSettings
from dsarbot.settings.watch import AlarmSettings, WatchSettings
from dsarbot.settings.web import WebSettings
from dsarbot.settings.written import absolute, merged, missing, options

ENV_PREFIX = "DSARBOT_"
#: Where the configuration is looked for when neither an argument nor $DSARBOT_CONFIG names it.
DEFAULT_PATHS = (Path("config.toml"), Path("/etc/dsarbot/config.toml"))

_DELIMITER = "__"


class Settings(BaseSettings):
    """The whole configuration. Made by ``load`` or ``parse`` only, which also check what lies between tables."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        env_prefix=ENV_PREFIX,
        env_nested_delimiter=_DELIMITER,
    )

    service: ServiceSettings = ServiceSettings()
    database: DatabaseSettings = DatabaseSettings()
    keys: KeySettings
    plugins: PluginSettings = PluginSettings()
    organisations: tuple[OrganisationSettings, ...]
    staff: tuple[StaffSettings, ...]
    senders: tuple[SenderSettings, ...]
    mailboxes: tuple[MailboxSettings, ...] = ()
    discord: tuple[DiscordSettings, ...] = ()
    alarms: AlarmSettings = AlarmSettings()
    attachments: AttachmentSettings = AttachmentSettings()
    clamd: ClamdSettings = ClamdSettings()
    watch: WatchSettings | None = None
    web: WebSettings | None = None
    api: ApiSettings | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what ``parse`` hands over: the process environment is an argument, never read behind its back."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is allowed but should be looked at, one line each."""
        return notes(self.organisations, self.staff, self.mailboxes, self.web, self.api)

    def organisation(self, key: str) -> OrganisationSettings:
        """The organisation with this key; NotFound otherwise."""
        return _named(self.organisations, key, "organisation")

    def person(self, key: str) -> StaffSettings:
        """The member of staff with this key; NotFound otherwise."""
        return _named(self.staff, key, "member of staff")

    def sender(self, key: str) -> SenderSettings:
        """The sender with this key; NotFound otherwise."""
        return _named(self.senders, key, "sender")

    def mailbox(self, key: str) -> MailboxSettings:
        """The mailbox with this key; NotFound otherwise."""
        return _named(self.mailboxes, key, "mailbox")

    def sent_folder(self, organisation: OrganisationSettings) -> tuple[MailboxSettings, str] | None:
        """Where copies of this organisation's letters are filed; None when no folder is configured.

        Without ``sent_mailbox`` it is the first mailbox that serves the organisation.
        """
        serving = (box for box in self.mailboxes if organisation.key in box.organisations)
        chosen = organisation.sent_mailbox
        mailbox = self.mailbox(chosen) if chosen is not None else next(serving, None)
        folder = organisation.sent_folder or (mailbox.sent_folder if mailbox is not None else None)
        return (mailbox, folder) if mailbox is not None and folder is not None else None


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


_K = TypeVar("_K", bound=_Keyed)


def _named(entries: Iterable[_K], key: str, what: str) -> _K:
    for entry in entries:
        if entry.key == key:
            return entry
    raise NotFound(f"no {what} '{key}' is configured")


class _Environment(EnvSettingsSource):
    """pydantic-settings' reader of environment variables, over a mapping that was handed in."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = {name.lower(): value for name, value in environ.items()}
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._environ


def load(path: Path | None = None, *, environ: Mapping[str, str], check_secrets: bool = True) -> Settings:
    """The settings from ``path``, else $DSARBOT_CONFIG, ./config.toml or /etc/dsarbot/config.toml.

    Raises ConfigError with one line per mistake, all of them. ``check_secrets=False`` is for commands that
    must work for people who may not read the service's secrets; the sources then complain when they are read.
    """
    path = config_path(path, environ)
    try:
        written = TomlConfigSettingsSource(Settings, path)()
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: is not valid TOML ({error}); correct that line"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read ({type(error).__name__}); check its owner and text"]) from None
    return parse(written, base=path.parent, environ=environ, check_secrets=check_secrets)


def config_path(path: Path | None, environ: Mapping[str, str]) -> Path:
    """The absolute path of the configuration file that counts. Raises ConfigError when there is none."""
    named = path or (Path(environ["DSARBOT_CONFIG"]) if environ.get("DSARBOT_CONFIG") else None)
    for candidate in (named,) if named is not None else DEFAULT_PATHS:
        if candidate.is_file():
            return candidate.absolute()
    if named is not None:
        raise ConfigError([f"{named}: there is no such configuration file; correct the path or run dsarbot init"])
    places = ", ".join(str(place) for place in DEFAULT_PATHS)
    raise ConfigError([f"configuration: no file at {places}; run dsarbot init or set DSARBOT_CONFIG"])


def parse(
    written: Mapping[str, Any], *, base: Path, environ: Mapping[str, str], check_secrets: bool = True
) -> Settings:
    """The settings from the tables of a configuration file; ``base`` is the folder its paths start from.

    Raises ConfigError with one line per mistake, all of them.
    """
    problems = list(_unknown_variables(environ))
    raw = merged({"service": {"data_dir": "data"}}, written)
    for name, value in sorted(environ.items()):
        if not name.upper().startswith(ENV_PREFIX):
            continue
        # One by one, so that a variable that cannot be read is named and hides no other.
        try:
            raw = merged(raw, _Environment({name: value})())
        except SettingsError:
            problems.append(f"{name}: cannot be read; write lists and tables as JSON")
    raw = absolute(raw, base.absolute())
    settings: Settings | None = None
    try:
        settings = Settings(**raw)
    except ValidationError as error:
        problems += problem_lines(error, raw, Settings)
    problems += cross_problems(raw)
    problems += missing(raw)
    if check_secrets:
        forbidden = example_words(resources.example_config().read_text(encoding="utf-8"))
        problems += secret_problems(options(raw), environ, forbidden)
    if problems or settings is None:
        raise ConfigError(list(dict.fromkeys(problems)))
    return settings


def _unknown_variables(environ: Mapping[str, str]) -> Iterator[str]:
    """Variables that look like options but name no table: a typing mistake must not be ignored in silence."""
    for name in environ:
        table, delimiter, _ = name.removeprefix(ENV_PREFIX).partition(_DELIMITER)
        # Only names with the delimiter: container platforms set DSARBOT_PORT and the like for a service "dsarbot".
        if name.startswith(ENV_PREFIX) and delimiter and table.lower() not in Settings.model_fields:
            yield f"{name}: is no option; correct the name or unset the variable"
