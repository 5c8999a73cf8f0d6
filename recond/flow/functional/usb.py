"""USB sockets: a stick put into each; every one that sees it is counted."""

from __future__ import annotations

import time

from recond.core.functional import Outcome, TestResult
from recond.flow.functional.bench import Bench, FunctionalTest, nobody, result, skipped
from recond.probe.usb_ports import Socket, is_plugged, read_sockets

FOOT = " Entrée : terminer."


def run(bench: Bench) -> TestResult:
    """Watch the sockets while a person goes round with a stick; what is plugged in already counts."""
    if not bench.person.present:
        return nobody("usb")
    sockets = read_sockets(bench.host)
    if not sockets:
        return result("usb", Outcome.NOT_DONE, "les ports USB ne se lisent pas sur cette machine")
    told = all(socket.is_outside for socket in sockets)
    expected = len(sockets) if told else bench.person.number("Combien de prises USB a cette machine ?")
    if not expected:
        return skipped("usb")
    seen: set[str] = set()
    while True:
        _watch(bench, sockets, seen, expected)
        count = f"{len(seen)} prise(s) sur {expected}"
        if len(seen) >= expected:
            return result("usb", Outcome.PASS, f"{count} voient une clé", ports=expected, ports_seen=len(seen))
        answer = bench.person.ask(f"{count} ont vu une clé", {"R": "reprendre", "E": "les autres sont en panne"})
        if answer is None:
            return skipped("usb")
        if answer == "E":
            return result("usb", Outcome.FAIL, f"{count} voient une clé", ports=expected, ports_seen=len(seen))


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
            head = " PORTS USB   branchez une clé dans chaque prise, l'une après l'autre"
            bench.person.picture((head, "", f"   {bars}", "", f"   {shown} sur {expected}", "", FOOT))
        if bench.person.pressed(0.4):
            return


TEST = FunctionalTest("usb", run)
