"""The overwrite engine on drives made of memory: whole, damaged, vanishing, lying, stopped, resumed."""

from __future__ import annotations

import errno
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recond.core.verdict import ByteRange, Observed, VerifyMode, WipeVerdict
from recond.erase import registry
from recond.erase.medium import passes
from recond.erase.medium.buffers import CHUNK
from recond.erase.medium.pattern import AesPattern
from recond.erase.method import Job
from tests.unit.erase_fakes import OLD, FakeHost, MemoryDrive, MemoryStates, disk_of, job_for

MIB = 1 << 20
METHODS = ("overwrite-aes", "overwrite-zero")


def wipe(job: Job) -> tuple[Observed, WipeVerdict]:
    method = registry.method(job.item.method)
    seen = method.wipe(job)
    return seen, method.judge(seen)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", [512, 4096, 4 * MIB, 4 * MIB + 512, 13 * MIB + 3 * 512])
def test_every_byte_is_replaced_whatever_the_size(method: str, size: int) -> None:
    drive = MemoryDrive(size)
    seen, verdict = wipe(job_for(drive, method=method))
    assert verdict is WipeVerdict.ERASED
    assert drive.old_bytes_left == 0
    assert (seen.bytes_written, seen.bytes_verified) == (size, size)
    assert drive.flushes >= 1


def test_zero_is_zero_and_the_keystream_can_be_checked_again_from_the_seed_on_record() -> None:
    drive = MemoryDrive(5 * MIB)
    wipe(job_for(drive, method="overwrite-zero"))
    assert drive.medium == bytes(5 * MIB)
    seen, _ = wipe(job_for(drive))
    assert seen.pattern is not None
    again = AesPattern(bytes.fromhex(seen.pattern.split(":")[1]))
    for offset in (0, 4 * MIB, 4 * MIB + 512 * 3):
        part = bytearray(512)
        again.fill(offset, memoryview(part))
        assert drive.medium[offset : offset + 512] == part


def test_each_wipe_has_its_own_seed() -> None:
    host = FakeHost()
    first, _ = wipe(job_for(MemoryDrive(4096), host=host))
    second, _ = wipe(job_for(MemoryDrive(4096), host=host))
    assert first.pattern != second.pattern


def test_a_disk_with_4096_byte_blocks_and_an_odd_tail_is_erased_with_the_tail_named() -> None:
    drive = MemoryDrive(2 * MIB + 512, block=4096)
    seen, verdict = wipe(job_for(drive))
    assert verdict is WipeVerdict.ERASED_WITH_EXCEPTIONS
    assert seen.bad_ranges == (ByteRange(2 * MIB, 512),)
    assert drive.old_bytes_left == 1


@pytest.mark.parametrize("number", sorted({errno.EIO, errno.ENODATA, errno.EREMOTEIO, errno.ETIMEDOUT}))
def test_a_bad_sector_is_retried_small_named_and_nothing_else_is_lost(number: int) -> None:
    drive = MemoryDrive(9 * MIB)
    drive.write_errors = {5 * MIB + 512: number}
    seen, verdict = wipe(job_for(drive))
    assert verdict is WipeVerdict.ERASED_WITH_EXCEPTIONS
    assert seen.bad_ranges == (ByteRange(5 * MIB, 4096),)
    assert drive.old_bytes_left == 8
    assert seen.bytes_written == seen.bytes_verified == 9 * MIB - 4096
    # Three chunks, and one retry of each piece of the one that failed: never a loop.
    assert drive.writes == 3 + CHUNK // 4096


def test_a_sector_that_cannot_be_read_back_is_an_exception_not_a_success() -> None:
    drive = MemoryDrive(9 * MIB)
    drive.read_errors = {6 * MIB: errno.EIO}
    seen, verdict = wipe(job_for(drive))
    assert verdict is WipeVerdict.ERASED_WITH_EXCEPTIONS
    assert seen.bad_ranges == (ByteRange(6 * MIB, 4096),)


def test_a_wreck_ends_the_wipe_as_failed_instead_of_taking_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "BAD_LIMIT", 50)
    drive = MemoryDrive(40 * MIB)
    drive.write_errors = dict.fromkeys(range(0, 40 * MIB, 8192), errno.EIO)
    job = job_for(drive)
    ground = passes.Ground(drive, AesPattern(bytes(32)), job.stop, lambda: None)
    assert ground.bad._limit == 50
    seen, verdict = wipe(job)
    assert verdict is WipeVerdict.FAILED
    assert seen.error is not None and "secteurs" in seen.error
    assert drive.writes < 40 * MIB // 4096


@pytest.mark.parametrize("number", [errno.ENODEV, errno.ENXIO, errno.ENOSPC])
def test_a_vanished_disk_aborts_at_once_and_is_failed(number: int) -> None:
    drive = MemoryDrive(64 * MIB)
    drive.write_errors = dict.fromkeys(range(20 * MIB, 64 * MIB, 4096), number)
    seen, verdict = wipe(job_for(drive))
    assert verdict is WipeVerdict.FAILED
    assert seen.vanished
    assert drive.writes <= 5 + 3, "no retry on a disk that is gone"


def test_a_disk_that_vanishes_while_read_back_is_failed() -> None:
    drive = MemoryDrive(16 * MIB)
    drive.read_errors = {10 * MIB: errno.ENODEV}
    seen, verdict = wipe(job_for(drive))
    assert verdict is WipeVerdict.FAILED and seen.vanished


def test_a_flush_that_fails_is_never_erased() -> None:
    class Unflushed(MemoryDrive):
        def flush(self) -> None:
            raise OSError(errno.EIO, "cache lost")

    _, verdict = wipe(job_for(Unflushed(4 * MIB)))
    assert verdict is WipeVerdict.FAILED


def test_an_error_that_is_no_bad_place_ends_the_wipe() -> None:
    drive = MemoryDrive(8 * MIB)
    drive.write_errors = {0: errno.EPERM}
    seen, verdict = wipe(job_for(drive))
    assert verdict is WipeVerdict.FAILED and not seen.bad_ranges


def test_one_byte_changed_between_write_and_read_back_is_found() -> None:
    class Flips(MemoryDrive):
        def drop_caches(self) -> None:
            self.medium[7 * MIB + 1234] ^= 1

    seen, verdict = wipe(job_for(Flips(12 * MIB)))
    assert verdict is WipeVerdict.FAILED
    assert seen.mismatches == (ByteRange((7 * MIB + 1234) // 512 * 512, 512),)


def test_without_read_back_it_is_unproven_whatever_was_written() -> None:
    drive = MemoryDrive(8 * MIB)
    _, verdict = wipe(job_for(drive, verify=VerifyMode.NONE))
    assert verdict is WipeVerdict.UNPROVEN


def test_a_sample_reads_a_tenth_at_least_and_the_ends() -> None:
    drive = MemoryDrive(32 * MIB)
    seen, verdict = wipe(job_for(drive, verify=VerifyMode.SAMPLE))
    assert verdict is WipeVerdict.ERASED
    assert 32 * MIB // 10 <= seen.bytes_verified < 32 * MIB
    for at in (0, 32 * MIB - 512):

        class LastMoment(MemoryDrive):
            place = at

            def drop_caches(self) -> None:
                self.medium[self.place : self.place + 16] = OLD

        assert wipe(job_for(LastMoment(32 * MIB), verify=VerifyMode.SAMPLE))[1] is WipeVerdict.FAILED


class Liar(MemoryDrive):
    """Says yes and does something else with chosen writes: drops, tears, puts elsewhere, flips a bit, keeps stale data.

    Its reads are honest: what no reading can show is beyond any proof.
    """

    def __init__(self, size: int, lies: dict[int, str]) -> None:
        super().__init__(size)
        self.lies = lies
        self.told = 0

    def store(self, offset: int, data: bytes) -> None:
        lie = self.lies.get(offset // 65536)
        # A chunk is one write: the lie bites on the blocks of 64 KiB inside it.
        for start in range(0, len(data), 65536):
            part = data[start : start + 65536]
            lie = self.lies.get((offset + start) // 65536)
            self.tell_or_store(offset + start, part, lie)

    def tell_or_store(self, at: int, part: bytes, lie: str | None) -> None:
        if lie is None:
            self.medium[at : at + len(part)] = part
            return
        self.told += 1
        if lie == "torn":
            half = len(part) // 2
            self.medium[at : at + half] = part[:half]
        elif lie == "flip":
            self.medium[at : at + len(part)] = part
            self.medium[at + len(part) - 1] ^= 0x80
        elif lie == "elsewhere":
            other = (at + 65536) % max(65536, len(self.medium) - len(part))
            self.medium[other : other + len(part)] = part
        elif lie == "last-block":
            self.medium[at : at + len(part) - 512] = part[:-512]
        # "drop": nothing is stored.


@settings(max_examples=120, deadline=None)
@given(
    st.integers(min_value=1, max_value=9 * 2048),
    st.dictionaries(
        st.integers(min_value=0, max_value=143),
        st.sampled_from(["drop", "torn", "flip", "elsewhere", "last-block"]),
        max_size=4,
    ),
    st.sampled_from(METHODS),
    st.dictionaries(st.integers(0, 9 * 2048), st.sampled_from([errno.EIO, errno.ENODATA]), max_size=2),
    st.sampled_from([VerifyMode.FULL, VerifyMode.SAMPLE, VerifyMode.NONE]),
)
def test_erased_means_that_no_old_byte_is_readable(
    blocks: int, lies: dict[int, str], method: str, bad: dict[int, int], verify: VerifyMode
) -> None:
    drive = Liar(blocks * 512, lies)
    drive.write_errors = {block * 512: number for block, number in bad.items()}
    seen, verdict = wipe(job_for(drive, method=method, verify=verify))
    if verdict is WipeVerdict.ERASED and verify is VerifyMode.FULL:
        assert drive.old_bytes_left == 0
        assert seen.bytes_verified == drive.size_bytes
    if verdict is WipeVerdict.ERASED_WITH_EXCEPTIONS and verify is VerifyMode.FULL:
        for one in seen.bad_ranges:
            drive.medium[one.offset : one.offset + one.length] = bytes(one.length)
        assert drive.old_bytes_left == 0, "what is not named as an exception is erased"
    if verify is VerifyMode.NONE:
        assert verdict not in (WipeVerdict.ERASED, WipeVerdict.ERASED_WITH_EXCEPTIONS)
    if not lies and not bad and verify is VerifyMode.FULL:
        assert verdict is WipeVerdict.ERASED


def test_a_stop_ends_as_interrupted_and_the_wipe_goes_on_where_it_was() -> None:
    drive = MemoryDrive(40 * MIB)
    stop = threading.Event()
    states = MemoryStates()
    drive.on_write = lambda offset, length: stop.set() if offset >= 16 * MIB else None
    seen, verdict = wipe(job_for(drive, states=states, stop=stop))
    assert verdict is WipeVerdict.INTERRUPTED and seen.interrupted
    (kept,) = states.now.values()
    assert 0 < kept["written"] < 40 * MIB
    first_old = drive.medium.index(OLD)
    assert kept["written"] <= first_old, "below the offset that is kept nothing old is left"
    offsets: list[int] = []
    drive.on_write = lambda offset, length: offsets.append(offset)
    again, verdict = wipe(job_for(drive, states=states))
    assert verdict is WipeVerdict.ERASED
    assert min(offsets) == kept["written"]
    assert again.bytes_verified == again.bytes_written == 40 * MIB
    assert drive.old_bytes_left == 0
    assert states.now == {}


def test_after_a_power_cut_only_what_was_flushed_counts() -> None:
    drive = MemoryDrive(12 * MIB)
    states = MemoryStates()
    job = job_for(drive, states=states)
    states.save(
        job.disk.key,
        {
            "schema": "recond.wipe-state/1",
            "method": "overwrite-aes",
            "disk": job.disk.identity,
            "seed": "11" * 32,
            "written": 8 * MIB,
            "safe": 4 * MIB,
            "boot_id": "another boot",
            "bad": [],
        },
    )
    offsets: list[int] = []
    drive.on_write = lambda offset, length: offsets.append(offset)
    _, verdict = wipe(job)
    assert min(offsets) == 4 * MIB
    # The first 4 MiB were claimed and never written: the read-back of the whole disk finds it.
    assert verdict is WipeVerdict.FAILED


@pytest.mark.parametrize("verify", [VerifyMode.NONE, VerifyMode.SAMPLE])
def test_a_resumed_wipe_is_always_read_back_whole(verify: VerifyMode) -> None:
    drive = MemoryDrive(40 * MIB)
    stop = threading.Event()
    states = MemoryStates()
    drive.on_write = lambda offset, length: stop.set()
    assert wipe(job_for(drive, states=states, stop=stop, verify=verify))[1] is WipeVerdict.INTERRUPTED
    seen, _ = wipe(job_for(drive, states=states, verify=verify))
    assert seen.verify is VerifyMode.FULL and seen.bytes_verified == 40 * MIB


def test_a_kept_offset_that_lies_on_no_block_is_rounded_down() -> None:
    drive = MemoryDrive(12 * MIB)
    states = MemoryStates()
    job = job_for(drive, states=states)
    states.save(
        job.disk.key,
        {
            "schema": "recond.wipe-state/1", "method": "overwrite-aes", "disk": job.disk.identity, "seed": "11" * 32,
            "written": 5 * MIB + 7, "safe": 0, "boot_id": "boot-1", "bad": [],
        },
    )  # fmt: skip
    offsets: list[int] = []
    drive.on_write = lambda offset, length: offsets.append(offset)
    wipe(job)
    assert min(offsets) == 4 * MIB


@pytest.mark.parametrize(
    "spoil",
    [
        {"method": "overwrite-zero"},
        {"schema": "other/1"},
        {"seed": "zz"},
        {"seed": "11"},
        {"written": -1},
        {"written": 99 * MIB},
        {"safe": 6 * MIB},
        {"bad": [[1]]},
        {"disk": {"model": "ANOTHER", "serial": "X", "wwn": None, "size_bytes": 8 * MIB}},
        {"boot_id": ...},
    ],
)
def test_a_state_that_is_not_this_wipes_is_not_believed(spoil: dict[str, object]) -> None:
    drive = MemoryDrive(8 * MIB)
    states = MemoryStates()
    job = job_for(drive, states=states)
    state: dict[str, object] = {
        "schema": "recond.wipe-state/1",
        "method": "overwrite-aes",
        "disk": {"model": "FAKE DRIVE", "serial": "SN-sda", "wwn": None, "size_bytes": 8 * MIB},
        "seed": "11" * 32,
        "written": 4 * MIB,
        "safe": 4 * MIB,
        "boot_id": "boot-1",
        "bad": [],
    }
    states.now[job.disk.key] = {key: value for key, value in {**state, **spoil}.items() if value is not ...}
    offsets: list[int] = []
    drive.on_write = lambda offset, length: offsets.append(offset)
    _, verdict = wipe(job)
    assert min(offsets) == 0 and verdict is WipeVerdict.ERASED


def test_bad_places_survive_an_interruption() -> None:
    drive = MemoryDrive(40 * MIB)
    drive.write_errors = {0: errno.EIO}
    stop = threading.Event()
    states = MemoryStates()

    def on_write(offset: int, length: int) -> None:
        if offset == CHUNK - 4096:
            stop.set()  # the last piece of the damaged chunk: it is finished after this one
        elif offset >= CHUNK:
            stop.wait(10)

    drive.on_write = on_write
    assert wipe(job_for(drive, states=states, stop=stop))[1] is WipeVerdict.INTERRUPTED
    drive.write_errors = {}
    drive.on_write = lambda offset, length: None
    seen, verdict = wipe(job_for(drive, states=states))
    assert verdict is WipeVerdict.ERASED_WITH_EXCEPTIONS
    assert seen.bad_ranges == (ByteRange(0, 4096),)


def test_a_full_stick_does_not_stop_a_wipe() -> None:
    drive = MemoryDrive(8 * MIB)
    _, verdict = wipe(job_for(drive, states=MemoryStates(broken=True)))
    assert verdict is WipeVerdict.ERASED


def test_the_seed_is_kept_before_the_first_byte_is_written() -> None:
    drive = MemoryDrive(4 * MIB)
    states = MemoryStates()
    known: list[int] = []
    drive.on_write = lambda offset, length: known.append(len(states.kept))
    wipe(job_for(drive, states=states))
    assert known[0] >= 1


def test_a_thread_that_dies_of_a_bug_does_not_leave_a_hole() -> None:
    class Buggy(MemoryDrive):
        def store(self, offset: int, data: bytes) -> None:
            if offset == 4 * MIB:
                raise ZeroDivisionError
            super().store(offset, data)

    with pytest.raises(ZeroDivisionError):
        wipe(job_for(Buggy(16 * MIB)))


def test_caveats_say_what_an_overwrite_does_not_reach() -> None:
    for name in METHODS:
        reached = registry.method(name).reaches(disk_of(MIB))
        assert any("réserve" in text for text in reached.caveats)
        assert reached.basis
