"""The processor, from /proc/cpuinfo, with psutil's counts."""

from __future__ import annotations

from recond.core.identity import real
from recond.core.machine import Cpu
from recond.core.ports import Counts
from recond.core.text import clean
from recond.probe.dmi import Dmi

LEVELS = (
    frozenset(["lm", "cmov", "cx8", "fpu", "fxsr", "mmx", "syscall", "sse", "sse2"]),
    frozenset(["cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"]),
    frozenset(["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"]),
    frozenset(["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]),
)
"""Flags, under Linux's names, that each x86-64 level adds (System V psABI for x86-64, table 3.1)."""


def level_of(flags: frozenset[str]) -> int | None:
    """Return the x86-64 level 1..4, None for a processor that has not even the first (32 bits)."""
    level = 0
    for needed in LEVELS:
        if not needed <= flags:
            break
        level += 1
    return level or None


def parse_cpuinfo(data: bytes) -> list[dict[str, str]]:
    """Return one mapping a logical processor."""
    found = []
    for block in data.decode("utf-8", "replace").split("\n\n"):
        pairs = (line.partition(":") for line in block.splitlines())
        values = {key.strip(): value.strip() for key, separator, value in pairs if separator}
        if "processor" in values:
            found.append(values)
    return found


def read_cpu(data: bytes | None, counts: Counts, dmi: Dmi) -> Cpu:
    """Return the processor's facts; `data` is /proc/cpuinfo."""
    listed = parse_cpuinfo(data or b"")
    first = listed[0] if listed else {}
    flags = frozenset(first.get("flags", "").split())
    packages = {one["physical id"] for one in listed if "physical id" in one}
    return Cpu(
        model=real(clean(first.get("model name")), is_name=True) or real(dmi.cpu_model, is_name=True),
        sockets=len(packages) or dmi.sockets,
        cores=counts.cores,
        threads=counts.threads,
        max_mhz=round(counts.max_mhz) if counts.max_mhz else None,
        level=level_of(flags),
        is_64bit="lm" in flags if flags else None,
        has_aes="aes" in flags if flags else None,
    )
