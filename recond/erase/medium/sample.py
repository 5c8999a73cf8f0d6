"""Which places a sample reads: spread over the whole disk, unforeseeable, first and last included."""

from __future__ import annotations

from random import Random

from recond.core.verdict import ByteRange

STRATA = 1000
"""Parts of the disk that each give two samples (NIST SP 800-88 Rev. 1, 4.7.3: at least a thousand subsections, two
places in each, a tenth of the medium in all, its first and last addresses included)."""

SHARE = 0.05


def stratified(size_bytes: int, block_bytes: int, random: Random, *, least_bytes: int = 64 << 10) -> list[ByteRange]:
    """Return the places to read, sorted, none overlapping another, all on multiples of `block_bytes`."""
    blocks = size_bytes // block_bytes
    per_stratum = max(blocks // STRATA, 2 * max(1, least_bytes // block_bytes))
    found = {0: 1, max(0, blocks - 1): 1}
    for first in range(0, blocks, per_stratum):
        half = min(per_stratum, blocks - first) // 2
        length = min(half, max(int(per_stratum * SHARE) + 1, 1))
        for start in (first, first + half) if length else ():
            at = start + random.randrange(half - length + 1)
            found[at] = max(found.get(at, 0), length)
    return _merged([ByteRange(at * block_bytes, length * block_bytes) for at, length in sorted(found.items())])


def _merged(ranges: list[ByteRange]) -> list[ByteRange]:
    kept: list[ByteRange] = []
    for one in ranges:
        if kept and one.offset <= kept[-1].offset + kept[-1].length:
            end = max(one.offset + one.length, kept[-1].offset + kept[-1].length)
            kept[-1] = ByteRange(kept[-1].offset, end - kept[-1].offset)
        else:
            kept.append(one)
    return kept
