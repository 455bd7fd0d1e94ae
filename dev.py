#!/usr/bin/env python3
"""Everything a developer or CI runs, with the standard library only.

    python3 dev.py demo [--once] [...]      set up what the demo needs, then start it
    python3 dev.py test                     lint, types, the suite on SQLite and on PostgreSQL, coverage
    python3 dev.py test tests/core -q       pytest once, with these arguments
    python3 dev.py check [PATH...]          lint and types only
    python3 dev.py setup [demo|dev]         make or refresh .venv (dev when not said)
    python3 dev.py lock [--upgrade]         rewrite the hashed requirement files
    python3 dev.py soak [--minutes N]       storms of kills on each database, ten minutes each, then the checker
    python3 dev.py bench [NAME [OPTIONS]]   measure everything beside its budget, or one of benchmarks/
    python3 dev.py clean [all]              remove caches and build output; all: .venv and .tools too

A fresh Debian or Ubuntu has python3 and pip, refuses `pip install` into the system (PEP 668) and may lack
python3-venv. `pip install --target` is allowed everywhere, so uv comes that way and makes the environment.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ROOT / "requirements"
REPORTS = ROOT / "build" / "tests"
OLDEST, NEWEST = (3, 11), (3, 13)
EXTRAS = ("demo", "paper", "ocr", "web", "discord")

PURE = "dsarbot/core/*,handlers/*"
#: What proves the pure parts.
CORE = ("tests/core", "tests/discord/test_values.py")
#: Tests that mostly wait: for servers that are killed, for leases that end, for storms. Each lane is a process.
LIVE = {"faults": ("tests/faults",), "storms": ("tests/kill", "tests/journeys")}
#: Parts of what else runs on SQLite, so that no process has much more to do than the others.
PARTS = {
    "commands": ("tests/cli", "tests/checker"),
    "web": ("tests/web",),
    "paper": ("tests/documents", "tests/scans", "tests/paper"),
}
Process = subprocess.Popen[bytes]
CACHES = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "build", "dist", ".coverage")


class Failed(Exception):
    """A step went wrong in a way that makes the following steps pointless."""


def say(text: str) -> None:
    print(f"dev: {text}", flush=True)


def environment(**variables: str) -> dict[str, str]:
    """Ours for a child process."""
    # PYTHONDONTWRITEBYTECODE, set in many containers, would compile every library again at each start.
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, **variables}


def run(*command: str | Path, **variables: str) -> int:
    """Run in the project's folder and return the exit code."""
    return subprocess.call([str(part) for part in command], cwd=ROOT, env=environment(**variables))


def must(what: str, *command: str | Path, **variables: str) -> None:
    if run(*command, **variables) != 0:
        raise Failed(f"{what} failed; the lines above say why.")


# --- the environment -------------------------------------------------------------------------------------


def fingerprint(profile: str) -> str:
    """Changes when the lock, the project file or the place of the checkout changes."""
    digest = hashlib.sha256(str(ROOT).encode())
    for path in (LOCKS / f"{profile}.txt", ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return f"{profile} {digest.hexdigest()}"


def usable() -> bool:
    """Whether .venv exists and holds the Python this script was called with (same minor version)."""
    described = VENV / "pyvenv.cfg"
    if not (PYTHON.exists() and described.exists()):
        return False
    minor = ".".join(str(part) for part in sys.version_info[:2])
    return f"version_info = {minor}." in described.read_text()


def uv() -> Path:
    """uv from .tools, fetched by pip at the version and hashes of its lock."""
    program = TOOLS / "bin" / "uv"
    if not program.exists():
        if importlib.util.find_spec("pip") is None:
            raise Failed("this Python has no pip. On Debian and Ubuntu: apt-get install python3-pip")
        say("fetching uv into .tools")
        must("Fetching uv", sys.executable, "-m", "pip", "install", "-q", "--require-hashes", "--target", TOOLS,
             "-r", LOCKS / "uv.txt", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_ROOT_USER_ACTION="ignore")  # fmt: skip
    return program


def setup(profile: str = "dev") -> None:
    """Bring .venv to the locked state; does nothing, quickly, when it is there already."""
    if profile not in ("demo", "dev"):
        raise Failed(f"setup knows demo and dev, not {profile!r}.")
    stamp = VENV / ".stamp"
    present = stamp.read_text() if stamp.exists() and usable() else ""
    if present.startswith("dev "):
        profile = "dev"  # it contains everything the demo needs, and stays whole
    wanted = fingerprint(profile)
    if present == wanted:
        return
    started = time.monotonic()
    if not usable():
        uv()
        say(f"making .venv with Python {sys.version.split()[0]}")
        must("Making .venv", uv(), "venv", "-q", "--clear", "--python", sys.executable, VENV,
             UV_PYTHON_DOWNLOADS="never")  # fmt: skip
    say(f"installing the locked {profile} set")
    install(LOCKS / f"{profile}.txt")
    if profile == "dev":
        must("Installing the checkout", uv(), "pip", "install", "-q", "--python", PYTHON,
             "--no-deps", "--no-build-isolation", "-e", ROOT)  # fmt: skip
    stamp.write_text(wanted)
    say(f"ready after {time.monotonic() - started:.0f} s")


def install(lock: Path) -> None:
    """By uv; by pip where only pip knows the way to the packages (a mirror named in its own configuration)."""
    if run(uv(), "pip", "install", "-q", "--python", PYTHON, "--require-hashes", "-r", lock) != 0:
        say("uv could not install the set; trying pip")
        must("Installing", sys.executable, "-m", "pip", "--python", PYTHON,
             "install", "-q", "--require-hashes", "-r", lock)  # fmt: skip


def lock(*arguments: str) -> int:
    """Rewrite requirements/: what runs, what the extras add, what developers add, and uv itself."""
    sets: dict[str, tuple[str | Path, ...]] = {
        "run": (),
        "demo": ("--extra", "demo", "-c", "requirements/run.txt"),
        "paper": ("--extra", "paper", "-c", "requirements/run.txt"),
        "ocr": ("--extra", "ocr", "-c", "requirements/run.txt"),
        "web": ("--extra", "web", "-c", "requirements/run.txt"),
        "discord": ("--extra", "discord", "-c", "requirements/run.txt"),
        "dev": (*(word for each in EXTRAS for word in ("--extra", each)), "--group", "dev",
                *(word for each in EXTRAS for word in ("-c", f"requirements/{each}.txt"))),
    }  # fmt: skip
    shared = ("-q", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url")
    for name, extra in sets.items():
        say(f"locking {name}")
        must("Locking", uv(), "pip", "compile", *shared, "pyproject.toml", *extra, *arguments,
             "-o", f"requirements/{name}.txt", UV_CUSTOM_COMPILE_COMMAND="make lock")  # fmt: skip
    say("locking uv")
    must("Locking", uv(), "pip", "compile", *shared, "requirements/uv.in", *arguments,
         "-o", "requirements/uv.txt", UV_CUSTOM_COMPILE_COMMAND="make lock")  # fmt: skip
    return 0


# --- the tests -------------------------------------------------------------------------------------------


class Outcome:
    """Counts over every pytest run of this call, read from pytest's own JUnit files."""

    def __init__(self) -> None:
        self.passed = self.failed = self.skipped = 0
        self.missing: set[str] = set()
        self.problems: list[str] = []

    def step(self, name: str, code: int) -> None:
        if code != 0:
            self.problems.append(name)

    def read(self, name: str, code: int, report: Path) -> None:
        """Exit code 5 is "no tests collected": a suite that tests nothing has failed."""
        self.step(name, code)
        if not report.exists():
            self.failed += 1
            return
        for suite in ElementTree.parse(report).iter("testsuite"):
            total, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            self.passed += max(0, total - failed - skipped)
            self.failed += failed
            self.skipped += skipped
            reasons = {skip.get("message", "") for skip in suite.iter("skipped")}
            self.missing |= {reason for reason in reasons if "not installed" in reason}

    def close(self) -> int:
        if self.missing and os.environ.get("CI") == "true":
            self.problems.append("skipped for want of programs that CI has: " + "; ".join(sorted(self.missing)))
        for problem in self.problems:
            say(f"FAILED: {problem}")
        line = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
        REPORTS.mkdir(parents=True, exist_ok=True)
        (REPORTS / "summary.txt").write_text(line + "\n")
        print(line, flush=True)
        return 1 if self.problems or self.failed else 0


def lint(outcome: Outcome, *paths: str) -> None:
    say("ruff")
    outcome.step("ruff", run(PYTHON, "-m", "ruff", "check", "-q", *(paths or ("."))))
    say("mypy")
    outcome.step("mypy", run(PYTHON, "-m", "mypy", "--no-error-summary", *paths))


def check(*paths: str) -> int:
    setup("dev")
    outcome = Outcome()
    lint(outcome, *paths)
    for problem in outcome.problems:
        say(f"FAILED: {problem}")
    return 1 if outcome.problems else 0


def launch(name: str, database: str, *before: str, select: tuple[str, ...], beside: bool = False) -> Process:
    """Start one pytest process; one database per process, because the ORM keeps SQL of the first dialect it met.

    beside: it runs beside another one, and what it prints is shown at its end."""
    say(f"tests: {name}")
    report, log = REPORTS / f"{name}.xml", REPORTS / f"{name}.log"
    report.unlink(missing_ok=True)
    command: list[str | Path] = [PYTHON, *before, "-m", "pytest", "-q", "--durations=5", *select]
    command.append(f"--junitxml={report}")
    own = environment(DSARBOT_TEST_DATABASE=database)
    with log.open("wb") as file:
        output = file if beside else None
        return subprocess.Popen(command, cwd=ROOT, env=own, stdout=output, stderr=output)


def collect(outcome: Outcome, name: str, process: Process) -> None:
    code = process.wait()
    log = REPORTS / f"{name}.log"
    if printed := log.read_text(errors="replace"):
        say(f"tests: {name}, what they printed")
        print(printed, flush=True)
    outcome.read(f"tests: {name} (pytest said {code})", code, REPORTS / f"{name}.xml")


def test(*arguments: str) -> int:
    """Core under coverage, beside lint and types; then, side by side and each on either database, what mostly waits and
    everything else."""
    setup("dev")
    if arguments:
        return run(PYTHON, "-m", "pytest", *arguments)
    uv()  # tests/test_packaging.py installs the wheel with it
    run(PYTHON, "-m", "tests.servers.debian")
    REPORTS.mkdir(parents=True, exist_ok=True)
    outcome = Outcome()
    core = launch("core", "sqlite", "-m", "coverage", "run", select=CORE, beside=True)
    lint(outcome)
    collect(outcome, "core", core)
    covered = run(PYTHON, "-m", "coverage", "report", f"--include={PURE}", "--skip-covered",
                  "--show-missing", "--fail-under=100")  # fmt: skip
    outcome.step("coverage of core and handlers is under 100 %", covered)
    beside: dict[str, Process] = {}
    for name, folders in LIVE.items():
        beside[name] = launch(name, "sqlite", select=folders, beside=True)
        select = ("-m", "database", *folders)
        beside[f"postgresql-{name}"] = launch(f"postgresql-{name}", "postgresql", select=select, beside=True)
    waiting = (folder for folders in LIVE.values() for folder in folders)
    rest = tuple(f"--ignore={folder}" for folder in (*CORE, *waiting))
    beside["postgresql"] = launch("postgresql", "postgresql", select=("-m", "database", *rest), beside=True)
    for name, folders in PARTS.items():
        beside[name] = launch(name, "sqlite", select=folders, beside=True)
    others = tuple(f"--ignore={folder}" for folders in PARTS.values() for folder in folders)
    collect(outcome, "sqlite", launch("sqlite", "sqlite", select=(*rest, *others)))
    for name, process in beside.items():
        collect(outcome, name, process)
    return outcome.close()


# --- the rest --------------------------------------------------------------------------------------------


def demo(*arguments: str) -> int:
    """Replaces this process, so that Ctrl-C reaches the demo and nobody else."""
    setup("demo")
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "dsarbot", "demo", *arguments])


def bench(name: str = "*", *arguments: str) -> int:
    setup("dev")
    scripts = sorted((ROOT / "benchmarks").glob(f"{name}.py"))
    if not scripts:
        raise Failed(f"there is no benchmarks/{name}.py")
    return max(run(PYTHON, script, *arguments) for script in scripts)


def soak(*arguments: str) -> int:
    """Storms of kills, longer than `test` can wait for."""
    setup("dev")
    run(PYTHON, "-m", "tests.servers.debian")
    return run(PYTHON, "-m", "tests.kill.soak", *arguments)


def clean(what: str = "") -> int:
    targets = [ROOT / name for name in CACHES]
    for folder in ("dsarbot", "handlers", "tests", "benchmarks"):
        targets += (ROOT / folder).rglob("__pycache__")
    if what == "all":
        targets += [VENV, TOOLS]
    for target in targets:
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)
    return 0


def prepare(profile: str = "dev") -> int:
    setup(profile)
    return 0


def usage() -> int:
    print((__doc__ or "").strip())
    return 0


VERBS: dict[str, Callable[..., int]] = {
    "bench": bench, "check": check, "clean": clean, "demo": demo,
    "help": usage, "lock": lock, "setup": prepare, "soak": soak, "test": test,
}  # fmt: skip


def main(arguments: list[str]) -> int:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        print(f"dsarbot needs Python 3.11, 3.12 or 3.13, and this is {found}. "
              "Call this script with one of them, for example: python3.13 dev.py demo", file=sys.stderr)  # fmt: skip
        return 2
    verb, *rest = arguments or ["help"]
    if verb in ("-h", "--help"):
        verb = "help"
    if verb not in VERBS:
        print(f"dev.py knows no {verb!r}; try: python3 dev.py help", file=sys.stderr)
        return 2
    try:
        return VERBS[verb](*rest)
    except Failed as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
