"""An installation killed in the middle, and the next one; and the mounts of one that lives."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from recond.core.errors import GuardError
from recond.core.installing import InstallVerdict
from recond.flow import install
from recond.host.local import LocalHost
from recond.install import mounts
from tests.block.install_bench import MIB, bench, make_image

pytestmark = pytest.mark.root


def test_killed_in_mid_unpack_then_again(tmp_path: Path) -> None:
    image = make_image(tmp_path, bulk_mib=200)
    with bench(tmp_path, 900) as disk:
        victim = Path(__file__).with_name("install_victim.py")
        argv = (sys.executable, str(victim), str(disk.file), disk.device, str(tmp_path))
        assert subprocess.run(argv, timeout=120).returncode == -signal.SIGKILL
        # What is left: a mount of ours, which protects the disk from everybody, also from us.
        assert len(disk.mounts()) == 1 and "/run/recond/install/" in disk.mounts()[0]
        # Nobody goes on writing: unsquashfs died with recond, and what it was at stays cut.
        (bulk,) = mounts.BASE.glob("*/root/usr/share/bulk")
        seen = bulk.stat().st_blocks
        time.sleep(0.7)
        assert bulk.stat().st_blocks == seen < 200 * MIB // 512
        with pytest.raises(GuardError, match="monté"):
            disk.install(image)
        assert install.clear_stale(disk.host) and disk.mounts() == []
        result = disk.install(image)
        assert (result.result, result.reason) == (InstallVerdict.OK, None)
        assert install.clear_stale(disk.host) == ()


def test_an_installation_that_lives_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mounts, "BASE", tmp_path / "install")
    host = LocalHost()
    with mounts.place(host, "0123") as folder:
        (folder / "root").mkdir()
        subprocess.run(("mount", "-t", "tmpfs", "none", folder / "root"), check=True)
        try:
            assert mounts.clear_stale(host) == ()
            assert (folder / "root").is_mount()
            with pytest.raises(GuardError, match="autre installation"), mounts.place(host, "0123"):
                pytest.fail("two at the same disk")
        finally:
            subprocess.run(("umount", folder / "root"), check=True)
    assert not folder.exists()


def test_what_is_mounted_elsewhere_is_never_unmounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mounts, "BASE", tmp_path / "install")
    other = tmp_path / "install-of-others"
    other.mkdir()
    subprocess.run(("mount", "-t", "tmpfs", "none", other), check=True)
    try:
        (tmp_path / "install/dead/root").mkdir(parents=True)
        assert mounts.clear_stale(LocalHost()) == (str(tmp_path / "install/dead"),)
        assert other.is_mount()
    finally:
        subprocess.run(("umount", other), check=True)


def test_a_dead_owner_lets_go_of_its_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mounts, "BASE", tmp_path)
    (tmp_path / "k").mkdir()
    with (tmp_path / "k.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert mounts.clear_stale(LocalHost()) == ()
    assert mounts.clear_stale(LocalHost()) == (str(tmp_path / "k"),)
