"""`dsarbot init`: a configuration by asking on a terminal, or from options; the master key, and proof of its copy.

Nothing is written before the last question is answered, and nothing is ever overwritten.
"""

from __future__ import annotations

import argparse
import os
import pwd
import secrets
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dsarbot.cli.init_questions import QUESTIONS, attribute
from dsarbot.errors import ConfigError, NotAllowed, TheirInput

if TYPE_CHECKING:
    from dsarbot.cli.init_answers import Answers, Server
    from dsarbot.cli.init_ask import Asker
    from dsarbot.cli.init_files import File
    from dsarbot.cli.init_recovery import Choose
    from dsarbot.cli.init_server import Looked
    from dsarbot.cli.init_talk import Talk

_EPILOG = """\
On a terminal it asks for whatever is not given; without one, everything comes from options. Passwords never stand
on the command line. Example:
  dsarbot init --folder /etc/dsarbot --organisation acme --profile none --legal-name "Acme S.A." \\
    --postal "1, rue de l'Exemple; L-0000 Musterbuerg" --jurisdiction LU \\
    --imap-host imap.example.org --imap-user privacy@example.org --imap-password-file /root/imap-password \\
    --since 2026-01-01 --smtp-host smtp.example.org --owner-name "Anna Beispill" --owner-email anna@example.org \\
    --recovery-copy /media/stick/recovery.txt --i-have-stored-the-recovery-copy
"""


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "init",
        help="write a configuration and the master key",
        description="Write a configuration and the master key, by asking or from options.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, question in QUESTIONS.items():
        parser.add_argument(f"--{name}", metavar=question.metavar, help=question.help.replace("%", "%%"))
    parser.add_argument(
        "--i-have-stored-the-recovery-copy",
        action="store_true",
        help="without a terminal: the proof that the file of --recovery-copy is kept elsewhere",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Ask, show the key, write, check."""
    from dsarbot.cli.init_talk import terminal

    return begin(args, talk=terminal(), choose=two_of)


def begin(args: argparse.Namespace, *, talk: Talk | None, choose: Choose) -> int:
    """The whole command, with the person to ask, if any."""
    try:
        return _begin(args, talk, choose)
    except EOFError:
        raise TheirInput("Stopped in the middle; nothing was written.") from None


def _begin(args: argparse.Namespace, talk: Talk | None, choose: Choose) -> int:
    from dsarbot.cli.init_answers import gather
    from dsarbot.cli.init_ask import Asker
    from dsarbot.cli.init_recovery import proof_text
    from dsarbot.store.masterkey import new_master_key

    ask = Asker(_given(args), talk)
    config = _target(ask, args)
    copy = _copy_file(ask, args, config.parent)
    now = datetime.now(UTC)
    answers = gather(ask, today=now.astimezone().date(), user=pwd.getpwuid(os.geteuid()).pw_name, look=_look)
    key = new_master_key()
    _try_out(answers, config)
    if copy is not None:
        _write(copy.parent, (_copy(copy, answers, key, now),))
    elif talk is None or not _shown(key, talk, choose):
        sys.stderr.write("The recovery copy was not proved; nothing was written. Begin again with: dsarbot init\n")
        return 1
    try:
        _write(config.parent, _files(answers, config, key, proof_text(key, "declared" if copy else "typed", now)))
    except NotAllowed:
        if copy is not None:
            copy.unlink()
        raise
    return _finish(config, answers)


def _given(args: argparse.Namespace) -> dict[str, str]:
    values = {name: getattr(args, attribute(name)) for name in QUESTIONS}
    return {name: value for name, value in values.items() if value is not None}


def _target(ask: Asker, args: argparse.Namespace) -> Path:
    """The configuration to write. NotAllowed when there is one, or a key, already."""
    from dsarbot.cli.init_files import KEY_FILE

    if ask.talk:
        ask.talk.say("dsarbot init: a few questions; Enter takes what stands in brackets, Ctrl-C stops.")
        ask.talk.say("Nothing is written before the end.")
    if args.config and not ask.given("folder"):
        config = Path(args.config).expanduser().absolute()
    else:
        folder = Path(ask("folder", "."))
        config = folder.absolute() / (Path(args.config).name if args.config else "config.toml")
    if config.exists():
        raise NotAllowed(
            "never-overwrite",
            f"{config} exists already. Edit it (config.example.toml explains every option) and run `dsarbot doctor`, "
            "or choose another folder with --folder. Nothing was changed.",
        )
    if (key := config.parent / KEY_FILE).exists():
        raise NotAllowed(
            "never-overwrite",
            f"{key} exists already; what was sealed with it can be opened with nothing else. Keep it where it is, or "
            "choose another folder with --folder. Nothing was changed.",
        )
    return config


def _copy_file(ask: Asker, args: argparse.Namespace, folder: Path) -> Path | None:
    """Where the recovery copy goes when nobody can be asked. None on a terminal, unless it is given."""
    if not args.recovery_copy and ask.talk:
        return None
    if not args.i_have_stored_the_recovery_copy:
        ask.wrong(
            "--i-have-stored-the-recovery-copy is missing. Losing the master key loses everything that is kept: give "
            "it once the file of --recovery-copy lies apart from this machine"
        )
    if not args.recovery_copy:
        ask.need("recovery-copy")
        return None
    path = Path(args.recovery_copy).expanduser().absolute()
    if path.exists():
        ask.wrong(f"--recovery-copy {path} exists already; name a new file")
    elif path.is_relative_to(folder):
        ask.wrong(f"--recovery-copy {path} lies beside the key itself and would be lost with it; name another medium")
    elif not path.parent.is_dir():
        ask.wrong(f"--recovery-copy: there is no folder {path.parent}; create it or correct the path")
    if ask.talk:
        ask.finish()
    return path


def _look(server: Server) -> Looked:
    from dsarbot.channels.endpoint import Endpoint
    from dsarbot.cli.init_server import look
    from dsarbot.settings.secrets import SecretSource

    def secret() -> str:
        mine = server.secret
        source = SecretSource(
            option="mailboxes[privacy].password", file=Path(mine.file) if mine.file else None, env=mine.env or None
        )
        return mine.value or source.read(os.environ).get_secret_value()

    return look(
        Endpoint(
            host=server.host,
            port=server.port,
            security=server.security,
            user=server.user,
            secret=secret,
            ca_file=Path(server.ca_file) if server.ca_file else None,
        )
    )


def two_of(groups: int) -> tuple[int, int]:
    """Two groups to ask for, chosen at random."""
    first, second = sorted(secrets.SystemRandom().sample(range(1, groups + 1), 2))
    return first, second


def _files(answers: Answers, config: Path, key: str, proof: str) -> tuple[File, ...]:
    from dsarbot.cli.init_files import files

    return files(answers, config=config.name, key=key, proof=proof)


def _try_out(answers: Answers, config: Path) -> None:
    """Load it from a folder of its own first: what does not fit together is said before anything is written."""
    from dsarbot.config import load
    from dsarbot.profiles import load_profiles

    with tempfile.TemporaryDirectory(prefix="dsarbot-init-") as folder:
        # No secret is needed for this, so none lies there.
        _write(Path(folder), tuple(each for each in _files(answers, config, "", "") if not each.private))
        try:
            settings = load(Path(folder) / config.name, environ={}, check_secrets=False)
            load_profiles(settings.organisations)
        except ConfigError as error:
            lines = "\n".join(f"  {each}" for each in error.problems)
            raise TheirInput(f"These answers do not fit together; nothing was written:\n{lines}") from None


def _copy(path: Path, answers: Answers, key: str, now: datetime) -> File:
    from dsarbot.cli.init_files import File
    from dsarbot.cli.init_recovery import copy_text

    return File(path=path.name, text=copy_text(key, answers.organisation, now), private=True)


def _shown(key: str, talk: Talk, choose: Choose) -> bool:
    from dsarbot.cli.init_recovery import show_and_prove

    return show_and_prove(key, talk, choose)


def _write(folder: Path, every: tuple[File, ...]) -> None:
    """All files; what a failure left half done is taken away again."""
    from dsarbot.cli.init_files import write

    done: list[Path] = []
    try:
        for each in every:
            write(folder, each)
            done.append(folder / each.path)
    except OSError as error:
        for path in done:
            path.unlink()
        raise NotAllowed(
            "cannot-write",
            f"{error.filename} cannot be written ({error.strerror}); nothing was kept. Name a folder that is yours.",
        ) from None


def _finish(config: Path, answers: Answers) -> int:
    """Load what was written, for real, and say how it goes on."""
    from dsarbot.config import load

    say = sys.stdout.write
    say(f"\nWritten: {config}\n         {config.parent / 'keys' / 'master.key'}\n")
    if answers.own:
        say(f"         {config.parent / 'profiles' / answers.organisation}.toml  (complete it from your policy)\n")
    try:
        load(config, environ=os.environ)
    except ConfigError as error:
        say("To do before the start:\n" + "".join(f"  {each}\n" for each in error.problems))
    option = "" if config == Path("config.toml").absolute() else f" --config {config}"
    say(
        "\nWhat to do next:\n"
        f"  dsarbot{option} doctor   checks every connection, folder, template and key\n"
        f"  dsarbot{option} run      starts the service, as the user who owns these files\n"
        "Several organisations: edit config.toml; its first lines say how.\n"
    )
    return 0
