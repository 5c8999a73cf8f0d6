"""The screen: filled with plain colours, on which a person sees dead pixels, stains and stripes."""

from __future__ import annotations

from recond.core.functional import Outcome, TestResult
from recond.core.words import N_
from recond.flow.functional.bench import Bench, FunctionalTest, nobody, result, skipped

COLOURS = ("red", "green", "blue", "white", "black")


def run(bench: Bench) -> TestResult:
    """Show the colours, then ask what was seen."""
    person = bench.person
    if not person.present:
        return nobody("screen")
    if not person.can_draw:
        return result("screen", Outcome.NOT_DONE, N_("à faire devant l'écran du PC : ici c'est une console série"))
    person.say(N_("L'écran se remplit de 5 couleurs. Entrée : couleur suivante."))
    person.say(N_("Cherchez des points, des taches, des rayures, un bord sombre."))
    if not person.ask(N_("Prêt ?"), {"O": N_("oui")}):
        return skipped("screen")
    for colour in COLOURS:
        person.colour(colour)
    seen = person.ask(
        N_("Qu'avez-vous vu ?"),
        {"B": N_("rien, bon écran"), "D": N_("1 ou 2 points"), "T": N_("tache, rayure, fente ou plus de points")},
    )
    if seen is None:
        return skipped("screen")
    if seen == "B":
        return result("screen", Outcome.PASS, N_("5 couleurs sans défaut vu"), defects="none")
    if seen == "D":
        return result("screen", Outcome.PASS, N_("1 ou 2 points morts : à dire à qui le reçoit"), defects="pixels")
    return result("screen", Outcome.FAIL, N_("tache, rayure ou fente"), defects="panel")


TEST = FunctionalTest("screen", run)
