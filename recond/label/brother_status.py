"""What a Brother QL says of itself in 32 bytes, and what the person does about it.

Source: Brother, raster command reference of the QL-800 series, "Status"; the same bytes come over USB and by SNMP.
"""

from __future__ import annotations

from dataclasses import dataclass

from recond.core.words import N_
from recond.label.media import Media

STATUS_BYTES = 32
STATUS_OID = "1.3.6.1.4.1.2435.3.3.9.1.6.1.0"
ROLL = N_("mettez un rouleau et fermez le capot")
FAULTS = (
    (9, 4, N_("le capot est ouvert : fermez-le")),
    (8, 0, N_("il n'y a pas de ruban : {roll}").format(roll=ROLL)),
    (8, 1, N_("le ruban est fini : {roll}").format(roll=ROLL)),
    (9, 6, N_("le ruban n'avance pas : il est fini ou coincé, ouvrez le capot et remettez-le")),
    (9, 0, N_("ce n'est pas le bon ruban : changez le rouleau, ou choisissez un autre --media")),
    (8, 2, N_("le massicot est bloqué : éteignez-la, ôtez le papier coincé, rallumez-la")),
    (8, 4, N_("elle est occupée : attendez qu'elle ait fini")),
    (8, 7, N_("son ventilateur ne tourne pas : éteignez-la et laissez-la refroidir")),
    (9, 2, N_("la transmission a échoué : rebranchez le câble, puis recommencez")),
    (9, 3, N_("sa mémoire est pleine : éteignez-la et rallumez-la")),
    (9, 5, N_("quelqu'un a appuyé sur Annuler : recommencez")),
    (9, 7, N_("elle signale une panne interne : éteignez-la et rallumez-la")),
)
"""Byte and bit of the status, what it means and what to do, in the order in which a person sees to them."""
KIND, PHASE = 18, 19
PRINTED, ERROR, TURNED_OFF, COOLING = 1, 2, 4, 5
CONTINUOUS, DIE_CUT = 0x0A, 0x0B


@dataclass(frozen=True, slots=True)
class Status:
    """One status: why it cannot print, the roll it holds, whether it is printing, and whether it says that it has.

    `die_mm`: length of the die-cut labels it holds, 0 on a continuous tape.
    """

    fault: str | None
    tape_mm: int
    die_mm: int
    printing: bool
    printed: bool


def read_statuses(answer: bytes) -> list[Status]:
    """Read every whole status in an answer; bytes that are none are passed over."""
    found = []
    while (start := answer.find(b"\x80\x20")) >= 0 and len(answer) >= start + STATUS_BYTES:
        found.append(_status(answer[start : start + STATUS_BYTES]))
        answer = answer[start + STATUS_BYTES :]
    return found


def _status(one: bytes) -> Status:
    fault = next((text for byte, bit, text in FAULTS if one[byte] >> bit & 1), None)
    if fault is None and one[KIND] == TURNED_OFF:
        fault = N_("elle a été éteinte : rallumez-la")
    if fault is None and (one[KIND] == ERROR or one[8] or one[9]):
        fault = N_("elle signale une erreur ({one:02X} {one2:02X}) : éteignez-la et rallumez-la").format(
            one=one[8], one2=one[9]
        )
    die_mm = one[17] if one[11] & 0x0F == DIE_CUT else 0
    return Status(fault, one[10], die_mm, printing=one[PHASE] == 1, printed=one[KIND] == PRINTED)


def wrong_roll(status: Status, media: Media) -> str | None:
    """Return why the roll in the printer is not this medium, None when it is."""
    if (status.tape_mm, status.die_mm) == (media.tape_mm, media.die_mm):
        return None
    held, tape_mm = _roll(status.tape_mm, status.die_mm), media.tape_mm or 0
    if media.die_mm:
        return N_(
            "elle contient {held} au lieu d'étiquettes de {tape_mm} x {die_mm} mm : changez le rouleau, "
            "ou choisissez un autre --media"
        ).format(held=held, tape_mm=tape_mm, die_mm=media.die_mm)
    return N_(
        "elle contient {held} au lieu d'un ruban continu de {tape_mm} mm : changez le rouleau, ou choisissez un autre --media"
    ).format(held=held, tape_mm=tape_mm)


def _roll(tape_mm: int, die_mm: int) -> str:
    return (
        N_("des étiquettes de {tape_mm} x {die_mm} mm").format(tape_mm=tape_mm, die_mm=die_mm)
        if die_mm
        else N_("un ruban continu de {tape_mm} mm").format(tape_mm=tape_mm)
    )
