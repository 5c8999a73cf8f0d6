"""The profiles of this repository are good, and every error of a bad one is told at once."""

from __future__ import annotations

import configparser
import re
import stat
import tomllib
from pathlib import Path

import pytest

from recond.core import words
from recond.core.disk import Medium
from recond.core.machine import Machine, Memory
from recond.core.matching import Target, match
from recond.core.profile import read_build, read_image, read_include, read_profile, wrong_packages

PROFILES = Path(__file__).resolve().parents[2] / "profiles"
NAMES = sorted(path.parent.name for path in PROFILES.glob("*/profile.toml"))


WHOLE = {"name": "x", "title": "X", "description": "x", "needs": {"ram_gib": 2, "disk_gib": 8}}


@pytest.mark.parametrize("name", NAMES)
def test_our_profiles_are_good(name: str) -> None:
    data = tomllib.loads((PROFILES / name / "profile.toml").read_text())
    profile, errors = read_profile(name, data)
    include, more = read_include(name, data)
    assert (errors, more) == ((), ()) and profile is not None
    where, file = (include, "layer.toml") if include else (name, "profile.toml")
    spec, wrong = read_build(where, tomllib.loads((PROFILES / where / file).read_text()), file)
    assert wrong == () and spec is not None
    packages: list[str] = []
    for folder in ("common", include, name):
        if folder:
            lines = (PROFILES / folder / "packages.txt").read_text().splitlines()
            packages += [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]
    assert wrong_packages(name, packages) == () and "linux-image-amd64" in packages


@pytest.mark.parametrize("name", NAMES)
def test_our_profiles_say_what_they_are_in_english_too(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    profile, _errors = read_profile(name, tomllib.loads((PROFILES / name / "profile.toml").read_text()))
    assert profile is not None and (profile.shown_title, profile.shown_description) == (
        profile.title,
        profile.description,
    )
    monkeypatch.setitem(words._now, "lang", "en")
    assert profile.shown_title != profile.title or name == "debian-base"
    assert profile.shown_description != profile.description and not re.search("[éèàçœ]", profile.shown_description)
    explained = match([profile], Machine(memory=Memory(total_bytes=16 << 30)), (Target(500 * 10**9, Medium.SSD),))
    assert profile.shown_title in words.stored(explained.explanation)


def test_english_words_may_be_left_out_but_not_be_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    data = {"name": "x", "title": "Le bureau", "description": "d", "needs": {"ram_gib": 1, "disk_gib": 4}}
    monkeypatch.setitem(words._now, "lang", "en")
    plain, half = read_profile("x", data)[0], read_profile("x", {**data, "en": {"title": " The desktop "}})[0]
    assert plain is not None and half is not None
    assert (plain.shown_title, half.shown_title, half.shown_description) == ("Le bureau", "The desktop", "d")
    for wrong in ({"title": ""}, {"title": 3}, {"name": "y"}, "x"):
        profile, errors = read_profile("x", {**data, "en": wrong})
        assert profile is None and all("x/profile.toml: en" in error for error in errors) and len(errors) == 1


def test_the_desktops_share_one_layer() -> None:
    desktops = [name for name in NAMES if name != "debian-base"]
    assert desktops == ["debian-gnome", "debian-lxqt", "debian-school", "debian-xfce"]
    for name in desktops:
        data = tomllib.loads((PROFILES / name / "profile.toml").read_text())
        assert read_include(name, data) == ("common-desktop", ())


def test_lxqt_is_told_which_window_manager_it_has() -> None:
    # Without it the owner's first session is one English question over a black screen.
    folder = PROFILES / "debian-lxqt"
    told = configparser.ConfigParser()
    told.read_string((folder / "files/etc/recond/xdg/lxqt/session.conf").read_text())
    packages = {line.split("#")[0].strip() for line in (folder / "packages.txt").read_text().splitlines()}
    assert told["General"]["window_manager"] in packages


def test_every_error_of_a_profile_at_once() -> None:
    needs = {"ram_gib": 4, "max_ram_gib": 2, "disk_gib": "8", "cpu_level": 1.5, "chassis": ["fridge"], "ssd": 1, "z": 0}
    data = {
        "name": "y", "title": "", "description": "d", "odd": 1, "needs": needs,
        "comfortable": {"ram_gib": 2}, "prefers": {"touch": "no"}, "choice": [],
    }  # fmt: skip
    profile, errors = read_profile("x", data)
    assert profile is None
    places = """name title odd needs.max_ram_gib needs.disk_gib needs.cpu_level needs.chassis needs.ssd needs.z
        comfortable.ram_gib prefers.touch choice"""
    assert sorted(error.split(": ")[1] for error in errors) == sorted(places.split())


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"include": "common-desktop"}, "include"),
        ({"include": ["../x"]}, "include"),
        ({"include": ["a", "b"]}, "include"),
        ({"include": ["a"], "build": {}}, "build"),
    ],
)
def test_an_include_names_one_folder_that_says_how_it_is_built(data: dict[str, object], told: str) -> None:
    include, errors = read_include("x", {**WHOLE, **data})
    assert include is None and [error.split(": ")[1] for error in errors] == [told]


def test_packages_have_debian_names_and_come_once() -> None:
    assert wrong_packages("x", ["libreoffice-l10n-fr", "g++", "7zip"]) == ()
    errors = wrong_packages("x", ["vlc", "VLC", "a b", "--help", "vlc"])
    assert len(errors) == 4 and "deux fois" in errors[-1]


def test_an_image_tells_its_layers() -> None:
    layer = {"file": "common-desktop-0123456789ab.squashfs", "sha256": "a" * 64, "size_bytes": 5}
    told = {
        "schema": "recond.profile-image/1", "name": "x", "version": "13", "sha256": "b" * 64, "size_bytes": 2,
        "unpacked_bytes": 9, "files": 1, "layers": [layer], "removed": ["usr/bin/old"],
    }  # fmt: skip
    image, errors = read_image("/p/x.json", told)
    assert errors == () and image is not None
    assert [part.path for part in image.files_to_read] == [f"/p/{layer['file']}", "/p/x.squashfs"]
    for wrong in ({"layers": [{**layer, "file": "../x.squashfs"}]}, {"layers": [1]}, {"removed": ["../../etc/passwd"]}):
        image, errors = read_image("/p/x.json", {**told, **wrong})
        assert image is None and len(errors) == 1


def test_debian_base_is_there() -> None:
    assert "debian-base" in NAMES


def test_the_first_boot_programs_may_be_run() -> None:
    folders = ("common/files/usr/lib/recond", "common-desktop/files/usr/lib/recond", "common/first-boot")
    programs = [path for folder in folders for path in (PROFILES / folder).iterdir() if path.is_file()]
    assert len(programs) >= 6
    assert all(path.stat().st_mode & stat.S_IXUSR and path.read_text().startswith("#!") for path in programs)


def test_all_errors_of_the_build_table_at_once() -> None:
    spec, errors = read_build(
        "x", {"build": {"suite": "sid", "components": ["contrib", "odd"], "recommends": 1, "k": 2}}
    )
    assert spec is None
    assert [error.split(": ")[1] for error in errors] == [
        "build.k",
        "build.suite",
        "build.components",
        "build.recommends",
    ]
    assert all(error.startswith("x/profile.toml: build") for error in errors)


@pytest.mark.parametrize("components", [[], "main", ["contrib", "main"], ["main", 3]])
def test_components_begin_with_main(components: object) -> None:
    assert read_build("x", {"build": {"components": components}})[0] is None


def test_a_profile_without_a_build_table_has_the_usual_one() -> None:
    spec, errors = read_build("x", {})
    assert errors == () and spec is not None
    assert (spec.suite, spec.components, spec.recommends) == ("trixie", ("main",), False)
