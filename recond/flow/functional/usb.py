"""USB sockets: a stick put into each; every one that sees it is counted."""

from __future__ import annotations

import time

from recond.core.functional import Outcome, TestResult
from recond.core.words import N_
from recond.flow.functional.bench import Bench, FunctionalTest, nobody, result, skipped
from recond.probe.usb_ports import Socket, is_plugged, read_sockets

FOOT = N_(" Entrée : terminer.")


def run(bench: Bench) -> TestResult:
    """Watch the sockets while a person goes round with a stick; what is plugged in already counts."""
    if not bench.person.present:
        return nobody("usb")
    sockets = read_sockets(bench.host)
    if not sockets:
        return result("usb", Outcome.NOT_DONE, N_("les ports USB ne se lisent pas sur cette machine"))
    told = all(socket.is_outside for socket in sockets)
    expected = len(sockets) if told else bench.person.number(N_("Combien de prises USB a cette machine ?"))
    if not expected:
        return skipped("usb")
    seen: set[str] = set()
    while True:
        _watch(bench, sockets, seen, expected)
        count = N_("{count} prise(s) sur {expected}").format(count=len(seen), expected=expected)
        if len(seen) >= expected:
            return result(
                "usb",
                Outcome.PASS,
                N_("{count} voient une clé").format(count=count),
                ports=expected,
                ports_seen=len(seen),
            )
        answer = bench.person.ask(
            N_("{count} ont vu une clé").format(count=count),
            {"R": N_("reprendre"), "E": N_("les autres sont en panne")},
        )
        if answer is None:
            return skipped("usb")
        if answer == "E":
            return result(
                "usb",
                Outcome.FAIL,
                N_("{count} voient une clé").format(count=count),
                ports=expected,
                ports_seen=len(seen),
            )


def _watch(bench: Bench, sockets: tuple[Socket, ...], seen: set[str], expected: int) -> None:
    moved, shown = time.monotonic(), -1
    while len(seen) < expected and not bench.stop.is_set() and time.monotonic() - moved < bench.patience_s:
        for socket in sockets:
            if socket.port not in seen and is_plugged(bench.host, socket):
                seen.add(socket.port)
                moved = time.monotonic()
        if shown != len(seen):
            shown = len(seen)
            bars = " ".join(["[####]"] * shown + ["[    ]"] * (expected - shown))
            head = N_(" PORTS USB   branchez une clé dans chaque prise, l'une après l'autre")
            bench.person.picture(
                (
                    head,
                    "",
                    f"   {bars}",
                    "",
                    N_("   {shown} sur {expected}").format(shown=shown, expected=expected),
                    "",
                    FOOT,
                )
            )
        if bench.person.pressed(0.4):
            return


TEST = FunctionalTest("usb", run)
