"""The wheel that people install is whole: built offline, installed alone, used from another folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = "dsarbot/_data"


def run(*command: str | Path, cwd: Path) -> str:
    """Output of a command, run without anything of this checkout in its surroundings."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV", "COV"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=clean, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment: the wheel, and this environment's libraries without its editable checkout."""
    local = ROOT / ".tools" / "bin" / "uv"
    uv = local if local.exists() else shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed; python3 dev.py test fetches it")
    place = tmp_path_factory.mktemp("installed") / "env"
    venv.create(place, symlinks=True, with_pip=False)
    python = place / "bin" / "python"
    run(uv, "pip", "install", "-q", "--offline", "--no-deps", "--python", python, wheel, cwd=place)
    # A path line adds the folder but, unlike a real site folder, not the .pth files in it.
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=place).strip())
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def shipped_files(top: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / top).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_code_and_its_data(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    code = shipped_files("dsarbot") | shipped_files("handlers")
    data = {f"{DATA}/{name}" for name in shipped_files("templates") | shipped_files("profiles")}
    assert (code | data | {f"{DATA}/config.example.toml"}) - inside == set()


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    (metadata,) = tops - {"dsarbot", "handlers"}
    assert metadata.endswith(".dist-info")
    assert f"{metadata}/licenses/LICENSE" in zipfile.ZipFile(wheel).namelist()


def test_the_installed_packages_are_found_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    shown = run(installed, "-c", "import dsarbot, handlers; print(dsarbot.__file__, handlers.__file__)", cwd=tmp_path)
    for place in shown.split():
        assert Path(place).is_relative_to(installed.parent.parent)


def test_the_installed_command_explains_itself_from_another_folder(installed: Path, tmp_path: Path) -> None:
    by_module = run(installed, "-m", "dsarbot", "--help", cwd=tmp_path)
    by_script = run(installed.with_name("dsarbot"), "--help", cwd=tmp_path)
    assert "due" in by_module
    assert "due" in by_script
