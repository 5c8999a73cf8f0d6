"""The camera: one frame, shown in letters. Nothing of it is kept but how bright it was."""

from __future__ import annotations

from recond.core.functional import Outcome, TestResult
from recond.core.words import N_
from recond.flow.functional.bench import YES_NO, Bench, FunctionalTest, result, skipped
from recond.probe.camera_frame import Camera, Frame, grab, parse, read_cameras

PLAIN = 4
"""A picture with less spread than this is one plain grey: a closed shutter, a cap, a dead sensor."""


def run(bench: Bench) -> TestResult:
    """Take a frame and have it looked at."""
    cameras = read_cameras(bench.host)
    if not cameras:
        return result("camera", Outcome.NA, N_("pas de caméra"))
    frame, why = _frame(bench, cameras[0])
    if frame is not None and frame.spread < PLAIN and bench.person.present:
        bench.person.ask(N_("Image unie : ouvrez le volet, éclairez. Prêt ?"), {"O": N_("oui")})
        frame, why = _frame(bench, cameras[0])
    if frame is None:
        return result("camera", Outcome.FAIL, N_("aucune image : {why}").format(why=why))
    facts = {"brightness": frame.brightness, "spread": frame.spread}
    if frame.spread < PLAIN:
        return result("camera", Outcome.FAIL, N_("image unie : volet fermé ou capteur mort"), **facts)
    if not bench.person.present:
        return result("camera", Outcome.PASS, N_("une image, pas unie ; personne ne l'a regardée"), **facts)
    bench.person.picture((N_(" CAMERA"), "", *(f"   {line}" for line in frame.lines), ""))
    answer = bench.person.ask(N_("Reconnaissez-vous ce qui est devant ?"), YES_NO)
    if answer is None:
        return skipped("camera")
    if answer == "N":
        return result("camera", Outcome.FAIL, N_("image brouillée"), **facts)
    return result("camera", Outcome.PASS, N_("image reconnue"), **facts)


def _frame(bench: Bench, camera: Camera) -> tuple[Frame | None, str]:
    done = bench.host.run(grab(camera))
    frame = parse(done.stdout)
    return frame, "" if frame else done.explain() if not done.ok else N_("format d'image inconnu")


TEST = FunctionalTest("camera", run)
