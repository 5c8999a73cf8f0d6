"""The camera: one frame, shown in letters. Nothing of it is kept but how bright it was."""

from __future__ import annotations

from recond.core.functional import Outcome, TestResult
from recond.core.words import _
from recond.flow.functional.bench import YES_NO, Bench, FunctionalTest, result, skipped
from recond.probe.camera_frame import Camera, Frame, grab, parse, read_cameras

PLAIN = 4
"""A picture with less spread than this is one plain grey: a closed shutter, a cap, a dead sensor."""


def run(bench: Bench) -> TestResult:
    """Take a frame and have it looked at."""
    cameras = read_cameras(bench.host)
    if not cameras:
        return result("camera", Outcome.NA, _("pas de caméra"))
    frame, why = _frame(bench, cameras[0])
    if frame is not None and frame.spread < PLAIN and bench.person.present:
        bench.person.ask(_("Image unie : ouvrez le volet, éclairez. Prêt ?"), {"O": _("oui")})
        frame, why = _frame(bench, cameras[0])
    if frame is None:
        return result("camera", Outcome.FAIL, _("aucune image : {why}").format(why=why))
    facts = {"brightness": frame.brightness, "spread": frame.spread}
    if frame.spread < PLAIN:
        return result("camera", Outcome.FAIL, _("image unie : volet fermé ou capteur mort"), **facts)
    if not bench.person.present:
        return result("camera", Outcome.PASS, _("une image, pas unie ; personne ne l'a regardée"), **facts)
    bench.person.picture((_(" CAMERA"), "", *(f"   {line}" for line in frame.lines), ""))
    answer = bench.person.ask(_("Reconnaissez-vous ce qui est devant ?"), YES_NO)
    if answer is None:
        return skipped("camera")
    if answer == "N":
        return result("camera", Outcome.FAIL, _("image brouillée"), **facts)
    return result("camera", Outcome.PASS, _("image reconnue"), **facts)


def _frame(bench: Bench, camera: Camera) -> tuple[Frame | None, str]:
    done = bench.host.run(grab(camera))
    frame = parse(done.stdout)
    return frame, "" if frame else done.explain() if not done.ok else _("format d'image inconnu")


TEST = FunctionalTest("camera", run)
