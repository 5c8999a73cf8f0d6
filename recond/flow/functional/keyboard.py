"""The keyboard: every key pressed once, seen as a picture. The keys go to the test alone, none reaches the console."""

from __future__ import annotations

import time
from itertools import pairwise

from recond.core.errors import EnvironmentFault
from recond.core.evdev import EV_KEY, KEY_ESC, Decoder
from recond.core.functional import Outcome, TestResult
from recond.core.keyboard import Keys, picture
from recond.core.words import N_
from recond.flow.functional.bench import Bench, FunctionalTest, nobody, result, skipped

ENDED = N_("Deux fois Ech de suite : terminer.")


def run(bench: Bench) -> TestResult:
    """Have every key pressed; say which never came."""
    if not bench.person.present:
        return nobody("keyboard")
    if not bench.person.can_draw:
        return result("keyboard", Outcome.NOT_DONE, N_("à faire devant l'écran du PC : ici c'est une console série"))
    devices = bench.devices(lambda device: device.is_keyboard)
    if not devices:
        return result("keyboard", Outcome.FAIL, N_("aucun clavier trouvé"), keys_missing=Keys(bench.layout).count)
    paths = tuple(device.path for device in devices)
    keys = Keys(bench.layout)
    while True:
        try:
            keys = _press_all(bench, paths, keys)
        except EnvironmentFault as error:
            return result("keyboard", Outcome.NOT_DONE, error.message)
        left = keys.missing()
        if not left:
            return _judged(keys, Outcome.PASS, N_("les {count} touches répondent").format(count=keys.count))
        answer = bench.person.ask(
            N_("{count} touches n'ont pas répondu : {left}").format(count=len(left), left=" ".join(left[:20])),
            {"R": N_("reprendre"), "E": N_("elles sont en panne"), "X": N_("ce clavier n'a pas ces touches")},
        )
        if answer is None:
            return skipped("keyboard")
        if answer == "E":
            return _judged(
                keys, Outcome.FAIL, N_("{count} touches muettes : {left}").format(count=len(left), left=" ".join(left))
            )
        if answer == "X":
            return _judged(
                keys, Outcome.PASS, N_("touches que ce clavier n'a pas : {left}").format(left=" ".join(left))
            )


def _judged(keys: Keys, outcome: Outcome, reason: str) -> TestResult:
    optional = keys.missing(optional=True)
    more = (N_("facultatives pas vues : {optional}").format(optional=" ".join(optional)),) if optional else ()
    return result(
        "keyboard", outcome, reason, *more, layout=keys.layout, keys=keys.count, keys_missing=len(keys.missing())
    )


def _press_all(bench: Bench, paths: tuple[str, ...], keys: Keys) -> Keys:
    """Listen until every key was seen, Ech was pressed twice in a row, or nothing moved for too long."""
    inputs = bench.host.inputs(paths, alone=True)
    decoders, last, moved = {path: Decoder() for path in paths}, 0, time.monotonic()
    try:
        _show(bench, keys)
        while keys.missing() and not bench.stop.is_set() and time.monotonic() - moved < bench.patience_s:
            pressed = [
                event.code
                for path, data in inputs.read(0.3)
                for event in decoders[path].feed(data)
                if event.kind == EV_KEY and event.value == 1
            ]
            if not pressed:
                continue
            moved, both = time.monotonic(), [last, *pressed]
            keys = keys.after(pressed)
            _show(bench, keys)
            if any(one == two == KEY_ESC for one, two in pairwise(both)):
                return keys
            last = pressed[-1]
    finally:
        inputs.close()
    return keys


def _show(bench: Bench, keys: Keys) -> None:
    left = keys.missing()
    head = N_(" CLAVIER {layout}   appuyez une fois sur chaque touche : {count} à faire sur {count2}").format(
        layout=keys.layout, count=len(left), count2=keys.count
    )
    foot = N_(" # : vue.   {ended}").format(ended=ENDED)
    bench.person.picture((head, "", *picture(keys), "", foot))


TEST = FunctionalTest("keyboard", run)
