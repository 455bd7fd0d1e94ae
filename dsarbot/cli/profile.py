"""`dsarbot profile check`: what the published policies get wrong or leave out, so that they can be mended.

It needs no configuration for shipped profiles and files; without a name it looks at every configured organisation.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dsarbot.errors import ConfigError, NotFound, TheirInput

if TYPE_CHECKING:
    from dsarbot.config import Settings
    from dsarbot.settings.organisations import OrganisationSettings
    from dsarbot.settings.profile import Profile

    #: A profile, and the folders in which the law it is compared with is looked for first.
    Found = tuple[Profile, tuple[Path, ...]]

_EPILOG: Final = """\
exit codes:
  0  nothing found
  1  something found
  2  wrong use, or a profile or the configuration has mistakes
examples:
  dsarbot profile check                       every organisation of the configuration
  dsarbot profile check j2s jcs --lang fr     shipped profiles, or organisations by their key
  dsarbot profile check profiles/acme.toml    a file
  dsarbot profile check --json
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands in the whole parser."""
    group = groups.add_parser(
        "profile",
        help="compare the published privacy policies with the law",
        description="What the profiles say about the published privacy policies.",
    )
    commands = group.add_subparsers(dest="subcommand", required=True, metavar="COMMAND")
    parser = commands.add_parser(
        "check",
        help="what a published policy gets wrong or leaves out, with the rule and a better sentence",
        description="Compare profiles with the law: what the policy gets wrong or leaves out, with a better sentence.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="KEY|FILE",
        help="an organisation of the configuration, a profile by name, or a .toml file (default: all organisations)",
    )
    parser.add_argument("--lang", choices=("en", "fr", "de"), default="en", help="language of the report")
    parser.add_argument("--json", action="store_true", help="print one JSON object, with the texts in every language")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was found: 1 when there is something, else 0."""
    from dsarbot.cli.profile_output import Checked, as_json, as_lines, as_text
    from dsarbot.cli.table import screen
    from dsarbot.policy.check import check
    from dsarbot.policy.law import load_law

    settings = _settings(args)
    found = [_named(name, settings) for name in args.names] or _configured(settings)
    checked = [Checked(profile=profile, findings=check(profile, load_law(*folders))) for profile, folders in found]
    to = screen()
    if args.json:
        print(as_json(checked))
    else:
        lines = as_text(checked, args.lang, to) if to.terminal else as_lines(checked, args.lang)
        sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if any(each.findings for each in checked) else 0


def _settings(args: argparse.Namespace) -> Settings | None:
    """The configuration where one is wanted or there: a name may be the key of an organisation."""
    from dsarbot.cli.common import settings_of
    from dsarbot.config import config_path
    from dsarbot.settings.written import is_path

    named = bool(args.names)
    if not args.config and not os.environ.get("DSARBOT_CONFIG"):
        if named and all(map(is_path, args.names)):
            return None
        try:
            config_path(None, os.environ)
        except ConfigError:
            if named:
                return None
            raise TheirInput(
                "There is no configuration here: name a profile (dsarbot profile check j2s), a .toml file, "
                "or the configuration (dsarbot --config FILE profile check)."
            ) from None
    return settings_of(args, check_secrets=False)


def _configured(settings: Settings | None) -> list[Found]:
    """The profiles of all organisations, each once."""
    found = {each.profile: _of(each, settings) for each in settings.organisations} if settings else {}
    return list(found.values())


def _named(name: str, settings: Settings | None) -> Found:
    """An organisation by its key, else a profile by its name or file."""
    from dsarbot.profiles import load_profile
    from dsarbot.settings.written import is_path

    instance = settings.service.profiles_dir if settings else None
    for each in settings.organisations if settings else ():
        if each.key == name:
            return _of(each, settings)
    folders = (instance,) if instance else ()
    try:
        return load_profile(name, *folders), folders
    except NotFound:
        if is_path(name):
            raise TheirInput(f"There is no file {name}.") from None
        raise TheirInput(
            f"There is neither an organisation nor a profile {name}. A file is named by its path: ./{name}.toml."
        ) from None


def _of(organisation: OrganisationSettings, settings: Settings | None) -> Found:
    from dsarbot.profiles import folders_of, load_profile

    folders = folders_of(organisation, settings.service.profiles_dir if settings else None)
    return load_profile(organisation.profile, *folders), folders
