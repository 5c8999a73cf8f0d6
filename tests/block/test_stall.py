"""A drive that hangs: it shows, it is given up, the other disks end, and what hangs never writes to a wrong file later."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from recond.core.verdict import WipeVerdict
from recond.flow import wipe, wipe_disk
from recond.host.block import DirectDevice
from tests.block.conftest import MIB, OLD, Bench, Loop

pytestmark = pytest.mark.root


def opened(fd: int) -> Path:
    return Path(f"/proc/self/fd/{fd}")


def test_a_disk_that_hangs_is_told_given_up_and_never_holds_the_others(
    make_loop: Callable[..., Loop], bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wipe_disk, "QUIET_S", 0.5)
    hung, fine = make_loop(32 * MIB), make_loop(32 * MIB)
    own = bench(hung, fine)
    release = threading.Event()
    hanging: list[int] = []
    real = DirectDevice.write_from
    real_pwrite = os.pwrite

    def write(self: DirectDevice, offset: int, buffer: memoryview) -> int:
        if hung.path != str(opened(self.fd).readlink()):
            return real(self, offset, buffer)
        with self._open() as fd:
            hanging.append(fd)
            release.wait(30)
            assert str(opened(fd).readlink()) == hung.path, "its descriptor was not given to another file"
            real_pwrite(fd, buffer, offset)
        return real(self, offset, buffer)  # the second half of a write cut short: refused by now

    monkeypatch.setattr(DirectDevice, "write_from", write)
    plan, _ = own.plan()
    started = time.monotonic()
    results = wipe.execute(
        own.host,
        plan,
        plan.id,
        own.plan,
        states=own.states,
        tell=own.told.append,
        before=lambda disk: None,
        cancel=threading.Event(),
        patience_s=2.0,
    )
    assert time.monotonic() - started < 20
    by_path = {one.disk.path: one for one in results}
    assert by_path[fine.path].verdict is WipeVerdict.ERASED and OLD[:16] not in fine.data()
    lost = by_path[hung.path]
    assert lost.verdict is WipeVerdict.FAILED and "ne répond plus" in str(lost.observed.error)
    assert any(one.stalled_s > 0 for one in own.told if one.disk == hung.name)
    # The flow is over; the disk comes back to life. Files opened since then may not get its descriptor's number.
    others = [os.open("/dev/null", os.O_RDONLY) for _ in range(20)]
    try:
        assert not set(others) & set(hanging)
        release.set()
        deadline = time.monotonic() + 10
        while any(opened(fd).exists() for fd in set(hanging)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(opened(fd).exists() for fd in set(hanging)), "closed once nothing hung on it"
    finally:
        release.set()
        for fd in others:
            os.close(fd)


def test_a_cancel_does_not_wait_for_a_disk_that_hangs(
    make_loop: Callable[..., Loop], bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = make_loop(32 * MIB)
    own = bench(loop)
    release, cancel = threading.Event(), threading.Event()

    def write(self: DirectDevice, offset: int, buffer: memoryview) -> int:
        cancel.set()
        release.wait(30)
        raise OSError(5, "still nothing")

    monkeypatch.setattr(DirectDevice, "write_from", write)
    plan, _ = own.plan()
    try:
        (result,) = wipe.execute(
            own.host,
            plan,
            plan.id,
            own.plan,
            states=own.states,
            tell=own.told.append,
            before=lambda disk: None,
            cancel=cancel,
            grace_s=1.0,
        )
    finally:
        release.set()
    assert result.verdict is WipeVerdict.INTERRUPTED
