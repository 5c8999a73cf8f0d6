"""Real wipes of real loop devices: the whole image is searched afterwards."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from recond.core.disk import Disk
from recond.core.progress import Phase
from recond.core.verdict import VerifyMode, WipeVerdict
from recond.core.wiperesult import WipeResult
from recond.erase.medium.pattern import AesPattern
from recond.flow import wipe
from tests.block.conftest import MIB, OLD, Bench, Loop

pytestmark = pytest.mark.root

Make = Callable[..., Loop]
MakeBench = Callable[..., Bench]


def execute(bench: Bench, cancel: threading.Event | None = None) -> tuple[WipeResult, ...]:
    plan, _ = bench.plan()
    return wipe.execute(
        bench.host,
        plan,
        plan.id,
        bench.plan,
        states=bench.states,
        tell=bench.told.append,
        before=lambda disk: bench.began.append(disk.name),
        cancel=cancel or threading.Event(),
    )


@pytest.mark.parametrize("method", ["overwrite-aes", "overwrite-zero"])
@pytest.mark.parametrize("size", [64 * MIB, 21 * MIB + 3 * 512])
def test_no_old_byte_is_left_on_the_whole_image(make_loop: Make, bench: MakeBench, method: str, size: int) -> None:
    loop = make_loop(size)
    own = bench(loop, method=method)
    (result,) = execute(own)
    data = loop.data()
    assert result.verdict is WipeVerdict.ERASED
    assert OLD[:16] not in data and len(data) == size
    assert result.observed.bytes_written == result.observed.bytes_verified == size
    if method == "overwrite-zero":
        assert data == bytes(size)
    else:
        assert result.observed.pattern is not None
        pattern = AesPattern(bytes.fromhex(result.observed.pattern.split(":")[1]))
        expected = bytearray(MIB)
        pattern.fill(16 * MIB, memoryview(expected))
        assert data[16 * MIB : 17 * MIB] == expected
    assert own.began == [loop.name]
    assert {Phase.WRITE, Phase.VERIFY, Phase.DONE} >= {one.phase for one in own.told}
    assert own.told[-1].phase is Phase.DONE and own.told[-1].fraction == 1.0
    assert own.state_files() == []


def test_a_disk_of_4096_byte_blocks(make_loop: Make, bench: MakeBench) -> None:
    loop = make_loop(20 * MIB, "--sector-size", "4096")
    own = bench(loop)
    assert own.disks()[0].logical_block_bytes == 4096
    (result,) = execute(own)
    assert result.verdict is WipeVerdict.ERASED and OLD[:16] not in loop.data()


def test_a_sample_and_no_read_back(make_loop: Make, bench: MakeBench) -> None:
    sampled = make_loop(24 * MIB)
    (result,) = execute(bench(sampled, verify=VerifyMode.SAMPLE))
    assert result.verdict is WipeVerdict.ERASED
    assert 2.4 * MIB <= result.observed.bytes_verified < 24 * MIB
    (result,) = execute(bench(sampled, verify=VerifyMode.NONE))
    assert result.verdict is WipeVerdict.UNPROVEN


def test_a_byte_changed_behind_the_kernels_back_before_the_read_back_is_found(
    make_loop: Make, bench: MakeBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recond.host.block import DirectDevice

    loop = make_loop(32 * MIB)
    real = DirectDevice.drop_caches

    def change(device: DirectDevice) -> None:
        # Through another door, as a failing drive would: the file under the loop device.
        with loop.file.open("r+b") as file:
            file.seek(17 * MIB + 77)
            file.write(OLD)
        real(device)

    monkeypatch.setattr(DirectDevice, "drop_caches", change)
    (result,) = execute(bench(loop))
    assert result.verdict is WipeVerdict.FAILED
    assert [(one.offset, one.length) for one in result.observed.mismatches] == [(17 * MIB, 512)]


def test_several_disks_at_once_and_one_that_fails_does_not_stop_the_others(
    small_place: Path, make_loop: Make, bench: MakeBench
) -> None:
    file = small_place / "weak.img"
    with file.open("wb") as handle:
        handle.truncate(40 * MIB)
    loops = [make_loop(48 * MIB), make_loop(0, file=file), make_loop(48 * MIB)]
    own = bench(*loops)
    plan, _ = own.plan()
    after: list[WipeResult] = []
    results = wipe.execute(
        own.host,
        plan,
        plan.id,
        own.plan,
        states=own.states,
        tell=own.told.append,
        before=lambda disk: own.began.append(disk.name),
        cancel=threading.Event(),
        after=after.append,
    )
    verdicts = {one.disk.path: one.verdict for one in results}
    assert list(verdicts) == [disk.path for disk in plan.disks]
    assert [verdicts[loop.path] for loop in loops] == [
        WipeVerdict.ERASED,
        WipeVerdict.FAILED,
        WipeVerdict.ERASED,
    ]
    for loop in (loops[0], loops[2]):
        assert OLD[:16] not in loop.data()
    assert {one.disk.path for one in after} == set(verdicts) and set(own.began) == {loop.name for loop in loops}
    (weak,) = [one for one in results if one.disk.path == loops[1].path]
    # The kernel answers ENOSPC below the disk's own size: a disk that is not what it says it is ends at once.
    assert weak.observed.vanished and weak.observed.bytes_written < 40 * MIB
    assert weak.observed.error is not None and "ENOSPC" in weak.observed.error


def test_cancel_ends_as_interrupted_keeps_the_place_and_goes_on(make_loop: Make, bench: MakeBench) -> None:
    loop = make_loop(256 * MIB)
    own = bench(loop)
    cancel = threading.Event()
    plan, _ = own.plan()

    def stop_early(disk: Disk) -> None:
        threading.Timer(0.05, cancel.set).start()

    (result,) = wipe.execute(
        own.host,
        plan,
        plan.id,
        own.plan,
        states=own.states,
        tell=own.told.append,
        before=stop_early,
        cancel=cancel,
    )
    assert result.verdict is WipeVerdict.INTERRUPTED
    (state,) = own.state_files()
    assert state["schema"] == "recond.wipe-state/1"
    (result,) = execute(own)
    assert result.verdict is WipeVerdict.ERASED and OLD[:16] not in loop.data()


def test_the_held_disk_cannot_be_mounted_or_opened_exclusively_by_others(make_loop: Make, bench: MakeBench) -> None:
    import errno
    import os

    loop = make_loop(8 * MIB)
    own = bench(loop)
    plan, _ = own.plan()
    (warrant,) = own.host.issue(plan, plan.id, own.plan)
    with pytest.raises(OSError) as caught:
        os.open(loop.path, os.O_RDWR | os.O_EXCL)
    assert caught.value.errno == errno.EBUSY
    warrant.close()
    os.close(os.open(loop.path, os.O_RDWR | os.O_EXCL))


def test_when_recording_the_start_fails_nothing_is_written(make_loop: Make, bench: MakeBench) -> None:
    loop = make_loop(8 * MIB)
    own = bench(loop)
    plan, _ = own.plan()

    def full(disk: Disk) -> None:
        raise OSError("the stick is full")

    with pytest.raises(OSError, match="full"):
        wipe.execute(
            own.host,
            plan,
            plan.id,
            own.plan,
            states=own.states,
            tell=own.told.append,
            before=full,
            cancel=threading.Event(),
        )
    assert loop.data() == (OLD * (8 * MIB // 32))


def test_a_certificate_that_cannot_be_kept_does_not_stop_the_other_disks(make_loop: Make, bench: MakeBench) -> None:
    loops = [make_loop(8 * MIB), make_loop(160 * MIB)]
    own = bench(*loops)
    plan, _ = own.plan()

    def after(result: WipeResult) -> None:
        raise OSError("the stick is full")

    with pytest.raises(OSError, match="full"):
        wipe.execute(
            own.host,
            plan,
            plan.id,
            own.plan,
            states=own.states,
            tell=own.told.append,
            before=lambda disk: None,
            cancel=threading.Event(),
            after=after,
        )
    for loop in loops:
        assert OLD[:16] not in loop.data()


def test_no_more_disks_at_once_than_allowed_and_a_stop_leaves_the_others_untouched(
    make_loop: Make, bench: MakeBench
) -> None:
    loops = [make_loop(24 * MIB) for _ in range(3)]
    own = bench(*loops)
    cancel = threading.Event()
    plan, _ = own.plan()

    def after(result: WipeResult) -> None:
        if not cancel.is_set():
            # The others have not begun: what is on them is still all there.
            left = [loop for loop in loops if loop.path != result.disk.path]
            assert all(loop.data() == OLD * (24 * MIB // len(OLD)) for loop in left)
        cancel.set()

    results = wipe.execute(
        own.host,
        plan,
        plan.id,
        own.plan,
        states=own.states,
        tell=own.told.append,
        before=lambda disk: None,
        cancel=cancel,
        after=after,
        at_once=1,
    )
    assert [one.verdict for one in results].count(WipeVerdict.ERASED) == 1
    assert [one.verdict for one in results].count(WipeVerdict.INTERRUPTED) == 2
    assert sum(OLD[:16] in loop.data() for loop in loops) == 2
