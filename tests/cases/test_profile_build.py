"""`profiles/build` on profiles with mistakes: all of them are told at once, and nothing is built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def test_the_builder_lists_the_errors_of_every_profile(tmp_path: Path) -> None:
    home = tmp_path / "checkout"
    for name in ("profiles", "live-image", "recond"):
        ignored = shutil.ignore_patterns("__pycache__", "rootfs", "base", "ownerui")
        shutil.copytree(CHECKOUT / name, home / name, ignore=ignored)
    (home / "profiles/debian-xfce/packages.txt").write_text("lightdm\nLightDM\n")
    (home / "profiles/debian-lxqt/profile.toml").write_text('include = ["none"]\nname = "debian-lxqt"\n')
    (home / "profiles/common/first-boot/20-welcome-page").chmod(0o644)
    done = subprocess.run(
        (sys.executable, str(home / "profiles/build"), "debian-xfce", "debian-lxqt"),
        capture_output=True,
        text=True,
        env={**os.environ, "RECOND_CACHE": str(tmp_path / "cache")},
    )
    assert done.returncode == 1 and not (tmp_path / "cache").exists()
    for part in (
        "« LightDM »",
        "debian-lxqt/profile.toml: title",
        "needs.ram_gib",
        "none/layer.toml",
        "20-welcome-page",
    ):
        assert part in done.stderr
