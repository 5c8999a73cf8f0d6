"""Run by the tests in a process of its own, to be killed in the middle of unpacking: DEVICE'S-FILE DEVICE IMAGE-FOLDER."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from recond.flow import install
from recond.host.local import LocalHost
from tests.block.install_bench import Bench


def main() -> None:
    file, device, folder = sys.argv[1:]
    one = Bench(LocalHost(), Path(file), device)
    offers, _ = install.find_images(one.host, (Path(folder),))

    def die_when_unpacking() -> None:
        base = Path("/run/recond/install")
        while not any(base.glob("*/root/usr/share/bulk")):
            time.sleep(0.002)
        os.kill(os.getpid(), signal.SIGKILL)

    def tell(title: str, share: float | None) -> None:
        if title == "Copie du système" and share is None:
            threading.Thread(target=die_when_unpacking, daemon=True).start()

    one.install(offers[0].image, tell=tell)


main()
