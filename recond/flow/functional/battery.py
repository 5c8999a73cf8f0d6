"""The battery under load: unplugged, every processor busy, and how fast it empties."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from recond.core.functional import Outcome, TestResult
from recond.core.ports import Command
from recond.core.thresholds import thresholds
from recond.core.words import N_
from recond.flow.functional.bench import Bench, FunctionalTest, nobody, result
from recond.probe.battery_now import Now, on_mains, read_now

SAMPLE_S = 5.0
ENOUGH_PCT = 20
"""Below this an honest battery may well collapse: it is to be charged first."""


def run(bench: Bench) -> TestResult:
    """Load the batteries that there are, and judge how long they would last."""
    names = [battery.name for battery in bench.machine.batteries]
    if not names:
        return result("battery", Outcome.NA, N_("pas de batterie"))
    if not bench.person.present:
        return nobody("battery")
    first = [read_now(bench.host, name) for name in names]
    charged = [now.percent for now in first if now.percent is not None]
    if charged and max(charged) < ENOUGH_PCT:
        return result(
            "battery", Outcome.NOT_DONE, N_("chargée à {max} % seulement : à charger d'abord").format(max=max(charged))
        )
    if not _unplugged(bench):
        return result("battery", Outcome.NOT_DONE, N_("le secteur est resté branché"))
    curve, seconds = _load(bench, names)
    bench.person.say(N_("Rebranchez le secteur."))
    if on_mains(bench.host) or seconds < min(bench.load_s, SAMPLE_S):
        return result("battery", Outcome.NOT_DONE, N_("le test n'est pas allé à son terme"))
    return _judge(curve, seconds)


def _unplugged(bench: Bench) -> bool:
    start = time.monotonic()
    while on_mains(bench.host):
        bench.person.picture(
            (N_(" BATTERIE"), "", N_("   Débranchez le secteur."), "", N_(" Entrée : passer ce test."))
        )
        if bench.stop.is_set() or time.monotonic() - start > bench.patience_s or bench.person.pressed(1.0):
            return False
    return True


def _load(bench: Bench, names: list[str]) -> tuple[list[list[Now]], float]:
    """Keep every processor busy and read the batteries now and then; return the readings and how long it went on."""
    busy = Command(("sha256sum", "/dev/zero"), timeout_s=bench.load_s)
    threads = bench.host.counts().threads or 1
    curve, start = [[read_now(bench.host, name) for name in names]], time.monotonic()
    with ThreadPoolExecutor(max_workers=threads) as pool:
        work = [pool.submit(bench.host.run, busy) for _unused in range(threads)]
        while not all(one.done() for one in work):
            left = max(0, round(bench.load_s - (time.monotonic() - start)))
            bench.person.picture(
                (N_(" BATTERIE"), "", N_("   en charge, encore {left} s").format(left=left), *_lines(curve))
            )
            bench.person.pressed(min(SAMPLE_S, bench.load_s))
            curve.append([read_now(bench.host, name) for name in names])
            if on_mains(bench.host):
                break
        went_on = time.monotonic() - start
    return curve, went_on


def _lines(curve: list[list[Now]]) -> tuple[str, ...]:
    percents = [sum(now.percent or 0 for now in row) // len(row) for row in curve[-12:]]
    return ("", *(f"   {percent:3} % {'#' * (percent // 2)}" for percent in percents))


def _judge(curve: list[list[Now]], seconds: float) -> TestResult:
    powers = [sum(now.power_mw or 0 for now in row) for row in curve[1:]]
    known = [power for power in powers if power]
    full = sum(now.full_mwh or 0 for now in curve[-1])
    used = sum((a.left_mwh or 0) - (b.left_mwh or 0) for a, b in zip(curve[0], curve[-1], strict=True))
    # The gauge's own power where it gives one, else what has gone; some move only every minute.
    power = sum(known) / len(known) if known else used * 3600 / seconds
    fell = (curve[0][0].percent or 0) - (curve[-1][0].percent or 0)
    if power <= 0 or not full:
        return result(
            "battery", Outcome.NOT_DONE, N_("la jauge n'a pas bougé : durée inconnue"), seconds=round(seconds)
        )
    minutes = round(60 * full / power)
    facts = {"minutes": minutes, "power_mw": round(power), "fell_pct": fell, "seconds": round(seconds)}
    line = thresholds()["battery"]["load_minutes"]
    text = N_("pleine, elle tiendrait {minutes} min, processeur occupé ({power:.0f} W)").format(
        minutes=minutes, power=power / 1000
    )
    if minutes <= line["fail"]:
        return result("battery", Outcome.FAIL, text, **facts)
    return result("battery", Outcome.PASS, text + (N_(" : à dire") if minutes <= line["watch"] else ""), **facts)


TEST = FunctionalTest("battery", run)
