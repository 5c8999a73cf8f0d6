"""The look of the machine, as a person judges it, and the one thing that must never be missed: a swollen battery."""

from __future__ import annotations

from recond.core.functional import PORTABLE, Outcome, TestResult
from recond.core.machine import Chassis
from recond.core.words import _
from recond.flow.functional.bench import YES_NO, Bench, FunctionalTest, nobody, result, skipped

CLASSES = {
    "B": _("propre, traces d'usage légères"),
    "C": _("usé : rayures ou marques visibles"),
    "D": _("abîmé : coque fendue ou pièce manquante, marche encore"),
    "E": _("cassé : charnière, coque ou écran à remplacer"),
}
"""Classes of the trade. "B" stands for A as well: A would say "comme neuf", and its key is not in the same place everywhere."""


def run(bench: Bench) -> TestResult:
    """Ask for the class and, of what may have a battery, whether it is swollen."""
    person = bench.person
    if not person.present:
        return nobody("condition")
    swollen = None
    if bench.machine.system.chassis in (*PORTABLE, Chassis.UNKNOWN) or bench.machine.batteries:
        person.say(_("Posez la machine à plat : est-elle bombée, le pavé ou la coque soulevés ?"))
        answer = person.ask(_("Batterie gonflée ?"), YES_NO)
        if answer is None:
            return skipped("condition")
        swollen = "yes" if answer == "O" else "no"
        if swollen == "yes":
            person.say(_("DANGER : ne la chargez plus, ne la percez pas, sortez la batterie et isolez-la."))
    seen = person.ask(_("Aspect ?"), CLASSES)
    if seen is None:
        return skipped("condition")
    reasons = [_("aspect de classe {seen} : {classes}").format(seen=seen, classes=CLASSES[seen])]
    reasons += [_("batterie gonflée : DANGER")] if swollen == "yes" else []
    bad = swollen == "yes" or seen == "E"
    outcome = Outcome.FAIL if bad else Outcome.PASS
    return TestResult(
        "condition", outcome, tuple(reasons), result("", outcome, battery_swollen=swollen, **{"class": seen}).facts
    )


TEST = FunctionalTest("condition", run)
