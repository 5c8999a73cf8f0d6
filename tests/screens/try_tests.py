"""Functional tests on a machine made of files: its keyboard and touchpad are pipes, its /sys and /proc a folder.

Run on a pseudo-terminal by test_functional_*.py: `try_tests.py ROOT LAYOUT TEST...`; the results go to ROOT/results.json.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console

from recond.core import canonical
from recond.core.machine import Battery, Chassis, Machine, Network, System
from recond.core.ports import Counts, Inputs
from recond.flow.functional.bench import Bench
from recond.flow.testing import chosen
from recond.host.inputs import LocalInputs
from recond.host.local import LocalHost
from recond.ui.console import make_console, wants_simple
from recond.ui.person import ConsolePerson


class FilesHost(LocalHost):
    """Reads below a folder; programs are those of the PATH."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        return super().read(f"{self.root}{path}", limit)

    def names(self, path: str) -> tuple[str, ...]:
        return super().names(f"{self.root}{path}")

    def link(self, path: str) -> str | None:
        found = super().link(f"{self.root}{path}")
        return found.removeprefix(str(self.root)) if found else None

    def counts(self) -> Counts:
        return Counts(1 << 30, 1, 1, None)

    def inputs(self, paths: tuple[str, ...], *, alone: bool) -> Inputs:
        found = LocalInputs(tuple(f"{self.root}{path}" for path in paths), alone=alone)
        return Unrooted(found, str(self.root))


class Unrooted:
    """Names the pipes as the machine does."""

    def __init__(self, inner: LocalInputs, root: str) -> None:
        self._inner, self._root = inner, root

    def read(self, timeout_s: float) -> tuple[tuple[str, bytes], ...]:
        return tuple((path.removeprefix(self._root), data) for path, data in self._inner.read(timeout_s))

    def close(self) -> None:
        self._inner.close()


def main() -> None:
    root, layout, *names = sys.argv[1:]
    host = FilesHost(Path(root))
    console: Console = make_console()
    machine = Machine(
        system=System(
            chassis=Chassis((Path(root) / "chassis").read_text() if (Path(root) / "chassis").exists() else "laptop")
        ),
        batteries=tuple(Battery(name) for name in host.names("/sys/class/power_supply") if name.startswith("BAT")),
        networks=tuple(Network(name, "wifi") for name in host.names("/sys/class/net") if name.startswith("wl")),
    )
    person = ConsolePerson(console, present=sys.stdin.isatty(), can_draw=not wants_simple())
    bench = Bench(host, machine, person, layout=layout, patience_s=20, load_s=1.5)
    results = [test.on(bench) for test in chosen(names)]
    told = [{"name": one.name, "outcome": one.outcome, "reasons": one.reasons, **one.measured} for one in results]
    (Path(root) / "results.json").write_text(canonical.dumps(told))
    console.print("FINI")


if __name__ == "__main__":
    main()
