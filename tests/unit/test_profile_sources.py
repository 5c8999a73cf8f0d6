"""The profiles of this repository are good, and every error of a bad one is told at once."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest

from recond.core.profile import read_build, read_profile

PROFILES = Path(__file__).resolve().parents[2] / "profiles"
NAMES = sorted(path.parent.name for path in PROFILES.glob("*/profile.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_our_profiles_are_good(name: str) -> None:
    data = tomllib.loads((PROFILES / name / "profile.toml").read_text())
    profile, errors = read_profile(name, data)
    spec, more = read_build(name, data)
    assert (errors, more) == ((), ()) and profile is not None and spec is not None
    assert (PROFILES / name / "packages.txt").read_text().strip()


def test_debian_base_is_there() -> None:
    assert "debian-base" in NAMES


def test_the_first_boot_programs_may_be_run() -> None:
    programs = [*(PROFILES / "common/files/usr/lib/recond").iterdir(), *(PROFILES / "common/first-boot").iterdir()]
    assert len(programs) >= 4
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
