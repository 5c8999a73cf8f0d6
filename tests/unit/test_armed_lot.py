"""What an armed lot confirms, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from recond.cli.parts.talk import by_lot
from recond.core.plan import Deed, Plan
from recond.core.settings import Arm, Lot

PLAN = Plan(Deed.WIPE, ())


class Shelf:
    """One lot, as the stick keeps it."""

    def __init__(self, arm: Arm) -> None:
        self.lot = Lot("L", arm=arm, autostart=True)

    def disarm(self, lot: Lot) -> None:
        self.lot = replace(lot, arm=Arm.NONE, autostart=False)

    def answer(self) -> Callable[[Plan], str | None]:
        return by_lot(lambda: self.lot, self.disarm)


def test_a_lot_armed_once_is_spent_by_its_first_word_and_serves_no_other_machine() -> None:
    shelf = Shelf(Arm.ONCE)
    first = shelf.answer()
    assert first(PLAN) == PLAN.id
    assert shelf.lot.arm is Arm.NONE and not shelf.lot.autostart, "disarmed before the first byte, not at the end"
    assert first(PLAN) == PLAN.id, "the same machine's installation"
    assert shelf.answer()(PLAN) is None, "the next machine"


def test_a_lot_armed_for_each_machine_stays_so_until_it_is_closed() -> None:
    shelf = Shelf(Arm.EACH)
    answer = shelf.answer()
    assert answer(PLAN) == shelf.answer()(PLAN) == PLAN.id
    shelf.lot = replace(shelf.lot, open=False)
    assert answer(PLAN) is None, "closed on the other screen while this one was auditing"
