"""Run as a process by test_kill.py, which kills it: wipes one loop device slowly, as a drive of 60 MB/s would."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from recond.core.disk import Disk
from recond.flow import wipe
from recond.host.block import DirectDevice
from tests.block.conftest import Bench, Loop


def main() -> None:
    device, file, folder = sys.argv[1:]
    bench = Bench(Path(folder), [Loop(device, Path(file))])
    real = DirectDevice.write_from

    def slow(self: DirectDevice, offset: int, buffer: memoryview) -> int:
        time.sleep(0.2)
        return real(self, offset, buffer)

    DirectDevice.write_from = slow  # type: ignore[method-assign]
    plan, _ = bench.plan()

    def before(disk: Disk) -> None:
        (Path(folder) / "started").write_text(disk.name)

    wipe.execute(
        bench.host,
        plan,
        plan.id,
        bench.plan,
        states=bench.states,
        tell=lambda progress: None,
        before=before,
        cancel=threading.Event(),
    )


if __name__ == "__main__":
    main()
