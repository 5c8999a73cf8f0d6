"""Wi-Fi: does the card hear networks?"""

from __future__ import annotations

from recond.core.functional import PORTABLE, Outcome, TestResult
from recond.core.words import N_
from recond.flow.functional.bench import YES_NO, Bench, FunctionalTest, result
from recond.probe.wifi_scan import scan


def run(bench: Bench) -> TestResult:
    """Listen on every Wi-Fi card; the best one counts."""
    cards = [one.name for one in bench.machine.networks if one.kind == "wifi"]
    if not cards:
        if bench.machine.system.chassis in PORTABLE:
            return result(
                "wifi", Outcome.FAIL, N_("portable sans carte Wi-Fi utilisable (carte ôtée, ou micrologiciel manquant)")
            )
        return result("wifi", Outcome.NA, N_("pas de carte Wi-Fi"))
    bench.person.say(N_("Écoute du Wi-Fi sur {cards}, quelques secondes...").format(cards=", ".join(cards)))
    scans = [scan(bench.host, name) for name in cards]
    best = max(scans, key=lambda one: one.networks)
    if best.networks:
        heard = N_("{networks} réseau(x) entendu(s)").format(networks=best.networks) + (
            "" if best.best_dbm is None else N_(", le plus fort à {best_dbm} dBm").format(best_dbm=best.best_dbm)
        )
        return result("wifi", Outcome.PASS, heard, networks=best.networks, best_dbm=best.best_dbm)
    why = next((one.why_not for one in scans if one.why_not), None)
    if why is not None:
        blocked = "interrupteur" in why
        return result("wifi", Outcome.NOT_DONE if blocked else Outcome.FAIL, why, networks=0)
    # An empty air proves nothing of the card.
    near = (
        bench.person.ask(N_("Aucun réseau entendu. Y en a-t-il un dans la pièce ?"), YES_NO)
        if bench.person.present
        else None
    )
    if near == "O":
        return result("wifi", Outcome.FAIL, N_("n'entend aucun réseau alors qu'il y en a"), networks=0)
    return result("wifi", Outcome.NOT_DONE, N_("aucun réseau entendu : à refaire près d'un point d'accès"), networks=0)


TEST = FunctionalTest("wifi", run)
