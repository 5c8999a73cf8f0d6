"""The look of the machine, as a person judges it, and the one thing that must never be missed: a swollen battery."""

from __future__ import annotations

from recond.core.functional import PORTABLE, Outcome, TestResult
from recond.core.machine import Chassis
from recond.core.words import N_
from recond.flow.functional.bench import YES_NO, Bench, FunctionalTest, nobody, result, skipped

CLASSES = {
    "B": N_("propre, traces d'usage légères"),
    "C": N_("usé : rayures ou marques visibles"),
    "D": N_("abîmé : coque fendue ou pièce manquante, marche encore"),
    "E": N_("cassé : charnière, coque ou écran à remplacer"),
}
"""Classes of the trade. "B" stands for A as well: A would say "comme neuf", and its key is not in the same place everywhere."""


def run(bench: Bench) -> TestResult:
    """Ask for the class and, of what may have a battery, whether it is swollen."""
    person = bench.person
    if not person.present:
        return nobody("condition")
    swollen = None
    if bench.machine.system.chassis in (*PORTABLE, Chassis.UNKNOWN) or bench.machine.batteries:
        person.say(N_("Posez la machine à plat : est-elle bombée, le pavé ou la coque soulevés ?"))
        answer = person.ask(N_("Batterie gonflée ?"), YES_NO)
        if answer is None:
            return skipped("condition")
        swollen = "yes" if answer == "O" else "no"
        if swollen == "yes":
            person.say(N_("DANGER : ne la chargez plus, ne la percez pas, sortez la batterie et isolez-la."))
    seen = person.ask(N_("Aspect ?"), CLASSES)
    if seen is None:
        return skipped("condition")
    reasons = [N_("aspect de classe {seen} : {classes}").format(seen=seen, classes=CLASSES[seen])]
    reasons += [N_("batterie gonflée : DANGER")] if swollen == "yes" else []
    bad = swollen == "yes" or seen == "E"
    outcome = Outcome.FAIL if bad else Outcome.PASS
    return TestResult(
        "condition", outcome, tuple(reasons), result("", outcome, battery_swollen=swollen, **{"class": seen}).facts
    )


TEST = FunctionalTest("condition", run)
