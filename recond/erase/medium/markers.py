"""Marks put on a disk before its firmware erases it, and a sample of what was there: the proof that it did.

A drive that answers "done" is not believed. Marks are random, so no drive can foresee them; they are read back before
the erase, so a drive that dropped them proves nothing; and a sample of the donor's own data is compared too, so a drive
that erases only what was written last is found out. What the disk holds afterwards (zeros, noise, a maker's text) is
not judged: only what must be gone.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from recond.core.ports import BlockDevice
from recond.core.verdict import ByteRange
from recond.erase.medium import faults
from recond.erase.medium.buffers import PageBuffer
from recond.erase.medium.pattern import AesPattern
from recond.erase.medium.sweep import Stopped
from recond.erase.method import Stop

PAIRS = 80
"""Pairs of marks: some more than the 64 that the proof needs, because a bad sector may refuse one."""

SAMPLES = 1024
"""Places of the donor's data that are compared."""

MARK = 4096
PIECE = 16
"""Bytes of a mark that prove that it survived: sixteen equal random bytes are no accident."""


@dataclass(slots=True)
class Proof:
    """What was put on and seen before the erase, and what is left of it after. `held`: what was seen where before, also
    below the marks, from the first attempt on this disk on (see `erase.method.Job`)."""

    device: BlockDevice
    marks: AesPattern
    stop: Stop
    beat: Callable[[], None]
    length: int
    held: dict[int, set[bytes]]
    samples: int = 0
    places: list[int] = field(default_factory=list)
    survived: int = 0
    unread: int = 0
    same: list[ByteRange] = field(default_factory=list)
    unreadable: list[ByteRange] = field(default_factory=list)
    bytes_compared: int = 0
    written: dict[int, bytes] = field(default_factory=dict)
    buffer: PageBuffer = field(init=False)

    def __post_init__(self) -> None:
        self.buffer = PageBuffer(self.length)

    def at(self, offset: int) -> bytes:
        """Return the mark that belongs at an offset (made once: there are few)."""
        if offset not in self.written:
            mark = bytearray(self.length)
            self.marks.fill(offset, memoryview(mark))
            self.written[offset] = bytes(mark)
        return self.written[offset]


def prepare(
    device: BlockDevice,
    seed: bytes,
    random: Random,
    stop: Stop,
    beat: Callable[[], None],
    held: dict[int, set[bytes]],
) -> Proof:
    """Read a sample of the disk, then write the marks, flush, and read them back.

    `beat` is called at each place, so that a drive that hangs shows. `held` is what attempts before this one saw, by
    offset; what this one sees is added. Raises OSError when the disk is gone, Stopped.
    """
    proof = Proof(device, AesPattern(seed), stop, beat, max(MARK, device.block_bytes), held)
    slots = device.size_bytes // proof.length
    mark_slots = _places(slots, PAIRS, 2, random)
    marked = set(mark_slots)
    for slot in sorted(set(_places(slots, SAMPLES, 1, random)) | set(mark_slots)):
        data = _read(proof, slot * proof.length)
        # A block of one repeated byte is blank: it would be the same after an erase too.
        if data is not None and data.count(data[0]) != len(data):
            held.setdefault(slot * proof.length, set()).add(data)
            proof.samples += slot not in marked
    written = [slot * proof.length for slot in mark_slots if _write(proof, slot * proof.length)]
    try:
        device.flush()
    except OSError as error:
        if not faults.is_bad_place(error):
            raise
        # A drive that takes no write (after a failed sanitize) can still be told to erase itself; nothing is proved then.
        return proof
    device.drop_caches()
    proof.places = [offset for offset in written if _read(proof, offset) == proof.at(offset)]
    return proof


def compare(proof: Proof, device: BlockDevice, random: Random) -> None:
    """After the erase: look for every mark and every sampled block, and read a fresh sample over the whole disk.

    Raises OSError when the disk is gone, Stopped.
    """
    proof.device = device
    device.drop_caches()
    for offset in proof.places:
        held = _read(proof, offset)
        if held is None:
            proof.unread += 1
        elif _shares(held, proof.at(offset)):
            proof.survived += 1
        elif held in proof.held.get(offset, ()):
            # A drive that forgets what it was given last, and finds the donor's data again below it.
            proof.same.append(ByteRange(offset, proof.length))
    # The donor's data may come back from below the marks of an earlier attempt, so its places are looked at again too.
    for offset in sorted(proof.held.keys() - set(proof.places)):
        held = _read(proof, offset)
        if held is None:
            proof.unreadable.append(ByteRange(offset, proof.length))
        elif held in proof.held[offset]:
            proof.same.append(ByteRange(offset, proof.length))
        else:
            proof.bytes_compared += proof.length
    for slot in _places(device.size_bytes // proof.length, SAMPLES, 1, random):
        offset = slot * proof.length
        if offset in proof.held or offset in proof.places:
            continue
        if _read(proof, offset) is None:
            proof.unreadable.append(ByteRange(offset, proof.length))
        else:
            proof.bytes_compared += proof.length


def _places(slots: int, strata: int, each: int, random: Random) -> list[int]:
    """Return `each` different random slots of each of `strata` equal parts, sorted."""
    found: set[int] = set()
    for number in range(strata):
        first, end = slots * number // strata, slots * (number + 1) // strata
        found.update(random.sample(range(first, end), min(each, end - first)))
    return sorted(found)


def _check(proof: Proof) -> None:
    proof.beat()
    if proof.stop.is_set():
        raise Stopped


def _read(proof: Proof, offset: int) -> bytes | None:
    _check(proof)
    buffer = proof.buffer
    try:
        if proof.device.read_into(offset, buffer.view) != proof.length:
            raise OSError(errno.EIO, "read in part only")
    except OSError as error:
        if not faults.is_bad_place(error):
            raise
        return None
    return bytes(buffer.view)


def _write(proof: Proof, offset: int) -> bool:
    _check(proof)
    buffer = proof.buffer
    buffer.view[:] = proof.at(offset)
    try:
        return proof.device.write_from(offset, buffer.view) == proof.length
    except OSError as error:
        if not faults.is_bad_place(error):
            raise
        return False


def _shares(held: bytes, mark: bytes) -> bool:
    return any(a == b for a, b in zip(_pieces(held), _pieces(mark), strict=True))


def _pieces(data: bytes) -> Iterator[bytes]:
    return (data[at : at + PIECE] for at in range(0, len(data), PIECE))
