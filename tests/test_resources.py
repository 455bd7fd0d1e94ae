"""Folders are found in a checkout and in a wheel, in the promised order, and names never lead out of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsarbot import resources
from dsarbot.errors import NotFound


def test_checkout_folders_stand_beside_the_package() -> None:
    root = Path(__file__).resolve().parent.parent
    assert resources.shipped("profiles") == root / "profiles"
    assert resources.example_config() == root / "config.example.toml"


def test_wheel_folders_stand_inside_the_package(tmp_path: Path) -> None:
    data = tmp_path / "site-packages" / "dsarbot" / "_data"
    (data / "templates").mkdir(parents=True)
    (data / "config.example.toml").touch()
    package = data.parent
    assert resources.shipped("templates", package=package) == data / "templates"
    assert resources.example_config(package=package) == data / "config.example.toml"


def test_an_incomplete_installation_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="'templates' is missing"):
        resources.shipped("templates", package=tmp_path / "dsarbot")
    with pytest.raises(NotFound, match=r"config\.example\.toml is missing"):
        resources.example_config(package=tmp_path / "dsarbot")


def test_organisation_comes_before_instance_before_shipped(tmp_path: Path) -> None:
    organisation, instance = tmp_path / "organisation", tmp_path / "instance"
    for folder in (organisation, instance):
        folder.mkdir()
        (folder / "jcs.toml").touch()
    assert resources.find("profiles", "jcs.toml", organisation, instance) == organisation / "jcs.toml"
    (organisation / "jcs.toml").unlink()
    assert resources.find("profiles", "jcs.toml", organisation, instance) == instance / "jcs.toml"
    (instance / "jcs.toml").unlink()
    found = resources.find("profiles", "jcs.toml", organisation, instance)
    assert found == resources.shipped("profiles") / "jcs.toml"


@pytest.mark.parametrize("name", ["", "../config.example.toml", "/etc/hostname", "fr/../../x", "no-such-file"])
def test_names_outside_the_folder_or_unknown_are_not_found(name: str) -> None:
    with pytest.raises(NotFound):
        resources.find("profiles", name)
