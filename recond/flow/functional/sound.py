"""Sound: a tone is played; the machine's own microphone hears it, or a person does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from recond.core.functional import PORTABLE, Outcome, TestResult
from recond.core.machine import Chassis
from recond.core.words import N_
from recond.flow.functional.bench import YES_NO, Bench, FunctionalTest, result, skipped
from recond.probe.sound import Pcm, play, read_pcms, record, tone_level, unmute

LOUDER, AUDIBLE = 5.0, 20.0
"""The tone was heard when it is so many times louder than in silence, and at least so strong (of 32767)."""

HAS_MICROPHONE = (*PORTABLE, Chassis.AIO)


def run(bench: Bench) -> TestResult:
    """Play, listen, and ask where the machine could not hear itself."""
    pcms = read_pcms(bench.host)
    out = next((one for one in pcms if one.plays), None)
    if out is None:
        if bench.machine.system.chassis in HAS_MICROPHONE:
            return result("sound", Outcome.FAIL, N_("aucune carte son trouvée (ou micrologiciel manquant)"))
        return result("sound", Outcome.NA, N_("pas de carte son"))
    ears = next((one for one in pcms if one.records), None)
    for card in {one.card for one in (out, ears) if one}:
        for command in unmute(card):
            bench.host.run(command)
    bench.person.say(N_("Un son va être joué pendant 2 secondes. Sans haut-parleur intégré, branchez un casque."))
    problem, silence, heard = _loop(bench, out, ears)
    if problem is not None:
        return result("sound", Outcome.FAIL, problem)
    level = {"silence": round(silence), "tone": round(heard)}
    if ears is not None and heard >= AUDIBLE and heard > LOUDER * max(1.0, silence):
        return result("sound", Outcome.PASS, N_("le micro a entendu le haut-parleur"), **level)
    if not bench.person.present:
        return result(
            "sound", Outcome.NOT_DONE, N_("le micro n'a pas entendu le son, et personne pour l'écouter"), **level
        )
    answer = bench.person.ask(N_("Avez-vous entendu le son ?"), YES_NO)
    if answer is None:
        return skipped("sound")
    if answer == "N":
        return result("sound", Outcome.FAIL, N_("aucun son entendu"), **level)
    if bench.machine.system.chassis in HAS_MICROPHONE:
        return result("sound", Outcome.FAIL, N_("le haut-parleur s'entend, le micro n'entend rien"), **level)
    return result("sound", Outcome.PASS, N_("son entendu ; pas de micro branché"), **level)


def _loop(bench: Bench, out: Pcm, ears: Pcm | None) -> tuple[str | None, float, float]:
    """Return why it could not be played (None = it was), and the tone's level in silence and while it was played."""
    silence = heard = 0.0
    if ears is not None:
        silence = tone_level(bench.host.run(record(ears, 1)).stdout)
    with ThreadPoolExecutor(max_workers=1) as pool:
        listening = pool.submit(bench.host.run, record(ears, 2)) if ears is not None else None
        played = bench.host.run(play(out, 2.0))
        if listening is not None:
            heard = tone_level(listening.result().stdout)
    return (
        (None if played.ok else N_("le son ne se joue pas : {explain}").format(explain=played.explain())),
        silence,
        heard,
    )


TEST = FunctionalTest("sound", run)
