"""The memory test: one memtester a processor thread, together on most of what is free, with a deadline; it can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event, Lock

from recond.core.health_memory import judge_memory
from recond.core.machine import Machine, MemoryTest
from recond.core.ports import Host
from recond.core.words import N_
from recond.probe import memtester
from recond.probe.kernel_log import read_kernel_log
from recond.probe.memory_errors import read_memory_errors

MOST_WORKERS = 8


def check_memory(machine: Machine, host: Host, stop: Event, tell: Callable[[float], None]) -> Machine:
    """Test the memory and return the machine with the result and its new verdict. `tell` is told the share done, 0 to 1.

    What could not be tested is said in the result, never passed over: a memory tested in part says how much.
    """
    found = _run(machine, host, stop, tell)
    errors = read_memory_errors(host, read_kernel_log(host))
    memory = replace(machine.memory, test=found, errors=errors)
    return replace(machine, memory=replace(memory, health=judge_memory(memory)))


def _run(machine: Machine, host: Host, stop: Event, tell: Callable[[float], None]) -> MemoryTest:
    total = machine.memory.os_visible_bytes or machine.memory.total_bytes or 0
    free = memtester.free_bytes(host.read("/proc/meminfo"))
    if free is None:
        return MemoryTest(0, total, why_not=N_("la mémoire libre ne se lit pas"))
    sizes = memtester.shares(free, min(host.counts().threads or 1, MOST_WORKERS))
    if not sizes:
        return MemoryTest(0, total, why_not=N_("pas assez de mémoire libre pour un test"))
    steps, lock = 0, Lock()

    def line(text: str) -> None:
        nonlocal steps
        if memtester.is_step(text):
            with lock:
                steps += 1
                tell(min(1.0, steps / (memtester.STEPS * len(sizes))))

    tell(0.0)
    with ThreadPoolExecutor(max_workers=len(sizes), thread_name_prefix="ram") as pool:
        commands = [memtester.command(mib, sum(sizes), line, stop.is_set) for mib in sizes]
        ended = list(pool.map(host.run, commands))
    failures = tuple(text for done in ended for text in memtester.failures(done))
    unfinished = next((why for done in ended if (why := memtester.why_unfinished(done))), None)
    return MemoryTest(sum(memtester.tested_bytes(done) for done in ended), total, failures, unfinished)
